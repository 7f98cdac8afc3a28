"""Neighbors against a full sort."""

import numpy as np
import pytest

from sklearn_prodemb.matching._embedding.neighbors import nearest, neighbor_pairs
from sklearn_prodemb.matching._unit_rows import unit_rows


def random_vectors(n, seed):
    rng = np.random.default_rng(seed)
    return unit_rows(rng.standard_normal((n, 8), np.float32))


@pytest.mark.parametrize("n_neighbors", [1, 5, 30, 100])
def test_nearest_are_the_first_of_a_full_sort(n_neighbors):
    queries, targets = random_vectors(20, 0), random_vectors(30, 1)
    # What has no vector is nobody's neighbor.
    queries[3] = targets[5:10] = 0
    rows, places = nearest(queries, targets, n_neighbors)
    products = queries @ targets.T
    expected = {
        (row, place)
        for row in range(20)
        for place in np.argsort(-products[row])[:n_neighbors].tolist()
        if products[row, place] > 0
    }
    found = list(zip(rows.tolist(), places.tolist(), strict=True))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_pairs_are_distinct_and_never_of_one():
    vectors = random_vectors(25, 2)
    left, right = neighbor_pairs(vectors, 3)
    assert (left < right).all()
    assert len(set(zip(left.tolist(), right.tolist(), strict=True))) == len(left)
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -np.inf)
    best = np.argsort(-similar, axis=1)[:, :3]
    for row in range(25):
        for other in best[row].tolist():
            if similar[row, other] > 0:
                assert ((left == min(row, other)) & (right == max(row, other))).any()


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, 3), (3, 0), (1, 1)])
def test_few_vectors(n, m):
    rows, places = nearest(
        np.eye(n, 2, dtype=np.float32), np.eye(m, 2, dtype=np.float32), 5
    )
    assert len(rows) == len(places) == n * m
    left, _ = neighbor_pairs(np.ones((1, 2), np.float32), 5)
    assert len(left) == 0
