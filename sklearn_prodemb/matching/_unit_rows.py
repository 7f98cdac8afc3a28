"""Rows of length 1."""

from __future__ import annotations

import numpy as np


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Divide rows by their lengths.

    scikit-learn's `normalize` does not take arrays without rows or columns.

    Parameters
    ----------
    rows : ndarray of float32, shape (n_rows, n_columns)
        The rows.

    Returns
    -------
    rows : ndarray of float32, shape (n_rows, n_columns)
        Rows of length 1; those of zeros are as before.
    """
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
