"""Numbers for distinct values, in order of appearance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .chunks import Chunk, chunks
from .plain_values import PLAIN_TYPES, plain_values
from .validation import describe, is_missing


class Factorized(NamedTuple):
    """A column as numbers and what they stand for.

    Attributes
    ----------
    codes : ndarray of int64, shape (n,)
        The number of each value, -1 if it is missing.
    distinct : list
        The distinct values that are not missing, in order of appearance.
    """

    codes: np.ndarray
    distinct: list[Any]


_NEVER_MISSING = {str, int, bool}


class _Numbers(dict[Any, int]):
    """The number of each value; one that it lacks gets the next, a missing one -1."""

    def __init__(self) -> None:
        super().__init__()
        self.distinct: list[Any] = []

    def __missing__(self, value: Any) -> int:
        # Asking takes most of the time if all values differ. Each NaN is a key of its
        # own, so it is not kept.
        if type(value) not in _NEVER_MISSING and is_missing(value):
            return -1
        number = self[value] = len(self.distinct)
        self.distinct.append(value)
        return number


def factorize(
    values: Any,
    what: str,
    place: Callable[[int], str] = lambda row: f"row {row}",
    *,
    plain: bool = False,
    check: Callable[[Chunk], None] = lambda chunk: None,
) -> Factorized:
    """Give the distinct values numbers in order of appearance, missing ones -1.

    Only distinct values are held as Python's objects.

    Parameters
    ----------
    values : narwhals Series or sequence of hashable, of length n
        The values.
    what : str
        What the error message calls a value.
    place : callable
        What it calls the place of a row.
    plain : bool, default=False
        Whether str and numbers become Python's own types.
    check : callable
        Sees each chunk of rows before it is numbered, to raise an error.

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
    numbers = _Numbers()
    numbers[None] = -1
    codes = np.empty(len(values), np.int64)
    for chunk in chunks(values):
        check(chunk)
        found = plain_values(chunk.values) if plain else chunk.values
        try:
            # A value that is known costs no call of Python's.
            numbered = np.fromiter(
                map(numbers.__getitem__, found), np.int64, len(found)
            )
        except TypeError as error:
            at = next(i for i, v in enumerate(found) if not _is_hashable(v))
            row = chunk.first_row(at)
            raise _refused(what, place(row), found[at]) from error
        codes[chunk.rows] = chunk.spread(numbered)
    return Factorized(codes, numbers.distinct)


def factorize_plain(values: Any, what: str, place: Callable[[int], str]) -> Factorized:
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
    codes, distinct = factorize(values, what, place, plain=True)
    others = [i for i, v in enumerate(distinct) if type(v) not in PLAIN_TYPES]
    if others:
        row = int(np.argmax(codes == others[0]))
        raise _refused(what, place(row), distinct[others[0]])
    return Factorized(codes, distinct)


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
