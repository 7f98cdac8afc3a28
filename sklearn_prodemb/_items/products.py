"""Products as item models get them: ids, and columns of metadata beside them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from .._utils.plain_values import plain_values, type_names
from .._utils.validation import as_list, as_narwhals, describe, is_missing

_COLUMNS = ("id", "title", "category")


def check_ids(X: Any) -> list[Any]:
    """Turn a list, array, Series or one-column frame of product ids into a list.

    Parameters
    ----------
    X : iterable of hashable, ndarray, Series or one-column data frame
        The ids.

    Returns
    -------
    ids : list
        The ids, in order.

    Raises
    ------
    ValueError
        If `X` is one bare str, or has more than one column or dimension.
    TypeError
        If `X` is no collection, or an id cannot be hashed.
    """
    ids = as_list(X, "X", of="product id")
    _check_hashable(ids, "product ids")
    return ids


def check_products(X: Any) -> list[list[Any]]:
    """Turn products into columns of ids, titles and categories.

    Parameters
    ----------
    X : as `check_ids` takes it, or data frame, ndarray or list of rows
        In the latter case one to three columns: ids, titles, categories.

    Returns
    -------
    columns : list of list
        The one to three columns, of equal length.

    Raises
    ------
    ValueError
        If `X` has more columns or dimensions, or its rows differ in length.
    TypeError
        If `X` is no collection, or a title is neither a str nor missing.
    """
    columns = _columns(X)
    if len(columns) > len(_COLUMNS):
        raise ValueError(
            f"X must have the columns {', '.join(_COLUMNS)}, in this order, or the "
            f"first of them; got {len(columns)} columns."
        )
    for position, title in enumerate(columns[1] if len(columns) > 1 else ()):
        if not isinstance(title, str) and not is_missing(title):
            raise TypeError(
                f"Titles, the second column of X, must be of type str or missing, but "
                f"position {position} is {describe(title)}."
            )
    for values, what in zip(columns[::2], ("product ids", "categories"), strict=False):
        _check_hashable(values, what)
    return columns


def _columns(X: Any) -> list[list[Any]]:
    if isinstance(X, (list, tuple)) and X and isinstance(X[0], (list, tuple)):
        lengths = [len(row) if isinstance(row, (list, tuple)) else 0 for row in X]
        differs = next((i for i, (a, b) in enumerate(pairwise(lengths)) if a != b), -1)
        if differs >= 0 or not lengths[0]:
            raise ValueError(
                f"The rows of X must be equally long, but position {differs + 1} is "
                f"{describe(X[differs + 1])}."
            )
        return [list(column) for column in zip(*X, strict=True)]
    if isinstance(X, np.ndarray) and X.ndim == 2 and X.shape[1]:
        return [column.tolist() for column in X.T]
    native = as_narwhals(X)
    if isinstance(native, nw.LazyFrame):
        native = native.collect()
    if isinstance(native, nw.DataFrame) and native.shape[1]:
        return [native.get_column(name).to_list() for name in native.columns]
    return [as_list(X, "X", of="product id")]


def _check_hashable(values: Sequence[Any], what: str) -> None:
    for position, value in enumerate(values):
        try:
            hash(value)
        except TypeError as error:
            raise TypeError(
                f"X must hold {what} that can be hashed, such as str or int, but "
                f"position {position} of {len(values)} is {describe(value)}."
            ) from error


def number(values: np.ndarray) -> dict[Any, int]:
    """Give the position of each of the distinct values."""
    return {value: i for i, value in enumerate(values.tolist())}


def numbers_of(values: Sequence[Any], numbers: dict[Any, int]) -> np.ndarray:
    """Look up the number of each value, -1 if it has none."""
    found = (numbers.get(value, -1) for value in plain_values(values))
    return np.fromiter(found, np.int64, len(values))


def unseen_error(ids: Sequence[Any], unseen: np.ndarray, learned: np.ndarray) -> str:
    """Say which products have no vector, and what can be done.

    Parameters
    ----------
    ids : sequence, of length n
        All ids.
    unseen : ndarray of int64
        The positions of those without a vector.
    learned : ndarray of object
        The ids that have one.

    Returns
    -------
    message : str
        The first few of them, with their positions.
    """
    first = ", ".join(f"{ids[i]!r} (position {i})" for i in unseen[:5].tolist())
    more = ", ..." if len(unseen) > 5 else ""
    names = type_names(learned.tolist())
    (wrong,) = type_names([ids[unseen[0]]])
    hint = ""
    if wrong not in names:
        types = " and ".join(names)
        hint = f" The ids of the sessions are of type {types}, not {wrong}."
    return (
        f"{len(unseen)} of {len(ids)} product ids have no vector: {first}{more}.{hint} "
        f"An id gets one if it is among the first products (max_session_length) of "
        f"a session with another product. With handle_unknown='ignore' the others are "
        f"rows of zeros."
    )
