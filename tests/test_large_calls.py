"""Calls of many titles, which are encoded in chunks and in threads."""

import os

import numpy as np
import pytest
from random_titles import random_titles
from small import ID_SESSIONS, SESSIONS, TITLES, small, small_product, spectral
from threadpoolctl import threadpool_limits

# Known, new, misspelt and odd titles, in no order that chunks could go by.
MANY = [f"{title} {i % 90}" for i in range(80) for title in TITLES]
MANY += [title[1:] + title[0] for title in TITLES] + [*random_titles(0)]
MANY = [*dict.fromkeys(MANY), "", "zzz " * 400, *TITLES]
EMBEDDERS = {
    "ProductEmbedder": lambda: small_product(max_epochs=1).fit(SESSIONS),
    "SpectralEmbedder": lambda: spectral().fit(SESSIONS),
    "TextCNNEmbedder": lambda: small(max_epochs=1).fit(SESSIONS),
    "a callable normalizer": lambda: spectral(normalizer=str.lower).fit(SESSIONS),
}


@pytest.fixture(params=EMBEDDERS.values(), ids=EMBEDDERS)
def embedder(request):
    return request.param()


def test_vectors_are_those_of_single_titles(embedder):
    assert len(MANY) > 3 * 1_024
    with threadpool_limits(2, user_api="blas"):
        vectors = embedder.transform(MANY)
    shuffled = np.random.default_rng(0).permutation(len(MANY))
    some = shuffled[:300].tolist()
    alone = np.concatenate([embedder.transform([MANY[i]]) for i in some])
    np.testing.assert_array_equal(vectors[some], alone)
    # Another order, fewer threads, and words that are known by now.
    with threadpool_limits(1, user_api="blas"):
        again = embedder.transform([MANY[i] for i in shuffled])
    np.testing.assert_array_equal(again, vectors[shuffled])


@pytest.mark.parametrize("make", [small_product, spectral])
def test_ids_go_along(make):
    embedder = make().fit(ID_SESSIONS)
    ids = [TITLES[i % 60] if i % 3 else None for i in range(len(MANY))]
    rows = np.array([MANY, ids], object).T
    with threadpool_limits(2, user_api="blas"):
        vectors = embedder.transform(rows)
    some = np.random.default_rng(0).choice(len(MANY), 200, replace=False)
    alone = np.concatenate([embedder.transform(rows[i : i + 1]) for i in some])
    np.testing.assert_array_equal(vectors[some], alone)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="This system has no fork.")
def test_a_forked_process_transforms():
    embedder = small_product().fit(SESSIONS)
    with threadpool_limits(2, user_api="blas"):
        expected = embedder.transform(MANY).tobytes()
        child = os.fork()
        if child == 0:
            is_equal = embedder.transform(MANY).tobytes() == expected
            os._exit(0 if is_equal else 1)
        assert os.waitpid(child, 0)[1] == 0
