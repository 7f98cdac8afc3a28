"""PPMI against its formula."""

import numpy as np
import pytest
from plain import plain_mates, plain_ppmi, ragged

from sklearn_prodemb._spectral import ppmi
from sklearn_prodemb._spectral.mates import SessionMates
from sklearn_prodemb._spectral.ppmi import ProductPPMI, compare_in_place

N_PRODUCTS = 12


def problem(seed):
    rng = np.random.default_rng(seed)
    lengths = (0, 1, 1, 2, 2, 3, 5, 9, 9, 12)
    return [rng.permutation(N_PRODUCTS)[:n].tolist() for n in lengths]


def of_products(sessions, contexts=range(N_PRODUCTS), **parameters):
    mates = SessionMates(ragged(sessions), np.arange(N_PRODUCTS), N_PRODUCTS)
    return ProductPPMI(mates, np.array(contexts), **parameters)


def whole(matrix):
    blocks = [matrix.block(number) for number in range(matrix.n_blocks)]
    for block in blocks:
        values = block if isinstance(block, np.ndarray) else block.toarray()
        assert values.dtype == np.float32
    return np.concatenate(
        [b if isinstance(b, np.ndarray) else b.toarray() for b in blocks]
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_table(seed):
    rng = np.random.default_rng(seed)
    counts = rng.random((1500, 7)) * (rng.random((1500, 7)) < 0.4)
    counts[3] = counts[:, 2] = 0
    table = counts.astype(np.float32)
    result = compare_in_place(table)
    assert result.matrix is table
    np.testing.assert_allclose(whole(result), plain_ppmi(counts), atol=1e-5)


def test_a_table_without_counts():
    assert not whole(compare_in_place(np.zeros((3, 4), np.float32))).any()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("n_kept", [0, 40, 10**6])
def test_products(monkeypatch, seed, n_kept):
    monkeypatch.setattr("sklearn_prodemb._spectral.mates._PAIRS_PER_BLOCK", 50)
    monkeypatch.setattr(ppmi, "_PAIRS_KEPT", n_kept)
    sessions = problem(seed)
    result = of_products(sessions)
    assert result.n_blocks > 3
    expected = plain_ppmi(plain_mates(sessions, N_PRODUCTS))
    assert expected.any()
    np.testing.assert_allclose(whole(result), expected, atol=1e-5)
    # A block can be asked for again.
    np.testing.assert_array_equal(whole(result), whole(result))


@pytest.mark.parametrize("contexts", [[0, 3, 7], [5], [11, 2]])
def test_some_products_as_contexts(contexts):
    sessions = problem(1)
    counts = plain_mates(sessions, N_PRODUCTS)[:, contexts]
    result = of_products(sessions, contexts)
    assert result.shape == counts.shape
    np.testing.assert_allclose(whole(result), plain_ppmi(counts), atol=1e-5)


@pytest.mark.parametrize("smoothing", [0.5, 0.75, 1])
def test_smoothed_contexts(smoothing):
    sessions = problem(0)
    expected = plain_ppmi(plain_mates(sessions, N_PRODUCTS), smoothing)
    result = whole(of_products(sessions, smoothing=smoothing))
    np.testing.assert_allclose(result, expected, atol=1e-5)


@pytest.mark.parametrize("sessions", [[[]], [[1]], [[1], [2], []]])
def test_without_pairs_nothing_meets(sessions):
    result = whole(of_products(sessions))
    assert result.shape == (N_PRODUCTS, N_PRODUCTS)
    assert not result.any()
