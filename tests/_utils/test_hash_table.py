"""Numbers by key: against a dict."""

import numpy as np
import pytest

from sklearn_prodemb._utils import hash_table
from sklearn_prodemb._utils.hash_table import NO_KEY, HashTable


def check(table, numbers, others):
    keys = np.array([*numbers, *others, NO_KEY], np.uint64)
    found = table.find(keys)
    assert found.tolist() == [numbers.get(key, -1) for key in keys.tolist()]
    assert found.dtype == np.int32


@pytest.mark.parametrize("n_keys", [0, 1, 2, 3, 100, 1_000])
@pytest.mark.parametrize("n_times", [1, 7])
def test_against_a_dict(n_keys, n_times):
    rng = np.random.default_rng(n_keys)
    drawn = rng.integers(1, 2**64, 2 * n_keys + 5, dtype=np.uint64)
    keys, others = drawn[:n_keys], drawn[n_keys:].tolist()
    numbers = dict(zip(keys.tolist(), rng.permutation(n_keys).tolist(), strict=True))
    table = HashTable(n_keys)
    known = {}
    for some in np.array_split(keys, n_times):
        known |= {key: numbers[key] for key in some.tolist()}
        table.add(some, np.array([numbers[key] for key in some.tolist()], np.int32))
        check(table, known, others)
    assert known == numbers
    assert table.find(np.array([], np.uint64)).tolist() == []


@pytest.mark.parametrize("n_times", [1, 5])
def test_keys_that_want_the_same_slot(monkeypatch, n_times):
    # Small keys times one have no leading bits: all want the first slot.
    monkeypatch.setattr(hash_table, "_MIX", np.uint64(1))
    keys = np.arange(1, 51, dtype=np.uint64)
    table = HashTable(len(keys))
    for some in np.array_split(keys, n_times):
        table.add(some, some.astype(np.int32))
    check(table, {key: key for key in keys.tolist()}, range(51, 80))


def test_the_last_slot_is_followed_by_the_first(monkeypatch):
    monkeypatch.setattr(hash_table, "_MIX", np.uint64(1))
    keys = np.uint64(2**64 - 1) - np.arange(20, dtype=np.uint64)
    table = HashTable(len(keys))
    table.add(keys, np.arange(20, dtype=np.int32))
    check(table, {key: i for i, key in enumerate(keys.tolist())}, range(1, 5))


class _Meanwhile(np.ndarray):
    """An array that another thread changes after each time it is read."""

    def take(self, *args, **kwargs):
        taken = np.asarray(self).take(*args, **kwargs)
        self.change()
        return taken

    def __getitem__(self, item):
        found = np.asarray(self)[item]
        self.change()
        return found


@pytest.mark.parametrize("name", ["_keys", "_numbers"])
def test_what_is_added_during_a_search_is_found_as_it_is_or_not_at_all(
    monkeypatch, name
):
    # All keys want the first slots.
    monkeypatch.setattr(hash_table, "_MIX", np.uint64(1))
    keys = np.arange(1, 41, dtype=np.uint64)
    table, left = HashTable(len(keys)), keys.tolist()
    array = getattr(table, name).view(_Meanwhile)

    def change():
        setattr(table, name, np.asarray(array))
        for key in (left.pop(), left.pop()) if left else ():
            table.add(np.array([key], np.uint64), np.array([key], np.int32))
        setattr(table, name, array)

    array.change = change
    setattr(table, name, array)
    for _ in range(20):
        found = table.find(keys)
        assert set(found[found != keys.astype(np.int32)].tolist()) <= {-1}
    setattr(table, name, np.asarray(array))
    assert table.find(keys).tolist() == keys.tolist()


@pytest.mark.parametrize("at", range(4))
def test_keys_that_were_added_by_half_come_again(at):
    keys = np.arange(1, 41, dtype=np.uint64)
    table = HashTable(len(keys))
    # A Ctrl-C between keys and numbers.
    slots = table._first_slots(keys[at * 10 : at * 10 + 10])
    table._keys[slots] = keys[at * 10 : at * 10 + 10]
    assert (table.find(keys) == -1).all()
    table.add(keys, keys.astype(np.int32))
    assert table.find(keys).tolist() == keys.tolist()
