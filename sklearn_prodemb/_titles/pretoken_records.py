"""Titles in, what their pre-tokens stand for out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .._utils.bounded_cache import BoundedCache
from .._utils.hash_table import NO_KEY
from .._utils.process_lock import ProcessLock
from .._utils.ragged import Ragged
from .pretoken_table import PretokenTable
from .split_pretokens import MOST_BYTES, Pretokens, join_titles, split_pretokens

# From so many titles on, all at once takes less time than one after the other.
_FEW = 64
_TITLES_AT_ONCE = 1024
# Longer pre-tokens can be such that they have one key for any base.
_LONGEST = 500


class PretokenRecords:
    """The records of titles, such as numbers of words.

    White space parts a title into pre-tokens. What one stands for is worked out when it
    is first seen. They are looked up one by one in a dict, or those of many titles at
    once in a table, which gives the same. Safe to use from several threads.

    Parameters
    ----------
    record_of : callable
        Takes a pre-token (str) and gives its records (bytes), any number of them, one
        after the other. A pre-token with white space stands for what it parts.
    dtype : dtype
        That of a record.
    """

    def __init__(self, record_of: Callable[[str], bytes], dtype: np.dtype) -> None:
        self._dtype = dtype
        self._known = _Known(record_of)
        self._table = PretokenTable(dtype)
        self._adding = ProcessLock()

    def of_title(self, title: str) -> bytes:
        """Give the records of one title, one after the other."""
        return b"".join(map(self._known.__getitem__, title.split()))

    def of_titles(self, titles: Sequence[str]) -> Ragged:
        """Give the records of titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        records : Ragged, of length n_titles
            The records of each title.
        """
        if len(titles) < _FEW:
            return self._one_by_one(titles)
        starts = range(0, len(titles), _TITLES_AT_ONCE)
        return Ragged.concatenate(
            [self._at_once(titles[start : start + _TITLES_AT_ONCE]) for start in starts]
        )

    def _one_by_one(self, titles: Sequence[str]) -> Ragged:
        return join_records(list(map(self.of_title, titles)), self._dtype)

    def _at_once(self, titles: Sequence[str]) -> Ragged:
        text = join_titles(titles)
        if len(text) > MOST_BYTES:
            half = len(titles) // 2
            if not half:
                return self._one_by_one(titles)
            halves = [self._at_once(part) for part in (titles[:half], titles[half:])]
            return Ragged.concatenate(halves)
        pretokens = split_pretokens(text)
        keys, table = pretokens.keys(), self._table
        numbers = table.find(keys)
        missing = np.flatnonzero(numbers < 0)
        if len(missing):
            table = self._learn(pretokens, keys, missing)
            numbers = table.find(keys)
            if (numbers < 0).any():
                return self._one_by_one(titles)
        return table.records_of(numbers, pretokens.of_titles)

    def _learn(
        self, pretokens: Pretokens, keys: np.ndarray, missing: np.ndarray
    ) -> PretokenTable:
        """Add pre-tokens to the table if possible; give the table."""
        lengths = pretokens.ends[missing] - pretokens.starts[missing]
        missing = missing[(lengths <= _LONGEST) & (keys[missing] != NO_KEY)]
        first = missing[np.unique(keys[missing], return_index=True)[1]]
        records = [self._known[pretokens.pretoken(i)] for i in first.tolist()]
        with self._adding:
            table, keys = self._table, keys[first]
            if table.n_pretokens > len(self._known):
                # The dict was full and forgot all, so the table does, too.
                table = PretokenTable(self._dtype)
            new = np.flatnonzero(table.find(keys) < 0)
            self._table = table.add(keys[new], [records[i] for i in new.tolist()])
            return self._table


class _Known(BoundedCache[str, bytes]):
    """The records of each pre-token that was seen."""

    def __init__(self, record_of: Callable[[str], bytes]) -> None:
        super().__init__()
        self._record_of = record_of

    def __missing__(self, pretoken: str) -> bytes:
        return self.keep(pretoken, self._record_of(pretoken))


def join_records(titles: Sequence[bytes], dtype: np.dtype) -> Ragged:
    """Put the records of titles, bytes of each title, into one array."""
    lengths = np.array(list(map(len, titles)), np.int64) // dtype.itemsize
    return Ragged.from_lengths(np.frombuffer(b"".join(titles), dtype), lengths)
