"""Features of many pictures, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .backbone import Backbone
from .reading import Place, open_picture


def extract_features(
    backbone: Backbone,
    cells: Sequence[Any],
    present: np.ndarray,
    *,
    place: Place,
    batch_size: int,
    n_features: int | None,
) -> Iterator[tuple[list[int], np.ndarray]]:
    """Give the features of pictures, a batch at a time.

    Parameters
    ----------
    backbone : Backbone
        The network.
    cells, present, place
        As of `check_pictures`, and what it gave.
    batch_size : int
        Pictures that are decoded at once.
    n_features : int or None
        How many features there must be; None if the first picture tells it.

    Yields
    ------
    rows : list of int
        The rows of a batch, those of missing pictures left out.
    features : ndarray of float32, shape (n_rows, n_features)
        Their features.

    Raises
    ------
    ValueError
        If the backbone gives another number of rows than pictures, no vector a picture,
        vectors of other lengths than before, or a number that is not finite.
    """
    rows = np.flatnonzero(present)
    for begin in range(0, len(rows), batch_size):
        batch = rows[begin : begin + batch_size].tolist()
        found = backbone.run([open_picture(cells[row], row, place) for row in batch])
        found = _as_vectors(found, len(batch))
        if n_features is None:
            n_features = found.shape[1]
        if found.shape[1] != n_features:
            raise ValueError(
                f"The backbone gives {found.shape[1]} features for {place(batch[0])}, "
                f"but gave {n_features} before."
            )
        broken = np.flatnonzero(~np.isfinite(found).all(axis=1))
        if len(broken):
            raise ValueError(
                f"The backbone gives features that are not finite for "
                f"{place(batch[broken[0]])}."
            )
        yield batch, found


def _as_vectors(found: np.ndarray, n_pictures: int) -> np.ndarray:
    """Take away axes of one element, such as what pooling leaves of a grid."""
    if found.ndim < 2 or len(found) != n_pictures:
        raise ValueError(
            f"The backbone must give a row of features for each of {n_pictures} "
            f"pictures, but gives an array of shape {found.shape}."
        )
    if max(found.shape[1:]) != np.prod(found.shape[1:]) or not found.size:
        raise ValueError(
            f"The backbone must give a vector a picture, but gives an array of shape "
            f"{found.shape}: take what comes after its pooling."
        )
    if found.dtype.kind not in "fiub":
        raise ValueError(
            f"The backbone must give numbers, but gives an array of {found.dtype}."
        )
    # What is too large for float32 is not finite, of which the caller tells.
    with np.errstate(over="ignore"):
        return found.reshape(n_pictures, -1).astype(np.float32)
