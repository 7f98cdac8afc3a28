"""Titles are encoded a chunk at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from .._utils.threads import in_threads, map_in_order

# What is left of a chunk.
Left = Callable[[], object] | None

# A chunk's words and vectors of 2 MB fit a cache.
TITLES_PER_CHUNK = 1024
# Two threads were measured to take two thirds of the time of one. Each has to wait for
# Python's lock now and then, so many would hinder each other, and larger chunks help.
_MOST_THREADS = 4
_LARGER = 4


def encode_in_chunks(
    titles: Sequence[str],
    encode: Callable[..., Left],
    n_features: int,
    *,
    id_keys: np.ndarray | None = None,
    titles_per_chunk: int = TITLES_PER_CHUNK,
    threads: bool = False,
) -> np.ndarray:
    """Encode titles a chunk at a time.

    Parameters
    ----------
    titles : sequence of str, of length n_titles
        The titles.
    encode : callable
        Writes the vectors of a chunk of titles into an array. It is called with the
        titles and the array, and with the keys of their ids if there are any. It may
        give a function that does what is left, which is called in this thread.
    n_features : int
        Number of columns of a vector.
    id_keys : ndarray of uint64, shape (n_titles,), or None, default=None
        The keys of their product ids.
    titles_per_chunk : int, default=1024
        Titles a chunk. In several threads they are up to four times as many.
    threads : bool, default=False
        Whether chunks are encoded in several threads if there are several. It helps if
        NumPy does most of the work, and Python little. Vectors do not depend on it.

    Returns
    -------
    vectors : ndarray of float32, shape (n_titles, n_features)
        One row for each title.
    """
    vectors = np.empty((len(titles), n_features), np.float32)

    def encode_rows(rows: slice) -> Left:
        beside = () if id_keys is None else (id_keys[rows],)
        return encode(titles[rows], vectors[rows], *beside)

    if threads and len(titles) > titles_per_chunk:
        share = len(titles) // (_LARGER * _MOST_THREADS)
        size = min(max(titles_per_chunk, share), _LARGER * titles_per_chunk)
        with in_threads(_MOST_THREADS):
            # All chunks first: what is left is Python's, which would hold threads up.
            chunks = _cut(len(titles), size)
            left: Iterable[Left] = list(map_in_order(encode_rows, chunks, tells=False))
    else:
        left = map(encode_rows, _cut(len(titles), titles_per_chunk))
    for finish in left:
        if finish is not None:
            finish()
    return vectors


def _cut(n_titles: int, size: int) -> list[slice]:
    """Give the rows of each chunk."""
    return [slice(start, start + size) for start in range(0, n_titles, size)]
