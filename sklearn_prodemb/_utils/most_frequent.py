"""The names that occur most often."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

from .validation import describe


def most_frequent(names: np.ndarray, counts: np.ndarray, n: Any) -> dict[str, Any]:
    """Give the names of the largest counts.

    Parameters
    ----------
    names : ndarray of object (str), shape (n_names,)
        Distinct names.
    counts : ndarray of int or float, shape (n_names,)
        Their counts.
    n : int
        How many, 1 or more.

    Returns
    -------
    counts : dict of str to int or float
        The largest first, equal ones in the order of names; all, if there are fewer.

    Raises
    ------
    TypeError
        If `n` is no whole number.
    ValueError
        If it is below 1.
    """
    if not isinstance(n, Integral) or isinstance(n, bool):
        raise TypeError(f"n must be an int, got {describe(n)}.")
    if n < 1:
        raise ValueError(f"n must be 1 or more, got {n}.")
    order = np.argsort(-counts, kind="stable")[:n]
    return dict(zip(names[order].tolist(), counts[order].tolist(), strict=True))
