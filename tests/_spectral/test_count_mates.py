"""Mates that are read from disk, against those of the sessions."""

import numpy as np
import pytest
from plain import plain_mates
from small_logs import count, make_log, sessions_of

from sklearn_prodemb._counts import counting
from sklearn_prodemb._spectral.count_mates import CountMates


@pytest.fixture(params=[40, 10**6])
def log_and_counts(tmp_path, monkeypatch, request):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", request.param)
    log = make_log()
    return log, count(log, tmp_path / "counts")


def whole(mates):
    ends = [0, *(end for _, end in mates.blocks)]
    assert [first for first, _ in mates.blocks] == ends[:-1]
    assert ends[-1] == mates.n_products
    return np.concatenate([mates.rows(*block).toarray() for block in mates.blocks])


@pytest.mark.parametrize("n_products", [41, 20, 3])
@pytest.mark.parametrize("seed", range(3))
def test_any_titles_may_be_one_product(log_and_counts, n_products, seed):
    log, counts = log_and_counts
    titles = counts.titles.tolist()
    rng = np.random.default_rng(seed)
    # Numbered in the order in which titles bring them, some titles are no product.
    drawn = rng.integers(-1, n_products, len(titles))
    order = list(dict.fromkeys(drawn[drawn >= 0].tolist()))
    of_title = np.array([order.index(d) if d >= 0 else -1 for d in drawn])
    mates = CountMates(counts, of_title, len(order))
    number = {title: i for i, title in enumerate(titles)}
    sessions = [[number[title] for title in s] for s in sessions_of(log)]
    expected = plain_mates(sessions, len(order), of_title)
    np.testing.assert_allclose(whole(mates), expected, rtol=1e-5)
    seen = np.zeros(len(order))
    for session in sessions:
        for title in session:
            if len(session) > 1 and of_title[title] >= 0:
                seen[of_title[title]] += 1
    np.testing.assert_array_equal(mates.counts, seen)


def test_no_products(log_and_counts):
    _, counts = log_and_counts
    mates = CountMates(counts, np.full(counts.n_products, -1), 0)
    assert mates.blocks == []
