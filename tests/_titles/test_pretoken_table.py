"""The records of pre-tokens by key: against a dict."""

from itertools import pairwise

import numpy as np
import pytest

from sklearn_prodemb._titles.pretoken_table import PretokenTable
from sklearn_prodemb._utils.hash_table import HashTable

DTYPE = np.dtype([("token", "<i4"), ("hash", "<u8")], align=True)


def records_of(key):
    n = key % 4
    return np.array([(key % 1_000 + i, key * (i + 1)) for i in range(n)], DTYPE)


def fill(table, keys, n_times=1):
    for some in np.array_split(keys, n_times):
        table = table.add(some, [records_of(key).tobytes() for key in some.tolist()])
    return table


def check(table, keys):
    numbers = table.find(keys)
    assert (numbers >= 0).all()
    of_titles = np.array([0, 0, len(keys) // 3, len(keys), len(keys)])
    records = table.records_of(numbers, of_titles)
    assert records.values.dtype == DTYPE
    for row, (begin, end) in enumerate(pairwise(of_titles)):
        expected = [r for key in keys[begin:end].tolist() for r in records_of(key)]
        assert records[row].tolist() == [r.tolist() for r in expected]


@pytest.mark.parametrize("n_times", [1, 10])
@pytest.mark.parametrize("room", [(1024, 1024), (1, 1), (500, 1), (1, 500)])
def test_against_a_dict(room, n_times):
    rng = np.random.default_rng(0)
    keys = rng.integers(1, 2**60, 300).astype(np.uint64)
    table = fill(PretokenTable(DTYPE, *room), keys, n_times)
    assert table.n_pretokens == 300
    check(table, keys)
    check(table, np.repeat(keys[::-1], 3))
    assert table.find(np.array([5, 0], np.uint64)).tolist() == [-1, -1]


def test_what_was_found_stays_where_it_is():
    keys = np.arange(1, 2_000, dtype=np.uint64)
    table = PretokenTable(DTYPE).add(keys[:1], [records_of(1).tobytes()])
    numbers = table.find(keys[:1])
    before = table.records_of(numbers, np.array([0, 1]))
    larger = fill(table, keys[1:], 20)
    assert larger is not table
    for some in (table, larger):
        after = some.records_of(numbers, np.array([0, 1]))
        assert after.to_lists() == before.to_lists() == [records_of(1).tolist()]
    check(larger, keys)


def test_pretokens_that_stand_for_nothing():
    table = PretokenTable(np.dtype(np.int32)).add(np.array([7], np.uint64), [b""])
    records = table.records_of(np.array([0, 0]), np.array([0, 1, 2]))
    assert records.to_lists() == [[], []]
    assert records.values.dtype == np.int32


def test_what_was_added_by_half_is_no_other_pretoken(monkeypatch):
    keys = np.arange(1, 31, dtype=np.uint64)
    table = fill(PretokenTable(DTYPE), keys[:10])
    add = HashTable.add

    def interrupted(self, keys, numbers):
        add(self, keys[:5], numbers[:5])
        raise KeyboardInterrupt

    monkeypatch.setattr(HashTable, "add", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fill(table, keys[10:20])
    monkeypatch.undo()
    # What is not there comes again, beside others.
    check(table, keys[:15])
    missing = keys[table.find(keys) < 0]
    assert missing.tolist() == keys[15:].tolist()
    check(fill(table, missing), keys)
