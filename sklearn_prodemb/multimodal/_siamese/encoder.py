"""Features of pictures in, vectors out."""

from __future__ import annotations

import numpy as np

from ..._public import public
from ..._spectral.encoder import scale_rows
from ..._utils.description import Array
from ..._utils.plain_state import PlainStateMixin

# Rows whose hidden units are held at once.
_CHUNK = 4096


@public
class SiameseEncoder(PlainStateMixin):
    """Turn features of pictures into vectors of unit norm by one hidden layer.

    A vector is relu((x - mean) hidden_weights + biases) weights, scaled to unit norm.

    Parameters
    ----------
    mean : ndarray of float32, shape (n_features_in,)
        The mean, which is subtracted from features first.
    hidden_weights : ndarray of float32, shape (n_features_in, hidden_dim)
        The weights of the hidden layer.
    biases : ndarray of float32, shape (hidden_dim,)
        Its biases.
    weights : ndarray of float32, shape (hidden_dim, embedding_dim)
        The weights of the output.

    Attributes
    ----------
    n_features : int
        Number of columns of a vector.
    """

    _state = {
        "mean": Array("float32", ("n_features_in",)),
        "hidden_weights": Array("float32", ("n_features_in", "hidden_dim")),
        "biases": Array("float32", ("hidden_dim",)),
        "weights": Array("float32", ("hidden_dim", "embedding_dim")),
    }

    def __init__(
        self,
        mean: np.ndarray,
        hidden_weights: np.ndarray,
        biases: np.ndarray,
        weights: np.ndarray,
    ) -> None:
        self.mean = mean
        self.hidden_weights = hidden_weights
        self.biases = biases
        self.weights = weights

    @property
    def n_features(self) -> int:
        """Number of columns of a vector."""
        return self.weights.shape[1]

    def project(self, features: np.ndarray) -> np.ndarray:
        """Give the vectors of products.

        Parameters
        ----------
        features : ndarray of float32, shape (n_products, n_features_in)
            The features of their pictures.

        Returns
        -------
        vectors : ndarray of float32, shape (n_products, n_features)
            Of unit norm, or zeros if no hidden unit is above 0.
        """
        out = np.empty((len(features), self.n_features), np.float32)
        for begin in range(0, len(features), _CHUNK):
            rows = slice(begin, begin + _CHUNK)
            hidden = (features[rows] - self.mean) @ self.hidden_weights + self.biases
            np.maximum(hidden, 0, out=hidden)
            # The direction stays, and no square leaves the range of float32.
            highest = hidden.max(axis=1, keepdims=True)
            hidden /= np.where(highest > 0, highest, 1)
            scale_rows(hidden @ self.weights, 1.0, out[rows])
        return out
