"""Titles are encoded a chunk at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

# A chunk bounds the memory in use: its words, and vectors of 2 MB, which fit a cache.
TITLES_PER_CHUNK = 1024


def encode_in_chunks(
    titles: Sequence[str],
    encode: Callable[..., object],
    n_features: int,
    *,
    id_keys: np.ndarray | None = None,
    titles_per_chunk: int = TITLES_PER_CHUNK,
) -> np.ndarray:
    """Encode titles a chunk at a time.

    By words, most of the time goes to Python, which one thread at a time runs: chunks
    take turns, since a second thread made up for what it cost, and no more.

    Parameters
    ----------
    titles : sequence of str, of length n_titles
        The titles.
    encode : callable
        Writes the vectors of a chunk of titles into an array. It is called with the
        titles and the array, and with the keys of their ids if there are any.
    n_features : int
        Number of columns of a vector.
    id_keys : ndarray of uint64, shape (n_titles,), or None, default=None
        The keys of their product ids.
    titles_per_chunk : int, default=1024
        Titles a chunk.

    Returns
    -------
    vectors : ndarray of float32, shape (n_titles, n_features)
        One row for each title.
    """
    vectors = np.empty((len(titles), n_features), np.float32)
    for start in range(0, len(titles), titles_per_chunk):
        rows = slice(start, start + titles_per_chunk)
        beside = () if id_keys is None else (id_keys[rows],)
        encode(titles[rows], vectors[rows], *beside)
    return vectors
