"""A row of numbers for each word, worked out when the word is first met."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import chain, repeat

import numpy as np

from .._utils import bounded_cache
from .._utils.process_lock import ProcessLock
from .._utils.ragged import Ragged

_LEAST_ROWS = 256


class WordRows:
    """The rows of words in one table, to add up those of many titles at once.

    All are forgotten once they take more than 64 MB. Safe to use from several threads.

    Parameters
    ----------
    make : callable
        Takes words (list of str, distinct), and gives a row for each, float32 (n_words,
        n_columns), which depends on nothing but the word.
    """

    def __init__(self, make: Callable[[list[str]], np.ndarray]) -> None:
        self._make = make
        self._known = _Known()
        self._lock = ProcessLock()

    def look_up(self, titles: Sequence[list[str]]) -> tuple[Ragged, np.ndarray]:
        """Give the rows of the words of titles.

        Parameters
        ----------
        titles : sequence of list of str, of length n_titles
            The words of each title.

        Returns
        -------
        numbers : Ragged of int64, of length n_titles
            The words of each title, as numbers of rows.
        rows : ndarray of float32, shape (n_rows, n_columns)
            The table. There are rows of other words, too.
        """
        lengths = np.array(list(map(len, titles)), np.int64)
        words = list(chain.from_iterable(titles))
        known = self._known
        numbers = known.find(words)
        if (numbers < 0).any():
            known = self._learn(words)
            numbers = known.find(words)
        # Rows that were found stay where they are, also in a larger table.
        return Ragged.from_lengths(numbers, lengths), known.rows

    def _learn(self, words: list[str]) -> _Known:
        with self._lock:
            known = self._known
            missing = [w for w in dict.fromkeys(words) if w not in known.numbers]
            if not missing:
                return known  # another thread was faster
            made = self._make(missing)
            if known.n_bytes + _bytes_of(missing, made) > bounded_cache.MAX_BYTES:
                known = _Known()
                missing = list(dict.fromkeys(words))
                made = self._make(missing)
            known.add(missing, made)
            self._known = known
        return known


class _Known:
    """The words that have a row, and the rows."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.rows = np.empty((0, 0), np.float32)
        self.n_bytes = 0

    def find(self, words: list[str]) -> np.ndarray:
        """Give the number of each word, int64, -1 for one that has no row."""
        numbers = map(self.numbers.get, words, repeat(-1))
        return np.fromiter(numbers, np.int64, len(words))

    def add(self, words: list[str], made: np.ndarray) -> None:
        """Add words that are not there, and their rows."""
        begin = len(self.numbers)
        end = begin + len(words)
        if end > len(self.rows):
            # Rows that are never filled take no memory.
            rows = np.empty((max(2 * end, _LEAST_ROWS), made.shape[1]), np.float32)
            if begin:
                rows[:begin] = self.rows[:begin]
            self.rows = rows
        self.rows[begin:end] = made
        self.numbers.update(zip(words, range(begin, end), strict=True))
        self.n_bytes += _bytes_of(words, made)


def _bytes_of(words: list[str], made: np.ndarray) -> int:
    entries = bounded_cache.ENTRY_BYTES * len(words)
    return made.nbytes + sum(map(sys.getsizeof, words)) + entries
