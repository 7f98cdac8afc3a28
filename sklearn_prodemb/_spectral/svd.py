"""Truncated SVD of a matrix whose rows are at hand some at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.linalg import eigh, qr

from .._utils.threads import map_in_order
from .blocks import RowBlocks

# Further random vectors, which make the first ones exact; as in scikit-learn.
_OVERSAMPLES = 10
# Smaller singular values, as a share of the largest, are rounding of float32.
_LEAST_VALUE = 1e-3


def truncated_svd(
    matrix: RowBlocks,
    n_components: int,
    rng: np.random.RandomState,
    *,
    n_power_iterations: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Give S and V of a truncated SVD A = U S V^T, with zeros past the rank.

    Subspace iteration from random vectors, as in Halko, Martinsson and Tropp, "Finding
    structure with randomness", 2011, on A^T A: a pass over the rows is one iteration,
    and no array has a row of its own for each row of A. U S is A V.

    Parameters
    ----------
    matrix : RowBlocks, shape (n_rows, n_columns)
        A.
    n_components : int
        Number of singular vectors.
    rng : RandomState
        Source of the random vectors.
    n_power_iterations : int
        Passes over the rows before the last.

    Returns
    -------
    values : ndarray of float32, shape (n_components,)
        S, descending.
    right : ndarray of float32, shape (n_columns, n_components)
        V; of each column the entry of largest size is positive.
    """
    n_columns = matrix.shape[1]
    rank = min(n_components, *matrix.shape)
    size = min(rank + _OVERSAMPLES, n_columns)
    values = np.zeros(n_components, np.float32)
    right = np.zeros((n_columns, n_components), np.float32)
    if not rank:
        return values, right
    # A space in which A^T A is largest.
    basis = rng.standard_normal((n_columns, size)).astype(np.float32)
    for _ in range(n_power_iterations):
        basis = _orthonormal(_times_gram(matrix, _orthonormal(basis)))
    # Its eigenvectors within that space (Rayleigh-Ritz).
    small = basis.T.astype(np.float64) @ _times_gram(matrix, basis)
    squares, vectors = eigh((small + small.T) / 2)
    squares, vectors = squares[::-1][:rank], vectors[:, ::-1][:, :rank]
    found = np.sqrt(np.maximum(squares, 0))
    kept = found > _LEAST_VALUE * found[0]
    values[:rank] = found * kept
    right[:, :rank] = (basis @ vectors.astype(np.float32)) * kept
    # One sign for each singular vector, whatever the random vectors were.
    largest = np.abs(right).argmax(axis=0)
    right *= np.where(right[largest, np.arange(n_components)] < 0, -1, 1).astype("f4")
    return values, right


def left_vectors(
    matrix: RowBlocks, values: np.ndarray, right: np.ndarray, *, power: float
) -> Iterator[np.ndarray]:
    """Give U S^power of a truncated SVD, a block of rows at a time.

    Parameters
    ----------
    matrix, values, right
        As of `truncated_svd`.
    power : float
        The power of the singular values.

    Yields
    ------
    left : ndarray of float32, shape (n_block_rows, n_components)
        The rows of each block of the matrix.
    """
    # U S^power = A V S^(power - 1); a singular value of zero has no vector.
    scales = np.where(values > 0, values, 1) ** np.float32(power - 1)
    scaled = right * scales
    yield from map_in_order(
        lambda number: matrix.block(number) @ scaled, range(matrix.n_blocks)
    )


def _times_gram(matrix: RowBlocks, basis: np.ndarray) -> np.ndarray:
    """Give A^T A times a basis, float32 (n_columns, n_vectors)."""

    def of_block(number: int) -> np.ndarray:
        rows = matrix.block(number)
        return rows.T @ (rows @ basis)

    total = np.zeros(basis.shape, np.float32)
    for part in map_in_order(of_block, range(matrix.n_blocks)):
        total += part
    return total


def _orthonormal(vectors: np.ndarray) -> np.ndarray:
    return qr(vectors, mode="economic", overwrite_a=True, check_finite=False)[0]
