"""Losses of a training, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..._public import public
from .style import axes, legend

_LABELS = {"loss": "loss", "byol": "BYOL", "category": "category"}


@public
class LossCurveDisplay:
    """Losses against steps.

    It is recommended to use `from_estimator` to create one.

    Parameters
    ----------
    loss_curve : dict of str to ndarray of float64, shape (n_steps,)
        The losses of each step, as `loss_curve_` of an embedder holds them.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of the axes.
    lines_ : dict of str to matplotlib Line2D
        The smoothed line of each loss.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn_prodemb import TextCNNEmbedder
    >>> from sklearn_prodemb.datasets import make_sessions
    >>> from sklearn_prodemb.evaluation import LossCurveDisplay
    >>> sessions = make_sessions(100, random_state=0).sessions
    >>> embedder = TextCNNEmbedder(batch_size=100, n_filters=8, random_state=0)
    >>> display = LossCurveDisplay.from_estimator(embedder.fit(sessions))
    >>> sorted(display.lines_)
    ['byol', 'category', 'loss']
    >>> plt.close(display.figure_)
    """

    def __init__(self, *, loss_curve: Mapping[str, np.ndarray]) -> None:
        self.loss_curve = loss_curve

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        ax: Any = None,
        line_kw: Mapping[str, Any] | None = None,
    ) -> LossCurveDisplay:
        """Draw the losses of a fitted `ProductEmbedder` or `TextCNNEmbedder`.

        Parameters
        ----------
        estimator : ProductEmbedder or TextCNNEmbedder
            A fitted embedder.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        line_kw : dict or None, default=None
            As in `plot`.

        Returns
        -------
        display : LossCurveDisplay
            The display, drawn.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator has no loss curve of steps, as `SpectralEmbedder`.
        ValueError
            If it was not trained, with `max_epochs=0`.
        """
        check_is_fitted(estimator)
        loss_curve = getattr(estimator, "loss_curve_", None)
        if not isinstance(loss_curve, Mapping):
            raise TypeError(
                f"LossCurveDisplay draws the losses of steps, as ProductEmbedder has "
                f"them, but {type(estimator).__name__} has none."
            )
        return cls(loss_curve=loss_curve).plot(ax, line_kw=line_kw)

    def plot(
        self, ax: Any = None, *, line_kw: Mapping[str, Any] | None = None
    ) -> LossCurveDisplay:
        """Draw each loss, faintly, and its mean over a twentieth of the steps.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        line_kw : dict or None, default=None
            Passed to `Axes.plot` for the means.

        Returns
        -------
        display : LossCurveDisplay
            Itself.
        """
        n_steps = len(self.loss_curve["loss"])
        if n_steps == 0:
            raise ValueError("There are no losses: the estimator was not trained.")
        self.ax_ = axes(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        self.lines_ = {}
        width = max(1, n_steps // 20)
        for name, values in self.loss_curve.items():
            # A part that is not trained is 0 all along.
            if not values.any():
                continue
            kwargs = {"label": _LABELS.get(name, name), **(line_kw or {})}
            middle = np.arange(n_steps - width + 1) + 1 + (width - 1) / 2
            means = np.convolve(values, np.full(width, 1 / width), mode="valid")
            (line,) = self.ax_.plot(middle, means, **kwargs)
            steps = np.arange(1, n_steps + 1)
            self.ax_.plot(steps, values, color=line.get_color(), alpha=0.25, lw=0.8)
            self.lines_[name] = line
        self.ax_.set(xlabel="step", ylabel="loss, mean over the pairs of a step")
        legend(self.ax_)
        return self
