"""Features of products in, what they have and what they are seen with out."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge

from ..._public import public
from ..._spectral.encoder import scale_rows
from ..._utils.description import Array, Lengths
from ..._utils.plain_state import PlainStateMixin

# As a share of the mean square: a variance below it is rounding.
_NOTHING = 1e-10


@public
class SessionProjection(PlainStateMixin):
    """Turn features of products into principal components and predicted session mates.

    A vector has two blocks side by side, each scaled to a fixed norm: the principal
    components of the features, and a prediction of the vector of session mates by ridge
    regression on the features.

    Parameters
    ----------
    mean : ndarray of float32, shape (n_features_in,)
        The mean, which is subtracted from features first.
    components : ndarray of float32, shape (n_features_in, n_components)
        The principal components.
    coefficients : ndarray of float32, shape (n_features_in, n_targets)
        The coefficients of the ridge regression.
    lengths : tuple of two float
        Norms of the two blocks.

    Attributes
    ----------
    n_features : int
        Number of columns of a vector.
    """

    _state = {
        "mean": Array("float32", ("n_features_in",)),
        "components": Array("float32", ("n_features_in", "n_components")),
        "coefficients": Array("float32", ("n_features_in", "n_targets")),
        "lengths": Lengths(2),
    }

    def __init__(
        self,
        mean: np.ndarray,
        components: np.ndarray,
        coefficients: np.ndarray,
        lengths: tuple[float, float],
    ) -> None:
        self.mean = mean
        self.components = components
        self.coefficients = coefficients
        self.lengths = lengths
        self.n_features = components.shape[1] + coefficients.shape[1]

    def project(self, features: Any) -> np.ndarray:
        """Give the vectors of products.

        Parameters
        ----------
        features : ndarray or sparse array of float32, shape (n_products, n_features_in)
            Their features.

        Returns
        -------
        vectors : ndarray of float32, shape (n_products, n_features)
            The two blocks side by side.
        """
        out = np.empty((features.shape[0], self.n_features), np.float32)
        begin = 0
        for table, length in zip(
            (self.components, self.coefficients), self.lengths, strict=True
        ):
            end = begin + table.shape[1]
            if sparse.issparse(features):
                # (x - mean) table, without a dense x.
                rows = features @ table - self.mean @ table
            else:
                # Taken first, a large mean costs no digits.
                rows = (features - self.mean) @ table
            scale_rows(rows, length, out[:, begin:end])
            begin = end
        return out


def learn_projection(
    features: Any,
    linked: np.ndarray,
    targets: np.ndarray,
    *,
    n_components: int,
    alpha: float,
    lengths: tuple[float, float],
    seed: int,
) -> SessionProjection:
    """Learn a projection.

    Parameters
    ----------
    features : ndarray or sparse array of float32, shape (n_products, n_features_in)
        The features of products.
    linked : ndarray of int64, shape (n_linked,)
        The products that were seen with others, at least one.
    targets : ndarray of float64, shape (n_linked, n_targets)
        Their vectors of session mates.
    n_components : int
        Number of principal components; those past the rank are zero.
    alpha : float
        The penalty of the ridge regression, of each linked product and in units of
        the mean variance of a feature.
    lengths : tuple of two float
        Norms of the two blocks.
    seed : int
        Seed of the principal components of sparse features.

    Returns
    -------
    projection : SessionProjection
        The projection.
    """
    n_products, n_features = features.shape
    is_sparse = sparse.issparse(features)
    # Principal components of all products, as far as their rank can go.
    rank = min(n_components, n_features - is_sparse, n_products - 1)
    components = np.zeros((n_features, n_components))
    mean, variance = _moments(features)
    if rank > 0 and variance > 0:
        pca = PCA(
            rank,
            svd_solver="arpack" if is_sparse else "covariance_eigh",
            random_state=seed,
        )
        # Taken first, a large mean costs no digits.
        pca.fit(features if is_sparse else features - mean)
        components[:, :rank] = pca.components_.T
    # Targets from the features of the products that have them.
    chosen = features[linked]
    mean, variance = _moments(chosen)
    # The solver of sparse features stops early by default.
    ridge = Ridge(alpha=max(alpha * len(linked) * variance, 1e-6), tol=1e-8)
    ridge.fit(chosen if is_sparse else chosen - mean, targets)
    return SessionProjection(
        mean,
        components.astype(np.float32),
        np.ascontiguousarray(ridge.coef_.T, np.float32),
        lengths,
    )


def _moments(features: Any) -> tuple[np.ndarray, float]:
    """Give the means of features in float32, and the mean of their variances."""
    if not sparse.issparse(features):
        mean = features.mean(axis=0, dtype=np.float64)
        return mean.astype(np.float32), float(np.square(features - mean).mean())
    features = features.astype(np.float64)
    mean = np.asarray(features.mean(axis=0)).ravel()
    squares = np.asarray(features.multiply(features).mean(axis=0)).ravel()
    variance = float((squares - mean**2).mean())
    # Equal features differ from their mean by rounding.
    is_nothing = variance < _NOTHING * float(squares.mean())
    return mean.astype(np.float32), 0.0 if is_nothing else variance
