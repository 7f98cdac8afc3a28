"""Python's dates and datetimes as exact numbers."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from .._utils.chunks import chunks
from .integers import as_integers

_MICROSECOND = datetime.timedelta(microseconds=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def stamps_of_dates(times: Any) -> tuple[np.ndarray, int]:
    """Turn dates and datetimes into microseconds, or nanoseconds if they have any.

    Parameters
    ----------
    times : narwhals Series of length n_events, at least one
        Python's dates and datetimes, none of them missing.

    Returns
    -------
    stamps : ndarray of int64 or object (int), shape (n_events,)
        The time since 1970.
    per_second : int
        How many of its units a second has.

    Raises
    ------
    ValueError
        If some have a time zone and others none.
    """
    micros: list[np.ndarray] = []
    nanos: list[np.ndarray] = []
    first_zone: bool | None = None
    for chunk in chunks(times):
        zoned = [_has_zone(m) for m in chunk.values]
        first_zone = zoned[0] if first_zone is None else first_zone
        if (not first_zone) in zoned:
            row = min(
                chunk.first_row(i) for i, z in enumerate(zoned) if z != first_zone
            )
            raise ValueError(
                f"The times of column {times.name!r} must all have a time zone or "
                f"none, but row 0 has {'one' if first_zone else 'none'} and row {row} "
                f"has {'none' if first_zone else 'one'}: give all of them a time zone."
            )
        epoch = _EPOCH if first_zone else _EPOCH.replace(tzinfo=None)
        found = [_since(epoch, m) // _MICROSECOND for m in chunk.values]
        micros.append(chunk.spread(np.array(found, np.int64)))
        # A pandas Timestamp is a datetime and a number of nanoseconds.
        rest = [getattr(m, "nanosecond", 0) for m in chunk.values]
        nanos.append(chunk.spread(np.array(rest, np.int16)))
    stamps, rest_of_all = np.concatenate(micros), np.concatenate(nanos)
    if not rest_of_all.any():
        return stamps, 10**6
    pairs = zip(stamps.tolist(), rest_of_all.tolist(), strict=True)
    return as_integers([micro * 1000 + nano for micro, nano in pairs]), 10**9


def _since(epoch: datetime.datetime, moment: datetime.date) -> datetime.timedelta:
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(moment, datetime.time())
    # Python's own subtraction is ten times faster than that of a pandas Timestamp.
    return datetime.datetime.__sub__(moment, epoch)


def _has_zone(moment: datetime.date) -> bool:
    # A zone may give no offset, and then counts as none.
    zone = getattr(moment, "tzinfo", None)
    return zone is not None and moment.utcoffset() is not None  # type: ignore[attr-defined]
