"""Whole numbers of any size."""

import numpy as np
import pytest

from sklearn_prodemb._sessions.integers import as_integers, join_integers


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([], "int64"),
        ([2**63 - 1, -(2**63)], "int64"),
        ([0, 2**63], "uint64"),
        ([2**64 - 1], "uint64"),
        ([-1, 2**63], "object"),
        ([2**64], "object"),
    ],
)
def test_the_smallest_array_that_holds_them(values, dtype):
    array = as_integers(values)
    assert array.dtype == dtype
    assert array.tolist() == values
    for cut in range(len(values) + 1):
        joined = join_integers([as_integers(values[:cut]), as_integers(values[cut:])])
        assert (joined.dtype, joined.tolist()) == (dtype, values)


def test_no_digit_is_lost():
    parts = [[-1], [2**63 + 1], [2**80]]
    joined = join_integers([as_integers(part) for part in parts])
    assert joined.tolist() == [-1, 2**63 + 1, 2**80]
    joined = join_integers([np.array([5]), np.array([2**63 + 1], np.uint64)])
    assert joined.tolist() == [5, 2**63 + 1]
    assert joined.dtype == np.uint64
