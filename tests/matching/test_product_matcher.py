"""ProductMatcher through its public methods."""

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GroupKFold, cross_val_score
from small_offers import random_offers

import sklearn_prodemb
from sklearn_prodemb._utils.seeds import draw_seed
from sklearn_prodemb.encoders import BoostedTrees
from sklearn_prodemb.evaluation import group_scores
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.matching import ProductMatcher
from sklearn_prodemb.matching._offers import read_offers

TITLES, GROUPS = random_offers(30, seed=0)
NEW, NEW_GROUPS = random_offers(25, seed=1)
FAST = HistGradientBoostingClassifier(max_iter=20, random_state=0)


@pytest.fixture(scope="module")
def matcher():
    return ProductMatcher(estimator=FAST, random_state=0).fit(TITLES, GROUPS)


def same(groups):
    return np.equal.outer(groups, groups)


def test_groups_never_seen_are_found(matcher):
    assert matcher.score(NEW, NEW_GROUPS) > 0.9
    assert matcher.score(NEW, NEW_GROUPS) == pytest.approx(
        group_scores(NEW_GROUPS, matcher.predict(NEW))["f1"]
    )


def test_fit_predict_is_fit_then_predict(matcher):
    labels = clone(matcher).fit_predict(TITLES, GROUPS)
    np.testing.assert_array_equal(labels, matcher.labels_)
    np.testing.assert_array_equal(labels, matcher.predict(TITLES))
    assert labels[0] == 0
    assert labels.dtype == np.int64


@pytest.mark.parametrize("method", ["features", "similarity"])
def test_one_method(method):
    matcher = ProductMatcher(method=method, estimator=FAST, random_state=0)
    matcher.fit(TITLES, GROUPS)
    assert matcher.method_ == method
    assert (matcher.estimator_ is None) == (method == "similarity")
    assert bool(matcher.pair_feature_names_) == (method == "features")
    assert matcher.score(NEW, NEW_GROUPS) > 0.7


def test_few_groups_leave_the_similarity_of_texts():
    matcher = ProductMatcher(random_state=0).fit(TITLES[:6], GROUPS[:6])
    assert matcher.method_ == "similarity"
    with pytest.raises(ValueError, match="needs 10 pairs"):
        matcher.set_params(method="features").fit(TITLES[:6], GROUPS[:6])
    assert matcher.method_ == "similarity"  # as it was


def test_threshold_is_the_best_of_the_curve_drawn_to_the_prior(matcher):
    curve = matcher.threshold_curve_
    best = curve["threshold"][curve["f1"] == curve["f1"].max()]
    prior = {"features": 0.5, "similarity": 0.4}[matcher.method_]
    lowest, highest = (
        max(t, (30 * t + 100 * prior) / 130) for t in (best.min(), best.max())
    )
    assert lowest - 1e-9 <= matcher.threshold_ <= highest + 1e-9
    assert set(curve) == {"threshold", "precision", "recall", "f1"}
    # The lower the threshold, the larger the groups.
    assert curve["recall"][0] >= curve["recall"][-1]
    fixed = clone(matcher).set_params(threshold=1.0).fit(TITLES, GROUPS)
    assert fixed.threshold_ == 1.0


def test_groups_too_small_are_none():
    matcher = ProductMatcher(estimator=FAST, min_group_size=2, random_state=0)
    matcher.fit(TITLES, GROUPS)
    groups = matcher.predict([*NEW[:6], "a lonely offer", ""])
    assert (groups[-2:] == -1).all()
    sizes = np.bincount(groups[groups >= 0])
    assert (sizes >= 2).all()


def test_unknown_groups_only_compete(matcher):
    unknown = np.where(np.arange(len(GROUPS)) % 7 == 0, -1, GROUPS)
    fitted = clone(matcher).fit(TITLES, unknown)
    missing = [None if g < 0 else f"group {g}" for g in unknown.tolist()]
    named = clone(matcher).fit(TITLES, missing)
    np.testing.assert_array_equal(fitted.labels_, named.labels_)
    assert fitted.score(NEW, NEW_GROUPS) > 0.8


def test_empty_titles_are_never_joined(matcher):
    groups = matcher.predict(["", "!!!", *NEW[:3], "", "???"])
    alone = groups[[0, 1, 5, 6]]
    assert len(np.unique(groups)) == len(np.unique(groups[2:5])) + len(alone)
    assert len(np.unique(matcher.predict(["", "?"]))) == 2
    assert matcher.predict([]).tolist() == []


@pytest.mark.parametrize("n_copies", [60, 300, 1_200])
def test_equal_offers_are_one_group_however_many(n_copies, matcher):
    """More than an offer is compared with, and than a word may have offers."""
    copies = ["hasselblad bag q7"] * n_copies
    groups = matcher.predict([*copies, *NEW, ""])
    assert (groups[:n_copies] == 0).all()
    assert (groups[n_copies:] > 0).all()
    # The copies make all other words rare.
    assert group_scores(NEW_GROUPS, groups[n_copies:-1])["f1"] > 0.6


def test_equal_offers_of_fit_are_one_group():
    copies, labels = ["hasselblad bag q7"] * 200, [-1] * 100 + [99] * 60 + [98] * 40
    fitted = ProductMatcher(estimator=FAST, random_state=0)
    fitted.fit([*copies, *TITLES], [*labels, *GROUPS])
    assert (fitted.labels_[:200] == 0).all()
    np.testing.assert_array_equal(fitted.predict([*copies, *TITLES]), fitted.labels_)


def test_match_finds_a_group_of_many_equal_offers(matcher):
    copies = ["hasselblad bag q7"] * 300
    reference, groups = [*copies, *NEW], [*[99] * 200, *[-1] * 100, *NEW_GROUPS]
    found = matcher.match(["Hasselblad bag Q7", "zzz"], reference, groups)
    assert found.tolist() == [99, -1]


def test_equal_texts_reach_any_threshold():
    fitted = ProductMatcher(method="similarity", threshold=1.0).fit(TITLES, GROUPS)
    groups = fitted.predict(NEW * 2)
    np.testing.assert_array_equal(groups[: len(NEW)], groups[len(NEW) :])
    assert (fitted.match(NEW, NEW, np.arange(len(NEW))) >= 0).all()


def test_few_offers_compete_with_those_of_fit(matcher):
    whole = matcher.predict(NEW)
    for begin in range(0, len(NEW), 3):
        part = matcher.predict(NEW[begin : begin + 3])
        np.testing.assert_array_equal(same(part), same(whole[begin : begin + 3]))


def test_kneighbors_graph(matcher):
    graph = matcher.kneighbors_graph(TITLES)
    assert graph.shape == (len(TITLES), len(TITLES))
    assert (graph - graph.T).count_nonzero() == 0
    assert (graph.diagonal() == 0).all()
    assert 0 <= graph.data.min() <= graph.data.max() <= 1
    dense = graph.toarray()
    assert dense[same(GROUPS)].mean() > 0.5 > dense[~same(GROUPS)].mean()


def test_match_finds_groups_of_a_reference(matcher):
    reference = [i for i in range(len(NEW)) if i % 3]
    asked = [i for i in range(len(NEW)) if not i % 3]
    names = np.array([f"product {g}" for g in NEW_GROUPS], object)
    offers = [*(NEW[i] for i in asked), "hasselblad bag q7", ""]
    found = matcher.match(offers, [NEW[i] for i in reference], names[reference])
    assert (found[:-2] == names[asked]).mean() > 0.9
    assert found[-2:].tolist() == [-1, -1]
    numbers = matcher.match(offers, [NEW[i] for i in reference], NEW_GROUPS[reference])
    assert numbers.dtype.kind == "i"
    right = [f"product {g}" if g >= 0 else -1 for g in numbers.tolist()]
    assert found.tolist() == right
    unknown = np.full(len(reference), -1)
    unknown[0] = 3
    few = matcher.match(offers, [NEW[i] for i in reference], unknown)
    assert set(few.tolist()) <= {-1, 3}


@pytest.mark.parametrize("linkage", ["average", "single"])
def test_match_against_plain_means(linkage, matcher):
    matcher = clone(matcher).set_params(linkage=linkage).fit(TITLES, GROUPS)
    graph = matcher.kneighbors_graph([*NEW]).toarray()
    asked, reference = (
        np.arange(0, len(NEW), 3),
        np.flatnonzero(np.arange(len(NEW)) % 3),
    )
    found = matcher.match(
        [NEW[i] for i in asked], [NEW[i] for i in reference], NEW_GROUPS[reference]
    )
    join = np.mean if linkage == "average" else np.max
    agree = 0
    for row, offer in enumerate(asked):
        of_groups = {
            group: join(graph[offer, reference[NEW_GROUPS[reference] == group]])
            for group in np.unique(NEW_GROUPS[reference])
        }
        best = max(of_groups, key=of_groups.get)
        expected = best if of_groups[best] >= matcher.threshold_ else -1
        agree += found[row] == expected
    # The offers compete with others here and there, so a few may differ.
    assert agree >= len(asked) - 2


def test_a_frame_with_hashes(matcher):
    rng = np.random.default_rng(0)
    hashes = np.array([f"{h:016x}" for h in rng.integers(0, 2**63, 40)])
    frame = pd.DataFrame(
        {"title": TITLES, "image_phash": hashes[GROUPS], "price": GROUPS * 1.5}
    )
    fitted = clone(matcher).set_params(method="features").fit(frame, GROUPS)
    assert fitted.columns_ == {
        "title": "text",
        "price": "number",
        "image_phash": "hash",
    }
    assert "image_phash: bits that differ" in fitted.pair_feature_names_
    assert fitted.score(frame, GROUPS) > 0.9
    with pytest.raises(ValueError, match="as in fit"):
        fitted.predict(TITLES)


@pytest.fixture(scope="module")
def frame():
    digits = np.array([f"{group * 7919 % 65536:04x}" for group in GROUPS], object)
    return pd.DataFrame(
        {
            "title": TITLES,
            "maker": [title.split()[0] for title in TITLES],
            "phash": digits,
            "price": GROUPS * 1.5,
        }
    )


def test_columns_without_a_value(frame):
    """In all of fit, or in all that is asked for."""
    for columns in ([], ["maker"], ["phash"], ["price"], ["maker", "phash", "price"]):
        without = frame.copy()
        without[columns] = None
        without["price"] = without["price"].astype(float)
        fitted = ProductMatcher(method="features", random_state=0).fit(without, GROUPS)
        assert fitted.score(without, GROUPS) > 0.9
        others = without.copy()
        others[["maker", "phash", "price"]] = None
        # With so many offers, those of fit do not compete along.
        assert len(fitted.predict(others)) == len(GROUPS)
        found = fitted.match(others[:6], without, GROUPS)
        assert len(found) == 6


def test_columns_in_another_order(frame):
    fitted = ProductMatcher(method="features", random_state=0).fit(frame, GROUPS)
    graph = fitted.kneighbors_graph(frame)
    other = fitted.kneighbors_graph(frame[frame.columns[::-1]])
    assert (graph != other).nnz == 0


def test_hashes_have_the_length_of_fit(frame):
    """Also if so many are asked for that those of fit do not compete along."""
    fitted = ProductMatcher(method="features", random_state=0).fit(frame, GROUPS)
    for some in (frame, frame[:3]):
        with pytest.raises(ValueError, match=r"must hold 16 .* but holds 8"):
            fitted.predict(some.assign(phash="ff"))
        with pytest.raises(ValueError, match=r"must hold 16 .* but holds 8"):
            fitted.match(some, some.assign(phash="ff"), range(len(some)))


def test_offers_without_text_are_never_matched(matcher):
    assert matcher.match(["", "?"], ["!", ""], [0, 1]).tolist() == [-1, -1]
    assert matcher.kneighbors_graph([]).shape == (0, 0)


def test_the_trees_are_those_of_the_boosting():
    fitted = ProductMatcher(method="features", random_state=0).fit(TITLES, GROUPS)
    assert type(fitted.estimator_) is BoostedTrees
    assert fitted.estimator_.n_features == len(fitted.pair_feature_names_)
    boosting = HistGradientBoostingClassifier(
        learning_rate=0.08, max_iter=200, l2_regularization=1.0, random_state=0
    )
    given = clone(fitted).set_params(estimator=boosting, random_state=0)
    # The seed of the boosting is one that was drawn.
    given.estimator.set_params(random_state=draw_seed(0))
    difference = given.fit(TITLES, GROUPS).kneighbors_graph(NEW)
    difference -= fitted.kneighbors_graph(NEW)
    assert difference.count_nonzero() == 0


@pytest.mark.parametrize("method", ["features", "similarity"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method_", "other"),
        ("columns_", {"title": "number"}),
        ("pair_feature_names_", ["words"]),
        ("labels_", np.zeros(3, np.int64)),
        ("offers_", read_offers(TITLES[:3])),
        ("offers_", read_offers(pd.DataFrame({"name": TITLES}))),
        ("offers_", read_offers(pd.DataFrame({"title": TITLES, "n": 1.0}))),
        ("estimator_", None),
        ("threshold_", 1.5),
        ("threshold_curve_", {"f1": [0.5]}),
    ],
)
def test_save_refuses_what_does_not_fit_together(method, name, value, frame, tmp_path):
    matcher = ProductMatcher(method=method, random_state=0).fit(TITLES, GROUPS)
    matcher.save(tmp_path / "file")
    if name == "method_":
        value = "similarity" if method == "features" else "features"
    if name == "estimator_" and method == "similarity":
        value = ProductMatcher(method="features").fit(TITLES, GROUPS).estimator_
    setattr(matcher, name, value)
    with pytest.raises(InvalidFileError, match="ProductMatcher"):
        matcher.save(tmp_path / "file")


def test_a_frame_is_saved(frame, tmp_path):
    fitted = ProductMatcher(method="features", random_state=0).fit(frame, GROUPS)
    fitted.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    for some in (frame, frame[::2], frame[:1]):
        expected = fitted.kneighbors_graph(some)
        assert (loaded.kneighbors_graph(some) != expected).nnz == 0


@pytest.mark.parametrize(
    ("X", "groups", "says"),
    [
        (TITLES, GROUPS[:-1], "one group for each of the 90 rows"),
        (TITLES, np.zeros(90, int), "two groups"),
        (TITLES, np.arange(90), "two offers of one group"),
        (TITLES, np.full(90, -1), "two groups"),
        (["", "?", "!"], [0, 0, 1], "any text left"),
        ("Canon", [0], "bare str"),
    ],
)
def test_what_fit_refuses(X, groups, says):
    matcher = ProductMatcher()
    with pytest.raises(ValueError, match=says):
        matcher.fit(X, groups)
    with pytest.raises(NotFittedError):
        matcher.predict(TITLES)


def test_groups_are_str_or_numbers():
    with pytest.raises(TypeError, match=r"groups .* row 1 is"):
        ProductMatcher().fit(["a", "b"], [0, (1,)])


def test_equal_seeds_give_equal_results(matcher):
    again = clone(matcher).fit(TITLES, GROUPS)
    assert again.threshold_ == matcher.threshold_
    difference = again.kneighbors_graph(NEW) - matcher.kneighbors_graph(NEW)
    assert difference.count_nonzero() == 0


def test_pickles(matcher, tmp_path):
    joblib.dump(matcher, tmp_path / "matcher")
    loaded = joblib.load(tmp_path / "matcher")
    np.testing.assert_array_equal(loaded.predict(NEW), matcher.predict(NEW))


def test_cross_validation_by_group(matcher):
    scores = cross_val_score(
        matcher, np.array(TITLES), GROUPS, groups=GROUPS, cv=GroupKFold(2)
    )
    assert scores.min() > 0.8
