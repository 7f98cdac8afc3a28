"""Sessions cut to their first products."""

from itertools import pairwise

import numpy as np
import pytest

from sklearn_prodemb._sessions.pairs import cut_sessions, ranges


def test_ranges():
    np.testing.assert_array_equal(
        ranges(np.array([5, 0, 9]), np.array([2, 0, 3])), [5, 6, 9, 10, 11]
    )


@pytest.mark.parametrize("limit", [None, 2, 3, 100])
def test_cut_sessions_keeps_the_first_products_of_sessions_with_a_pair(limit):
    lengths = [3, 1, 0, 2, 5]
    offsets = np.append(0, np.cumsum(lengths))
    rows, new_offsets = cut_sessions(offsets, limit)
    expected = [
        list(range(start, start + min(n, limit or n)))
        for start, n in zip(offsets, lengths, strict=False)
        if n >= 2
    ]
    result = [rows[a:b].tolist() for a, b in pairwise(new_offsets)]
    assert result == expected
