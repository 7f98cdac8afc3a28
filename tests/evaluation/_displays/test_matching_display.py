"""The scores of thresholds, of `fit` and of other offers."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from small_offers import random_offers

from sklearn_prodemb.evaluation import MatchingDisplay
from sklearn_prodemb.matching import PairMatcher, ProductMatcher

TITLES, GROUPS = random_offers(10, seed=0)
NEW, NEW_GROUPS = random_offers(8, seed=1)
NAMES = ["precision", "recall", "f1"]


@pytest.fixture(scope="module")
def matcher():
    return ProductMatcher(method="similarity", random_state=0).fit(TITLES, GROUPS)


def assert_shows(display, curve):
    assert list(display.lines_) == NAMES
    for name, line in display.lines_.items():
        np.testing.assert_array_equal(line.get_xdata(), curve["threshold"])
        np.testing.assert_array_equal(line.get_ydata(), curve[name])


def test_the_cross_validation_of_fit(matcher):
    display = MatchingDisplay.from_estimator(matcher)
    assert_shows(display, matcher.threshold_curve_)
    assert display.threshold_line_.get_xdata() == [matcher.threshold_] * 2
    assert display.figure_ is display.ax_.figure
    assert display.ax_.get_xlabel() == "threshold"
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    threshold = f"threshold {matcher.threshold_:.2f}"
    assert texts == ["precision", "recall", "F1", threshold]


def test_other_offers(matcher):
    curve = matcher.score_thresholds(NEW, NEW_GROUPS)
    display = MatchingDisplay.from_estimator(matcher, NEW, NEW_GROUPS)
    assert_shows(display, curve)
    assert not np.array_equal(curve["f1"], matcher.threshold_curve_["f1"])
    # Arrays have no truth value.
    as_arrays = np.array(NEW, object), np.array(NEW_GROUPS)
    assert_shows(MatchingDisplay.from_estimator(matcher, *as_arrays), curve)


def test_axes_and_styles_may_be_given(matcher):
    _, ax = plt.subplots()
    display = MatchingDisplay.from_estimator(matcher, ax=ax, line_kw={"lw": 7})
    assert display.ax_ is ax
    assert all(line.get_linewidth() == 7 for line in display.lines_.values())
    assert display.threshold_line_.get_linewidth() != 7
    _, other = plt.subplots()
    assert display.plot(other).ax_ is other


def test_matchers_without_scores():
    with pytest.raises(NotFittedError):
        MatchingDisplay.from_estimator(ProductMatcher())
    pairs = PairMatcher(random_state=0).fit((TITLES, TITLES[::-1]), [0, 1] * 15)
    other = LogisticRegression().fit([[0], [1]], [0, 1])
    for estimator in (pairs, other):
        name = type(estimator).__name__
        with pytest.raises(TypeError, match=f"each threshold.* but {name} has none"):
            MatchingDisplay.from_estimator(estimator)


def test_offers_and_groups_go_together(matcher):
    with pytest.raises(ValueError, match="X was given without groups"):
        MatchingDisplay.from_estimator(matcher, NEW)
    with pytest.raises(ValueError, match="groups was given without X"):
        MatchingDisplay.from_estimator(matcher, groups=NEW_GROUPS)
    with pytest.raises(ValueError, match="one group for each of the 24 rows"):
        MatchingDisplay.from_estimator(matcher, NEW, NEW_GROUPS[1:])
