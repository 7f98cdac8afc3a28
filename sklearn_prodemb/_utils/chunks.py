"""Columns as Python values, a chunk at a time: a whole one would need gigabytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np

SIZE = 65_536


class Chunk(NamedTuple):
    """Some rows of a column, one after the other.

    Attributes
    ----------
    start : int
        The first row.
    values : sequence, of length n_values
        The value of each row or, with `inverse`, those that rows have: in order of
        appearance, and None last for what is missing.
    inverse : ndarray of int, shape (n_rows,), or None
        The value of each row as a number into `values`.
    """

    start: int
    values: Sequence[Any]
    inverse: np.ndarray | None

    @property
    def rows(self) -> slice:
        """The rows of the column."""
        n_rows = len(self.values if self.inverse is None else self.inverse)
        return slice(self.start, self.start + n_rows)

    def spread(self, numbers: np.ndarray) -> np.ndarray:
        """Give each row (n_rows,) the number of its value, of those (n_values,)."""
        return numbers if self.inverse is None else numbers[self.inverse]

    def first_row(self, place: int) -> int:
        """Give the first row of the column that has the value at a place."""
        if self.inverse is not None:
            place = int(np.argmax(self.inverse == place))
        return self.start + place


def chunks(values: Any, size: int = SIZE) -> Iterator[Chunk]:
    """Cut a column into chunks of Python's values.

    Parameters
    ----------
    values : narwhals Series or sequence, of length n_rows
        The column.
    size : int, default=65_536
        How many rows a chunk has at most.

    Yields
    ------
    chunk : Chunk
        The next rows. The values are those of `values.to_list()`, but that a missing
        one may be None.

    Examples
    --------
    >>> from sklearn_prodemb._utils.chunks import chunks
    >>> [chunk.values for chunk in chunks(["mesa", "silla", "mate"], size=2)]
    [['mesa', 'silla'], ['mate']]
    """
    encoded = _encodable(values)
    for start in range(0, len(values), size):
        if encoded is not None:
            yield Chunk(start, *_encode(encoded[start : start + size]))
            continue
        part = values[start : start + size]
        if not isinstance(part, nw.Series):
            yield Chunk(start, part, None)
        elif part.dtype.is_float():
            yield Chunk(start, *_without_nan(part.to_numpy()))
        else:
            yield Chunk(start, part.to_list(), None)


def value_at(values: Any, row: int) -> Any:
    """Give one value of a narwhals Series or sequence as `to_list` would."""
    part = values[row : row + 1]
    return (part.to_list() if isinstance(part, nw.Series) else part)[0]


def _encodable(values: Any) -> Any:
    """Give the column as Arrow data if it is such data that can be encoded."""
    if not isinstance(values, nw.Series):
        return None
    column = values.to_native()
    # pandas keeps Arrow data under two kinds of dtypes.
    if hasattr(getattr(column, "dtype", None), "pyarrow_dtype") or (
        getattr(getattr(column, "dtype", None), "storage", None) == "pyarrow"
    ):
        column = column.array.__arrow_array__()
    elif not values.implementation.is_pyarrow():
        return None
    try:
        _encode(column[:0])
    except NotImplementedError:
        # Lists, for example.
        return None
    return column


def _without_nan(array: np.ndarray) -> tuple[list[Any], np.ndarray]:
    # Python's NaN differ from each other: a dict would hold each of them.
    known = ~np.isnan(array)
    values = [*array[known].tolist(), None]
    return values, np.where(known, np.cumsum(known) - 1, len(values) - 1)


def _encode(column: Any) -> tuple[list[Any], np.ndarray]:
    if hasattr(column.type, "index_type"):
        # It is encoded already, but in no order of appearance.
        column = column.cast(column.type.value_type)
    encoded = column.dictionary_encode()
    if hasattr(encoded, "combine_chunks"):
        encoded = encoded.combine_chunks()
    values = encoded.dictionary.to_pylist()
    # A null has no place in the dictionary.
    inverse = encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return [*values, None] if encoded.null_count else values, inverse
