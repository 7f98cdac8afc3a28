"""Times and pauses as exact numbers, whatever they come as."""

from __future__ import annotations

import datetime
import math
import re
import sys
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from .._utils.validation import describe, is_missing, is_number
from .frames import forbid_missing

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
    if dtype.is_integer():
        _forbid_no_time(times.is_null().to_numpy(), times)
        return _as_integers(times.to_list()), _floor(_parse_number(gap, times), 1)
    # Columns of Python objects or decimals, and time zones that the frame's library
    # names in a way narwhals does not read.
    moments = times.to_list()
    no_time = [
        is_missing(m) or (is_number(m) and m in (math.inf, -math.inf)) for m in moments
    ]
    _forbid_no_time(np.array(no_time, bool), times)
    if isinstance(_check_one_kind(moments, times), datetime.date):
        nanoseconds = _nanoseconds_since_1970(moments, times)
        return _as_integers(nanoseconds), math.floor(parse_gap(gap) * 10**9)
    numbers = [_exactly(moment) for moment in moments]
    # Decimals become whole numbers of their smallest unit.
    unit = math.lcm(*{number.denominator for number in numbers})
    whole = [number.numerator * (unit // number.denominator) for number in numbers]
    return _as_integers(whole), _floor(_parse_number(gap, times), unit)


def _forbid_no_time(missing: np.ndarray, times: Any) -> None:
    forbid_missing(missing, "events", "time", times.name)


def _check_one_kind(moments: list[Any], times: Any) -> Any:
    """Raise a TypeError if not all are datetimes or all numbers; give the first."""

    def fits(moment: Any) -> bool:
        if isinstance(moments[0], datetime.date):
            return isinstance(moment, datetime.date)
        return _is_stamp(moment)

    row = next((i for i, moment in enumerate(moments) if not fits(moment)), None)
    if row is not None:
        raise TypeError(
            f"The time column {times.name!r} must hold datetimes or numbers, all of "
            f"one kind, but row {row} is {describe(moments[row])}: convert it first, "
            f"for example with pandas.to_datetime."
        )
    return moments[0]


def _nanoseconds_since_1970(dates: list[datetime.date], times: Any) -> list[int]:
    midnight = datetime.time()
    moments = [
        m
        if isinstance(m, datetime.datetime)
        else datetime.datetime.combine(m, midnight)
        for m in dates
    ]
    zoned = [m.utcoffset() is not None for m in moments]
    if len(set(zoned)) > 1:
        row = zoned.index(not zoned[0])
        raise ValueError(
            f"The times of column {times.name!r} must all have a time zone or none, "
            f"but row 0 has {'one' if zoned[0] else 'none'} and row {row} has "
            f"{'one' if zoned[row] else 'none'}: give all of them a time zone."
        )
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC if zoned[0] else None)
    return [_nanoseconds(moment - epoch) for moment in moments]


def _nanoseconds(duration: datetime.timedelta) -> int:
    # A pandas Timedelta is a timedelta and a number of nanoseconds.
    micros = duration // datetime.timedelta(microseconds=1)
    return micros * 1000 + getattr(duration, "nanoseconds", 0)


def _as_integers(values: Sequence[int]) -> np.ndarray:
    low, high = min(values), max(values)
    if low >= -(2**63) and high < 2**63:
        return np.array(values, np.int64)
    return np.array(values, np.uint64 if low >= 0 and high < 2**64 else object)


def _parse_number(gap: Any, times: Any) -> Any:
    """Read a pause between numbers: a Fraction, or infinity."""
    if not _is_stamp(gap):
        raise TypeError(
            f"The time column {times.name!r} holds numbers, so gap must be a number in "
            f"the same unit, got {gap!r}."
        )
    if is_missing(gap) or gap < 0:
        raise ValueError(f"gap must not be negative, got {gap!r}.")
    return math.inf if gap == math.inf else _exactly(gap)


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
        seconds = Fraction(_nanoseconds(gap), 10**9)
    if seconds < 0:
        raise ValueError(f"gap must not be negative, got {gap!r}.")
    return seconds
