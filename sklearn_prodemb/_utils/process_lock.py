"""A lock that no other process can hold."""

from __future__ import annotations

import os
import threading


class ProcessLock:
    """A lock among the threads of one process.

    A forked process has only the thread that forked it. If another thread held a lock,
    nobody would ever give it back there, so each process has a lock of its own.
    """

    def __init__(self) -> None:
        self._of_process: dict[int, threading.Lock] = {}

    def _lock(self) -> threading.Lock:
        return self._of_process.setdefault(os.getpid(), threading.Lock())

    def __enter__(self) -> None:
        self._lock().acquire()

    def __exit__(self, *error: object) -> None:
        self._lock().release()
