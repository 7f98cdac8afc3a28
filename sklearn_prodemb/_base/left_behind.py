"""What stands for the sessions of a fitted estimator that is pickled or saved."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.reduction import ForkingPickler
from typing import Any, Self
from weakref import WeakValueDictionary

from .._sessions.sessions import Sessions

_living: WeakValueDictionary[str, Sessions] = WeakValueDictionary()


class LeftBehind(str):
    """The fingerprint of sessions; worker processes get the sessions themselves.

    A file holds the fingerprint alone. So does what `joblib.hash` makes a key of, which
    has to tell sessions apart. A worker of joblib (loky) or of multiprocessing may have
    to fit a clone.

    Parameters
    ----------
    sessions : Sessions
        The sessions.
    """

    __slots__ = ("sessions",)

    sessions: Sessions

    def __new__(cls, sessions: Sessions) -> Self:
        by_id = sessions.by_id
        ids = "" if by_id is None else by_id.fingerprint
        self = super().__new__(cls, sessions.fingerprint + ids)
        self.sessions = sessions
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return str, (str(self),)


def _send(left: LeftBehind) -> tuple[Any, ...]:
    key = str(left)
    return _one_object, (key, _one_object(key, left.sessions))


def _one_object(key: str, sessions: Sessions) -> Sessions:
    # Many estimators come back from workers: they share the sessions they were sent.
    return _living.setdefault(key, sessions)


ForkingPickler.register(LeftBehind, _send)
# A private place of joblib: without it, its workers ask for the sessions.
with suppress(ImportError):
    from joblib.externals.loky.backend.reduction import register

    register(LeftBehind, _send)
