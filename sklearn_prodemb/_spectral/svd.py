"""Truncated SVD of sparse matrices."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd


def truncated_svd(
    matrix: sparse.csr_array,
    n_components: int,
    rng: np.random.RandomState,
    *,
    n_power_iterations: int,
    singular_value_power: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Give U S^power and V of a truncated SVD, with columns of zeros past the rank.

    Parameters
    ----------
    matrix : sparse array, shape (n_rows, n_columns)
        The matrix.
    n_components : int
        Number of singular vectors.
    rng : RandomState
        Seed of the randomised SVD.
    n_power_iterations : int
        Its power iterations.
    singular_value_power : float
        The power of the singular values by which left singular vectors are scaled.

    Returns
    -------
    left : ndarray of float, shape (n_rows, n_components)
        U S^power.
    right : ndarray of float, shape (n_columns, n_components)
        V.
    """
    rank = min(n_components, *matrix.shape)
    left, values, right = randomized_svd(
        matrix, rank, n_iter=n_power_iterations, random_state=rng
    )
    values = values**singular_value_power
    missing = ((0, 0), (0, n_components - rank))
    return np.pad(left * values, missing), np.pad(right.T, missing)
