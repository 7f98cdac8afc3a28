"""What an embedder learns: titles in, vectors out."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Protocol, Self, TypeVar

import numpy as np

from .._titles.normalize import Normalizer

# A title, or a title and what stands beside it.
Row = TypeVar("Row", bound=Hashable)


class Encoder(Protocol):
    """What a `SessionEmbedder` learns, its `encoder_`.

    An encoder is pickled as the arguments of its constructor, which are public
    attributes; it needs no estimator. Safe to use from several threads.

    Attributes
    ----------
    n_features : int
        Number of columns of a vector.
    """

    n_features: int

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the same encoder with another normalizer."""
        ...


def encode_distinct(
    rows: list[Row], encode: Callable[[list[Row]], np.ndarray]
) -> np.ndarray:
    """Encode each distinct title once, or title with what stands beside it.

    Parameters
    ----------
    rows : list of str, or of (str, hashable), of length n_titles
        The titles, or titles and their product ids.
    encode : callable
        Gives the vectors of distinct rows.

    Returns
    -------
    vectors : ndarray of float32, shape (n_titles, n_features)
        One row for each title.
    """
    distinct = list(dict.fromkeys(rows))
    vectors = encode(distinct)
    if len(distinct) == len(rows):
        return vectors
    number = {row: i for i, row in enumerate(distinct)}
    return vectors[[number[row] for row in rows]]
