"""Read columns of any data frame, and cut an event log where a user pauses."""

from __future__ import annotations

import datetime
import re
from numbers import Real
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from ._validation import describe, factorize, is_missing

_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}


def columns_of(frame: Any, names: dict[str, str]) -> dict[str, list[Any]]:
    """Read columns of a data frame as lists.

    Parameters
    ----------
    frame : data frame
        Any eager or lazy frame that narwhals reads.
    names : dict of str to str
        For each role (such as "title") the name of the column.

    Returns
    -------
    columns : dict of str to list
        For each role the values, one a row.
    """
    collected = _collect(frame, names)
    return {role: collected[name].to_list() for role, name in names.items()}


def _collect(frame: Any, names: dict[str, str]) -> Any:
    native = nw.from_native(frame, pass_through=True)
    if not isinstance(native, (nw.DataFrame, nw.LazyFrame)):
        raise TypeError(
            f"Expected a data frame (pandas, polars, pyarrow, ...), got "
            f"{type(frame).__name__}."
        )
    present = native.collect_schema().names()
    for role, name in names.items():
        if name not in present:
            raise ValueError(
                f"{role}={name!r} is no column of the frame; its columns are {present}."
            )
    selected = native.select(list(dict.fromkeys(names.values())))
    return selected.collect() if isinstance(selected, nw.LazyFrame) else selected


def session_keys(
    events: Any, *, user: str, time: str, gap: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Cut an event log and number its sessions.

    Parameters
    ----------
    events : data frame of n_events rows
        The log.
    user, time : str
        The columns of users and of time stamps.
    gap : str, timedelta or number
        The longest pause within a session.

    Returns
    -------
    keys : ndarray of int64, shape (n_events,)
        The session of each event, events ordered by user and time.
    order : ndarray of int64, shape (n_events,)
        The row of each event in that order.
    """
    frame = _collect(events, {"user": user, "time": time})
    users, _ = factorize(frame[user].to_list())
    stamps, longest = _stamps_and_gap(frame[time], time, gap)
    no_time = np.isnat(stamps) if stamps.dtype.kind == "M" else np.isnan(stamps)
    for missing, role, name in ((users < 0, "user", user), (no_time, "time", time)):
        rows = np.flatnonzero(missing)
        if len(rows):
            raise ValueError(
                f"{len(rows)} of {len(users)} events have no {role} (column {name!r}), "
                f"the first of them row {rows[0]}: drop these rows"
                + (", or give each anonymous visitor an id." if role == "user" else ".")
            )
    order = np.lexsort((stamps, users))
    users, stamps = users[order], stamps[order]
    begins = np.ones(len(users), bool)
    begins[1:] = (users[1:] != users[:-1]) | (stamps[1:] - stamps[:-1] > longest)
    return np.cumsum(begins) - 1, order


def _stamps_and_gap(column: Any, name: str, gap: Any) -> tuple[np.ndarray, Any]:
    dtype = column.dtype
    if dtype.is_temporal() and not isinstance(dtype, (nw.Duration, nw.Time)):
        stamps = column.cast(nw.Datetime("us")) if dtype == nw.Date else column
        micros = stamps.dt.timestamp("us").to_list()
        return _datetimes(micros), np.timedelta64(parse_gap(gap))
    if dtype.is_numeric():
        if isinstance(gap, bool) or not isinstance(gap, Real):
            raise TypeError(
                f"The time column {name!r} holds numbers, so gap must be a number in "
                f"the same unit, got {gap!r}."
            )
        if not float(gap) >= 0:
            raise ValueError(f"gap must not be negative, got {gap!r}.")
        values = [np.nan if v is None else v for v in column.to_list()]
        return np.array(values, np.float64), float(gap)
    # Columns of Python datetimes, and time zones that the frame's library names in a
    # way narwhals does not read, come out as lists of datetimes all the same.
    moments = column.to_list()
    known = [m for m in moments if not is_missing(m)]
    if known and all(isinstance(m, datetime.datetime) for m in known):
        micros = [None if is_missing(m) else _microseconds(m) for m in moments]
        return _datetimes(micros), np.timedelta64(parse_gap(gap))
    raise TypeError(
        f"The time column {name!r} must hold datetimes or numbers, got {dtype}: "
        f"convert it first, for example with pandas.to_datetime."
    )


def _microseconds(moment: datetime.datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return round(moment.timestamp() * 1e6)


def _datetimes(microseconds: list[Any]) -> np.ndarray:
    missing = np.datetime64("NaT")
    values = [missing if m is None or m != m else int(m) for m in microseconds]
    return np.array(values, "datetime64[us]")


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
    >>> from sklearn_prodemb._event_log import parse_gap
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
        return datetime.timedelta(**{_UNITS[match[2]]: float(match[1])})
    if not isinstance(gap, datetime.timedelta):
        raise TypeError(
            f"gap must be a str such as '30min' or a timedelta where the time column "
            f"holds datetimes, got {describe(gap)}."
        )
    if gap < datetime.timedelta(0):
        raise ValueError(f"gap must not be negative, got {gap!r}.")
    return gap
