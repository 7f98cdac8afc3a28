"""Pairs of offers that are worth a look: each offer and those most like it."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from ._text_table import TextTable

# Rows of a block: the memory is that of their similarities to all targets.
_BLOCK = 512
# A word or n-gram in more texts says little, and costs the square of their number.
_MOST_TEXTS = 1_000


def find_pairs(
    table: TextTable, n_neighbors: int, queries: np.ndarray, targets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pair each query with the targets that share most words and n-grams with it.

    Parameters
    ----------
    table : TextTable
        The texts.
    n_neighbors : int
        Most targets a query.
    queries, targets : ndarray of int64, shape (n_queries,) and (n_targets,)
        Numbers of texts.

    Returns
    -------
    left, right : ndarray of int64, shape (n_pairs,)
        Distinct pairs of two texts, the lower number left, in ascending order. An empty
        text is in none.
    """
    matrix = sparse.hstack([_cut(table.words), _cut(table.ngrams)], format="csr")
    transposed = sparse.csr_array(matrix[targets].T)
    found_queries, found_targets = [], []
    for begin in range(0, len(queries), _BLOCK):
        rows = queries[begin : begin + _BLOCK]
        similar = sparse.csr_array(matrix[rows] @ transposed)
        for place, row in enumerate(rows.tolist()):
            part = slice(similar.indptr[place], similar.indptr[place + 1])
            others, values = targets[similar.indices[part]], similar.data[part]
            others, values = others[others != row], values[others != row]
            if len(others) > n_neighbors:
                # Of equals the first ones, whatever the order of the products.
                least = np.partition(values, -n_neighbors)[-n_neighbors]
                above, equal = values > least, np.flatnonzero(values == least)
                equal = equal[np.argsort(others[equal])]
                n_equal = n_neighbors - np.count_nonzero(above)
                others = np.append(others[above], others[equal[:n_equal]])
            found_queries.append(np.full(len(others), row))
            found_targets.append(others)
    a, b = _concatenate(found_queries), _concatenate(found_targets)
    return distinct_pairs(a, b, table.words.shape[0])


def distinct_pairs(
    a: np.ndarray, b: np.ndarray, n_texts: int
) -> tuple[np.ndarray, np.ndarray]:
    """Give each pair once, the lower number first, in ascending order."""
    keys = np.unique(np.minimum(a, b) * np.int64(n_texts) + np.maximum(a, b))
    return keys // n_texts, keys % n_texts


def _cut(matrix: sparse.csr_array) -> sparse.csr_array:
    """Drop the columns of too many texts."""
    n_texts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return matrix[:, np.flatnonzero(n_texts <= _MOST_TEXTS)]


def _concatenate(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.int64), *parts])
