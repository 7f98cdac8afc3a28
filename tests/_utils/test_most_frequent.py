"""The names that occur most often."""

from collections import Counter

import numpy as np
import pytest

from sklearn_prodemb._utils.most_frequent import most_frequent

NAMES = np.array(["c", "a", "d", "b"], object)
COUNTS = np.array([2, 5, 2, 9])


@pytest.mark.parametrize("n", [1, 2, 3, 4, 50, np.int64(2)])
def test_the_largest_come_first(n):
    counter = Counter(dict(zip(NAMES, COUNTS, strict=True)))
    # Equal ones stay in their order.
    assert [*most_frequent(NAMES, COUNTS, n).items()] == counter.most_common(int(n))


def test_counts_stay_what_they_are():
    assert most_frequent(NAMES, COUNTS / 2, 1) == {"b": 4.5}
    assert type(most_frequent(NAMES, COUNTS, 1)["b"]) is int
    assert most_frequent(NAMES[:0], COUNTS[:0], 1) == {}


@pytest.mark.parametrize("n", [0, -1])
def test_none_are_asked_for(n):
    with pytest.raises(ValueError, match=f"n must be 1 or more, got {n}"):
        most_frequent(NAMES, COUNTS, n)


@pytest.mark.parametrize("n", [1.0, "3", None, True])
def test_no_number(n):
    with pytest.raises(TypeError, match="n must be an int, got"):
        most_frequent(NAMES, COUNTS, n)
