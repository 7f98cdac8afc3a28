"""New numbers for codes, in order of appearance."""

from __future__ import annotations

import numpy as np


def renumber(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give codes new numbers in order of appearance, and the first row of each.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        The codes, none negative.

    Returns
    -------
    codes : ndarray of int64, shape (n_rows,)
        The new codes.
    first : ndarray of int64, shape (n_codes,)
        The row in which each appears first.
    """
    highest = int(codes.max()) if len(codes) else -1
    if highest >= 4 * len(codes):
        # Too many possible codes for a table of them.
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        order = np.argsort(first)
        number = np.empty_like(order)
        number[order] = np.arange(len(order))
        return number[inverse], first[order]
    # Written backwards, the first row of each code stays.
    row_of = np.full(highest + 1, -1, np.int64)
    row_of[codes[::-1]] = np.arange(len(codes))[::-1]
    first = np.sort(row_of[row_of >= 0])
    # The k-th code to appear has number k.
    number = np.empty(highest + 1, np.int64)
    number[codes[first]] = np.arange(len(first))
    return number[codes], first
