"""Sessions cut to their first products."""

import numpy as np
import pytest

from sklearn_prodemb._sessions.pairs import check_pairs, paired_rows, pairs_of


@pytest.mark.parametrize("limit", [None, 2, 3, 100])
def test_the_first_products_of_sessions_with_a_pair(limit):
    lengths = [3, 1, 0, 2, 5]
    offsets = np.append(0, np.cumsum(lengths))
    expected = [
        list(range(start, start + min(n, limit or n)))
        for start, n in zip(offsets, lengths, strict=False)
        if n >= 2
    ]
    assert paired_rows(offsets, limit).to_lists() == expected


def test_no_pairs():
    rows = paired_rows(np.array([0, 1, 1, 2]), None)
    assert (len(rows), len(rows.values)) == (0, 0)
    with pytest.raises(ValueError, match=r"None of the 3 .* two distinct ids"):
        check_pairs(3, rows, "ids")
    check_pairs(1, paired_rows(np.array([0, 2]), None))


def test_number_of_pairs():
    assert pairs_of(np.array([0, 1, 2, 5])).tolist() == [0, 0, 1, 10]
