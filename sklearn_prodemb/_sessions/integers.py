"""Whole numbers of any size in the smallest array that holds them."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import numpy as np

# Types of polars that NumPy lacks.
WIDE = (nw.Int128, nw.UInt128)


def as_integers(values: Sequence[int]) -> np.ndarray:
    """Give whole numbers as an array of int64, uint64 or object, shape (n,)."""
    low, high = min(values, default=0), max(values, default=0)
    if low >= -(2**63) and high < 2**63:
        return np.array(values, np.int64)
    return np.array(values, np.uint64 if low >= 0 and high < 2**64 else object)


def join_integers(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Put arrays of whole numbers, at least one, one after the other.

    Parameters
    ----------
    parts : sequence of ndarray of int64, uint64 or object
        The arrays, as `as_integers` gives them.

    Returns
    -------
    whole : ndarray of int64, uint64 or object, shape (n,)
        All of them, as `as_integers` would give them.
    """
    if len({part.dtype for part in parts}) == 1:
        return np.concatenate(parts)
    # NumPy would make floats of signed and unsigned numbers, and lose digits.
    return as_integers([number for part in parts for number in part.tolist()])
