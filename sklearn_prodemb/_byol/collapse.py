"""Notice when all titles get the same vector."""

from __future__ import annotations

import warnings

import numpy as np

from ..exceptions import CollapseWarning

# Untrained and well trained encoders were seen between 0.4 and 0.8, collapsed ones
# below 0.001.
_THRESHOLD = 0.05


def spread(vectors: np.ndarray) -> float:
    """Measure how far apart vectors are, whatever their length.

    Parameters
    ----------
    vectors : ndarray, shape (n_titles, n_features)
        Vectors of distinct titles.

    Returns
    -------
    spread : float
        The root mean square distance from the mean vector, as a share of the root mean
        square length: 0 where all are equal, 1 where they point everywhere.
    """
    vectors = vectors.astype(np.float64)
    total = np.square(vectors).sum()
    around = np.square(vectors - vectors.mean(axis=0)).sum()
    return float(np.sqrt(around / total)) if total > 0 else 0.0


def warn_if_collapsed(value: float, alpha: float) -> None:
    """Warn with `CollapseWarning` where the spread is near nothing."""
    if value >= _THRESHOLD:
        return
    advice = (
        "alpha=1 drops the category loss that prevents it: use alpha <= 0.9 and "
        "sessions with categories."
        if alpha == 1
        else "Lower alpha or learning_rate, or give the sessions categories."
    )
    warnings.warn(
        f"The representation has collapsed: the vectors of different titles spread by "
        f"only {value:.2g} of their length. {advice}",
        CollapseWarning,
        stacklevel=7,
    )
