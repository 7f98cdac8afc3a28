"""Truncated SVD against the dense one."""

import numpy as np
import pytest
from scipy import sparse

from sklearn_prodemb._spectral.blocks import SlicedRows
from sklearn_prodemb._spectral.svd import left_vectors, truncated_svd

MATRIX = np.random.default_rng(0).random((9, 6)) * (np.arange(54).reshape(9, 6) % 3 > 0)
U, S, VT = np.linalg.svd(MATRIX)


def rows_of(matrix, kind=sparse.csr_array, rows_per_block=4):
    return SlicedRows(kind(matrix.astype(np.float32)), rows_per_block)


def decompose(n_components, seed=0, matrix=MATRIX, **kind):
    rng = np.random.RandomState(seed)
    rows = rows_of(matrix, **kind)
    return truncated_svd(rows, n_components, rng, n_power_iterations=8)


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("rows_per_block", [2, 100])
def test_it_equals_the_dense_one(kind, rows_per_block):
    values, right = decompose(4, kind=kind, rows_per_block=rows_per_block)
    np.testing.assert_allclose(values, S[:4], rtol=1e-5)
    # Singular vectors are determined up to their signs.
    np.testing.assert_allclose(np.abs(right), np.abs(VT[:4].T), atol=1e-5)
    assert values.dtype == right.dtype == np.float32


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_left_vectors(power):
    values, right = decompose(4)
    left = list(left_vectors(rows_of(MATRIX), values, right, power=power))
    assert [len(block) for block in left] == [4, 4, 1]
    expected = (U[:, :4] * S[:4] ** power) @ VT[:4]
    np.testing.assert_allclose(np.concatenate(left) @ right.T, expected, atol=1e-5)


def test_a_tall_matrix_of_a_decaying_spectrum():
    rng = np.random.default_rng(1)
    left = np.linalg.qr(rng.normal(size=(500, 60)))[0]
    right = np.linalg.qr(rng.normal(size=(80, 60)))[0]
    spectrum = 1 / np.arange(1, 61)
    matrix = (left * spectrum) @ right.T
    values, found = decompose(20, matrix=matrix, rows_per_block=64)
    np.testing.assert_allclose(values, spectrum[:20], rtol=1e-3)
    # The space that is found is the one of the first vectors.
    overlap = np.linalg.svd(found.T @ right[:, :20])[1]
    assert overlap.min() > 0.99


def test_columns_past_the_rank_are_zero():
    values, right = decompose(8)
    (left,) = left_vectors(rows_of(MATRIX, rows_per_block=9), values, right, power=1)
    np.testing.assert_allclose(left @ right.T, MATRIX, atol=1e-5)
    assert not values[6:].any()
    assert not right[:, 6:].any()


@pytest.mark.parametrize("power", [0, 1])
def test_what_the_matrix_lacks_is_zero(power):
    matrix = np.outer(np.arange(1, 6), [1, 2, 0, 4])
    values, right = decompose(3, matrix=matrix)
    np.testing.assert_allclose(values, [np.linalg.norm(matrix), 0, 0], rtol=1e-5)
    assert not right[:, 1:].any()
    blocks = left_vectors(rows_of(matrix), values, right, power=power)
    assert not np.concatenate(list(blocks))[:, 1:].any()


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (4, 3)])
def test_nothing_to_decompose(shape):
    values, right = decompose(2, matrix=np.zeros(shape))
    assert not values.any()
    assert right.shape == (shape[1], 2)
    assert not right.any()


def test_seeds_and_signs():
    assert decompose(3)[1].tobytes() == decompose(3)[1].tobytes()
    first, other = decompose(3)[1], decompose(3, seed=1)[1]
    np.testing.assert_allclose(first, other, atol=1e-4)
    assert (first[np.abs(first).argmax(axis=0), range(3)] > 0).all()
