"""Sessions by their lengths: cut to their first products, and their pairs."""

from __future__ import annotations

import numpy as np


def cut_sessions(
    offsets: np.ndarray, max_length: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Cut sessions to their first products and leave out those without a pair.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Where the sessions begin.
    max_length : int or None
        The largest number of products kept; None keeps all.

    Returns
    -------
    rows : ndarray of int64, shape (n_kept_rows,)
        The rows that are kept.
    offsets : ndarray of int64, shape (n_kept_sessions + 1,)
        Where the kept sessions begin among them.
    """
    lengths = np.diff(offsets)
    if max_length is not None:
        lengths = np.minimum(lengths, max_length)
    kept = lengths >= 2
    starts, lengths = offsets[:-1][kept], lengths[kept]
    new_offsets = np.append(0, np.cumsum(lengths))
    return ranges(starts, lengths), new_offsets


def ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Concatenate `arange(start, start + length)` over pairs of start and length."""
    begins = np.cumsum(lengths) - lengths
    return np.repeat(starts - begins, lengths) + np.arange(lengths.sum())


def check_pairs(n_sessions: int, offsets: np.ndarray, what: str = "products") -> None:
    """Raise a ValueError where cutting has left none of the sessions.

    Parameters
    ----------
    n_sessions : int
        Number of sessions before cutting.
    offsets : ndarray of int64, shape (n_kept_sessions + 1,)
        Where the kept sessions begin.
    what : str, default="products"
        What sessions hold, for the error.
    """
    if len(offsets) == 1:
        raise ValueError(
            f"None of the {n_sessions} sessions holds two distinct {what}, so there is "
            f"no pair to learn from. Check the column that tells sessions apart, or "
            f"cut the log with a longer gap."
        )


def pairs_of(lengths: np.ndarray) -> np.ndarray:
    """Give the number of unordered pairs in sessions of these lengths."""
    return lengths * (lengths - 1) // 2
