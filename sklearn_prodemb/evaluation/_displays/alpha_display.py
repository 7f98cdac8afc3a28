"""Scores against alpha, a line a train size (the published figure 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from ..._public import public
from .._compare_models import compare_models
from .read_results import draws, read_results
from .style import axes, band, legend

ALPHAS = (0.0, 0.1, 0.5, 0.9, 1.0)
_UNTRAINED = "untrained"


@public
class AlphaDisplay:
    """Scores against the weight of the BYOL loss.

    It is recommended to use `from_results` or `from_estimator` to create one.

    Parameters
    ----------
    scores : dict of int to dict of float to ndarray of float64, shape (n_draws,)
        The scores of the draws, by train size and alpha.
    baseline : dict of int to ndarray of float64, shape (n_draws,)
        The scores of a model without training, by train size; may be empty.
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
    lines_ : dict of int to matplotlib Line2D
        The line of each train size.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import pandas as pd
    >>> from sklearn_prodemb.evaluation import AlphaDisplay
    >>> results = pd.DataFrame({
    ...     "model": ["low", "high", "untrained"], "task": "used", "part": "test",
    ...     "metric": "auc_roc", "train_size": 100, "score": [0.66, 0.63, 0.55],
    ... })
    >>> display = AlphaDisplay.from_results(
    ...     results, alphas={"low": 0.1, "high": 0.9}, baseline="untrained"
    ... )
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        *,
        scores: Mapping[int, Mapping[float, np.ndarray]],
        baseline: Mapping[int, np.ndarray],
        task: str,
        metric: str,
    ) -> None:
        self.scores = scores
        self.baseline = baseline
        self.task = task
        self.metric = metric

    @classmethod
    def from_results(
        cls,
        results: Any,
        *,
        alphas: Mapping[str, float],
        baseline: str | None = None,
        task: str | None = None,
        metric: str | None = None,
        ax: Any = None,
        line_kw: Mapping[str, Any] | None = None,
        fill_between_kw: Mapping[str, Any] | None = None,
    ) -> AlphaDisplay:
        """Draw what `compare_models` found.

        Parameters
        ----------
        results : data frame
            What `compare_models` gave, or a part of it.
        alphas : dict of str to float
            The alpha of each model, one model an alpha.
        baseline : str or None, default=None
            A model without training, drawn as a dashed line.
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
        display : AlphaDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If columns or models are missing, two models have one alpha, or `task` or
            `metric` is needed.
        """
        given = list(alphas.values())
        shared = [m for m, alpha in alphas.items() if given.count(alpha) > 1]
        if shared:
            raise ValueError(
                f"alphas must give each model an alpha of its own, but {shared} share "
                f"one: draw them one at a time."
            )
        found = read_results(results, task=task, metric=metric)
        absent = {*alphas, *([] if baseline is None else [baseline])} - set(
            found.models
        )
        if absent or not alphas:
            raise ValueError(
                f"There is no result of {sorted(absent) or 'any alpha'}, only of "
                f"{list(found.models)}."
            )
        by_alpha = {alphas[model]: draws(found.models[model]) for model in alphas}
        sizes = sorted({size for by_size in by_alpha.values() for size in by_size})
        display = cls(
            scores={
                size: {a: by[size] for a, by in by_alpha.items() if size in by}
                for size in sizes
            },
            baseline={} if baseline is None else draws(found.models[baseline]),
            task=found.task,
            metric=found.label,
        )
        return display.plot(ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    @classmethod
    def from_estimator(
        cls,
        embedder: Any,
        sessions: Any,
        X: Any,
        y: Any,
        *,
        alphas: Sequence[float] = ALPHAS,
        head: Any = None,
        train_sizes: Sequence[int] = (100, 1_000, 10_000),
        n_draws: int = 5,
        part: str = "validation",
        metric: str | None = None,
        n_jobs: int | None = None,
        ax: Any = None,
        line_kw: Mapping[str, Any] | None = None,
        fill_between_kw: Mapping[str, Any] | None = None,
    ) -> AlphaDisplay:
        """Train an embedder with each alpha, and draw their scores.

        The scores of the untrained embedder are drawn too.

        Parameters
        ----------
        embedder : TextCNNEmbedder
            Clones of it are fitted, with its other parameters.
        sessions : Sessions
            What to train on.
        X : list, array, Series or one-column frame of str, of length n_titles
            The titles of the task.
        y : array-like, shape (n_titles,)
            What is to be predicted.
        alphas : sequence of float, default=(0.0, 0.1, 0.5, 0.9, 1.0)
            The alphas; the published ones.
        head : estimator or None, default=None
            The model that is fitted on the vectors; None is the published
            `LogisticRegression(solver="liblinear", max_iter=1000)`.
        train_sizes, n_draws, part
            As in `compare_models`. The default part is the validation part.
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
        display : AlphaDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If there are no alphas.
        """
        # 0 and 0.0 are one alpha.
        names = {alpha: f"alpha {alpha}" for alpha in dict.fromkeys(alphas)}
        if not names:
            raise ValueError("alphas must hold one alpha or more, got none.")
        if head is None:
            head = LogisticRegression(solver="liblinear", max_iter=1000)
        models = {
            name: make_pipeline(
                FrozenEstimator(
                    clone(embedder).set_params(alpha=alpha).fit(sessions=sessions)
                ),
                head,
            )
            for alpha, name in names.items()
        }
        untrained = clone(embedder).set_params(max_epochs=0)
        untrained.fit(sessions=sessions)
        models[_UNTRAINED] = make_pipeline(FrozenEstimator(untrained), head)
        results = compare_models(
            models,
            {"": (X, y)},
            train_sizes=train_sizes,
            n_draws=n_draws,
            part=part,
            n_jobs=n_jobs,
        )
        return cls.from_results(
            results,
            alphas={name: alpha for alpha, name in names.items()},
            baseline=_UNTRAINED,
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
    ) -> AlphaDisplay:
        """Draw a line for each train size, with a band of one standard deviation.

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
        display : AlphaDisplay
            Itself.
        """
        self.ax_ = axes(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        self.lines_ = {}
        for size, by_alpha in self.scores.items():
            line = band(
                self.ax_, by_alpha, f"{size:,} labels", line_kw, fill_between_kw
            )
            self.lines_[size] = line
            if size in self.baseline:
                mean = self.baseline[size].mean()
                self.ax_.axhline(
                    mean, color=line.get_color(), linestyle="--", alpha=0.6
                )
        if self.baseline:
            self.ax_.plot([], [], color="grey", linestyle="--", label=_UNTRAINED)
        alphas = sorted({alpha for by in self.scores.values() for alpha in by})
        self.ax_.set_xticks(alphas, [f"{alpha:g}" for alpha in alphas])
        self.ax_.set(xlabel="alpha, weight of the BYOL loss", ylabel=self.metric)
        self.ax_.set_title(self.task)
        legend(self.ax_)
        return self
