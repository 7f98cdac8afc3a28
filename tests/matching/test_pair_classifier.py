"""What classifiers of pairs share, with one that compares first letters."""

import numpy as np
import pytest

from sklearn_prodemb.matching._pair_classifier import PairClassifier


class Letters:
    """The probability is the one feature."""

    def predict_proba(self, features):
        return np.hstack([1 - features, features])


class LetterPairs(PairClassifier):
    def __init__(self, *, threshold="auto", random_state=None):
        self.threshold = threshold
        self.random_state = random_state

    def _prepare(self, left, right, seed):
        return self._compare(left, right), {"seed_": seed}

    def _compare(self, left, right):
        sides = zip(left.joined, right.joined, strict=True)
        return np.array([[0.7 if a[0] == b[0] else 0.2] for a, b in sides])

    def _fit_estimator(self, features, codes, seed):
        return Letters()


LEFT, RIGHT = ["aa", "ab", "ba", "bb"] * 3, ["ax", "bx", "bx", "ax"] * 3
Y = ["same", "other", "same", "other"] * 3


def test_the_threshold_is_the_middle_of_the_best():
    matcher = LetterPairs().fit((LEFT, RIGHT), Y)
    # "same" is the higher label, and .21 to .70 are equally good.
    assert matcher.threshold_ == pytest.approx(0.46)
    assert matcher.predict((LEFT, RIGHT)).tolist() == Y
    found = matcher.predict_proba((["aa"], ["ax"]))
    np.testing.assert_allclose(found, [[0.3, 0.7]])


def test_two_pairs_of_a_class_are_too_few_for_folds():
    matcher = LetterPairs().fit((LEFT[:6], RIGHT[:6]), ["b", "a", "b", "b", "b", "a"])
    assert matcher.threshold_ == 0.5


def test_pairs_as_an_array():
    pairs = np.array([LEFT, RIGHT]).T
    assert LetterPairs().fit(pairs, Y).predict(pairs).tolist() == Y
    assert LetterPairs().fit(pairs, Y).predict_proba(([], [])).shape == (0, 2)


@pytest.mark.parametrize(
    ("X", "y", "says"),
    [
        ((LEFT, RIGHT[:-1]), Y, "12 offers left and 11 right"),
        ((LEFT, RIGHT), ["same"] * 12, "two classes"),
        ((LEFT, RIGHT), Y[:-1], "inconsistent lengths"),
        (LEFT, Y, r"tuple \(left, right\)"),
        ("ab", Y, r"tuple \(left, right\)"),
    ],
)
def test_what_is_refused(X, y, says):
    with pytest.raises(ValueError, match=says):
        LetterPairs().fit(X, y)
