"""The classifier of pairs that is used if none is given, and its thresholds."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier

# Probabilities from which on a pair may count as one product.
THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.01), 2)


def new_estimator(estimator: Any, seed: int) -> Any:
    """Clone a classifier; if it is None, give the one that is used without any."""
    if estimator is not None:
        return clone(estimator)
    return HistGradientBoostingClassifier(
        learning_rate=0.08, max_iter=200, l2_regularization=1.0, random_state=seed
    )


def best_threshold(scores: np.ndarray) -> float:
    """Give the threshold with the highest score; of equals the one in the middle."""
    best = np.flatnonzero(scores == scores.max())
    return float(THRESHOLDS[best[len(best) // 2]])
