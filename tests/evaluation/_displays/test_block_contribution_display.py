"""The shares of blocks in the variance of a decision."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from small import LABELS, PRICES, SESSIONS, TITLES, spectral

from sklearn_prodemb.evaluation import BlockContributionDisplay, block_contributions

THREE = np.array(["xyz"[i % 3] for i in range(len(TITLES))])
NAMES = ["words", "contexts", "products"]


def fitted(head, y):
    embedder = FrozenEstimator(spectral().fit(SESSIONS))
    return make_pipeline(embedder, head).fit(TITLES, y)


def assert_drawn(display):
    assert list(display.bars_) == list(display.shares)
    for name, bars in display.bars_.items():
        np.testing.assert_allclose([b.get_width() for b in bars], display.shares[name])


def test_shares_are_those_of_the_covariance():
    model = fitted(LogisticRegression(), LABELS)
    display = BlockContributionDisplay.from_estimator(model, TITLES)
    parts = block_contributions(model, TITLES)
    decision = model.decision_function(TITLES)
    assert list(display.shares) == NAMES
    for name, share in display.shares.items():
        covariance = np.cov(parts[name], decision)
        np.testing.assert_allclose(share, [covariance[0, 1] / covariance[1, 1]], 1e-4)
    np.testing.assert_allclose(sum(display.shares.values()), [1])
    assert_drawn(display)
    assert [t.get_text() for t in display.ax_.get_yticklabels()] == NAMES
    assert display.ax_.get_legend() is None
    # Each bar has its block at its side.
    for tick, bars in zip(
        display.ax_.get_yticks(), display.bars_.values(), strict=True
    ):
        (bar,) = bars
        assert bar.get_y() < tick < bar.get_y() + bar.get_height()


@pytest.mark.parametrize(
    ("head", "y", "outputs"),
    [
        (LogisticRegression(), THREE, ["x", "y", "z"]),
        (Ridge(), np.stack([PRICES, PRICES**2], axis=1), ["0", "1"]),
    ],
)
def test_a_group_of_bars_for_each_output(head, y, outputs):
    display = BlockContributionDisplay.from_estimator(fitted(head, y), TITLES)
    assert_drawn(display)
    assert [t.get_text() for t in display.ax_.get_yticklabels()] == outputs
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == NAMES
    for number in range(len(outputs)):
        edges = [bars[number].get_y() for bars in display.bars_.values()]
        edges.append(edges[-1] + display.bars_["products"][number].get_height())
        assert edges == sorted(edges)
        assert number - 0.5 < edges[0] < edges[-1] < number + 0.5
    # More bars, a higher figure.
    single = BlockContributionDisplay.from_estimator(fitted(Ridge(), PRICES), TITLES)
    assert display.figure_.get_figheight() > single.figure_.get_figheight()


def test_what_one_block_adds_another_may_undo():
    up = np.array([1.0, 2, 3, 4])
    parts = {"a": 2 * up, "b": -up, "c": 0 * up + 5, "intercept": np.array(7.0)}
    display = BlockContributionDisplay(contributions=parts).plot()
    assert {name: share.tolist() for name, share in display.shares.items()} == {
        "a": [2.0],
        "b": [-1.0],
        "c": [0.0],
    }


def test_a_decision_that_is_the_same_for_all():
    parts = {"a": np.full(3, 2.0), "intercept": np.array(1.0)}
    display = BlockContributionDisplay(contributions=parts).plot()
    assert display.shares["a"].tolist() == [0]


def test_axes_and_styles_may_be_given():
    model = fitted(Ridge(), PRICES)
    _, ax = plt.subplots()
    display = BlockContributionDisplay.from_estimator(
        model, TITLES, ax=ax, bar_kw={"color": "black"}
    )
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    for bars in display.bars_.values():
        assert bars[0].get_facecolor() == (0, 0, 0, 1)
    with pytest.raises(TypeError, match="model must be a fitted Pipeline"):
        BlockContributionDisplay.from_estimator(model[-1], TITLES)
