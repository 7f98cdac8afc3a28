"""Rotations that turn the blocks of one fit's vectors onto the axes of another's.

A truncated SVD is unique up to the signs of its vectors, and among like singular values
up to any rotation. So the columns of two fits stand for different things, even if both
were fitted on nearly the same log. What stays is how the rows of a block lie to each
other, and a rotation brings that into place (orthogonal Procrustes problem).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.linalg import svd

_ROWS_AT_ONCE = 65_536


class Shared(NamedTuple):
    """Rows of two tables that stand for the same.

    Parameters
    ----------
    kind : str
        What the rows stand for, for error messages.
    table, others : ndarray of float, shape (n_rows, width)
        The tables of the two fits.
    places, other_places : ndarray of int64, shape (n_shared,)
        The rows of either that stand for the same.
    n_needed : int
        How many rows determine a rotation: one a column that is in use.
    """

    kind: str
    table: np.ndarray
    others: np.ndarray
    places: np.ndarray
    other_places: np.ndarray
    n_needed: int

    @classmethod
    def of(
        cls,
        kind: str,
        table: np.ndarray,
        others: np.ndarray,
        keys: np.ndarray,
        other_keys: np.ndarray,
    ) -> Shared:
        """Find the rows whose keys, each there once, are in both tables."""
        _, places, other_places = np.intersect1d(
            keys, other_keys, assume_unique=True, return_indices=True
        )
        used = [int(np.count_nonzero(t.any(axis=0))) for t in (table, others)]
        return cls(kind, table, others, places, other_places, max(1, min(used)))

    @property
    def is_enough(self) -> bool:
        """Whether the rows determine a rotation."""
        return len(self.places) >= self.n_needed


def find_rotations(shared: Mapping[str, Shared]) -> dict[str, np.ndarray]:
    """Find the rotation of each block that brings it nearest to the other fit's.

    With A and B the rows that both fits know, it minimises ||A R - B|| over all
    orthogonal matrices R (rotations, with or without a reflection). Rows count as they
    are used: those of words with their inverse document frequency.

    Parameters
    ----------
    shared : dict of str to Shared
        The rows that both know, by block.

    Returns
    -------
    rotations : dict of str to ndarray of float64, shape (width, width)
        R of each block.

    Raises
    ------
    ValueError
        If a block is of another width in the other fit, or too few rows are shared.
    """
    for block, rows in shared.items():
        width, other = rows.table.shape[1], rows.others.shape[1]
        if width != other:
            raise ValueError(
                f"The {block} block has {width} columns here and {other} in what it is "
                f"to be aligned to: both need one n_components, and both need sessions "
                f"with pairs, or neither. A longer vector is cut by "
                f"truncate(n_components)."
            )
    for block, rows in shared.items():
        if not rows.is_enough:
            raise ValueError(
                f"The two fits share {len(rows.places)} {rows.kind}, and "
                f"{rows.n_needed} are needed to align the {block} block. Fit on a log "
                f"that has more in common with the old one, or fit the models on top "
                f"of the vectors again."
            )
    return {block: _rotation(rows) for block, rows in shared.items()}


def _rotation(shared: Shared) -> np.ndarray:
    # M = A^T B in double precision, some rows at a time.
    width = shared.table.shape[1]
    cross = np.zeros((width, width))
    for first in range(0, len(shared.places), _ROWS_AT_ONCE):
        some = slice(first, first + _ROWS_AT_ONCE)
        rows = shared.table[shared.places[some]].astype(np.float64)
        cross += rows.T @ shared.others[shared.other_places[some]].astype(np.float64)
    if not width:
        return cross
    # R = U V^T of the SVD M = U S V^T.
    left, _, right = svd(cross, check_finite=False)
    return left @ right


def turn(table: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Give a table times a rotation, in the table's own type.

    Parameters
    ----------
    table : ndarray of float16 or float32, shape (n_rows, width)
        The table.
    rotation : ndarray of float64, shape (width, width)
        The rotation.

    Returns
    -------
    turned : ndarray, shape (n_rows, width)
        The product, taken in double precision.
    """
    turned = np.empty(table.shape, table.dtype)
    for first in range(0, len(table), _ROWS_AT_ONCE):
        some = slice(first, first + _ROWS_AT_ONCE)
        turned[some] = table[some].astype(np.float64) @ rotation
    return turned
