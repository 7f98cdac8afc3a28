"""What estimators of groups share, with a matcher that compares first letters."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from sklearn_prodemb.evaluation import group_scores
from sklearn_prodemb.matching._estimator import THRESHOLDS
from sklearn_prodemb.matching._group_matcher import (
    GroupMatcher,
    Learned,
    _choose,
    judge_unseen,
)
from sklearn_prodemb.matching._linkage import Pairs


class LetterMatcher(GroupMatcher):
    """Offers with one first letter are alike: `share` of the time."""

    def __init__(self, *, threshold="auto", linkage="average", min_group_size=1):
        self.n_neighbors = 1
        self.threshold = threshold
        self.linkage = linkage
        self.min_group_size = min_group_size
        self.random_state = None

    def _learn(self, offers, codes, nodes, seed):
        pairs = self._within(offers)
        curve = self._curve(pairs, codes, nodes)
        return Learned({"n_seen_": len(offers)}, pairs, curve, 0.9)

    def _within(self, offers):
        left, right = np.triu_indices(len(offers), 1)
        return Pairs(left, right, _alike(offers, offers, left, right))

    def _across(self, offers, reference):
        left, right = np.indices((len(offers), len(reference))).reshape(2, -1)
        return Pairs(left, right, _alike(offers, reference, left, right))


def _alike(ours, theirs, left, right):
    a, b = ours.joined, theirs.joined
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.array([0.7 * (a[i][:1] == b[j][:1]) for i, j in pairs])


OFFERS, GROUPS = ["aa", "ab", "ba", "bb", "c"], [0, 0, 1, 1, 2]


def test_fit_scores_thresholds():
    matcher = LetterMatcher().fit(OFFERS, GROUPS)
    curve = matcher.threshold_curve_
    is_low = curve["threshold"] <= 0.7
    assert (curve["f1"] == np.where(is_low, 1, curve["f1"].min())).all()
    # All up to .7 are equally good: the middle one, and the prior as 100 groups.
    assert matcher.threshold_ == pytest.approx((3 * 0.38 + 100 * 0.9) / 103, abs=0.01)
    # A prior never lowers it.
    curve = {"f1": np.where(THRESHOLDS == 0.95, 1.0, 0.0)}
    assert _choose(curve, prior=0.5, n_groups=3) == 0.95
    fixed = LetterMatcher(threshold=0.5).fit(OFFERS, GROUPS)
    assert fixed.labels_.tolist() == GROUPS
    assert matcher.n_seen_ == 5


@pytest.mark.parametrize("threshold", [0.7, 0.71])
def test_a_threshold_is_taken_as_it_is(threshold):
    matcher = LetterMatcher(threshold=threshold).fit(OFFERS, GROUPS)
    assert matcher.threshold_ == threshold
    expected = GROUPS if threshold == 0.7 else [0, 1, 2, 3, 4]
    assert matcher.predict(OFFERS).tolist() == expected


def test_small_groups_and_no_offers():
    matcher = LetterMatcher(threshold=0.5, min_group_size=2).fit(OFFERS, GROUPS)
    assert matcher.predict(OFFERS).tolist() == [0, 0, 1, 1, -1]
    assert matcher.predict([]).tolist() == []


@pytest.mark.parametrize("linkage", ["average", "single"])
def test_match_compares_with_whole_groups(linkage):
    matcher = LetterMatcher(linkage=linkage, threshold=0.5).fit(OFFERS, GROUPS)
    # Half of "mixed" has the letter: as a mean .35, as the best pair .7.
    found = matcher.match(
        ["ax", "cx", "zz"], ["aa", "ba", "c"], ["mixed", "mixed", "c"]
    )
    assert found.tolist() == [-1 if linkage == "average" else "mixed", "c", -1]


def test_graph_is_symmetric():
    matcher = LetterMatcher().fit(OFFERS, GROUPS)
    graph = matcher.kneighbors_graph(OFFERS).toarray()
    np.testing.assert_array_equal(graph, graph.T)
    assert graph[0].tolist() == [0, 0.7, 0, 0, 0]


@pytest.mark.parametrize("linkage", ["average", "single"])
def test_thresholds_are_scored_as_if_set(linkage):
    matcher = LetterMatcher(linkage=linkage).fit(OFFERS, GROUPS)
    offers, groups = ["xa", "xb", "ya", "yb", "z", "za"], [0, 0, 0, 1, 1, -1]
    curve = matcher.score_thresholds(offers, groups)
    assert set(curve) == set(matcher.threshold_curve_)
    for i, threshold in enumerate(curve["threshold"]):
        matcher.threshold_ = threshold
        scores = group_scores(groups, matcher.predict(offers))
        for name in ("precision", "recall", "f1"):
            assert curve[name][i] == scores[name]


def test_thresholds_are_not_scored_without_groups():
    with pytest.raises(NotFittedError):
        LetterMatcher().score_thresholds(OFFERS, GROUPS)
    matcher = LetterMatcher().fit(OFFERS, GROUPS)
    with pytest.raises(ValueError, match="no row has a known group"):
        matcher.score_thresholds(OFFERS, [-1] * 5)
    with pytest.raises(ValueError, match="no row has a known group"):
        matcher.score_thresholds([], [])


def test_a_score_needs_a_group_for_each_offer():
    matcher = LetterMatcher().fit(OFFERS, GROUPS)
    with pytest.raises(
        ValueError, match="groups must hold one group for each of the 5"
    ):
        matcher.score(OFFERS, [*GROUPS, 3])


@pytest.mark.parametrize(("offers", "n_groups"), [([], 0), (["a"], 1)])
def test_offers_without_pairs_teach_nothing(offers, n_groups):
    with pytest.raises(ValueError, match=rf"are of {n_groups} group"):
        LetterMatcher().fit(offers, [0] * len(offers))


def test_a_pipeline_fits_and_predicts():
    pipeline = make_pipeline("passthrough", LetterMatcher(threshold=0.5))
    assert pipeline.fit_predict(OFFERS, GROUPS).tolist() == GROUPS


def test_a_pair_is_judged_without_its_groups():
    folds = np.array([0, 0, 1, 2, -1, -1])
    left, right = np.triu_indices(6, 1)
    asked_of = []

    def judge(value):
        def judged(asked):
            asked_of.append(
                set(zip(left[asked].tolist(), right[asked].tolist(), strict=True))
            )
            return np.full(asked.sum(), float(value))

        return judged

    pairs = judge_unseen(folds, left, right, [judge(v) for v in (1, 10, 100)])
    for a, b, found in zip(*map(np.ndarray.tolist, pairs), strict=True):
        of = {folds[a], folds[b]} - {-1} or {0, 1, 2}
        assert found == pytest.approx(np.mean([10.0**fold for fold in of]))
        for fold, asked in enumerate(asked_of):
            assert ((a, b) in asked) == (fold in of)
