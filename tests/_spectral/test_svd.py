"""Truncated SVD against the dense one."""

import numpy as np
import pytest
from scipy import sparse

from sklearn_prodemb._spectral.svd import truncated_svd

MATRIX = np.random.default_rng(0).random((9, 6)) * (np.arange(54).reshape(9, 6) % 3 > 0)


def decompose(n_components, power=1.0, seed=0):
    return truncated_svd(
        sparse.csr_array(MATRIX),
        n_components,
        np.random.RandomState(seed),
        n_power_iterations=5,
        singular_value_power=power,
    )


@pytest.mark.parametrize("power", [0, 0.5, 1])
def test_it_equals_the_dense_one(power):
    left, right = decompose(4, power)
    u, s, vt = np.linalg.svd(MATRIX)
    assert (left.shape, right.shape) == ((9, 4), (6, 4))
    # Singular vectors are determined up to their signs.
    expected = (u[:, :4] * s[:4] ** power) @ vt[:4]
    np.testing.assert_allclose(left @ right.T, expected, atol=1e-6)


def test_columns_past_the_rank_are_zero():
    left, right = decompose(8)
    np.testing.assert_allclose(left @ right.T, MATRIX, atol=1e-10)
    assert not left[:, 6:].any()
    assert not right[:, 6:].any()


def test_seeds():
    assert decompose(3)[0].tobytes() == decompose(3)[0].tobytes()
