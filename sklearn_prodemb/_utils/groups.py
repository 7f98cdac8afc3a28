"""Groups as users give them: a label a row, or unknown."""

from __future__ import annotations

from typing import Any

import numpy as np

from .factorize import factorize_plain
from .plain_values import plain_values
from .validation import as_list, describe

UNKNOWN = -1


def read_groups(
    groups: Any, name: str, n_rows: int | None = None
) -> tuple[np.ndarray, list[Any]]:
    """Give groups as numbers.

    Parameters
    ----------
    groups : array-like, shape (n_rows,)
        Any str or number a group; -1 or a missing value if it is unknown.
    name : str
        What errors call them.
    n_rows : int or None, default=None
        Number of rows; None is any.

    Returns
    -------
    codes : ndarray of int64, shape (n_rows,)
        The group of each row as a number, -1 if it is unknown.
    labels : list, of length n_groups
        The groups.

    Raises
    ------
    ValueError
        If there is not one group a row.
    TypeError
        If a group is neither a str nor a number.
    """
    values = as_list(groups, name, of="group")
    n_rows = len(values) if n_rows is None else n_rows
    if len(values) != n_rows:
        raise ValueError(
            f"{name} must hold one group for each of the {n_rows} rows, but there are "
            f"{len(values)}."
        )
    values = list(plain_values(values))
    flag = next((row for row, value in enumerate(values) if type(value) is bool), None)
    if flag is not None:
        raise TypeError(
            f"{name} must hold str or numbers, but row {flag} is "
            f"{describe(values[flag])}."
        )
    # What an array is equal to is an array.
    known = [None if type(v) in (int, float) and v == UNKNOWN else v for v in values]
    return factorize_plain(known, name, lambda row: f"row {row}")
