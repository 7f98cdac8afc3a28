"""Times and pauses of every kind, compared exactly."""

import datetime
import math
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import Sessions

START = datetime.datetime(2026, 3, 1, 10)
ROLES = {"user": "user", "time": "time", "title": "title"}


def titles_of(frame, gap):
    """Cut the events "a", "b", ... of one user, and give the sessions as strings."""
    sessions = Sessions.from_events(frame, **ROLES, gap=gap).to_lists()
    return ["".join(title for title, _ in session) for session in sessions]


def one_user(make, times):
    return make(
        {"user": [1] * len(times), "time": times, "title": list("abc")[: len(times)]}
    )


MAKE_STAMPS = {
    "pandas": lambda ints, unit: one_user(
        pd.DataFrame, np.array(ints, f"datetime64[{unit}]")
    ),
    "pandas zone": lambda ints, unit: one_user(
        pd.DataFrame,
        pd.Series(np.array(ints, f"datetime64[{unit}]")).dt.tz_localize("UTC"),
    ),
    "pandas arrow": lambda ints, unit: one_user(
        pd.DataFrame, pd.array(ints, pd.ArrowDtype(pa.int64()))
    ).astype({"time": pd.ArrowDtype(pa.timestamp(unit))}),
    "polars": lambda ints, unit: one_user(
        pl.DataFrame, pl.Series(ints).cast(pl.Datetime(unit))
    ),
    "polars zone": lambda ints, unit: one_user(
        pl.DataFrame, pl.Series(ints).cast(pl.Datetime(unit, "Asia/Tokyo"))
    ),
    "pyarrow": lambda ints, unit: one_user(
        pa.table, pa.array(ints, pa.timestamp(unit))
    ),
    "pyarrow zone": lambda ints, unit: one_user(
        pa.table, pa.array(ints, pa.timestamp(unit, "America/Lima"))
    ),
}


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        (kind, unit)
        for kind, unit in product(MAKE_STAMPS, ("s", "ms", "us", "ns"))
        # polars has no such unit.
        if not (kind.startswith("polars") and unit == "s")
    ],
)
def test_stamps_are_exact_in_every_unit(kind, unit):
    make = MAKE_STAMPS[kind]
    second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    # Far from 1970 the numbers have more digits than a float.
    now = 1_700_000_000 * second + 1
    pause = 1800 * second
    assert titles_of(make([now + pause, now], unit), "30min") == ["ba"]
    assert titles_of(make([now + pause + 1, now], unit), "30min") == ["b", "a"]
    assert titles_of(make([now + 2, now, now + 3], unit), "0s") == ["b", "a", "c"]
    # The ends of 64 bits, but for the number that stands for a missing value.
    ends = [2**63 - 1, -(2**63) + 1]
    assert titles_of(make(ends, unit), "200000d") == ["b", "a"]
    whole = np.timedelta64(2**63 - 1, unit)
    assert titles_of(make([0, 2**63 - 1], unit), whole) == ["ab"]
    assert titles_of(make([-1, 2**63 - 1], unit), whole) == ["a", "b"]


def test_nanoseconds_of_a_pause_count():
    stamps = MAKE_STAMPS["pandas"]([1000, 1001, 1003], "ns")
    for gap in (pd.Timedelta(1, "ns"), np.timedelta64(1500, "ps")):
        assert titles_of(stamps, gap) == ["ab", "c"]
    objects = one_user(pd.DataFrame, pd.Series(stamps["time"], dtype=object))
    assert titles_of(objects, pd.Timedelta(1, "ns")) == ["ab", "c"]
    # A gap that is no whole number of the column's unit.
    seconds = MAKE_STAMPS["pandas"]([0, 2, 5], "s")
    assert titles_of(seconds, "2.9s") == ["ab", "c"]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
@pytest.mark.parametrize(
    ("times", "gap", "expected"),
    [
        ([2**63 - 1, -(2**63), 0], 2**63 - 1, ["b", "ca"]),
        ([2**63 - 1, -(2**63), 0], 2**63, ["bca"]),
        ([2**63 - 1, -(2**63)], 2**64, ["ba"]),
        ([5, 2], Decimal(3), ["ba"]),
        ([5, 2], Fraction(29, 10), ["b", "a"]),
        ([5, 2], math.inf, ["ba"]),
        ([5, 2], Decimal("Infinity"), ["ba"]),
        ([5.5, 2.0], Decimal("3.5"), ["ba"]),
        ([5.5, 2.0], 10**400, ["ba"]),
        ([1e308, -1e308], 1, ["b", "a"]),
        (
            [Decimal("0.40"), Decimal("0.10"), Decimal("1.00")],
            Decimal("0.3"),
            ["ba", "c"],
        ),
        ([Decimal("0.40"), Decimal("0.10")], Decimal("0.29"), ["b", "a"]),
    ],
)
def test_numbers_are_compared_exactly(make, times, gap, expected):
    assert titles_of(one_user(make, times), gap) == expected


@pytest.mark.parametrize(
    ("times", "gap", "expected"),
    [
        ([5, 2, 9], 3, ["ba", "c"]),
        ([np.int64(5), 2, np.uint8(9)], 3, ["ba", "c"]),
        ([5, Decimal("2.5"), 9.0], 2.5, ["ba", "c"]),
        ([2**80, 2**80 - 3, -(2**80)], 3, ["c", "ba"]),
        ([2**63, -1, 2**64], 2**63, ["b", "ac"]),
    ],
)
def test_numbers_as_objects(times, gap, expected):
    column = pd.Series(times, dtype=object)
    assert titles_of(one_user(pd.DataFrame, column), gap) == expected


@pytest.mark.parametrize(
    "make", [pd.DataFrame, pl.DataFrame, pa.table], ids=["pandas", "polars", "pyarrow"]
)
def test_dates_far_off(make):
    days = pl.Series([2**31 - 1, -(2**31)], dtype=pl.Int32).cast(pl.Date)
    if make is not pl.DataFrame:
        days = days.to_arrow()
    if make is pd.DataFrame:
        days = pd.Series(days, dtype=pd.ArrowDtype(pa.date32()))
    assert titles_of(one_user(make, days), "999d") == ["b", "a"]
    assert titles_of(one_user(make, days), np.timedelta64(2**32, "D")) == ["ba"]


ZONED = START.replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("times", "match"),
    [
        ([START, START, ZONED], "but row 0 has none and row 2 has one"),
        ([ZONED, START], "but row 0 has one and row 1 has none"),
        ([START.date(), ZONED], "but row 0 has none and row 1 has one"),
        (
            [pd.Timestamp(START), pd.Timestamp(ZONED)],
            "row 0 has none and row 1 has one",
        ),
    ],
)
def test_zones_are_not_mixed(times, match):
    frame = one_user(pd.DataFrame, pd.Series(times, dtype=object))
    with pytest.raises(ValueError, match=f"times of column 'time' must all.*{match}"):
        Sessions.from_events(frame, **ROLES)


@pytest.mark.parametrize(
    ("times", "match"),
    [
        ([START, 5], "row 1 is 5 of type int"),
        ([5, START], "row 1 is datetime"),
        ([5, True], "row 1 is True of type bool"),
        ([5, "6"], "row 1 is '6' of type str"),
        ([np.timedelta64(5, "s")], "row 0 is .*timedelta64"),
        ([5, [6]], r"row 1 is \[6\] of type list"),
    ],
)
def test_times_of_two_kinds(times, match):
    frame = one_user(pd.DataFrame, pd.Series(times, dtype=object))
    with pytest.raises(
        TypeError, match=f"must hold datetimes or num.*one kind, but {match}"
    ):
        Sessions.from_events(frame, **ROLES)
