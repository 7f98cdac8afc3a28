"""Quantities of any kind of number as floats."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .._utils.chunks import chunks, value_at
from .._utils.validation import describe, is_missing, is_number
from .integers import WIDE


def read_quantities(
    values: Any, n_rows: int, place: Callable[[str, int], str]
) -> np.ndarray:
    """Read quantities.

    Parameters
    ----------
    values : narwhals Series of number, of length n_rows, or None
        How many, missing values allowed; None if they are not known.
    n_rows : int
        Number of rows.
    place : callable
        Turns a role, here "quantity", and a row into what error messages call it.

    Returns
    -------
    quantities : ndarray of float64, shape (n_rows,)
        The quantities, NaN where one is missing.

    Raises
    ------
    TypeError
        If a quantity is no number.
    ValueError
        If a quantity is infinite.
    """
    if values is None:
        return np.full(n_rows, np.nan)
    dtype = values.dtype
    if dtype.is_float() or (dtype.is_integer() and dtype not in WIDE):
        quantities = values.to_numpy().astype(np.float64)
    else:
        quantities = _from_objects(values, place)
    infinite = np.flatnonzero(np.isinf(quantities))
    if len(infinite):
        row = int(infinite[0])
        raise ValueError(
            f"Quantities must be finite, but {place('quantity', row)} is "
            f"{describe(value_at(values, row))}: correct it, or leave it missing."
        )
    # One form of what is equal, so that equal events have equal bytes.
    quantities[np.isnan(quantities)] = np.nan
    return quantities + 0.0


def _from_objects(values: Any, place: Callable[[str, int], str]) -> np.ndarray:
    quantities = np.empty(len(values))
    for chunk in chunks(values):
        found = [_quantity(value) for value in chunk.values]
        if None in found:
            row = min(chunk.first_row(i) for i, v in enumerate(found) if v is None)
            raise TypeError(
                f"A quantity must be a number, but {place('quantity', row)} is "
                f"{describe(value_at(values, row))}: turn such values into numbers, "
                f"for example with pandas.to_numeric."
            )
        quantities[chunk.rows] = chunk.spread(np.array(found, np.float64))
    return quantities


def _quantity(value: Any) -> float | None:
    """Give a quantity as a float, None if it is no number."""
    if is_missing(value):
        return math.nan
    if not is_number(value) or isinstance(value, (bool, np.bool_)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
