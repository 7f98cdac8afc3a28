"""Scores of groups against plain sets."""

from itertools import combinations

import numpy as np
import pytest

from sklearn_prodemb.evaluation import group_scores
from sklearn_prodemb.evaluation._group_scores import score_codes


def plain(groups, predicted):
    n = len(groups)
    f1, precision, recall = [], [], []
    for row in range(n):
        truth = {i for i in range(n) if groups[i] == groups[row]}
        alone = predicted[row] == -1
        guess = (
            {row} if alone else {i for i in range(n) if predicted[i] == predicted[row]}
        )
        both = len(truth & guess)
        precision.append(both / len(guess))
        recall.append(both / len(truth))
        f1.append(2 * both / (len(truth) + len(guess)))
    true_pairs = {p for p in combinations(range(n), 2) if groups[p[0]] == groups[p[1]]}
    pairs = {
        p for p in combinations(range(n), 2) if predicted[p[0]] == predicted[p[1]] != -1
    }
    right = len(true_pairs & pairs)
    return {
        "f1": np.mean(f1),
        "precision": np.mean(precision),
        "recall": np.mean(recall),
        "pair_precision": right / len(pairs) if pairs else 1,
        "pair_recall": right / len(true_pairs) if true_pairs else 1,
    }


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_plain_sets(seed):
    rng = np.random.default_rng(seed)
    groups, predicted = rng.integers(0, 6, 30), rng.integers(-1, 5, 30)
    scores = group_scores(groups, predicted)
    for name, value in plain(groups.tolist(), predicted.tolist()).items():
        assert scores[name] == pytest.approx(value), name
    for kind, (p, r) in {
        "bcubed_f1": ("precision", "recall"),
        "pair_f1": ("pair_precision", "pair_recall"),
    }.items():
        total = scores[p] + scores[r]
        expected = 2 * scores[p] * scores[r] / total if total else 0
        assert scores[kind] == pytest.approx(expected)


def test_unknown_rows_do_not_count():
    known = group_scores(["a", "a", "b"], [0, 1, 1])
    assert group_scores(["a", -1, "a", "b", -1], [0, 1, 1, 1, 0]) == known


def test_the_right_groups():
    scores = group_scores([3, 3, 5], ["x", "x", "y"])
    assert set(scores.values()) == {1.0}


@pytest.mark.parametrize(
    ("groups", "predicted", "says"),
    [
        ([0, 1], [0], "one group for each of the 2 rows"),
        ([-1, -1], [0, 1], "no row has a known group"),
    ],
)
def test_what_is_refused(groups, predicted, says):
    with pytest.raises(ValueError, match=says):
        group_scores(groups, predicted)


def test_numbers_are_scored_as_groups():
    rng = np.random.default_rng(0)
    truth, guess = rng.integers(-1, 6, 30), rng.integers(0, 5, 30)
    assert score_codes(truth, guess) == pytest.approx(group_scores(truth, guess))
    with pytest.raises(ValueError, match="no row has a known group"):
        score_codes(np.full(2, -1), np.zeros(2, int))
