"""Numbers by key, for many keys at once."""

from __future__ import annotations

import numpy as np

# Odd, its bits without a pattern: neighbours among keys get slots far apart.
_MIX = np.uint64(0xD6E8FEB86659FD93)
# A key that stands for an empty slot, so it is never found.
NO_KEY = 0


class HashTable:
    """A hash table with open addressing, of which NumPy does each step for many keys.

    A search among sorted keys reads a dozen places a key, this one or two.

    Parameters
    ----------
    n_keys : int
        How many keys there will be at most.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_prodemb._utils.hash_table import HashTable
    >>> table = HashTable(3)
    >>> table.add(np.array([7, 2**63], np.uint64), np.array([0, 1], np.int32))
    >>> table.find(np.array([2**63, 5, 7, 7], np.uint64))
    array([ 1, -1,  0,  0], dtype=int32)
    """

    def __init__(self, n_keys: int) -> None:
        # At most half of the slots are taken, so that a search ends soon.
        bits = max(1, (2 * n_keys - 1).bit_length())
        self._shift = np.uint64(64 - bits)
        self._last = (1 << bits) - 1
        self._keys = np.full(1 << bits, NO_KEY, np.uint64)
        self._numbers = np.full(1 << bits, -1, np.int32)

    def _first_slots(self, keys: np.ndarray) -> np.ndarray:
        return (keys * _MIX >> self._shift).astype(np.int64)

    def add(self, keys: np.ndarray, numbers: np.ndarray) -> None:
        """Keep numbers by key; others may search meanwhile.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n,)
            Distinct keys that are not there and not `NO_KEY`.
        numbers : ndarray of int32, shape (n,)
            A number for each, not negative.
        """
        slots = self._first_slots(keys)
        while len(keys):
            # Of keys that want the same free slot, the last one gets it.
            is_free = self._keys[slots] == NO_KEY
            self._keys[slots[is_free]] = keys[is_free]
            is_there = self._keys[slots] == keys
            self._numbers[slots[is_there]] = numbers[is_there]
            # The others try the next one.
            left = ~is_there
            keys, numbers = keys[left], numbers[left]
            slots = slots[left] + 1 & self._last

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Find the numbers of keys.

        Parameters
        ----------
        keys : ndarray of uint64, shape (n,)
            The keys.

        Returns
        -------
        numbers : ndarray of int32, shape (n,)
            The number of each; -1 for a key that is not there.
        """
        # Numbers before keys: a number is there only once its key is, so what another
        # thread adds meanwhile is not found, or found as it is.
        slots = self._first_slots(keys)
        numbers = self._numbers.take(slots)
        found = self._keys.take(slots)
        # Where another key stands, go on to the next slot.
        left = np.flatnonzero((found != keys) & (found != NO_KEY))
        while len(left):
            slots[left] = slots[left] + 1 & self._last
            numbers[left] = self._numbers[slots[left]]
            found = self._keys[slots[left]]
            left = left[(found != keys[left]) & (found != NO_KEY)]
        return numbers
