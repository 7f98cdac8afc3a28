"""What pre-tokens stand for, in arrays that many of them are looked up in at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from .._utils.hash_table import HashTable
from .._utils.ragged import Ragged, offsets_of, ranges


class PretokenTable:
    """The records of pre-tokens, by key.

    Others may read while one adds: what they found stays where it is.

    Parameters
    ----------
    dtype : dtype
        That of a record.
    most_pretokens, most_records : int, default=1024
        How many there is room for.
    """

    def __init__(
        self, dtype: np.dtype, most_pretokens: int = 1024, most_records: int = 1024
    ) -> None:
        self.n_pretokens = 0
        self._n_records = 0
        self._numbers = HashTable(most_pretokens)
        self._keys = np.empty(most_pretokens, np.uint64)
        self._begins = np.empty(most_pretokens, np.int64)
        self._lengths = np.empty(most_pretokens, np.int64)
        self._records = np.empty(most_records, dtype)

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Find the numbers of pre-tokens.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n_pretokens,)
            As `Pretokens.keys` gives them.

        Returns
        -------
        numbers : ndarray of int32, shape (n_pretokens,)
            Their numbers here; -1 for a pre-token that is not there.
        """
        return self._numbers.find(keys)

    def records_of(self, numbers: np.ndarray, of_titles: np.ndarray) -> Ragged:
        """Give the records of titles.

        Parameters
        ----------
        numbers : ndarray of int, shape (n_pretokens,)
            The pre-tokens, as `find` gives them.
        of_titles : ndarray of int64, shape (n_titles + 1,)
            Where those of each title begin.

        Returns
        -------
        records : Ragged, of length n_titles
            The records of the pre-tokens of each title, in their order.
        """
        lengths = self._lengths.take(numbers)
        places = ranges(self._begins.take(numbers), lengths)
        ends = offsets_of(lengths)
        return Ragged(self._records.take(places), ends.take(of_titles))

    def add(self, keys: np.ndarray, records: Sequence[bytes]) -> Self:
        """Add pre-tokens that are not there.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n_pretokens,)
            Their keys.
        records : sequence of bytes, of length n_pretokens
            The records of each, one after the other.

        Returns
        -------
        table : PretokenTable
            This one, or a larger one if there was no room.
        """
        values = np.frombuffer(b"".join(records), self._records.dtype)
        lengths = np.array(list(map(len, records)), np.int64) // values.itemsize
        return self._room_for(len(keys), len(values))._add(keys, lengths, values)

    def _room_for(self, n_pretokens: int, n_records: int) -> Self:
        n_pretokens += self.n_pretokens
        n_records += self._n_records
        if n_pretokens <= len(self._keys) and n_records <= len(self._records):
            return self
        larger = type(self)(
            self._records.dtype,
            max(2 * n_pretokens, len(self._keys)),
            max(2 * n_records, len(self._records)),
        )
        filled = slice(self.n_pretokens)
        return larger._add(
            self._keys[filled],
            self._lengths[filled],
            self._records[: self._n_records],
        )

    def _add(self, keys: np.ndarray, lengths: np.ndarray, values: np.ndarray) -> Self:
        begin, first = self.n_pretokens, self._n_records
        end, last = begin + len(keys), first + len(values)
        self._keys[begin:end] = keys
        self._lengths[begin:end] = lengths
        self._begins[begin:end] = first + offsets_of(lengths)[:-1]
        self._records[first:last] = values
        # Last, so that who finds a number finds all that belongs to it; and after the
        # counts, so that no other pre-token gets a number that was added by half.
        self.n_pretokens, self._n_records = end, last
        self._numbers.add(keys, np.arange(begin, end, dtype=np.int32))
        return self
