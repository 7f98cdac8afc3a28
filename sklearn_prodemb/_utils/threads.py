"""Work that is done block by block, in threads, with equal results on any number.

Whoever waits for it may be told of each block.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

T = TypeVar("T")
R = TypeVar("R")


class _Turn:
    """Who has the threads of BLAS; nobody in a process that was forked meanwhile."""

    def __init__(self) -> None:
        self.renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        self.lock = threading.RLock()


_TURN = _Turn()
_n_threads: ContextVar[int] = ContextVar("n_threads", default=1)
_listener: ContextVar[Callable[[], object] | None] = ContextVar(
    "listener", default=None
)


@contextmanager
def blocks_in_threads() -> Iterator[None]:
    """Give the threads of BLAS to `map_in_order`, and leave BLAS one in each.

    Threads of BLAS wait for each other by spinning: several products at once, or a busy
    machine, then take many times as long. Whoever limits the threads of BLAS, such as
    joblib in its workers, limits those of blocks. Threads that come at once take turns:
    each has all cores, and two that set and restore what is of the whole process would
    mix it up.
    """
    with _TURN.lock:
        blas = _find_blas()
        n_threads = _count_threads(blas)
        with blas.limit(limits=1), _threads(n_threads):
            yield


@contextmanager
def in_threads(most: int) -> Iterator[None]:
    """Let `map_in_order` use threads for work that takes little of BLAS.

    As many as BLAS has, so whoever limits those limits these.

    Parameters
    ----------
    most : int
        How many at most.
    """
    with _threads(min(most, _count_threads(_find_blas()))):
        yield


@contextmanager
def _threads(n: int) -> Iterator[None]:
    token = _n_threads.set(n)
    try:
        yield
    finally:
        _n_threads.reset(token)


def _count_threads(blas: ThreadpoolController) -> int:
    return max((library["num_threads"] for library in blas.info()), default=1)


def _find_blas() -> ThreadpoolController:
    return _blas("scipy.linalg" in sys.modules)


@cache
def _blas(of_scipy: bool) -> ThreadpoolController:
    """Find the BLAS of NumPy and SciPy, once: that takes a while.

    SciPy may have a BLAS of its own, which is there once `scipy.linalg` is imported.
    """
    return ThreadpoolController().select(user_api="blas")


@contextmanager
def told_of_blocks(tell: Callable[[], object] | None) -> Iterator[None]:
    """Call a function after each block that is done within; None calls none."""
    token = _listener.set(tell)
    try:
        yield
    finally:
        _listener.reset(token)


def tell_of_block() -> None:
    """Say that a block is done, to whoever wants to be told."""
    tell = _listener.get()
    if tell is not None:
        tell()


def map_in_order(
    function: Callable[[T], R], items: Iterable[T], *, tells: bool = True
) -> Iterator[R]:
    """Call a function for each item, within `blocks_in_threads` in several threads.

    Parameters
    ----------
    function : callable
        Called with an item. It helps if most of its time is spent in NumPy or SciPy,
        which let other threads run.
    items : iterable
        The items. They are taken one by one, a few ahead of what was yielded.
    tells : bool, default=True
        Whether each item is a block that `told_of_blocks` tells of. An item that is
        done in blocks of its own is none.

    Yields
    ------
    result : object
        What the function gives, in the order of the items. What is added up in this
        order does not depend on the number of threads.
    """
    n_threads = _n_threads.get()
    done = tell_of_block if tells else _tell_nobody
    if n_threads == 1:
        for result in map(function, items):
            done()
            yield result
        return
    running: deque[Future[R]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            for item in items:
                # One more than there are threads, so that none has to wait.
                if len(running) > n_threads:
                    result = running.popleft().result()
                    done()
                    yield result
                running.append(_submit(pool, function, item))
            while running:
                result = running.popleft().result()
                done()
                yield result
        finally:
            for future in running:
                future.cancel()


def _submit(pool: ThreadPoolExecutor, function: Callable[[T], R], item: T) -> Future[R]:
    try:
        return pool.submit(function, item)
    except RuntimeError:
        # Python starts no thread when it is about to exit, as in `atexit` handlers.
        future: Future[R] = Future()
        future.set_result(function(item))
        return future


def _tell_nobody() -> None:
    pass
