"""PPMI of session mates against its formula."""

import numpy as np
import pytest
from plain import plain_ppmi, ragged
from scipy import sparse

from sklearn_prodemb._spectral import ppmi
from sklearn_prodemb._spectral.ppmi import mates_ppmi, session_matrix


def problem(seed, n_products=12):
    rng = np.random.default_rng(seed)
    sessions = [
        rng.integers(0, n_products, n).tolist() for n in (0, 1, 1, 2, 2, 3, 5, 9, 9, 12)
    ]
    left, right = (
        rng.random((n_products, n)) * (rng.random((n_products, n)) < 0.3)
        for n in (7, 10)
    )
    return sessions, left, right


def matrix(sessions, n_products=12):
    return session_matrix(ragged(sessions), n_products)


def features(array):
    return sparse.csr_array(array)


def test_a_session_holds_a_product_once():
    result = matrix([[2, 0, 2], [], [1]], 3).toarray()
    assert result.tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("rows_per_block", [2, 2048])
def test_ppmi_of_features(monkeypatch, seed, rows_per_block):
    monkeypatch.setattr(ppmi, "_ROWS_PER_BLOCK", rows_per_block)
    sessions, left, right = problem(seed)
    result = mates_ppmi(matrix(sessions), features(left), features(right))
    assert result.dtype == np.float32
    assert (result.data > 0).all()
    expected = plain_ppmi(sessions, left, right)
    np.testing.assert_allclose(result.toarray(), expected, rtol=1e-5, atol=1e-6)
    assert expected.any()


@pytest.mark.parametrize("seed", range(10))
def test_ppmi_of_the_products_themselves(seed):
    sessions, *_ = problem(seed)
    itself = np.eye(12)
    result = mates_ppmi(matrix(sessions), features(itself), features(itself)).toarray()
    expected = plain_ppmi(sessions, itself, itself)
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)
    assert not result.diagonal().any()
    np.testing.assert_allclose(result, result.T, rtol=1e-6)


@pytest.mark.parametrize("smoothing", [0, 0.5, 0.75, 1])
def test_smoothed_contexts(smoothing):
    sessions, left, right = problem(0)
    # A context that is never met has a count that rounding may make negative.
    left[:, 0] = right[:, 0] = 0
    result = mates_ppmi(
        matrix(sessions), features(left), features(right), smoothing=smoothing
    )
    expected = plain_ppmi(sessions, left, right, smoothing)
    if smoothing:  # else contexts that are never met count too
        np.testing.assert_allclose(result.toarray(), expected, rtol=1e-5, atol=1e-6)
    assert np.isfinite(result.data).all()


def test_a_product_is_not_its_own_mate():
    # Words 0 and 1 meet in one title only, 2 and 3 in session mates.
    left = np.array([[0.3, 0.7, 0.1, 0], [0.1, 0, 0, 0.9], [0, 0, 0.2, 0.1]])
    sessions = [[0, 1], [0, 1, 2]] * 50
    result = mates_ppmi(matrix(sessions, 3), features(left), features(left)).toarray()
    assert result[0, 1] == result[1, 1] == 0
    assert result[1, 3] > 0


@pytest.mark.parametrize("sessions", [[], [[]], [[1], [2, 2]]])
def test_without_pairs_nothing_meets(sessions):
    itself = features(np.eye(3))
    result = mates_ppmi(matrix(sessions, 3), itself, itself)
    assert (result.shape, result.nnz) == ((3, 3), 0)


def test_mates_without_features():
    left = np.array([[1.0, 0], [0, 0], [0, 1.0], [0, 0]])
    result = mates_ppmi(
        matrix([[0, 1], [2, 3], [1, 3]], 4), features(left), features(left)
    )
    assert result.nnz == 0
