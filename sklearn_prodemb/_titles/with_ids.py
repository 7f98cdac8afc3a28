"""Titles as users give them, alone or with product ids beside them."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from .._utils.plain_values import PLAIN_TYPES, plain_values
from .._utils.validation import as_narwhals, describe, is_missing
from .check import check_titles

# The least float next to which whole numbers are left out.
_LEAST_ROUNDED = 2.0**53


def check_titles_and_ids(X: Any) -> tuple[list[str], list[Any] | None]:
    """Turn titles, or titles and product ids, into lists.

    Parameters
    ----------
    X : as `check_titles` takes it, or data frame or ndarray of two columns
        The titles; of two columns the first holds titles, the second product ids,
        whatever their names are. An id may be missing.

    Returns
    -------
    titles : list of str, of length n_titles
        The titles, in order.
    ids : list of str, int, float, bool or None, of length n_titles, or None
        The ids as Python's own types, None where one is missing; None if `X` has one
        column.

    Raises
    ------
    ValueError
        If `X` is one bare str, is a list of rows, has more columns or dimensions, or
        has ids that are floats of 2 ** 53 or above.
    TypeError
        If `X` is no collection of titles, a title is no str, or an id is neither a str,
        a number nor missing.
    """
    columns = _columns(X)
    if columns is None:
        return check_titles(X), None
    if len(columns) != 2:
        raise ValueError(
            f"X must have one column, of titles, or two, of titles and of product ids "
            f"in this order, but has {len(columns)}: leave the others out."
        )
    titles = check_titles(columns[0], name="The first column of X")
    return titles, _check_ids(columns[1])


def _columns(X: Any) -> list[list[Any]] | None:
    """Give the columns of what has two or more; None for all else."""
    if isinstance(X, (list, tuple)):
        # What else is wrong with a list, `check_titles` says.
        if X and isinstance(X[0], (list, tuple)) and {*map(len, X[:1])} == {2}:
            raise ValueError(
                "X must be a list of titles, but is a list of rows: give titles and "
                "product ids as a data frame of two columns, or as "
                "np.array(X, dtype=object)."
            )
        return None
    if isinstance(X, np.ndarray):
        several = X.ndim == 2 and X.shape[1] > 1
        return [column.tolist() for column in X.T] if several else None
    native = as_narwhals(X)
    if isinstance(native, nw.LazyFrame):
        native = native.collect()
    if isinstance(native, nw.DataFrame) and native.shape[1] > 1:
        return [native.get_column(name).to_list() for name in native.columns]
    return None


def _check_ids(values: list[Any]) -> list[Any]:
    """Give ids as Python's own types, missing ones as None."""
    ids = list(plain_values(values))
    if set(map(type, ids)) <= {str, int, bool}:
        return ids
    for position, value in enumerate(ids):
        if type(value) in (str, int, bool):
            continue
        if is_missing(value):
            ids[position] = None
        elif type(value) is float and abs(value) >= _LEAST_ROUNDED:
            raise ValueError(
                f"Product ids, the second column of X, are floats, and position "
                f"{position} of {len(ids)} is {value!r}: from 2 ** 53 on floats leave "
                f"numbers out, so ids cannot be told apart. Keep them as int or str, "
                f"also if some are missing (pandas: dtype 'Int64')."
            )
        elif type(value) not in PLAIN_TYPES:
            raise TypeError(
                f"Product ids, the second column of X, must be str, numbers or "
                f"missing, but position {position} of {len(ids)} is "
                f"{describe(value)}: turn such ids into str, here and in the sessions."
            )
    return ids
