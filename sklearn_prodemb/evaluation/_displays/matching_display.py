"""Precision, recall and F1 of groups of offers against the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..._public import public
from .style import axes

_LABELS = {"precision": "precision", "recall": "recall", "f1": "F1"}


@public
class MatchingDisplay:
    """Precision, recall and F1 of groups of offers against the threshold.

    It is recommended to use `from_estimator` to create one.

    Parameters
    ----------
    threshold_curve : dict of str to ndarray of float64, shape (n_thresholds,)
        "threshold", "precision", "recall" and "f1", as `threshold_curve_` of a matcher
        holds them.
    threshold : float
        The threshold of the matcher.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of the axes.
    lines_ : dict of str to matplotlib Line2D
        The lines of "precision", "recall" and "f1".
    threshold_line_ : matplotlib Line2D
        The vertical line at the threshold.

    See Also
    --------
    group_table : The largest and the least sure groups, to look at.
    group_scores : The scores at one threshold.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn_prodemb.evaluation import MatchingDisplay
    >>> from sklearn_prodemb.matching import ProductMatcher
    >>> offers = ["Canon IXUS 185", "canon ixus 185 black", "Nikon D750", "nikon d750"]
    >>> matcher = ProductMatcher(random_state=0).fit(offers, [0, 0, 1, 1])
    >>> display = MatchingDisplay.from_estimator(matcher)
    >>> sorted(display.lines_)
    ['f1', 'precision', 'recall']
    >>> plt.close(display.figure_)
    """

    def __init__(
        self, *, threshold_curve: Mapping[str, np.ndarray], threshold: float
    ) -> None:
        self.threshold_curve = threshold_curve
        self.threshold = threshold

    @classmethod
    def from_estimator(
        cls,
        matcher: Any,
        X: Any = None,
        groups: Any = None,
        *,
        ax: Any = None,
        line_kw: Mapping[str, Any] | None = None,
    ) -> MatchingDisplay:
        """Draw the scores of a fitted `ProductMatcher` at each threshold.

        Parameters
        ----------
        matcher : ProductMatcher
            A fitted matcher of groups.
        X : list, ndarray, Series or data frame, of length n_offers, or None, \
                default=None
            Offers to score on, such as held-out ones. None draws `threshold_curve_`, by
            cross-validation within `fit`.
        groups : array-like of str or number, shape (n_offers,), or None, default=None
            The true groups of `X`; those of -1 do not count.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        line_kw : dict or None, default=None
            As in `plot`.

        Returns
        -------
        display : MatchingDisplay
            The display, drawn.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the matcher is not fitted.
        TypeError
            If it has no scores of thresholds, as `PairMatcher`.
        ValueError
            If only one of `X` and `groups` is given, or they are not as the matcher
            takes them.
        """
        check_is_fitted(matcher)
        threshold_curve = getattr(matcher, "threshold_curve_", None)
        if not isinstance(threshold_curve, Mapping):
            raise TypeError(
                f"MatchingDisplay draws the scores of groups at each threshold, as "
                f"ProductMatcher has them, but {type(matcher).__name__} has none."
            )
        if (X is None) != (groups is None):
            missing, given = ("X", "groups") if X is None else ("groups", "X")
            raise ValueError(
                f"X and groups go together, but {given} was given without {missing}: "
                f"give both to score on these offers, or none to draw the "
                f"cross-validation of fit."
            )
        if X is not None:
            threshold_curve = matcher.score_thresholds(X, groups)
        display = cls(threshold_curve=threshold_curve, threshold=matcher.threshold_)
        return display.plot(ax, line_kw=line_kw)

    def plot(
        self, ax: Any = None, *, line_kw: Mapping[str, Any] | None = None
    ) -> MatchingDisplay:
        """Draw a line for each score, and the threshold.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        line_kw : dict or None, default=None
            Passed to `Axes.plot` for the scores.

        Returns
        -------
        display : MatchingDisplay
            Itself.
        """
        self.ax_ = axes(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        self.lines_ = {}
        for name, label in _LABELS.items():
            kwargs = {"label": label, **(line_kw or {})}
            (self.lines_[name],) = self.ax_.plot(
                self.threshold_curve["threshold"], self.threshold_curve[name], **kwargs
            )
        # Grey is seen on white and on black.
        self.threshold_line_ = self.ax_.axvline(
            self.threshold,
            color="grey",
            linestyle="--",
            label=f"threshold {self.threshold:.2f}",
        )
        self.ax_.set(xlabel="threshold", ylabel="mean score of offers")
        # The legend covers the threshold where it lies upon it.
        self.ax_.legend(fontsize="small", framealpha=1, edgecolor="none")
        return self
