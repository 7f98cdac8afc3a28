"""Batches of whole sessions, filled up to a number of pairs."""

from __future__ import annotations

import numpy as np


def plan_batches(
    pairs: np.ndarray, batch_size: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Shuffle the sessions and deal them out into batches of about `batch_size` pairs.

    Parameters
    ----------
    pairs : ndarray of int64, shape (n_sessions,)
        Unordered pairs of each session, all positive.
    batch_size : int
        The aim in pairs. The batches of an epoch are made equally large, so that none
        is left over small; a session larger than the aim is a batch of its own.
    rng : numpy Generator
        The source of randomness.

    Returns
    -------
    batches : list of ndarray of int64
        The sessions of each batch.
    """
    order = rng.permutation(len(pairs))
    ends = np.cumsum(pairs[order])
    n_batches = max(1, round(ends[-1] / batch_size))
    # A session belongs to the batch in which its middle pair falls.
    middles = ends - pairs[order] / 2
    numbers = (middles * n_batches / ends[-1]).astype(np.int64)
    return np.split(order, np.flatnonzero(np.diff(numbers)) + 1)
