"""Work that is done block by block, in threads, with equal results on any number."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from threadpoolctl import threadpool_info, threadpool_limits

T = TypeVar("T")
R = TypeVar("R")

_n_threads: ContextVar[int] = ContextVar("n_threads", default=1)


@contextmanager
def blocks_in_threads() -> Iterator[None]:
    """Give the threads of BLAS to `map_in_order`, and leave BLAS one in each.

    Threads of BLAS wait for each other by spinning: several products at once, or a busy
    machine, then take many times as long. Whoever limits the threads of BLAS, such as
    joblib in its workers, limits those of blocks.
    """
    counts = [pool["num_threads"] for pool in threadpool_info() if _is_blas(pool)]
    token = _n_threads.set(max(counts, default=1))
    try:
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        _n_threads.reset(token)


def _is_blas(pool: dict[str, object]) -> bool:
    return pool["user_api"] == "blas"


def map_in_order(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Call a function for each item, within `blocks_in_threads` in several threads.

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
    n_threads = _n_threads.get()
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
