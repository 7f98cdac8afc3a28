"""What an embedder learns: titles in, vectors out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        Length of a vector.
    """

    n_features: int

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the same encoder with another normalizer."""
        ...


class TitleEncoder(Encoder, Protocol):
    """An encoder of titles."""

    def encode(
        self, titles: Sequence[str], out: np.ndarray | None = None
    ) -> np.ndarray:
        """Give float32 vectors (n_titles, n_features), in `out` if it is given."""
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
        One row a title.
    """
    number = {title: i for i, title in enumerate(dict.fromkeys(titles))}
    vectors = encode(list(number))
    if len(number) == len(titles):
        return vectors
    return vectors[[number[title] for title in titles]]


def encode_in_chunks(
    encoder: TitleEncoder, titles: list[str], titles_per_chunk: int
) -> np.ndarray:
    """Encode titles a chunk at a time, which bounds the memory in use.

    Parameters
    ----------
    encoder : TitleEncoder
        The encoder.
    titles : list of str, of length n_titles
        The titles.
    titles_per_chunk : int
        Titles a chunk.

    Returns
    -------
    vectors : ndarray of float32, shape (n_titles, n_features)
        One row a title.
    """
    vectors = np.empty((len(titles), encoder.n_features), np.float32)
    for start in range(0, len(titles), titles_per_chunk):
        chunk = slice(start, start + titles_per_chunk)
        encoder.encode(titles[chunk], out=vectors[chunk])
    return vectors
