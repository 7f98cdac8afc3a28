"""Rows of different lengths against lists of lists."""

import numpy as np
import pytest

from sklearn_prodemb._utils.ragged import Ragged, offsets_of, ranges

LISTS = {
    "rows": [[3, 1, 2], [], [5], [7, 7], []],
    "no rows": [],
    "empty rows": [[], []],
    "one row": [[1, 2, 3]],
}


def make(rows):
    values = np.array([value for row in rows for value in row], np.int32)
    return Ragged.from_lengths(values, np.array([len(row) for row in rows], np.int64))


@pytest.fixture(params=LISTS.values(), ids=LISTS.keys())
def rows(request):
    return request.param


def test_there_and_back(rows):
    ragged = make(rows)
    assert ragged.to_lists() == rows
    assert [row.tolist() for row in map(ragged.__getitem__, range(len(rows)))] == rows
    assert len(ragged) == len(rows)
    assert ragged.values.dtype == np.int32
    assert ragged.offsets.dtype == np.int64
    assert ragged.lengths.tolist() == [len(row) for row in rows]
    assert ragged.row_numbers.tolist() == [i for i, r in enumerate(rows) for _ in r]


@pytest.mark.parametrize("max_length", [None, 0, 1, 2, 10])
def test_cut(rows, max_length):
    assert make(rows).cut(max_length).to_lists() == [row[:max_length] for row in rows]


def test_take(rows):
    rng = np.random.default_rng(0)
    n = len(rows)
    for chosen in (np.arange(n)[::-1], rng.integers(0, n, 9) if n else np.arange(0)):
        assert make(rows).take(chosen).to_lists() == [rows[i] for i in chosen]
    mask = rng.random(n) < 0.5
    kept = [row for row, keep in zip(rows, mask, strict=True) if keep]
    assert make(rows).take(mask).to_lists() == kept


def test_concatenate(rows):
    whole = Ragged.concatenate([make(rows), make([[9]]), make(rows)])
    assert whole.to_lists() == [*rows, [9], *rows]


def test_other_values(rows):
    ragged = make(rows)
    doubled = ragged.replace(ragged.values * 2)
    assert doubled.to_lists() == [[2 * value for value in row] for row in rows]


def test_offsets():
    assert offsets_of(np.array([2, 0, 3])).tolist() == [0, 2, 2, 5]
    assert offsets_of(np.array([True, False, True])).tolist() == [0, 1, 1, 2]
    assert offsets_of(np.array([], np.int64)).tolist() == [0]


def test_ranges():
    starts, lengths = np.array([5, 0, 9]), np.array([2, 0, 3])
    np.testing.assert_array_equal(ranges(starts, lengths), [5, 6, 9, 10, 11])


@pytest.mark.parametrize("length", [2**31, 2**63, 2**64, 2**70, np.uint64(2**64 - 1)])
def test_no_length_is_too_long_to_cut_to(rows, length):
    assert make(rows).cut(length).to_lists() == rows
