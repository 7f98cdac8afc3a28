"""Codes get new numbers in order of appearance."""

import numpy as np
import pytest

from sklearn_prodemb._utils.renumber import renumber

HASHES = np.array([2**63 + 5, 3, 2**63 + 5, 0, 3, 2**64 - 1], np.uint64)


@pytest.mark.parametrize(
    "codes",
    [
        np.array([4, 2, 4, 0, 2, 7]),
        np.array([4, 2, 4, 0, 2, 10**9]),
        np.zeros(0, np.int64),
        np.zeros(0, np.uint64),
        np.array([3], np.int32),
        HASHES,
        np.random.default_rng(0).integers(0, 50, 1000),
        np.random.default_rng(0).integers(0, 10**6, 1000),
        np.random.default_rng(0).integers(0, 10**12, 60),
    ],
    ids=str,
)
def test_as_a_dict_numbers_them(codes):
    numbers, first = {}, []
    for row, code in enumerate(codes.tolist()):
        if numbers.setdefault(code, len(numbers)) == len(first):
            first.append(row)
    found, rows = renumber(codes)
    assert found.tolist() == [numbers[code] for code in codes.tolist()]
    assert rows.tolist() == first
