"""Work that is done block by block."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from sklearn_prodemb._utils import threads
from sklearn_prodemb._utils.threads import (
    blocks_in_threads,
    in_threads,
    map_in_order,
    tell_of_block,
    told_of_blocks,
)


@pytest.fixture(params=[1, 2, 5])
def n_threads(request):
    token = threads._n_threads.set(request.param)
    yield request.param
    threads._n_threads.reset(token)


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


@pytest.mark.parametrize("n_threads", [2], indirect=True)
def test_several_threads_work_at_once(n_threads):
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


def blas_threads():
    np.ones((2, 2)) @ np.ones((2, 2))
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {pool["num_threads"] for pool in pools}


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_threads_for_other_work(n, most):
    with threadpool_limits(n, user_api="blas"):
        if blas_threads() != {n}:
            pytest.skip("BLAS takes no such number of threads here.")
        with in_threads(most):
            assert threads._n_threads.get() == min(n, most)
            # It is of the whole process, and other work may need it.
            assert blas_threads() == {n}
        assert threads._n_threads.get() == 1


@pytest.mark.parametrize("n", [1, 2])
def test_blocks_have_the_threads_that_blas_had(n):
    with threadpool_limits(n, user_api="blas"):
        if blas_threads() != {n}:
            pytest.skip("BLAS takes no such number of threads here.")
        with blocks_in_threads():
            assert blas_threads() == {1}
            assert threads._n_threads.get() == n
            # Within, there are no threads left to give.
            with blocks_in_threads():
                assert threads._n_threads.get() == 1
            assert threads._n_threads.get() == n
        assert blas_threads() == {n}
    assert threads._n_threads.get() == 1


def test_threads_take_turns():
    before = blas_threads()
    inside = []

    def work(number):
        with blocks_in_threads():
            inside.append(number)
            time.sleep(0.01)
            # Nobody came in meanwhile, and each has all threads.
            assert inside[-1] == number
            assert blas_threads() == {1}
            return threads._n_threads.get()

    with ThreadPoolExecutor(4) as pool:
        assert {*pool.map(work, range(8))} == {max(before)}
    assert blas_threads() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="This system has no fork.")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_process_that_is_forked_meanwhile_does_not_wait():
    with blocks_in_threads(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(_fork_and_enter).result() == 0


def _fork_and_enter():
    child = os.fork()
    if child == 0:
        with blocks_in_threads():
            os._exit(0)
    for _ in range(1_000):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def test_each_block_is_told_of(n_threads):
    told = []
    with told_of_blocks(lambda: told.append(len(told))):
        for number in map_in_order(lambda item: item, range(20)):
            # A block is told of once it is there.
            assert len(told) == number + 1
        list(map_in_order(lambda item: item, range(5), tells=False))
        with told_of_blocks(None):
            tell_of_block()
        assert len(told) == 20
        tell_of_block()
    tell_of_block()
    assert told == [*range(21)]


def test_at_its_exit_python_starts_no_threads():
    code = (
        "import atexit\n"
        "from sklearn_prodemb._utils import threads\n"
        "def work():\n"
        "    with threads._threads(2):\n"
        "        print(list(threads.map_in_order(lambda i: i * i, range(5))))\n"
        "atexit.register(work)\n"
    )
    output = subprocess.check_output([sys.executable, "-W", "error", "-c", code])
    assert output.decode().strip() == "[0, 1, 4, 9, 16]"
