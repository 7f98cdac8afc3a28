"""The classifier of pairs, its thresholds, and what a file holds of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier

from ..exceptions import InvalidFileError
from ._boosted_trees import BoostedTrees

# Probabilities from which on a pair may count as one product.
THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.01), 2)
# Fewer known values of a feature, or one of so many pairs, are as good as none.
_LEAST_KNOWN, _SHARE_KNOWN = 20, 2_000


def fit_estimator(
    estimator: Any, seed: int, features: np.ndarray, is_same: np.ndarray
) -> Any:
    """Fit a clone of a classifier.

    Parameters
    ----------
    estimator : classifier or None
        The classifier; None is gradient boosting.
    seed : int
        The seed of the boosting.
    features : ndarray of float32, shape (n_pairs, n_features)
        The features of pairs, NaN if something is missing.
    is_same : ndarray of bool or int, shape (n_pairs,)
        Whether a pair is one product.

    Returns
    -------
    fitted : BoostedTrees or classifier
        The trees of the boosting, or the fitted clone.
    """
    # The boosting cannot cut a feature into bins that is missing in all that it draws
    # for it, nor split one that has fewer values than a leaf has pairs.
    n_known = (~np.isnan(features)).sum(axis=0)
    least = max(_LEAST_KNOWN, len(features) // _SHARE_KNOWN)
    is_rare = (n_known < least) & (n_known < len(features))
    features = np.where(is_rare, np.float32(0), features)
    if estimator is not None:
        return clone(estimator).fit(features, is_same)
    boosting = HistGradientBoostingClassifier(
        learning_rate=0.08, max_iter=200, l2_regularization=1.0, random_state=seed
    )
    return BoostedTrees.from_classifier(boosting.fit(features, is_same))


def check_follows(matcher: Any, **expected: Any) -> None:
    """Check fitted attributes that follow from others.

    Raises
    ------
    InvalidFileError
        If one is something else than expected; the error names it.
    """
    for name, value in expected.items():
        if getattr(matcher, name) != value:
            raise InvalidFileError(
                f"{type(matcher).__name__}.{name} is not that of its offers and its "
                f"classifier"
            )


def best_threshold(scores: np.ndarray) -> float:
    """Give the threshold with the highest score; of equals the one in the middle."""
    best = np.flatnonzero(scores == scores.max())
    return float(THRESHOLDS[best[len(best) // 2]])
