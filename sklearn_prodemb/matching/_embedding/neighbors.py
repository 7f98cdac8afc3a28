"""The nearest vectors of vectors, exactly."""

from __future__ import annotations

import numpy as np
from sklearn.neighbors import NearestNeighbors

from .._candidates import distinct_pairs


def nearest(
    queries: np.ndarray, targets: np.ndarray, n_neighbors: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pair each query with the targets of the highest cosine.

    Parameters
    ----------
    queries, targets : ndarray of float32, shape (n_queries or n_targets, n_features)
        Vectors of length 1, or zeros.
    n_neighbors : int
        Number of targets a query, at most.

    Returns
    -------
    rows, places : ndarray of int64, shape (n_pairs,)
        The query and the target of each pair; those of no positive cosine are left out.
    """
    # Zeros have no cosine, but distances to all others.
    asked, known = (np.flatnonzero(v.any(axis=1)) for v in (queries, targets))
    if not len(asked) or not len(known):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    index = NearestNeighbors(
        n_neighbors=min(n_neighbors, len(known)),
        algorithm="brute",
        metric="sqeuclidean",
    ).fit(targets[known])
    # The squared distance of two vectors of length 1 is 2 - 2 times their cosine.
    distances, found = index.kneighbors(queries[asked])
    kept = distances < 2
    return np.repeat(asked, kept.sum(axis=1)), known[found[kept]]


def neighbor_pairs(
    vectors: np.ndarray, n_neighbors: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pair each vector with the nearest others.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n_vectors, n_features)
        Vectors of length 1, or zeros.
    n_neighbors : int
        Number of others a vector; one more if others are equal to it.

    Returns
    -------
    left, right : ndarray of int64, shape (n_pairs,)
        Distinct pairs, the lower number left.
    """
    # A vector is most often the nearest of itself.
    rows, places = nearest(vectors, vectors, n_neighbors + 1)
    others = rows != places
    return distinct_pairs(rows[others], places[others], len(vectors))
