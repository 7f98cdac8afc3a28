"""A dict of what was worked out, bounded in bytes."""

import sys
import threading

import numpy as np
import pytest

from sklearn_prodemb._utils import bounded_cache
from sklearn_prodemb._utils.bounded_cache import BoundedCache


@pytest.fixture(autouse=True)
def bound(monkeypatch):
    monkeypatch.setattr(bounded_cache, "MAX_BYTES", 10_000)


def n_bytes(cache):
    return sum(sys.getsizeof(x) for item in cache.items() for x in item)


def test_what_is_kept_is_found():
    cache = BoundedCache()
    assert cache.keep("mesa", b"1") == b"1"
    assert cache["mesa"] == cache.get("mesa") == b"1"
    assert cache.get("silla") is None


@pytest.mark.parametrize("length", [1, 100, 3_000])
def test_bytes_are_bounded(length):
    cache = BoundedCache()
    most = 0
    for i in range(500):
        assert cache.keep(f"{i}".zfill(length), b"x" * length)
        assert n_bytes(cache) <= 10_000
        most = max(most, len(cache))
    assert 1 <= len(cache) <= most
    assert most >= 10_000 // (3 * length + 300)


def test_what_is_too_large_is_given_but_not_kept():
    cache = BoundedCache()
    assert cache.keep("x" * 20_000, b"1") == b"1"
    row = np.zeros(20_000)
    assert cache.keep("mesa", row) is row
    assert cache.keep("silla", [b"1"], n_bytes=20_000) == [b"1"]
    assert dict(cache) == {}


def test_threads():
    cache = BoundedCache()

    def work():
        for i in range(2_000):
            assert cache.keep(f"word {i}", b"x" * 50)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert n_bytes(cache) <= 20_000
