"""Work that is done block by block."""

import threading
import time

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from sklearn_prodemb._utils import threads
from sklearn_prodemb._utils.threads import map_in_order, one_blas_thread


@pytest.fixture(params=[1, 2, 5])
def n_threads(request, monkeypatch):
    monkeypatch.setattr(threads, "cpu_count", lambda: request.param)
    return request.param


def test_results_come_in_order(n_threads):
    def work(item):
        time.sleep(0.01 if item % 3 == 0 else 0)
        return item * item

    assert list(map_in_order(work, range(20))) == [i * i for i in range(20)]
    assert list(map_in_order(work, [])) == []


def test_items_are_taken_a_few_ahead(n_threads):
    taken = []

    def items():
        for item in range(100):
            taken.append(item)
            yield item

    results = map_in_order(lambda item: item, items())
    assert next(results) == 0
    assert len(taken) <= n_threads + 2


def test_several_threads_work_at_once(monkeypatch):
    monkeypatch.setattr(threads, "cpu_count", lambda: 2)
    # Each waits for the other.
    barrier = threading.Barrier(2, timeout=20)
    list(map_in_order(lambda _: barrier.wait(), range(2)))


def test_an_error_comes_to_the_caller(n_threads):
    def work(item):
        if item == 3:
            raise ValueError("three")
        return item

    results = map_in_order(work, range(100))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        list(results)


def test_blas_has_one_thread():
    np.ones((2, 2)) @ np.ones((2, 2))
    with one_blas_thread():
        counts = [
            p["num_threads"] for p in threadpool_info() if p["user_api"] == "blas"
        ]
    assert counts
    assert set(counts) == {1}
