"""Neighbors by usearch beside the exact ones, and what is refused."""

import pickle
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.neighbors import NearestNeighbors
from sklearn.utils import estimator_checks
from sklearn.utils._param_validation import InvalidParameterError

from sklearn_prodemb.neighbors import ApproximateNeighbors

VECTORS = np.random.default_rng(0).normal(size=(2_000, 16)).astype(np.float32)
QUERIES = np.random.default_rng(1).normal(size=(100, 16))


def test_without_usearch_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(ImportError, match=r"sklearn-prodemb\[usearch\]"):
        ApproximateNeighbors().fit(VECTORS)


@pytest.fixture(scope="module")
def search():
    pytest.importorskip("usearch", reason="the graph needs usearch")
    return ApproximateNeighbors().fit(VECTORS)


def test_most_of_the_exact_neighbors_are_found(search):
    exact = NearestNeighbors(n_neighbors=10, algorithm="brute", metric="cosine")
    expected = exact.fit(VECTORS).kneighbors(QUERIES, return_distance=False)
    distances, indices = search.kneighbors(QUERIES)
    assert distances.shape == indices.shape == (100, 10)
    assert (distances.dtype, indices.dtype) == (np.float32, np.int64)
    shared = [len({*a} & {*b}) for a, b in zip(indices, expected, strict=True)]
    assert np.mean(shared) > 9.5
    # Distances are those of what was found, ascending.
    units = VECTORS / np.linalg.norm(VECTORS, axis=1, keepdims=True)
    asked = QUERIES / np.linalg.norm(QUERIES, axis=1, keepdims=True)
    cosines = np.einsum("qd,qnd->qn", asked, units[indices])
    np.testing.assert_allclose(distances, 1 - cosines, atol=2e-3)
    assert (np.diff(distances, axis=1) >= 0).all()


def test_any_number_of_queries_and_neighbors(search):
    indices = search.kneighbors(QUERIES[:3], return_distance=False)
    for row in range(3):
        one = search.kneighbors(QUERIES[row : row + 1], return_distance=False)
        np.testing.assert_array_equal(one, indices[row : row + 1], strict=True)
    # More neighbors than candidates, and all there are.
    for n in (1, 100, len(VECTORS)):
        for queries in (QUERIES[:1], QUERIES[:3]):
            _, found = search.kneighbors(queries, n)
            assert found.shape == (len(queries), n)
            assert all(len({*row}) == n for row in found.tolist())


def test_what_the_graph_does_not_reach_is_found_exactly():
    pytest.importorskip("usearch", reason="the graph needs usearch")
    # Of many equal vectors a small graph loses some.
    vectors = np.repeat(VECTORS[:10], 100, axis=0)
    search = ApproximateNeighbors(connectivity=2, expansion_add=2, expansion_search=2)
    found = search.fit(vectors).kneighbors(VECTORS[:10], 1000, return_distance=False)
    assert (np.sort(found, axis=1) == np.arange(1000)).all()
    one = search.kneighbors(VECTORS[:1], 1000, return_distance=False)
    assert (np.sort(one, axis=1) == np.arange(1000)).all()


def test_a_short_answer_is_filled_up(search, monkeypatch):
    """Whether the graph does not reach a vector is up to usearch: leave some out."""
    graph = search._graph

    class Short:
        def search(self, X, n, *, threads, exact):
            if exact:
                return graph.search(X, n, threads=threads, exact=True)
            found = graph.search(X, n - 4, threads=threads)
            found.keys = np.pad(np.atleast_2d(found.keys), ((0, 0), (0, 4)))
            found.distances = np.pad(np.atleast_2d(found.distances), ((0, 0), (0, 4)))
            if len(X) == 1:
                found.keys = found.keys[0, :-4]
                found.distances = found.distances[0, :-4]
            return found

    expected = search.kneighbors(QUERIES[:3])
    monkeypatch.setattr(search, "_graph", Short())
    for n in (1, 3):
        found = search.kneighbors(QUERIES[:n])
        np.testing.assert_array_equal(found[1], expected[1][:n])
        np.testing.assert_allclose(found[0], expected[0][:n], atol=1e-6)


def test_one_thread_gives_the_same_graph(search):
    again = clone(search).fit(VECTORS)
    assert pickle.dumps(again) == pickle.dumps(search)
    threads = clone(search).set_params(n_jobs=2).fit(VECTORS)
    assert threads.kneighbors(QUERIES)[1].shape == (100, 10)


def test_pickles_give_the_same_neighbors(search):
    again = pickle.loads(pickle.dumps(search))
    for found, expected in zip(
        again.kneighbors(QUERIES), search.kneighbors(QUERIES), strict=True
    ):
        np.testing.assert_array_equal(found, expected, strict=True)
    unfitted = pickle.loads(pickle.dumps(ApproximateNeighbors(n_neighbors=3)))
    assert unfitted.n_neighbors == 3


def test_what_is_refused(search):
    with pytest.raises(NotFittedError):
        ApproximateNeighbors().kneighbors(QUERIES)
    for n in (0, len(VECTORS) + 1, 2.5):
        with pytest.raises(ValueError, match="must be from 1 to 2000"):
            search.kneighbors(QUERIES, n)
    with pytest.raises(ValueError, match="expecting 16 features"):
        search.kneighbors(QUERIES[:, :3])
    with pytest.raises(ValueError, match="NaN"):
        ApproximateNeighbors().fit([[np.nan, 1.0]])
    with pytest.raises(InvalidParameterError, match="'connectivity' parameter"):
        ApproximateNeighbors(connectivity=1).fit(VECTORS)


@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_set_params,
        estimator_checks.check_valid_tag_types,
    ],
    ids=lambda check: check.__name__,
)
def test_conformity(check):
    check("ApproximateNeighbors", ApproximateNeighbors())
