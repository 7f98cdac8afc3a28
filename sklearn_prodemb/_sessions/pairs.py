"""Sessions by their lengths: cut to their first products, and their pairs."""

from __future__ import annotations

import numpy as np

from .._utils.ragged import Ragged


def paired_rows(offsets: np.ndarray, max_length: int | None) -> Ragged:
    """Cut sessions to their first products and leave out those without a pair.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Where the sessions begin.
    max_length : int or None
        The largest number of products kept; None keeps all.

    Returns
    -------
    rows : Ragged of int64, of length n_kept_sessions
        The numbers of the rows that are kept, session after session.
    """
    rows = Ragged(np.arange(offsets[-1]), offsets).cut(max_length)
    return rows.take(rows.lengths >= 2)


def check_pairs(n_sessions: int, rows: Ragged, what: str = "products") -> None:
    """Raise a ValueError if no session holds a pair.

    Parameters
    ----------
    n_sessions : int
        Number of sessions before cutting.
    rows : Ragged
        What `paired_rows` gave.
    what : str, default="products"
        What sessions hold, for the error.
    """
    if not len(rows):
        raise ValueError(
            f"None of the {n_sessions} sessions holds two distinct {what}, so there is "
            f"no pair to learn from. Check the column that tells sessions apart, or "
            f"cut the log with a longer gap."
        )


def pairs_of(lengths: np.ndarray) -> np.ndarray:
    """Give the number of unordered pairs in sessions of these lengths."""
    return lengths * (lengths - 1) // 2
