"""Ridge regression of many targets on sparse features."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg

from .._utils.threads import tell_of_block


def fit_ridge(
    features: sparse.csr_array,
    targets: np.ndarray,
    *,
    alpha: float,
    n_iterations: int,
) -> np.ndarray:
    """Minimise ||X C - Y||^2 + alpha ||C||^2 by conjugate gradients.

    Parameters
    ----------
    features : sparse array of float32, shape (n_samples, n_features)
        X.
    targets : ndarray of float32, shape (n_samples, n_targets)
        Y.
    alpha : float
        The penalty.
    n_iterations : int
        Steps of the conjugate gradients, at the most; few steps shrink C further. Each
        is a block that `told_of_blocks` tells of.

    Returns
    -------
    coefficients : ndarray of float32, shape (n_features, n_targets)
        C.
    """
    shape = (features.shape[1], targets.shape[1])
    transposed = features.T.tocsr()

    # (X^T X + alpha I) C = X^T Y, one system for all targets.
    def apply(flat: np.ndarray) -> np.ndarray:
        guess = flat.reshape(shape)
        return (transposed @ (features @ guess) + alpha * guess).ravel()

    size = shape[0] * shape[1]
    operator = LinearOperator((size, size), matvec=apply, dtype=np.float32)
    wanted = (transposed @ targets).ravel()
    solution, _ = cg(
        operator,
        wanted,
        rtol=1e-4,
        maxiter=n_iterations,
        callback=lambda _: tell_of_block(),
    )
    return solution.reshape(shape).astype(np.float32)
