"""Ridge regression by conjugate gradients."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge

from sklearn_prodemb._product.ridge import fit_ridge


@pytest.mark.parametrize("alpha", [0.1, 1.0])
@pytest.mark.parametrize("shape", [(40, 12), (12, 40), (1, 3)])
def test_many_steps_give_the_solution(alpha, shape):
    rng = np.random.default_rng(0)
    dense = rng.random(shape) * (rng.random(shape) < 0.4)
    features = sparse.csr_array(dense.astype(np.float32))
    targets = rng.standard_normal((shape[0], 5)).astype(np.float32)
    ours = fit_ridge(features, targets, alpha=alpha, n_iterations=500)
    model = Ridge(alpha=alpha, fit_intercept=False).fit(dense, targets)
    np.testing.assert_allclose(ours, model.coef_.reshape(5, -1).T, atol=2e-4)
    assert ours.dtype == np.float32


def test_few_steps_shrink():
    rng = np.random.default_rng(0)
    features = sparse.csr_array(rng.random((50, 20), np.float32))
    targets = rng.standard_normal((50, 3)).astype(np.float32)
    norms = [
        np.linalg.norm(fit_ridge(features, targets, alpha=0.5, n_iterations=n))
        for n in (1, 3, 500)
    ]
    assert norms == sorted(norms)


def test_nothing_to_fit():
    features = sparse.csr_array((2, 3), dtype=np.float32)
    targets = np.zeros((2, 4), np.float32)
    assert not fit_ridge(features, targets, alpha=1.0, n_iterations=5).any()
