"""Notice when all titles get the same vector."""

from __future__ import annotations

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
        square length: 0 if all are equal, 1 if they point everywhere.
    """
    vectors = vectors.astype(np.float64)
    total = np.square(vectors).sum()
    around = np.square(vectors - vectors.mean(axis=0)).sum()
    return float(np.sqrt(around / total)) if total > 0 else 0.0


def collapse_warning(value: float, alpha: float) -> CollapseWarning | None:
    """Give the warning if the spread is near nothing.

    Parameters
    ----------
    value : float
        What `spread` gave.
    alpha : float
        The weight of the BYOL loss, which the advice depends on.

    Returns
    -------
    warning : CollapseWarning or None
        None if the representation has not collapsed.
    """
    if value >= _THRESHOLD:
        return None
    advice = (
        "alpha=1 drops the category loss that prevents it: use alpha <= 0.9 and "
        "sessions with categories."
        if alpha == 1
        else "Lower alpha or learning_rate, or give the sessions categories."
    )
    return CollapseWarning(
        f"The representation has collapsed: the vectors of different titles spread by "
        f"only {value:.2g} of their length. {advice}"
    )
