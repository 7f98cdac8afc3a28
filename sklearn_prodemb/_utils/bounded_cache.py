"""A dict of what was worked out, bounded in bytes."""

from __future__ import annotations

import sys
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

# A few hundred thousand words, in a process that lives long.
MAX_BYTES = 1 << 26
# About what a dict takes for an entry.
ENTRY_BYTES = 100


class BoundedCache(dict[K, V]):
    """Results by key, all forgotten once they take more than 64 MB.

    Keys are looked up as in any dict. Safe to use from several threads: if two keep
    something at once, one of the two may go uncounted.
    """

    def __init__(self) -> None:
        super().__init__()
        self._n_bytes = 0

    def keep(self, key: K, value: V, *, n_bytes: int = 0) -> V:
        """Keep a value, unless it is larger than the bound.

        Parameters
        ----------
        key : hashable
            Its key.
        value : object
            The value.
        n_bytes : int, default=0
            Bytes of what the value refers to.

        Returns
        -------
        value : object
            The value.
        """
        n_bytes += sys.getsizeof(key) + sys.getsizeof(value) + ENTRY_BYTES
        if self._n_bytes + n_bytes > MAX_BYTES:
            self.clear()
            self._n_bytes = 0
        if n_bytes <= MAX_BYTES:
            self[key] = value
            self._n_bytes += n_bytes
        return value
