"""Offers: what is known of each, one row an offer."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Self

import narwhals.stable.v2 as nw
import numpy as np

from .._public import public
from .._titles.check import check_titles
from .._titles.normalize import normalize_checked
from .._utils.description import LARGEST, Array, ByName, Texts, Wrong
from .._utils.factorize import factorize
from .._utils.plain_state import PlainStateMixin
from .._utils.validation import (
    describe,
    first_not_str,
    is_missing,
    is_number,
    read_frame,
)
from ..exceptions import InvalidFileError

TITLE = "title"
_HASH = "hash"
# What a column may be.
KINDS = ("text", "number", _HASH, "vector")
# Of a hexadecimal digit.
BITS = 4
_DIGITS = re.compile("[0-9a-fA-F]+")
# Differences of larger numbers would leave the range of float32.
_LARGEST = 1e30
_LARGEST_VALUE = LARGEST["float32"]


def _check_words(texts: list[str]) -> None:
    if any(" ".join(text.split()) != text for text in texts):
        raise Wrong("must hold words with single spaces between them, but does not")


def _check_numbers(numbers: np.ndarray) -> None:
    # NaN compares as False.
    if (np.abs(numbers) > _LARGEST).any():
        raise Wrong(f"must hold numbers within {_LARGEST:g} of zero, but does not")


def _check_bits(bits: np.ndarray) -> None:
    is_missing_row = np.isnan(bits).all(axis=1)
    if bits.shape[1] % BITS:
        raise Wrong(f"must hold {BITS} bits a digit, but holds {bits.shape[1]} in all")
    if not np.isin(bits[~is_missing_row], (0, 1)).all():
        raise Wrong("must hold rows of 0 and 1, or of NaN, but does not")


def _check_vectors(vectors: np.ndarray) -> None:
    if (np.isnan(vectors).any(axis=1) & ~np.isnan(vectors).all(axis=1)).any():
        raise Wrong("must hold rows of numbers, or of NaN, but does not")


@public
class Offers(PlainStateMixin):
    """Columns of offers, ready to be compared.

    Parameters
    ----------
    texts : dict of str to list of str, each of length n_offers
        Columns of text, normalised; the first is the title.
    numbers : dict of str to ndarray of float64, shape (n_offers,)
        Columns of numbers, NaN if one is missing.
    bits : dict of str to ndarray of float32, shape (n_offers, n_bits)
        Columns of perceptual hashes as bits, a row of NaN if one is missing; without
        any bit if all are.
    vectors : dict of str to ndarray of float32, shape (n_offers, n_values)
        Columns of vectors, in the same way.
    """

    _state = {
        "texts": ByName(Texts("n_offers", _check_words), fewest=1),
        "numbers": ByName(
            Array("float64", ("n_offers",), missing=True, check=_check_numbers)
        ),
        "bits": ByName(
            Array("float32", ("n_offers", "_"), missing=True, check=_check_bits)
        ),
        "vectors": ByName(
            Array("float32", ("n_offers", "_"), missing=True, check=_check_vectors)
        ),
    }

    def __init__(
        self,
        texts: dict[str, list[str]],
        numbers: dict[str, np.ndarray],
        bits: dict[str, np.ndarray],
        vectors: dict[str, np.ndarray],
    ) -> None:
        self.texts = texts
        self.numbers = numbers
        self.bits = bits
        self.vectors = vectors

    def _check_together(self) -> None:
        names = [*self.texts, *self.numbers, *self.bits, *self.vectors]
        if len(set(names)) < len(names):
            raise InvalidFileError(f"Offers has two columns of one name: {names}")

    def __len__(self) -> int:
        return len(next(iter(self.texts.values())))

    @property
    def columns(self) -> dict[str, str]:
        """The kind of each column."""
        return {
            **dict.fromkeys(self.texts, "text"),
            **dict.fromkeys(self.numbers, "number"),
            **dict.fromkeys(self.bits, _HASH),
            **dict.fromkeys(self.vectors, "vector"),
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
            _stacked(self.vectors, other.vectors),
        )

    def take(self, rows: np.ndarray) -> Self:
        """Give some of the offers.

        Parameters
        ----------
        rows : ndarray of int64, shape (n_taken,)
            The numbers of the offers, in the order in which they are wanted.

        Returns
        -------
        offers : Offers
            The offers, n_taken of them.
        """
        return type(self)(
            {k: [column[i] for i in rows.tolist()] for k, column in self.texts.items()},
            {name: column[rows] for name, column in self.numbers.items()},
            {name: column[rows] for name, column in self.bits.items()},
            {name: column[rows] for name, column in self.vectors.items()},
        )

    def distinct(self) -> tuple[Self, np.ndarray]:
        """Give each distinct offer once, and for each row the number of its offer.

        Returns
        -------
        offers : Offers
            The distinct offers, in the order in which they occur.
        numbers : ndarray of int64, shape (n_offers,)
            For each of the offers here its number among the distinct ones.
        """
        columns: list[list[Any]] = [*self.texts.values()]
        columns += [column.tolist() for column in self.numbers.values()]
        for column in (*self.bits.values(), *self.vectors.values()):
            columns.append([row.tobytes() for row in column])
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

    def check_widths(self, others: Offers) -> None:
        """Check that others have hashes and vectors with as many values as these.

        Parameters
        ----------
        others : Offers
            The others, with the same columns.

        Raises
        ------
        ValueError
            If one has another number of values; a column that is missing in all offers
            fits.
        """
        for ours, theirs in ((self.bits, others.bits), (self.vectors, others.vectors)):
            for name, column in ours.items():
                here, there = column.shape[1], theirs[name].shape[1]
                if here and there and here != there:
                    raise ValueError(
                        f"The column {name!r} must hold {here} numbers or bits an "
                        f"offer, as in fit, but holds {there}."
                    )

    def nodes(self, most: int) -> np.ndarray:
        """Give offers numbers; more than `most` equal offers get one number.

        An offer is compared with at most this many others. So it would be compared with
        a few of its copies only.

        Parameters
        ----------
        most : int
            How many equal offers get their own numbers.

        Returns
        -------
        nodes : ndarray of int64, shape (n_offers,)
            The numbers, from 0 on, in the order in which they appear. An offer without
            text has its own number.
        """
        counts = Counter(self.joined)
        counts.pop("", None)
        everyone = np.arange(len(self))
        if max(counts.values(), default=0) <= most:
            return everyone
        _, numbers = self.distinct()
        has_text = np.array([bool(text) for text in self.joined])
        is_many = (np.bincount(numbers)[numbers] > most) & has_text
        # Beyond all others.
        keys = np.where(is_many, numbers, len(self) + everyone)
        return np.array(factorize(keys.tolist(), "nodes")[0])


def _key(value: Any) -> Any:
    # NaN differs from itself.
    return None if value != value else value


def read_offers(
    X: Any,
    name: str = "X",
    columns: dict[str, str] | None = None,
    source: str = "in fit",
) -> Offers:
    """Read titles, or a data frame with a row an offer.

    Parameters
    ----------
    X : list, ndarray, Series or data frame
        Titles, or a frame that narwhals reads. Its columns of str are texts, the first
        of them the title; a column of str whose name ends with "hash" holds perceptual
        hashes, as hexadecimal digits; a column of lists or arrays of numbers holds
        vectors; all others must be numbers. Only the title may not be missing.
    name : str, default="X"
        What errors call the input.
    columns : dict of str to str or None, default=None
        The columns, and their kinds, that there have to be.
    source : str, default="in fit"
        Where errors say that these columns are.

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
        form than the first one, a number is infinite or beyond 1e30, or the columns are
        others than `columns`; their order does not matter.
    """
    frame = read_frame(X, name)
    if frame is None:
        texts = {TITLE: _normalized(check_titles(X, name=name))}
        offers = Offers(texts, {}, {}, {})
    else:
        offers = _read_frame(frame, name, columns or {})
    if columns is not None and offers.columns != columns:
        raise ValueError(
            f"{name} must have the columns {columns}, as {source}, but has "
            f"{offers.columns}."
        )
    return offers


def check_kinds(columns: dict[str, str]) -> None:
    """Raise an InvalidFileError if offers cannot have such columns."""
    kinds = list(columns.values())
    named = {name for name in columns if name.lower().endswith(_HASH)}
    for name, kind in columns.items():
        if (kind == _HASH and name not in named) or (kind == "text" and name in named):
            raise InvalidFileError(f"the column {name!r} cannot be of the kind {kind}")
    if "text" not in kinds:
        raise InvalidFileError(f"no column is a text, but they are {columns}")


def _read_frame(frame: Any, name: str, columns: dict[str, str]) -> Offers:
    # In the order of fit, as features are: the first text is the title.
    if columns.keys() == set(frame.columns):
        frame = frame.select(*columns)
    texts: dict[str, list[str]] = {}
    numbers: dict[str, np.ndarray] = {}
    bits: dict[str, np.ndarray] = {}
    vectors: dict[str, np.ndarray] = {}
    for column in frame.columns:
        values = frame.get_column(column).to_list()
        where = f"column {column!r} of {name}"
        if column in columns and all(map(is_missing, values)):
            # What is missing may come as any type.
            kind = columns[column]
        else:
            kind = _kind_of(column, frame.schema[column], values, where)
        if kind == "number":
            numbers[column] = _read_numbers(values, where)
        elif kind == "vector":
            vectors[column] = _read_vectors(values, where)
        elif kind == _HASH:
            bits[column] = _read_bits(values, where)
        else:
            texts[column] = _read_texts(values, where, is_title=not texts)
    if not texts:
        raise ValueError(
            f"{name} has no column of text, but its columns are {frame.columns}: one "
            f"has to hold the titles."
        )
    return Offers(texts, numbers, bits, vectors)


def _kind_of(column: str, dtype: Any, values: list[Any], where: str) -> str:
    """Tell the kind of a column by its type and name."""
    if dtype.is_numeric() or dtype == nw.Boolean:
        return "number"
    if dtype in (nw.List, nw.Array):
        return "vector"
    if dtype == nw.Object:
        known = [value for value in values if not is_missing(value)]
        if known and isinstance(known[0], (list, tuple, np.ndarray)):
            return "vector"
        # As pandas has Decimal, and numbers beside None.
        if known and all(map(is_number, known)):
            return "number"
    elif dtype not in (nw.String, nw.Categorical, nw.Enum):
        raise ValueError(
            f"The {where} must hold text, numbers or vectors, but is of type {dtype}: "
            f"drop it, or turn it into one of these."
        )
    return _HASH if column.lower().endswith(_HASH) else "text"


def _read_numbers(values: list[Any], where: str) -> np.ndarray:
    numbers = np.array(
        [np.nan if is_missing(value) else float(value) for value in values], np.float64
    )
    rows = np.flatnonzero(np.abs(numbers) > _LARGEST)
    if len(rows):
        raise ValueError(
            f"The {where} must hold numbers within {_LARGEST:g} of zero, but row "
            f"{rows[0]} is {describe(values[rows[0]])}."
        )
    return numbers


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
        digits_of[row] = f"{int(digits, 16):0{BITS * n_digits}b}"
    bits = np.full((len(values), BITS * n_digits), np.nan, np.float32)
    for row, text in digits_of.items():
        bits[row] = list(map(int, text))
    return bits


def _read_vectors(values: list[Any], where: str) -> np.ndarray:
    known = [row for row, value in enumerate(values) if not is_missing(value)]
    n_values = 0
    vector_of = {}
    for row in known:
        vector = _as_vector(values[row])
        if (
            vector is None
            or not len(vector)
            or len(vector) != (n_values or len(vector))
        ):
            rule = (
                f"{n_values} numbers as row {known[0]} has" if n_values else "numbers"
            )
            raise ValueError(
                f"The {where} must hold vectors of {rule}, within {_LARGEST_VALUE:g} "
                f"of zero, but row {row} is {describe(values[row])}."
            )
        n_values = len(vector)
        vector_of[row] = vector
    vectors = np.full((len(values), n_values), np.nan, np.float32)
    for row, vector in vector_of.items():
        vectors[row] = vector
    return vectors


def _as_vector(value: Any) -> np.ndarray | None:
    """Give a vector as float32, None if it is none."""
    if not isinstance(value, (list, tuple, np.ndarray)):
        return None
    try:
        vector = np.asarray(value)
        if vector.ndim != 1 or vector.dtype.kind not in "iuf":
            return None
        # Half precision cannot hold the bound. NaN compares as False.
        vector = vector.astype(np.float64)
        if not (np.abs(vector) <= _LARGEST_VALUE).all():
            return None
    except ValueError:
        # Lists of different lengths.
        return None
    return vector.astype(np.float32)


def _stacked(
    ours: dict[str, np.ndarray], others: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    stacked = {}
    for name, a in ours.items():
        b = others[name]
        # Only hashes and vectors have a second dimension; if all are missing, it is 0.
        width = max(a.shape[1:], b.shape[1:])
        if any(column.shape[1:] not in (width, (0,)) for column in (a, b)):
            raise ValueError(
                f"The column {name!r} must have hashes or vectors of one length, but "
                f"has {a.shape[1]} bits or numbers here and {b.shape[1]} there."
            )
        stacked[name] = np.concatenate([_widened(a, width), _widened(b, width)])
    return stacked


def _widened(column: np.ndarray, width: tuple[int, ...]) -> np.ndarray:
    if column.shape[1:] == width:
        return column
    return np.full((len(column), *width), np.nan, column.dtype)
