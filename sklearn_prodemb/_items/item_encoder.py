"""Product ids in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from .._public import public
from .._titles.normalize import Normalizer
from .._utils.description import Array, Labels
from .._utils.plain_state import PlainStateMixin
from .products import number, numbers_of


@public
class ItemEncoder(PlainStateMixin):
    """Turn product ids into vectors by look-up.

    Parameters
    ----------
    ids : ndarray of object, shape (n_ids,)
        The ids that have a vector.
    vectors : ndarray of float32, shape (n_ids, embedding_dim)
        Their vectors.

    Attributes
    ----------
    n_features : int
        Number of columns of a vector.
    """

    _state = {
        "ids": Labels("n_ids", "object"),
        "vectors": Array("float32", ("n_ids", "embedding_dim")),
    }

    def __init__(self, ids: np.ndarray, vectors: np.ndarray) -> None:
        self.ids = ids
        self.vectors = vectors
        self.n_features = vectors.shape[1]
        self._numbers = number(ids)

    def look_up(self, ids: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
        """Give the vectors of ids.

        Parameters
        ----------
        ids : sequence of hashable, of length n
            The ids.

        Returns
        -------
        vectors : ndarray of float32, shape (n, n_features)
            One row for each id, zeros if it has no vector.
        known : ndarray of bool, shape (n,)
            Whether it has one.
        """
        rows = numbers_of(ids, self._numbers)
        known = rows >= 0
        vectors = np.zeros((len(rows), self.n_features), np.float32)
        vectors[known] = self.vectors[rows[known]]
        return vectors, known

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the encoder itself: ids are not normalised.

        Parameters
        ----------
        normalizer : str, callable or None
            Not used.

        Returns
        -------
        encoder : ItemEncoder
            The encoder itself.
        """
        return self
