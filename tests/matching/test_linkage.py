"""The sparse clustering against scipy's on the full matrix."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from sklearn_prodemb.matching._linkage import Pairs, link


def random_pairs(n_offers, share, seed):
    rng = np.random.default_rng(seed)
    left, right = np.triu_indices(n_offers, 1)
    kept = rng.random(len(left)) < share
    return left[kept], right[kept], rng.uniform(0.05, 1, kept.sum())


def same(groups):
    return groups[:, None] == groups


@pytest.mark.parametrize("method", ["average", "single"])
@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_groups_are_those_of_scipy(method, share, seed):
    n_offers = 30
    left, right, similarities = random_pairs(n_offers, share, seed)
    distances = np.ones((n_offers, n_offers))
    distances[left, right] = distances[right, left] = 1 - similarities
    np.fill_diagonal(distances, 0)
    expected = linkage(squareform(distances), method)
    tree = link(n_offers, Pairs(left, right, similarities), method)
    for threshold in (0.1, 0.3, 0.5, 0.8):
        groups = tree.cut(threshold)
        truth = fcluster(expected, 1 - threshold, "distance")
        np.testing.assert_array_equal(same(groups), same(truth))


def test_groups_are_numbered_as_they_appear():
    tree = link(4, Pairs(np.array([1]), np.array([3]), np.array([0.9])), "average")
    assert tree.cut(0.5).tolist() == [0, 1, 2, 1]
    assert tree.cut(0.95).tolist() == [0, 1, 2, 3]


def test_nothing_is_similar():
    nothing = np.zeros(0, np.int64)
    pairs = Pairs(nothing, nothing, np.zeros(0))
    assert link(2, pairs, "single").cut(0.5).tolist() == [0, 1]


@pytest.mark.parametrize("method", ["average", "single"])
@pytest.mark.parametrize("least", [0.3, 0.5, 0.8])
def test_what_is_below_the_least_threshold_changes_no_cut_above(method, least):
    pairs = Pairs(*random_pairs(40, 0.5, 0))
    whole, part = link(40, pairs, method), link(40, pairs, method, least)
    np.testing.assert_array_equal(part.similarities >= least, True)
    for threshold in (least, 0.85, 1.0):
        np.testing.assert_array_equal(part.cut(threshold), whole.cut(threshold))


@pytest.mark.parametrize("method", ["average", "single"])
def test_rounding_is_no_reason_to_stay_apart(method):
    pairs = Pairs(np.array([0]), np.array([1]), np.array([np.float64(np.float32(0.7))]))
    assert pairs.similarities[0] < 0.7
    assert link(2, pairs, method, 0.7).cut(0.7).tolist() == [0, 0]
    assert link(2, pairs, method).cut(0.70001).tolist() == [0, 1]


def test_pairs_of_nodes_are_means():
    pairs = Pairs(
        np.array([0, 0, 1, 2]), np.array([1, 2, 2, 3]), np.array([1, 0.2, 0.6, 0.5])
    )
    assert pairs.between(np.arange(4)) is pairs
    found = pairs.between(np.array([0, 0, 1, 2]))
    assert [of.tolist() for of in found] == [[0, 1], [1, 2], [0.4, 0.5]]
    found = pairs.onto(np.array([0, 1, 1, 0]))
    assert [of.tolist() for of in found] == [[0, 1, 2], [1, 1, 0], [0.6, 0.6, 0.5]]
