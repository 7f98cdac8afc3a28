"""Numbers for distinct values, in order of appearance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .plain_values import PLAIN_TYPES, plain_values
from .validation import describe, is_missing


def factorize(
    values: Sequence[Any],
    what: str,
    place: Callable[[int], str] = lambda row: f"row {row}",
) -> tuple[np.ndarray, list[Any]]:
    """Give the distinct values numbers in order of appearance, missing ones -1.

    Parameters
    ----------
    values : sequence of hashable, of length n
        The values.
    what : str
        What the error message calls a value.
    place : callable
        What it calls the place of a row.

    Returns
    -------
    codes : ndarray of int64, shape (n,)
        The number of each value.
    distinct : list
        The distinct values that are not missing.

    Raises
    ------
    TypeError
        If a value cannot be hashed; the error names its row.
    """
    seen: dict[Any, int] = {}
    try:
        codes = np.fromiter(
            (seen.setdefault(v, len(seen)) for v in values), np.int64, len(values)
        )
    except TypeError as error:
        row = next(i for i, v in enumerate(values) if not _is_hashable(v))
        raise _refused(what, place(row), values[row]) from error
    distinct: list[Any] = []
    renumber = np.empty(len(seen), np.int64)
    for value, code in seen.items():
        if is_missing(value):
            renumber[code] = -1
        else:
            renumber[code] = len(distinct)
            distinct.append(value)
    return (renumber[codes] if len(distinct) < len(seen) else codes), distinct


def factorize_plain(
    values: Sequence[Any], what: str, place: Callable[[int], str]
) -> tuple[np.ndarray, list[str | float]]:
    """Factorize str and numbers, given as Python's own types, and refuse all else.

    Parameters
    ----------
    values, what, place
        As of `factorize`.

    Returns
    -------
    codes : ndarray of int64, shape (n,)
        The number of each value.
    distinct : list of str, int, float or bool
        The distinct values that are not missing.

    Raises
    ------
    TypeError
        If a value is of another type; the error names its row.
    """
    values = plain_values(values)
    codes, distinct = factorize(values, what, place)
    others = [i for i, v in enumerate(distinct) if type(v) not in PLAIN_TYPES]
    if others:
        row = int(np.argmax(codes == others[0]))
        raise _refused(what, place(row), distinct[others[0]])
    return codes, distinct


def _refused(what: str, place: str, value: Any) -> TypeError:
    return TypeError(
        f"{what} must be a str or a number, but {place} is {describe(value)}: turn "
        f"such values into str."
    )


def _is_hashable(value: Any) -> bool:
    # A tuple passes for hashable by its type, whatever it holds.
    try:
        hash(value)
    except TypeError:
        return False
    return True
