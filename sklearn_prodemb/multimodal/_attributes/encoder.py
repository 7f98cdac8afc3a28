"""Attributes in, vectors out."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._public import public
from ..._utils.description import Array, ByName, Labels
from ..._utils.plain_state import PlainStateMixin
from ...exceptions import InvalidFileError
from .values import find_values


@public
class AttributeEncoder(PlainStateMixin):
    """Turn the attributes of products into vectors.

    A vector is relu(sum of the vectors of its values + biases).

    Parameters
    ----------
    values : dict of str to ndarray of object
        The values of each attribute.
    vectors : ndarray of float32, shape (n_values, embedding_dim)
        The vectors of all values, attribute after attribute.
    biases : ndarray of float32, shape (embedding_dim,)
        What is added.
    """

    _state = {
        "values": ByName(Labels("_", "object", fewest=1), fewest=1),
        "vectors": Array("float32", ("n_values", "embedding_dim")),
        "biases": Array("float32", ("embedding_dim",)),
    }

    def __init__(
        self, values: dict[str, np.ndarray], vectors: np.ndarray, biases: np.ndarray
    ) -> None:
        self.values = values
        self.vectors = vectors
        self.biases = biases

    def _check_together(self) -> None:
        n_values = sum(map(len, self.values.values()))
        if n_values != len(self.vectors):
            raise InvalidFileError(
                f"AttributeEncoder.vectors must be {n_values}, one a value, but there "
                f"are {len(self.vectors)}"
            )

    @property
    def n_features(self) -> int:
        """Number of columns of a vector."""
        return len(self.biases)

    def encode(self, X: Any) -> np.ndarray:
        """Give the vectors of products.

        Parameters
        ----------
        X : data frame
            A row for each product, a column for each attribute.

        Returns
        -------
        vectors : ndarray of float32, shape (n_products, embedding_dim)
            The vectors. A value that is missing or was not learned adds nothing.

        Raises
        ------
        TypeError, ValueError
            If X is no data frame of these attributes.
        """
        codes = find_values(X, self.values)
        sums = np.tile(self.biases, (len(codes), 1))
        begin = 0
        for place, learned in enumerate(self.values.values()):
            known = np.flatnonzero(codes[:, place] >= 0)
            sums[known] += self.vectors[begin + codes[known, place]]
            begin += len(learned)
        return np.maximum(sums, 0, out=sums)
