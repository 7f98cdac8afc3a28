"""The losses of the steps, and their means."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from small import ID_SESSIONS, SESSIONS, small, spectral

from sklearn_prodemb.baselines import Prod2Vec
from sklearn_prodemb.evaluation import LossCurveDisplay


def test_loss_curves():
    embedder = small(max_epochs=8).fit(SESSIONS)
    display = LossCurveDisplay.from_estimator(embedder)
    assert set(display.lines_) == {"loss", "byol", "category"}
    losses = embedder.loss_curve_["loss"]
    width = len(losses) // 20
    assert width > 1
    expected = [losses[i : i + width].mean() for i in range(len(losses) - width + 1)]
    line = display.lines_["loss"]
    np.testing.assert_allclose(line.get_ydata(), expected)
    assert line.get_xdata()[0] == (1 + width) / 2
    assert line.get_xdata()[-1] == len(losses) - (width - 1) / 2
    only_byol = small(alpha=1.0).fit(SESSIONS)
    assert set(LossCurveDisplay.from_estimator(only_byol).lines_) == {"loss", "byol"}


def test_losses_that_are_not_there():
    with pytest.raises(NotFittedError):
        LossCurveDisplay.from_estimator(small())
    with pytest.raises(ValueError, match="There are no losses"):
        LossCurveDisplay.from_estimator(small(max_epochs=0).fit(SESSIONS))


@pytest.mark.parametrize("estimator", [spectral(), Prod2Vec(max_epochs=1)])
def test_estimators_without_losses_of_steps(estimator):
    name = type(estimator).__name__
    with pytest.raises(TypeError, match=f"losses of steps.* but {name} has none"):
        LossCurveDisplay.from_estimator(estimator.fit(ID_SESSIONS))


def test_each_step_is_drawn_faintly_behind_its_mean():
    losses = np.array([3.0, 1.0, 2.0])
    curve = {"loss": losses, "category": np.zeros(3)}
    display = LossCurveDisplay(loss_curve=curve).plot(line_kw={"color": "red"})
    # Of less than twenty steps, each is its own mean.
    mean, steps = display.ax_.lines
    assert display.lines_ == {"loss": mean}
    for line in (mean, steps):
        np.testing.assert_allclose(line.get_xdata(), [1, 2, 3])
        np.testing.assert_allclose(line.get_ydata(), losses)
        assert line.get_color() == "red"
    assert steps.get_alpha() < 0.5
