"""Times and pauses as exact numbers, whatever they come as."""

from __future__ import annotations

import datetime
import math
import re
import sys
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from .._utils.chunks import chunks, value_at
from .._utils.validation import describe, is_missing, is_number
from .dates import stamps_of_dates
from .frames import forbid_missing
from .integers import WIDE, as_integers, join_integers

# What to do with times that are text.
HOW_TO_CONVERT = (
    "convert it first, such as with pandas.to_datetime(times, format='%d/%m/%Y %H:%M') "
    "or Spark's to_timestamp; in a CSV file all times are like 2026-01-31 12:00:00"
)
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
# Seconds of NumPy's units, but for months and years, which differ in length.
_NUMPY_UNITS = {
    **{"W": Fraction(604800), "D": Fraction(86400), "h": Fraction(3600)},
    **{"m": Fraction(60), "ps": Fraction(1, 10**12), "fs": Fraction(1, 10**15)},
    **{"as": Fraction(1, 10**18)},
    **{unit: Fraction(1, n) for unit, n in _PER_SECOND.items()},
}


def stamps_and_gap(times: Any, gap: Any) -> tuple[np.ndarray, float]:
    """Turn times and gap into numbers of one unit.

    Parameters
    ----------
    times : narwhals Series of length n_events, at least one
        Datetimes, dates or numbers.
    gap : str, timedelta or number
        A pause.

    Returns
    -------
    stamps : ndarray of int64, uint64, object (int) or float64, shape (n_events,)
        The times; whole numbers, unless the column is one of floats.
    gap : int or float
        The largest number of that unit that is no longer than the pause.

    Raises
    ------
    TypeError
        If the times are neither datetimes nor numbers, or `gap` does not fit them.
    ValueError
        If a time is missing, some have a time zone and others none, or `gap` cannot be
        read or is negative.
    """
    dtype = times.dtype
    if dtype == nw.Date:
        # Years that are far off fit only into a coarse unit.
        times = times.cast(nw.Datetime("ms"))
    if isinstance(times.dtype, nw.Datetime):
        _forbid_no_time(times.is_null().to_numpy(), times)
        per_second = _PER_SECOND[times.dtype.time_unit]
        stamps = times.cast(nw.Int64).to_numpy()
        return stamps, math.floor(parse_gap(gap) * per_second)
    if dtype.is_float():
        stamps = times.to_numpy().astype(np.float64)
        _forbid_no_time(~np.isfinite(stamps), times)
        return stamps, float(min(_parse_number(gap, times), sys.float_info.max))
    if dtype.is_integer() and dtype not in WIDE:
        _forbid_no_time(times.is_null().to_numpy(), times)
        whole = np.uint64 if dtype == nw.UInt64 else np.int64
        return times.to_numpy().astype(whole), _floor(_parse_number(gap, times), 1)
    # Columns of Python objects or decimals, and time zones that the frame's library
    # names in a way narwhals does not read.
    _forbid_no_time(_has_no_time(times), times)
    if isinstance(_check_one_kind(times), datetime.date):
        stamps, per_second = stamps_of_dates(times)
        return stamps, math.floor(parse_gap(gap) * per_second)
    stamps, unit = _stamps_of_numbers(times)
    return stamps, _floor(_parse_number(gap, times), unit)


def _forbid_no_time(missing: np.ndarray, times: Any) -> None:
    forbid_missing(missing, "events", "time", times.name)


def _has_no_time(times: Any) -> np.ndarray:
    missing = np.zeros(len(times), bool)
    for chunk in chunks(times):
        if all(map(_is_always_a_time, set(map(type, chunk.values)))):
            continue
        found = [
            is_missing(m) or (is_number(m) and m in (math.inf, -math.inf))
            for m in chunk.values
        ]
        missing[chunk.rows] = chunk.spread(np.array(found, bool))
    return missing


def _is_always_a_time(kind: type) -> bool:
    # pandas.NaT passes for a datetime. Asking each value takes most of the time.
    return issubclass(kind, (int, datetime.date)) and kind.__name__ != "NaTType"


def _check_one_kind(times: Any) -> Any:
    """Raise a TypeError if not all are datetimes or all numbers; give the first."""
    first = value_at(times, 0)

    def fits(moment: Any) -> bool:
        if isinstance(first, datetime.date):
            return isinstance(moment, datetime.date)
        return _is_stamp(moment)

    for chunk in chunks(times):
        # One value of each type is asked.
        one_each = {type(moment): moment for moment in chunk.values}
        wrong = {kind for kind, moment in one_each.items() if not fits(moment)}
        if wrong:
            places = [i for i, m in enumerate(chunk.values) if type(m) in wrong]
            row = min(map(chunk.first_row, places))
            raise TypeError(
                f"The time column {times.name!r} must hold datetimes or numbers, all "
                f"of one kind, but row {row} is {describe(value_at(times, row))}: "
                f"{HOW_TO_CONVERT}."
            )
    return first


def _stamps_of_numbers(times: Any) -> tuple[np.ndarray, int]:
    """Give numbers as whole numbers of their smallest unit, and units in a 1."""
    unit = 1
    for chunk in chunks(times):
        if not set(map(type, chunk.values)) <= {int}:
            unit = math.lcm(unit, *{_exactly(m).denominator for m in chunk.values})
    parts = []
    for chunk in chunks(times):
        whole = chunk.values
        if unit > 1 or not set(map(type, whole)) <= {int}:
            numbers = map(_exactly, whole)
            whole = [n.numerator * (unit // n.denominator) for n in numbers]
        parts.append(chunk.spread(as_integers(whole)))
    return join_integers(parts), unit


def _parse_number(gap: Any, times: Any) -> Any:
    """Read a pause between numbers: a Fraction, or infinity."""
    if not _is_stamp(gap):
        raise TypeError(
            f"The time column {times.name!r} holds numbers, so gap must be a number in "
            f"the same unit, got {gap!r}."
        )
    _forbid_negative(gap)
    return math.inf if gap == math.inf else _exactly(gap)


def _forbid_negative(gap: Any) -> None:
    if is_missing(gap) or gap < 0:
        raise ValueError(f"gap must not be negative, got {gap!r}.")


def _is_stamp(value: Any) -> bool:
    return is_number(value) and not isinstance(value, (bool, np.bool_))


def _exactly(number: Any) -> Fraction:
    if isinstance(number, Integral):
        return Fraction(int(number))
    # NumPy's floats are no floats to a Fraction.
    exact = isinstance(number, (Decimal, Fraction))
    return Fraction(number if exact else float(number))


def _floor(pause: Any, unit: int) -> float:
    return pause if pause == math.inf else math.floor(pause * unit)


def check_gap(gap: Any) -> None:
    """Refuse a pause that fits no column of times.

    Parameters
    ----------
    gap : object
        What a user gave.

    Raises
    ------
    TypeError
        If it is no str, duration or number.
    ValueError
        If it cannot be read, is negative or has no fixed length.
    """
    if _is_stamp(gap):
        _forbid_negative(gap)
    elif isinstance(gap, (str, datetime.timedelta, np.timedelta64)) and (
        not is_missing(gap)
    ):
        parse_gap(gap)
    else:
        raise TypeError(
            f"gap must be a str such as '30min' or a timedelta if the time column "
            f"holds datetimes, and must be a number in the same unit if it holds "
            f"numbers, got {describe(gap)}."
        )


def parse_gap(gap: Any) -> Fraction:
    """Read a pause such as "30min" or a timedelta.

    Parameters
    ----------
    gap : str or timedelta
        A number and a unit ("s", "min", "h", "d"), or a timedelta.

    Returns
    -------
    seconds : Fraction
        The pause.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If it cannot be read, is negative or has no fixed length.

    Examples
    --------
    >>> from sklearn_prodemb._sessions.stamps import parse_gap
    >>> parse_gap("1.5h")
    Fraction(5400, 1)
    """
    if isinstance(gap, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|min|h|d)\s*", gap)
        if not match:
            raise ValueError(
                f"gap must be a number and a unit (s, min, h or d), as in '30min', got "
                f"{gap!r}."
            )
        return Fraction(match[1]) * _SECONDS[match[2]]
    if is_missing(gap) or not isinstance(gap, (datetime.timedelta, np.timedelta64)):
        raise TypeError(
            f"gap must be a str such as '30min' or a timedelta if the time column "
            f"holds datetimes, got {describe(gap)}."
        )
    if isinstance(gap, np.timedelta64):
        unit, count = np.datetime_data(gap.dtype)
        if unit not in _NUMPY_UNITS:
            raise ValueError(
                f"gap must have a fixed length, but the unit of {gap!r} has none: give "
                f"days or a shorter unit."
            )
        seconds = int(gap.astype(np.int64)) * count * _NUMPY_UNITS[unit]
    else:
        # A pandas Timedelta is a timedelta and a number of nanoseconds.
        micros = gap // datetime.timedelta(microseconds=1)
        nanos = micros * 1000 + getattr(gap, "nanoseconds", 0)
        seconds = Fraction(nanos, 10**9)
    if seconds < 0:
        raise ValueError(f"gap must not be negative, got {gap!r}.")
    return seconds
