"""Scores against the number of labels, a line a model (the published figure 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..._public import public
from .._compare_models import compare_models
from .._train_size_split import TRAIN_SIZES
from .read_results import draws, read_results
from .style import axes, band, legend, size_axis


@public
class TrainSizeDisplay:
    """Scores against the number of labels.

    It is recommended to use `from_results` or `from_estimator` to create one.

    Parameters
    ----------
    scores : dict of str to dict of int to ndarray of float64, shape (n_draws,)
        The scores of the draws, by model and train size.
    task : str
        The task, as title.
    metric : str
        The metric, as label of the axis of scores.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of the axes.
    lines_ : dict of str to matplotlib Line2D
        The line of each model.

    See Also
    --------
    compare_models : Gives the results.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> from sklearn_prodemb.evaluation import TrainSizeDisplay
    >>> results = pd.DataFrame({
    ...     "model": "ours", "task": "used", "part": "test", "metric": "auc_roc",
    ...     "train_size": [100, 100, 500, 500], "draw": [0, 1, 0, 1],
    ...     "score": [0.61, 0.65, 0.7, 0.72],
    ... })
    >>> display = TrainSizeDisplay.from_results(results)
    >>> display.ax_.get_ylabel()
    'test AUC ROC'
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        *,
        scores: Mapping[str, Mapping[int, np.ndarray]],
        task: str,
        metric: str,
    ) -> None:
        self.scores = scores
        self.task = task
        self.metric = metric

    @classmethod
    def from_results(
        cls,
        results: Any,
        *,
        task: str | None = None,
        metric: str | None = None,
        ax: Any = None,
        line_kw: Mapping[str, Any] | None = None,
        fill_between_kw: Mapping[str, Any] | None = None,
    ) -> TrainSizeDisplay:
        """Draw what `compare_models` found.

        Parameters
        ----------
        results : data frame
            What `compare_models` gave, or a part of it.
        task : str or None, default=None
            The task; needed if there are several.
        metric : str or None, default=None
            The metric; needed if there are several.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        line_kw, fill_between_kw : dict or None, default=None
            As in `plot`.

        Returns
        -------
        display : TrainSizeDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If columns are missing, or `task` or `metric` is needed.
        """
        found = read_results(results, task=task, metric=metric)
        display = cls(
            scores={model: draws(rows) for model, rows in found.models.items()},
            task=found.task,
            metric=found.label,
        )
        return display.plot(ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any,
        *,
        groups: Any = None,
        train_sizes: Sequence[int] = TRAIN_SIZES,
        n_draws: int = 5,
        part: str = "test",
        random_state: int = 0,
        metric: str | None = None,
        n_jobs: int | None = None,
        ax: Any = None,
        line_kw: Mapping[str, Any] | None = None,
        fill_between_kw: Mapping[str, Any] | None = None,
    ) -> TrainSizeDisplay:
        """Score one model with `compare_models`, and draw it.

        Parameters
        ----------
        estimator : estimator
            A classifier or regressor.
        X : list, array, Series or frame of n_rows rows
            Titles, or anything else with `groups`.
        y : array-like, shape (n_rows,)
            What is to be predicted.
        groups : list, array or Series of str, of length n_rows, or None, default=None
            The titles, if `X` is not a list of them.
        train_sizes, n_draws, part, random_state
            As in `compare_models`.
        metric : str or None, default=None
            "r2" or "mae" for regressors.
        n_jobs : int or None, default=None
            As in `compare_models`.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        line_kw, fill_between_kw : dict or None, default=None
            As in `plot`.

        Returns
        -------
        display : TrainSizeDisplay
            The display, drawn.
        """
        name = type(estimator).__name__
        task = (X, y) if groups is None else (X, y, groups)
        results = compare_models(
            {name: estimator},
            {"": task},
            train_sizes=train_sizes,
            n_draws=n_draws,
            part=part,
            random_state=random_state,
            n_jobs=n_jobs,
        )
        return cls.from_results(
            results,
            metric=metric,
            ax=ax,
            line_kw=line_kw,
            fill_between_kw=fill_between_kw,
        )

    def plot(
        self,
        ax: Any = None,
        *,
        line_kw: Mapping[str, Any] | None = None,
        fill_between_kw: Mapping[str, Any] | None = None,
    ) -> TrainSizeDisplay:
        """Draw a line for each model, with a band of one standard deviation.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        line_kw : dict or None, default=None
            Passed to `Axes.plot`.
        fill_between_kw : dict or None, default=None
            Passed to `Axes.fill_between`.

        Returns
        -------
        display : TrainSizeDisplay
            Itself.
        """
        self.ax_ = axes(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        self.lines_ = {
            model: band(self.ax_, by_size, model, line_kw, fill_between_kw)
            for model, by_size in self.scores.items()
        }
        size_axis(self.ax_, {size for by in self.scores.values() for size in by})
        self.ax_.set(title=self.task, ylabel=self.metric)
        legend(self.ax_)
        return self
