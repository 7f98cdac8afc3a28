"""Weighted pairs of products against adding them up one by one."""

from itertools import pairwise

import numpy as np
import pytest
from plain import plain_mates, ragged

from sklearn_prodemb._spectral import mates
from sklearn_prodemb._spectral.mates import SessionMates

N_PRODUCTS = 15


def problem(seed):
    rng = np.random.default_rng(seed)
    return [rng.permutation(20)[:n].tolist() for n in (0, 1, 2, 2, 3, 5, 8, 8, 13, 20)]


def whole(found):
    blocks = [found.rows(*block) for block in found.blocks]
    assert all(block.dtype == np.float32 for block in blocks)
    return np.concatenate([block.toarray() for block in blocks])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("n_pairs", "n_rows"), [(1, 8192), (60, 8192), (10**6, 4)])
def test_blocks_of_pairs(monkeypatch, seed, n_pairs, n_rows):
    monkeypatch.setattr(mates, "_PAIRS_PER_BLOCK", n_pairs)
    monkeypatch.setattr(mates, "_ROWS_PER_BLOCK", n_rows)
    sessions = problem(seed)
    found = SessionMates(ragged(sessions), np.arange(20), 20)
    assert found.blocks[0][0] == 0
    assert found.blocks[-1][1] == 20
    assert all(a[1] == b[0] for a, b in pairwise(found.blocks))
    assert max(end - first for first, end in found.blocks) <= n_rows
    assert len(found.blocks) > 1
    np.testing.assert_allclose(whole(found), plain_mates(sessions, 20), rtol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_titles_of_one_product_and_titles_of_none(seed):
    rng = np.random.default_rng(seed)
    of_title = rng.integers(-1, N_PRODUCTS, 20)
    sessions = problem(seed)
    found = SessionMates(ragged(sessions), of_title, N_PRODUCTS)
    expected = plain_mates(sessions, N_PRODUCTS, of_title)
    np.testing.assert_allclose(whole(found), expected, rtol=1e-6)
    counts = np.zeros(N_PRODUCTS)
    for session in sessions:
        for title in session:
            if len(session) > 1 and of_title[title] >= 0:
                counts[of_title[title]] += 1
    np.testing.assert_array_equal(found.counts, counts)


def test_each_title_of_a_session_counts_once():
    sessions = [[0, 1], [0, 1, 2, 3], [2]]
    found = SessionMates(ragged(sessions), np.arange(4), 4)
    np.testing.assert_allclose(whole(found).sum(axis=1), [2, 2, 1, 1], rtol=1e-6)


def test_nothing_at_all():
    found = SessionMates(ragged([[]]), np.zeros(0, np.int64), 0)
    assert found.blocks == []
