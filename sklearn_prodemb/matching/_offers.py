"""Offers: what is known of each, one row an offer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

import narwhals.stable.v2 as nw
import numpy as np

from .._titles.check import check_titles
from .._titles.normalize import normalize_checked
from .._utils.validation import as_narwhals, describe, first_not_str, is_missing

TITLE = "title"
_HASH = "hash"
_DIGITS = re.compile("[0-9a-fA-F]+")


@dataclass(frozen=True)
class Offers:
    """Columns of offers, ready to be compared.

    Parameters
    ----------
    texts : dict of str to list of str, each of length n_offers
        Columns of text, normalised; the first is the title.
    numbers : dict of str to ndarray of float64, shape (n_offers,)
        Columns of numbers, NaN if one is missing.
    bits : dict of str to ndarray of float32, shape (n_offers, n_bits)
        Columns of perceptual hashes as bits, a row of NaN if one is missing.
    """

    texts: dict[str, list[str]]
    numbers: dict[str, np.ndarray]
    bits: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(next(iter(self.texts.values())))

    @property
    def columns(self) -> dict[str, str]:
        """The kind of each column."""
        return {
            **dict.fromkeys(self.texts, "text"),
            **dict.fromkeys(self.numbers, "number"),
            **dict.fromkeys(self.bits, _HASH),
        }

    @property
    def joined(self) -> list[str]:
        """The texts of each offer as one."""
        rows = zip(*self.texts.values(), strict=True)
        return [" ".join(filter(None, row)) for row in rows]

    def __add__(self, other: Offers) -> Offers:
        return Offers(
            {name: values + other.texts[name] for name, values in self.texts.items()},
            _stacked(self.numbers, other.numbers),
            _stacked(self.bits, other.bits),
        )

    def take(self, rows: np.ndarray) -> Self:
        """Give some of the offers, by their numbers."""
        return type(self)(
            {k: [column[i] for i in rows.tolist()] for k, column in self.texts.items()},
            {name: column[rows] for name, column in self.numbers.items()},
            {name: column[rows] for name, column in self.bits.items()},
        )

    def distinct(self) -> tuple[Self, np.ndarray]:
        """Give each offer once, and for each row which of these it is."""
        columns: list[list[Any]] = [*self.texts.values()]
        columns += [column.tolist() for column in self.numbers.values()]
        columns += [[row.tobytes() for row in column] for column in self.bits.values()]
        number_of: dict[Any, int] = {}
        numbers = np.array(
            [
                number_of.setdefault(tuple(map(_key, row)), len(number_of))
                for row in zip(*columns, strict=True)
            ],
            np.int64,
        )
        _, first = np.unique(numbers, return_index=True)
        return self.take(first), numbers


def _key(value: Any) -> Any:
    # NaN differs from itself.
    return None if value != value else value


def read_offers(
    X: Any, name: str = "X", columns: dict[str, str] | None = None
) -> Offers:
    """Read titles, or a data frame with a row an offer.

    Parameters
    ----------
    X : list, ndarray, Series or data frame
        Titles, or a frame that narwhals reads. Its columns of str are texts, the first
        of them the title; a column of str whose name ends with "hash" holds perceptual
        hashes, as hexadecimal digits; all others must be numbers. Title and hashes of
        an offer are compared, its numbers as well. Only the title may not be missing.
    name : str, default="X"
        What errors call the input.
    columns : dict of str to str or None, default=None
        The columns, and their kinds, that there have to be.

    Returns
    -------
    offers : Offers
        The offers.

    Raises
    ------
    TypeError
        If a title or text is no str.
    ValueError
        If there is no column of text, a column is of another type, a hash has another
        form than the first one, or the columns are others than `columns`.
    """
    frame = _frame(X)
    if frame is None:
        texts = {TITLE: _normalized(check_titles(X, name=name))}
        offers = Offers(texts, {}, {})
    else:
        offers = _read_frame(frame, name)
    if columns is not None and offers.columns != columns:
        raise ValueError(
            f"{name} must have the columns {columns}, as in fit, but has "
            f"{offers.columns}."
        )
    return offers


def _frame(X: Any) -> Any:
    """Give a data frame, None if it is something else; a Series is a list."""
    native = as_narwhals(X)
    if isinstance(native, nw.LazyFrame):
        return native.collect()
    return native if isinstance(native, nw.DataFrame) else None


def _read_frame(frame: Any, name: str) -> Offers:
    texts: dict[str, list[str]] = {}
    numbers: dict[str, np.ndarray] = {}
    bits: dict[str, np.ndarray] = {}
    for column in frame.columns:
        series = frame.get_column(column)
        dtype = series.dtype
        where = f"column {column!r} of {name}"
        if dtype.is_numeric() or dtype == nw.Boolean:
            values = [np.nan if is_missing(v) else float(v) for v in series.to_list()]
            numbers[column] = np.array(values, np.float64)
        elif dtype not in (nw.String, nw.Categorical, nw.Enum, nw.Object):
            raise ValueError(
                f"The {where} must hold text or numbers, but is of type {dtype}: drop "
                f"it, or turn it into one of these."
            )
        elif str(column).lower().endswith(_HASH):
            bits[column] = _read_bits(series.to_list(), where)
        else:
            texts[column] = _read_texts(series.to_list(), where, is_title=not texts)
    if not texts:
        raise ValueError(
            f"{name} has no column of text, but its columns are {frame.columns}: one "
            f"has to hold the titles."
        )
    return Offers(texts, numbers, bits)


def _read_texts(values: list[Any], where: str, *, is_title: bool) -> list[str]:
    if not is_title:
        values = ["" if is_missing(value) else value for value in values]
    row = first_not_str(values)
    if row is not None:
        raise TypeError(
            f"The {where} must hold str, but row {row} is {describe(values[row])}."
        )
    return _normalized(values)


def _normalized(titles: list[str]) -> list[str]:
    # A stop word of one language is a brand in another.
    return normalize_checked(titles, "basic")


def _read_bits(values: list[Any], where: str) -> np.ndarray:
    known = [row for row, value in enumerate(values) if not is_missing(value)]
    n_digits = 0
    digits_of = {}
    for row in known:
        digits = values[row]
        is_hash = isinstance(digits, str) and _DIGITS.fullmatch(digits)
        if not is_hash or len(digits) != (n_digits or len(digits)):
            rule = f"{n_digits} as row {known[0]} has" if n_digits else "such as 00ff"
            raise ValueError(
                f"The {where} must hold hashes in hexadecimal digits, {rule}, but row "
                f"{row} is {describe(digits)}."
            )
        n_digits = len(digits)
        digits_of[row] = f"{int(digits, 16):0{4 * n_digits}b}"
    bits = np.full((len(values), 4 * n_digits), np.nan, np.float32)
    for row, text in digits_of.items():
        bits[row] = list(map(int, text))
    return bits


def _stacked(
    ours: dict[str, np.ndarray], others: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    for name, column in ours.items():
        # Only hashes have a second dimension.
        if column.shape[1:] != others[name].shape[1:]:
            raise ValueError(
                f"The hash column {name!r} has {column.shape[1] // 4} digits here and "
                f"{others[name].shape[1] // 4} there."
            )
    return {name: np.concatenate([c, others[name]]) for name, c in ours.items()}
