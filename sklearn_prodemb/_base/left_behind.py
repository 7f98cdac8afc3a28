"""What stands for the sessions of a fitted estimator that is pickled or saved."""

from __future__ import annotations

import pickle
from contextlib import suppress
from multiprocessing.reduction import ForkingPickler
from typing import Any, Self
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np

from .._counts.session_counts import SessionCounts
from .._sessions.sessions import Sessions

Log = Sessions | SessionCounts

# The sessions that this process has sent or received, by fingerprint: the tasks of a
# worker share them, and so do the estimators that come back.
_living: WeakValueDictionary[str, Log] = WeakValueDictionary()
_packed: WeakKeyDictionary[Log, tuple[str, np.ndarray]] = WeakKeyDictionary()
_latest: list[Log] = []


class LeftBehind(str):
    """The fingerprint of sessions; worker processes get the sessions themselves.

    A file holds the fingerprint alone. So does what `joblib.hash` makes a key of, which
    has to tell sessions apart. A worker of joblib (loky) or of multiprocessing may have
    to fit a clone.

    Parameters
    ----------
    sessions : Sessions or SessionCounts
        The sessions.
    """

    __slots__ = ("sessions",)

    sessions: Log

    def __new__(cls, sessions: Log) -> Self:
        by_id = getattr(sessions, "by_id", None)
        ids = "" if by_id is None else by_id.fingerprint
        self = super().__new__(cls, sessions.fingerprint + ids)
        self.sessions = sessions
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str(self),)


def _send(left: LeftBehind) -> tuple[Any, ...]:
    sessions = _living.setdefault(str(left), left.sessions)
    # Counts on disk may have been updated since they were packed.
    if _packed.get(sessions, ("",))[0] != left:
        # joblib puts one array into shared memory once, whatever the number of tasks.
        _packed[sessions] = str(left), np.frombuffer(pickle.dumps(sessions), np.uint8)
    return _receive, _packed[sessions]


def _receive(key: str, packed: np.ndarray) -> Log:
    sessions = _living.get(key)
    if sessions is None:
        sessions = _living[key] = pickle.loads(packed.data)
        # The next task of a worker mostly brings the same.
        _latest[:] = [sessions]
    return sessions


ForkingPickler.register(LeftBehind, _send)
# A private place of joblib: without it, its workers ask for the sessions.
with suppress(ImportError):
    from joblib.externals.loky.backend.reduction import register

    register(LeftBehind, _send)
