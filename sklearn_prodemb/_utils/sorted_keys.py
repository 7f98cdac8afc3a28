"""Keys looked up among sorted ones."""

from __future__ import annotations

import numpy as np


def find_keys(ascending: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Find keys among sorted ones.

    Parameters
    ----------
    ascending : ndarray, shape (n_known,)
        The known keys.
    keys : ndarray, shape (n,)
        The keys that are asked for, of the same type.

    Returns
    -------
    places : ndarray of int64, shape (n,)
        The place of each among the known ones, -1 for one that is not known.
    """
    if not len(ascending):
        return np.full(len(keys), -1)
    # A key past the end is compared with the last one, which is not equal.
    places = ascending.searchsorted(keys)
    return np.where(ascending.take(places, mode="clip") == keys, places, -1)
