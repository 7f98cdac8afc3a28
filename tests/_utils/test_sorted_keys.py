"""Keys looked up among sorted ones: against a dict."""

import numpy as np
import pytest

from sklearn_prodemb._utils.sorted_keys import find_keys


@pytest.mark.parametrize("n_known", [0, 1, 2, 50])
@pytest.mark.parametrize("n", [0, 1, 200])
def test_against_a_dict(n_known, n):
    rng = np.random.default_rng(n_known)
    known = np.sort(rng.choice(100, n_known, replace=False)).astype(np.uint64)
    keys = rng.integers(0, 100, n).astype(np.uint64)
    place_of = {key: place for place, key in enumerate(known.tolist())}
    places = find_keys(known, keys)
    assert places.tolist() == [place_of.get(key, -1) for key in keys.tolist()]
    assert places.dtype == np.int64


def test_the_largest_and_the_smallest():
    known = np.array([0, 2**64 - 1], np.uint64)
    keys = np.array([2**64 - 1, 1, 0, 2**64 - 2], np.uint64)
    assert find_keys(known, keys).tolist() == [1, -1, 0, -1]
