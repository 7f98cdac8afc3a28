"""How much of a linear model's decision comes from which block of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..._public import public
from .._block_contributions import INTERCEPT, block_contributions
from .style import axes

# Of the room between one output and the next.
_BARS = 0.8


@public
class BlockContributionDisplay:
    """The share of each block of columns in the variance of a linear model's decision.

    The share of a block is the covariance of what it adds and the decision, over the
    variance of the decision: the shares of all blocks add up to 1. A block whose part
    others undo has a negative share.

    It is recommended to use `from_estimator` to create one.

    Parameters
    ----------
    contributions : dict of str to ndarray of float, shape (n_titles,) or (n_titles, \
n_outputs)
        What `block_contributions` gives.
    outputs : sequence of str or None, default=None
        What outputs are called, such as classes; needed if there are several.

    Attributes
    ----------
    shares : dict of str to ndarray of float64, shape (n_outputs,)
        The shares of each block; 0 if the decision is the same for all titles.
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of the axes.
    bars_ : dict of str to matplotlib BarContainer
        The bars of each block, one an output.

    See Also
    --------
    block_contributions : Gives the contributions, title by title.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_prodemb import SpectralEmbedder
    >>> from sklearn_prodemb.datasets import make_sessions
    >>> from sklearn_prodemb.evaluation import BlockContributionDisplay
    >>> market = make_sessions(100, random_state=0)
    >>> embedder = SpectralEmbedder(random_state=0, sessions=market.sessions)
    >>> model = make_pipeline(embedder, LogisticRegression())
    >>> model = model.fit(market.titles, market.targets["used"])
    >>> display = BlockContributionDisplay.from_estimator(model, market.titles)
    >>> [*display.shares]
    ['words', 'contexts', 'products']
    >>> round(float(sum(display.shares.values())[0]), 3)
    1.0
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        *,
        contributions: Mapping[str, np.ndarray],
        outputs: Sequence[str] | None = None,
    ) -> None:
        self.contributions = contributions
        self.outputs = outputs

    @classmethod
    def from_estimator(
        cls,
        model: Any,
        X: Any,
        *,
        ax: Any = None,
        bar_kw: Mapping[str, Any] | None = None,
    ) -> BlockContributionDisplay:
        """Draw the shares of the blocks of a fitted pipeline.

        Parameters
        ----------
        model : Pipeline
            As of `block_contributions`.
        X : list, ndarray, Series or frame of n_titles rows
            What the pipeline takes, such as titles.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        bar_kw : dict or None, default=None
            As in `plot`.

        Returns
        -------
        display : BlockContributionDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError, TypeError
            As of `block_contributions`.
        """
        contributions = block_contributions(model, X)
        n_outputs = np.size(contributions[INTERCEPT])
        outputs = getattr(model[-1], "classes_", range(n_outputs))
        # Two classes have one decision.
        names = [str(output) for output in outputs] if n_outputs > 1 else None
        return cls(contributions=contributions, outputs=names).plot(ax, bar_kw=bar_kw)

    @property
    def shares(self) -> dict[str, np.ndarray]:
        """The shares of each block, float64 (n_outputs,)."""
        parts = {
            name: np.reshape(part, (len(part), -1))
            for name, part in self.contributions.items()
            if name != INTERCEPT
        }
        parts = {name: part - part.mean(axis=0) for name, part in parts.items()}
        total = sum(parts.values())
        variance = np.square(total).mean(axis=0)
        return {
            name: np.divide(
                (part * total).mean(axis=0),
                variance,
                out=np.zeros_like(variance),
                where=variance > 0,
            )
            for name, part in parts.items()
        }

    def plot(
        self, ax: Any = None, *, bar_kw: Mapping[str, Any] | None = None
    ) -> BlockContributionDisplay:
        """Draw a bar a block, for each output.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        bar_kw : dict or None, default=None
            Passed to `Axes.barh`.

        Returns
        -------
        display : BlockContributionDisplay
            Itself.
        """
        shares = self.shares
        n_outputs = len(next(iter(shares.values())))
        height = _BARS / len(shares)
        # A figure has room for all bars.
        inches = 1 + 0.3 * n_outputs * len(shares)
        self.ax_ = axes(ax, type(self).__name__, figsize=(6.4, max(2.4, inches)))
        self.figure_ = self.ax_.figure
        self.bars_ = {}
        places = np.arange(n_outputs)
        for number, (name, share) in enumerate(shares.items()):
            offset = (number + 0.5) * height - _BARS / 2
            kwargs = {"height": 0.9 * height, "label": name, **(bar_kw or {})}
            bars = self.ax_.barh(places + offset, share, **kwargs)
            self.ax_.bar_label(bars, fmt="{:.2f}", padding=3, fontsize="small")
            self.bars_[name] = bars
        self.ax_.set(xlabel="share of the variance of the decision")
        self.ax_.grid(False, axis="y")
        self.ax_.set_axisbelow(True)
        self.ax_.margins(x=0.1)
        self.ax_.invert_yaxis()
        if self.outputs is None:
            ticks = [(n + 0.5) * height - _BARS / 2 for n in range(len(shares))]
            self.ax_.set_yticks(ticks, [*shares])
        else:
            self.ax_.set_yticks(places, self.outputs)
            self.ax_.legend(
                frameon=False,
                fontsize="small",
                ncols=len(shares),
                loc="lower center",
                bbox_to_anchor=(0.5, 1),
            )
        return self
