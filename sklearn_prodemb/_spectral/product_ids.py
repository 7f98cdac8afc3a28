"""Product ids that an encoder knows, as hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._public import public
from .._utils.description import Array
from .._utils.plain_state import PlainStateMixin
from .._utils.plain_values import plain_values
from .._utils.sorted_keys import find_keys
from .._utils.validation import is_missing

# Asking takes longer than the hash.
_NEVER_MISSING = {str, int, bool}


@public
class ProductIds(PlainStateMixin):
    """Product ids to rows of a table, found by hashes.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_keys,)
        Hashes of the ids, as `hash_ids` gives them, ascending.
    places : ndarray of int32, shape (n_keys,)
        The row of each in `SpectralEncoder.product_vectors`.
    """

    _state = {
        "keys": Array("uint64", ("n_keys",), ascending=True),
        "places": Array("int32", ("n_keys",), least=0),
    }

    def __init__(self, keys: np.ndarray, places: np.ndarray) -> None:
        self.keys = keys
        self.places = places

    def find(self, id_keys: np.ndarray) -> np.ndarray:
        """Find the rows of ids.

        Parameters
        ----------
        id_keys : ndarray of uint64, shape (n,)
            Their keys, as `hash_ids` gives them.

        Returns
        -------
        places : ndarray of int64, shape (n,)
            Their rows, -1 for an id that is not known.
        """
        found = find_keys(self.keys, id_keys)
        places = np.full(len(id_keys), -1)
        places[found >= 0] = self.places[found[found >= 0]]
        return places

    def knows(self, ids: Sequence[Any]) -> np.ndarray:
        """Tell which ids are known.

        Parameters
        ----------
        ids : sequence of str, number or missing value, of length n
            The ids.

        Returns
        -------
        known : ndarray of bool, shape (n,)
            Whether each is known.
        """
        return self.find(hash_ids(ids)) >= 0


def hash_ids(ids: Sequence[Any]) -> np.ndarray:
    """Give the keys of product ids.

    Ids are compared as text: 7, 7.0 and "7" are one id, "007" is another.

    Parameters
    ----------
    ids : sequence of str, number or missing value, of length n
        The ids.

    Returns
    -------
    keys : ndarray of uint64, shape (n,)
        A hash of each, the same in every process; 0 for a missing value.
    """
    keys = (_hash(value) for value in plain_values(ids))
    return np.fromiter(keys, np.uint64, len(ids))


def _hash(value: Any) -> int:
    if type(value) not in _NEVER_MISSING and is_missing(value):
        return 0
    # Numbers that are equal are one id: True is 1, and 7.0 is 7.
    if isinstance(value, (bool, float)) and value == value // 1:
        value = int(value)
    data = str(value).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
