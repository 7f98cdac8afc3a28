"""What an embedder learns: titles in, vectors out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self

import numpy as np

from .._titles.normalize import Normalizer


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
    titles: list[str], encode: Callable[[list[str]], np.ndarray]
) -> np.ndarray:
    """Encode each distinct title once.

    Parameters
    ----------
    titles : list of str, of length n_titles
        The titles.
    encode : callable
        Gives the vectors of distinct titles.

    Returns
    -------
    vectors : ndarray of float32, shape (n_titles, n_features)
        One row for each title.
    """
    distinct = list(dict.fromkeys(titles))
    vectors = encode(distinct)
    if len(distinct) == len(titles):
        return vectors
    number = {title: i for i, title in enumerate(distinct)}
    return vectors[[number[title] for title in titles]]
