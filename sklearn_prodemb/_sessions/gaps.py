"""Cut an event log into sessions where a user pauses."""

from __future__ import annotations

import datetime
import re
from numbers import Real
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from .._utils.factorize import factorize
from .._utils.validation import describe, is_missing
from .frames import forbid_missing

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


def session_keys(users: Any, times: Any, gap: Any) -> tuple[np.ndarray, np.ndarray]:
    """Cut an event log and number its sessions.

    Parameters
    ----------
    users, times : narwhals Series of length n_events
        Who, and when.
    gap : str, timedelta or number
        The longest pause within a session.

    Returns
    -------
    keys : ndarray of int64, shape (n_events,)
        The session of each event, events ordered by user and time.
    order : ndarray of int64, shape (n_events,)
        The row of each event in that order.

    Raises
    ------
    TypeError
        If the times are of text, or `gap` does not fit them.
    ValueError
        If there is no event, a user or time is missing, or `gap` cannot be read or
        is negative.
    """
    if not len(users):
        raise ValueError("There is no session: the log has no rows.")
    codes, _ = factorize(users.to_list(), "A user")
    advice = ", or give each anonymous visitor an id"
    forbid_missing(codes < 0, "events", "user", users.name, advice)
    moments = times.to_list()
    no_time = np.array([is_missing(m) for m in moments], bool)
    forbid_missing(no_time, "events", "time", times.name)
    stamps, longest = _stamps_and_gap(times, moments, gap)
    order = np.lexsort((stamps, codes))
    codes, stamps = codes[order], stamps[order]
    begins = np.ones(len(codes), bool)
    begins[1:] = (codes[1:] != codes[:-1]) | (stamps[1:] - stamps[:-1] > longest)
    return np.cumsum(begins) - 1, order


def _stamps_and_gap(times: Any, moments: list[Any], gap: Any) -> tuple[np.ndarray, Any]:
    """Turn times and gap into numbers of one unit, whole ones exactly."""
    dtype = times.dtype
    if dtype.is_numeric():
        if isinstance(gap, bool) or not isinstance(gap, Real):
            raise TypeError(
                f"The time column {times.name!r} holds numbers, so gap must be a "
                f"number in the same unit, got {gap!r}."
            )
        if not float(gap) >= 0:
            raise ValueError(f"gap must not be negative, got {gap!r}.")
        whole = np.uint64 if dtype == nw.UInt64 else np.int64
        return np.array(moments, whole if dtype.is_integer() else np.float64), gap
    if dtype == nw.Date:
        times = times.cast(nw.Datetime("us"))
    if isinstance(times.dtype, nw.Datetime):
        micros = times.dt.timestamp("us").to_list()
    elif moments and all(isinstance(m, datetime.date) for m in moments):
        # Columns of Python datetimes, and time zones that the frame's library names in
        # a way narwhals does not read.
        micros = [_microseconds(m) for m in moments]
    else:
        raise TypeError(
            f"The time column {times.name!r} must hold datetimes or numbers, got "
            f"{dtype}: convert it first, for example with pandas.to_datetime."
        )
    longest = parse_gap(gap) // datetime.timedelta(microseconds=1)
    return np.array([int(m) for m in micros], np.int64), longest


def _microseconds(moment: datetime.date) -> int:
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (moment - epoch) // datetime.timedelta(microseconds=1)


def parse_gap(gap: Any) -> datetime.timedelta:
    """Read a pause such as "30min" or a timedelta.

    Parameters
    ----------
    gap : str or timedelta
        A number and a unit ("s", "min", "h", "d"), or a timedelta.

    Returns
    -------
    gap : timedelta
        The pause.

    Examples
    --------
    >>> from sklearn_prodemb._sessions.gaps import parse_gap
    >>> parse_gap("1.5h")
    datetime.timedelta(seconds=5400)
    """
    if isinstance(gap, np.timedelta64):
        gap = gap.astype("timedelta64[us]").item()
    if isinstance(gap, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*", gap)
        if not match:
            raise ValueError(
                f"gap must be a number and a unit (s, min, h or d), as in '30min', got "
                f"{gap!r}."
            )
        try:
            return datetime.timedelta(**{_UNITS[match[2]]: float(match[1])})
        except OverflowError as error:
            raise ValueError(f"gap={gap!r} is too long: {error}.") from error
    if not isinstance(gap, datetime.timedelta):
        raise TypeError(
            f"gap must be a str such as '30min' or a timedelta if the time column "
            f"holds datetimes, got {describe(gap)}."
        )
    if gap < datetime.timedelta(0):
        raise ValueError(f"gap must not be negative, got {gap!r}.")
    return gap
