"""The attributes of products, read from data frames."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from ..._utils.factorize import factorize_plain
from ..._utils.plain_values import as_objects, type_names
from ..._utils.validation import describe, read_frame
from ..._utils.warn import warn

MISSING = -1


def learn_values(X: Any) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Give the values of each attribute numbers.

    Parameters
    ----------
    X : data frame
        A row for each product, a column for each attribute: str, numbers, bool or
        missing.

    Returns
    -------
    codes : ndarray of int64, shape (n_products, n_attributes)
        The number of each value within its attribute, -1 if it is missing.
    values : dict of str to ndarray of object
        The values of each attribute, in order of appearance; at least one.

    Raises
    ------
    TypeError
        If `X` is no data frame, or a value is neither a str nor a number.
    ValueError
        If there is no column or no row, two columns have one name, or a column has no
        value at all.
    """
    frame = _frame(X)
    if not frame.columns or not len(frame):
        raise ValueError(
            f"X must hold products and attributes, but is of shape {frame.shape}."
        )
    codes, values = [], {}
    for column in frame.columns:
        numbers, distinct = factorize_plain(
            frame.get_column(column).to_list(), f"A value of {column!r}", _row
        )
        if not distinct:
            raise ValueError(f"The column {column!r} of X has no value: drop it.")
        codes.append(numbers)
        values[column] = as_objects(distinct)
    return np.stack(codes, axis=1), values


def find_values(X: Any, values: dict[str, np.ndarray]) -> np.ndarray:
    """Give the numbers of values that were learned.

    Parameters
    ----------
    X : data frame
        With the columns of `learn_values`, in any order.
    values : dict of str to ndarray of object
        What it gave.

    Returns
    -------
    codes : ndarray of int64, shape (n_products, n_attributes)
        The number of each value, -1 if it is missing or was not learned.

    Raises
    ------
    TypeError
        As `learn_values`.
    ValueError
        If the columns are others.
    """
    frame = _frame(X)
    wanted, found = set(values), set(frame.columns)
    if wanted != found:
        lacks, more = sorted(wanted - found), sorted(found - wanted)
        raise ValueError(
            f"X must have the columns of fit, {list(values)}, but lacks {lacks}, and "
            f"has {more} besides."
        )
    codes = np.empty((len(frame), len(values)), np.int64)
    for place, (column, learned) in enumerate(values.items()):
        number_of = {value: number for number, value in enumerate(learned.tolist())}
        numbers, distinct = factorize_plain(
            frame.get_column(column).to_list(), f"A value of {column!r}", _row
        )
        known = [number_of.get(value, MISSING) for value in distinct]
        _warn_of_types(column, distinct, learned.tolist(), known)
        codes[:, place] = np.array([*known, MISSING])[numbers]
    return codes


def _warn_of_types(
    column: str, values: list[Any], learned: list[Any], known: list[int]
) -> None:
    """Warn if no value of a column was learned, and all are of other types."""
    here, there = type_names(values), type_names(learned)
    if values and max(known) == MISSING and not {*here} & {*there}:
        warn(
            UserWarning(
                f"No value of {column!r} was seen in fit: they are of type "
                f"{' and '.join(here)}, those of fit of {' and '.join(there)}. "
                f"They count as missing."
            )
        )


def one_hot(codes: np.ndarray, values: dict[str, np.ndarray]) -> sparse.csr_array:
    """Give attributes one-hot encoded, side by side.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_products, n_attributes)
        The number of each value within its attribute, -1 if it is missing.
    values : dict of str to ndarray of object
        The values of each attribute.

    Returns
    -------
    rows : sparse array of float32, shape (n_products, n_values)
        1 for each value that a product has.
    """
    sizes = [len(of_attribute) for of_attribute in values.values()]
    begins = np.cumsum([0, *sizes[:-1]])
    known = codes >= 0
    offsets = np.append(0, np.cumsum(known.sum(axis=1)))
    columns = (codes + begins)[known]
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_array((ones, columns, offsets), (len(codes), sum(sizes)))


def _frame(X: Any) -> Any:
    frame = read_frame(X)
    if frame is None:
        raise TypeError(
            f"X must be a data frame with a column an attribute, but is {describe(X)}."
        )
    return frame


def _row(row: int) -> str:
    return f"row {row}"
