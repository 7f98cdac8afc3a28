"""Work that is done block by block, on all cores, with equal results on any number."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from joblib import cpu_count
from threadpoolctl import threadpool_limits

T = TypeVar("T")
R = TypeVar("R")


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let BLAS use one thread, since blocks have threads of their own.

    Threads of BLAS wait for each other by spinning: two products at once, or a busy
    machine, then take many times as long.
    """
    with threadpool_limits(1, user_api="blas"):
        yield


def map_in_order(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Call a function for each item in as many threads as there are cores.

    Parameters
    ----------
    function : callable
        Called with an item. It helps if most of its time is spent in NumPy or SciPy,
        which let other threads run.
    items : iterable
        The items. They are taken one by one, a few ahead of what was yielded.

    Yields
    ------
    result : object
        What the function gives, in the order of the items. What is added up in this
        order does not depend on the number of threads.
    """
    n_threads = min(cpu_count(), os.cpu_count() or 1)
    if n_threads == 1:
        yield from map(function, items)
        return
    running: deque[Future[R]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            for item in items:
                # One more than there are threads, so that none has to wait.
                if len(running) > n_threads:
                    yield running.popleft().result()
                running.append(pool.submit(function, item))
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()
