"""Sums of rows: against one row after the other."""

import numpy as np
import pytest

from sklearn_prodemb._utils.ragged import Ragged
from sklearn_prodemb._utils.row_sums import count_columns, row_adder


def plain(numbers, table):
    sums = np.zeros((len(numbers), table.shape[1]), np.float32)
    for total, rows in zip(sums, numbers, strict=True):
        for row in rows:
            total += table[row]
    return sums


def random_numbers(n_sums, n_rows, seed):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, n_rows, n).tolist() for n in rng.integers(0, 40, n_sums)]


def as_ragged(numbers):
    flat = [row for rows in numbers for row in rows]
    return Ragged.from_lengths(np.array(flat, np.int32), np.array([*map(len, numbers)]))


@pytest.mark.parametrize("n_columns", [1, 2, 3, 128])
@pytest.mark.parametrize("n_sums", [0, 1, 2, 30])
def test_rows_are_added_in_their_order(n_sums, n_columns):
    table = np.random.default_rng(0).standard_normal((50, n_columns), np.float32)
    for seed in range(20):
        numbers = random_numbers(n_sums, 50, seed)
        sums = row_adder(as_ragged(numbers), 50)(table)
        assert sums.dtype == np.float32
        np.testing.assert_array_equal(sums, plain(numbers, table))


@pytest.mark.parametrize("numbers", [[[]], [[], []], [[3] * 30]])
def test_no_rows_and_one_row_many_times(numbers):
    table = np.random.default_rng(1).standard_normal((5, 2), np.float32)
    sums = row_adder(as_ragged(numbers), 5)(table)
    np.testing.assert_array_equal(sums, plain(numbers, table))


def test_counts():
    rows = as_ragged([[2, 0, 2], [], [1]])
    counts = count_columns(rows, 4)
    assert counts.toarray().tolist() == [[1, 0, 2, 0], [0] * 4, [0, 1, 0, 0]]
    counts.sum_duplicates()
    assert rows.to_lists() == [[2, 0, 2], [], [1]]
