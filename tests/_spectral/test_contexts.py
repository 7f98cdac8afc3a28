"""How often words meet the words of session mates, against dense algebra."""

import numpy as np
import pytest
from plain import plain_mates, ragged
from scipy import sparse

from sklearn_prodemb._spectral import contexts
from sklearn_prodemb._spectral.contexts import count_contexts, count_group_contexts
from sklearn_prodemb._spectral.mates import SessionMates

N_PRODUCTS = 15


def problem(seed):
    rng = np.random.default_rng(seed)
    sessions = [rng.permutation(N_PRODUCTS)[:n].tolist() for n in (2, 2, 3, 5, 9, 15)]
    words = rng.random((N_PRODUCTS, 9)) * (rng.random((N_PRODUCTS, 9)) < 0.3)
    chosen = rng.permutation(9)[:6]
    return sessions, words, chosen


def features(array):
    return sparse.csr_array(array.astype(np.float32))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_rows", [2, 8192])
@pytest.mark.parametrize("n_contexts", [1, 4, 2500])
def test_counts(monkeypatch, seed, n_rows, n_contexts):
    monkeypatch.setattr("sklearn_prodemb._spectral.mates._PAIRS_PER_BLOCK", 80)
    monkeypatch.setattr(contexts, "_ROWS_PER_BLOCK", n_rows)
    monkeypatch.setattr(contexts, "_CONTEXTS_PER_BLOCK", n_contexts)
    sessions, words, chosen = problem(seed)
    mates = SessionMates(ragged(sessions), np.arange(N_PRODUCTS), N_PRODUCTS)
    result = count_contexts(mates, features(words), features(words[:, chosen]))
    expected = words.T @ plain_mates(sessions, N_PRODUCTS) @ words[:, chosen]
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("n_words", [2, 2048])
def test_groups(monkeypatch, seed, n_words):
    monkeypatch.setattr(contexts, "_WORDS_PER_BLOCK", n_words)
    groups, words, chosen = problem(seed)
    result = count_group_contexts(
        ragged(groups), features(words), features(words[:, chosen])
    )
    expected = words.T @ plain_mates(groups, N_PRODUCTS) @ words[:, chosen]
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


def test_a_product_is_not_its_own_mate():
    # Words 0 and 1 meet in one title only, 2 and 3 in session mates.
    words = features(np.array([[0.3, 0.7, 0.1, 0], [0.1, 0, 0, 0.9], [0, 0, 0.2, 0.1]]))
    sessions = ragged([[0, 1], [0, 1, 2]] * 50)
    mates = SessionMates(sessions, np.arange(3), 3)
    for result in (
        count_contexts(mates, words, words),
        count_group_contexts(sessions, words, words),
    ):
        assert result[1, 1] == 0
        assert result[1, 3] > 0


def test_mates_without_words():
    words = features(np.array([[1.0, 0], [0, 0], [0, 1.0], [0, 0]]))
    mates = SessionMates(ragged([[0, 1], [2, 3], [1, 3]]), np.arange(4), 4)
    assert not count_contexts(mates, words, words).any()
