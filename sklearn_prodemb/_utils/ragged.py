"""Rows of different lengths in two flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np


class Ragged:
    """A sequence of rows of different lengths: values, and where each row begins.

    Parameters
    ----------
    values : ndarray, shape (n_values,)
        The values of all rows, one row after the other.
    offsets : ndarray of int64, shape (n_rows + 1,)
        Row i is `values[offsets[i]:offsets[i + 1]]`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_prodemb._utils.ragged import Ragged
    >>> rows = Ragged.from_lengths(np.arange(6), np.array([3, 1, 2]))
    >>> rows.cut(2).to_lists()
    [[0, 1], [3], [4, 5]]
    >>> rows.take(np.array([2, 0])).to_lists()
    [[4, 5], [0, 1, 2]]
    """

    __slots__ = ("offsets", "values")

    def __init__(self, values: np.ndarray, offsets: np.ndarray) -> None:
        self.values = values
        self.offsets = offsets

    @classmethod
    def from_lengths(cls, values: np.ndarray, lengths: np.ndarray) -> Self:
        """Cut values into rows of these lengths (n_rows,), which add up to all."""
        return cls(values, offsets_of(lengths))

    @classmethod
    def concatenate(cls, parts: Sequence[Ragged]) -> Self:
        """Put the rows of some ragged arrays, at least one, one after the other."""
        if len(parts) == 1:
            return cls(parts[0].values, parts[0].offsets)
        lengths = np.concatenate([part.lengths for part in parts])
        return cls.from_lengths(np.concatenate([p.values for p in parts]), lengths)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        """Give the values of one row, a view."""
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    @property
    def lengths(self) -> np.ndarray:
        """Number of values of each row, int64 (n_rows,)."""
        return np.diff(self.offsets)

    @property
    def row_numbers(self) -> np.ndarray:
        """The row of each value, int64 (n_values,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: np.ndarray) -> Self:
        """Give some rows, by numbers or by a mask, in the order asked for."""
        if rows.dtype == bool:
            rows = np.flatnonzero(rows)
        starts = self.offsets[rows]
        lengths = self.offsets[rows + 1] - starts
        return type(self).from_lengths(self.values[ranges(starts, lengths)], lengths)

    def cut(self, max_length: int | None) -> Self:
        """Keep the first `max_length` values of each row; None keeps all."""
        lengths = self.lengths
        # Compared as Python's ints: NumPy's have an end.
        if max_length is None or int(lengths.max(initial=0)) <= max_length:
            return self
        lengths = np.minimum(lengths, max_length)
        kept = ranges(self.offsets[:-1], lengths)
        return type(self).from_lengths(self.values[kept], lengths)

    def replace(self, values: np.ndarray) -> Self:
        """Give rows of the same lengths with other values (n_values,)."""
        return type(self)(values, self.offsets)

    def to_lists(self) -> list[list]:
        """Give the rows as lists."""
        values, ends = self.values.tolist(), self.offsets.tolist()
        return [values[a:b] for a, b in pairwise(ends)]


def offsets_of(lengths: np.ndarray) -> np.ndarray:
    """Give where rows of these lengths begin and end, int64 (n_rows + 1,)."""
    offsets = np.empty(len(lengths) + 1, np.int64)
    offsets[0] = 0
    # Single titles are encoded by this: half the time of `np.cumsum`.
    np.add.accumulate(lengths, dtype=np.int64, out=offsets[1:])
    return offsets


def ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Concatenate `arange(start, start + length)` over pairs of start and length."""
    begins = np.cumsum(lengths) - lengths
    return np.repeat(starts - begins, lengths) + np.arange(lengths.sum())
