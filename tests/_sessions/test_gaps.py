"""Cutting a log where a user pauses: against a slow version that is plain to see."""

import datetime
import math
import time
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb._sessions.stamps import parse_gap

START = datetime.datetime(2026, 3, 1, 10)
ROLES = {"user": "user", "time": "time", "title": "title"}
FRAMES = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
}


def slow_sessions(log, gap):
    """Sessions as lists, one event after the other; ties stay as they came."""
    sessions = []
    for user in dict.fromkeys(log["user"]):
        rows = [i for i, u in enumerate(log["user"]) if u == user]
        previous = None
        for i in sorted(rows, key=log["time"].__getitem__):
            if previous is None or log["time"][i] - previous > gap:
                sessions.append({})
            sessions[-1].setdefault(log["title"][i], log["kind"][i])
            previous = log["time"][i]
    return [list(session.items()) for session in sessions]


def random_log(seed, make_time):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 150))
    return {
        "user": [f"u{i}" for i in rng.integers(0, 6, n)],
        # Few distinct minutes make ties, and pauses of exactly the gap.
        "time": [make_time(int(m)) for m in rng.integers(0, 300, n) // 10 * 10],
        "title": [f"t{i}" for i in rng.integers(0, 20, n)],
        "kind": [f"k{i}" for i in rng.integers(0, 5, n)],
    }


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("seed", range(3))
def test_random_logs(seed, make):
    log = random_log(seed, lambda m: START + timedelta(minutes=m))
    for gap in ("30min", "29.9min", "0s", "2d"):
        got = Sessions.from_events(make(log), **ROLES, category="kind", gap=gap)
        pause = timedelta(seconds=float(parse_gap(gap)))
        assert got.to_lists() == slow_sessions(log, pause), gap
    default = Sessions.from_events(make(log), **ROLES, category="kind")
    assert default.to_lists() == slow_sessions(log, timedelta(minutes=30))


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize(
    "make_time", [int, float, lambda m: m - 150, lambda m: 1_700_000_000 + m * 60]
)
def test_random_logs_of_numbers(make, make_time):
    log = random_log(3, make_time)
    for gap in (0, 10, 10.5, np.int64(1200), np.float32(40)):
        got = Sessions.from_events(make(log), **ROLES, category="kind", gap=gap)
        assert got.to_lists() == slow_sessions(log, gap), gap


@pytest.mark.parametrize(
    ("gap", "n_sessions"),
    [
        ("20min", 2),
        ("19min", 3),
        (" 1200 s ", 2),
        ("999999999999d", 1),
        ("1199s", 3),
        ("0.3333h", 3),
        ("1d", 1),
        (timedelta(minutes=20), 2),
        (timedelta(minutes=19), 3),
        (np.timedelta64(20, "m"), 2),
        (np.timedelta64(1199, "s"), 3),
        (np.timedelta64(20 * 60 * 10**9, "ns"), 2),
        (pd.Timedelta("20min"), 2),
        (pd.Timedelta("19min"), 3),
        (np.timedelta64(2, "10m"), 2),
        (np.timedelta64(1, "W"), 1),
        (np.timedelta64(2**62, "s"), 1),
    ],
)
def test_gaps(gap, n_sessions):
    times = [START, START + timedelta(minutes=20), START + timedelta(hours=2)]
    log = pd.DataFrame({"user": 1, "time": times, "title": ["a", "b", "c"]})
    assert Sessions.from_events(log, **ROLES, gap=gap).n_sessions == n_sessions


@pytest.mark.parametrize(
    "column",
    [
        lambda t: pd.Series(t).astype("datetime64[s]"),
        lambda t: pd.Series(t).astype("datetime64[ns]"),
        lambda t: pd.Series(t).dt.tz_localize("Europe/Berlin"),
        lambda t: pd.Series(t).dt.tz_localize("UTC").astype(object),
        lambda t: pd.Series(t, dtype=object),
        lambda t: pd.Series(t).dt.tz_localize(datetime.timezone(timedelta(hours=-3))),
        lambda t: pd.Series(t, dtype=pd.ArrowDtype(pa.timestamp("ms"))),
        lambda t: pd.Series(t, dtype=pd.ArrowDtype(pa.timestamp("us", "Asia/Tokyo"))),
        lambda t: pl.Series(t, dtype=pl.Datetime("ms")),
        lambda t: pl.Series(t, dtype=pl.Datetime("ns")).dt.replace_time_zone("UTC"),
        lambda t: pl.Series(t).dt.replace_time_zone("America/Lima"),
    ],
)
def test_times_of_every_kind(column):
    times = [START + timedelta(minutes=m) for m in (61, 0, 30)]
    column = column(times)
    data = {"user": [1, 1, 1], "time": column, "title": ["a", "b", "c"]}
    log = (pl if isinstance(column, pl.Series) else pd).DataFrame(data)
    expected = [[("b", None), ("c", None)], [("a", None)]]
    assert Sessions.from_events(log, **ROLES).to_lists() == expected
    assert Sessions.from_events(log, **ROLES, gap="29min").n_sessions == 3


def test_a_pause_does_not_grow_when_the_clocks_change():
    # 01:50 is followed by 03:10 in Berlin that night, 20 minutes later.
    wall = pd.to_datetime(["2026-03-29 01:50", "2026-03-29 03:10"])
    for times in (wall.tz_localize("Europe/Berlin"), wall):
        log = pd.DataFrame({"user": 1, "time": times, "title": ["a", "b"]})
        n_sessions = Sessions.from_events(log, **ROLES, gap="30min").n_sessions
        assert n_sessions == (2 if times is wall else 1)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the machine's zone is fixed")
@pytest.mark.parametrize("dtype", [object, "datetime64[us]"])
def test_the_time_zone_of_the_machine_does_not_matter(monkeypatch, dtype):
    # In Berlin's zone these would be 20 minutes apart.
    wall = [datetime.datetime(2026, 3, 29, *t) for t in ((1, 50), (3, 10))]
    log = pd.DataFrame({"user": 1, "time": pd.Series(wall, dtype=dtype), "title": "a"})
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        sessions = Sessions.from_events(log, **ROLES, gap="30min")
    time.tzset()
    assert sessions.n_sessions == 2


@pytest.mark.parametrize(
    "dates",
    [
        lambda d: pd.DataFrame({"time": pd.Series(d, dtype="date32[pyarrow]")}),
        lambda d: pd.DataFrame({"time": d}),
        lambda d: pl.DataFrame({"time": d}),
        lambda d: pa.table({"time": d}),
    ],
    ids=["pandas arrow", "pandas object", "polars", "pyarrow"],
)
def test_dates(dates):
    days = [datetime.date(2026, 3, d) for d in (5, 1, 2)]
    log = pl.DataFrame(dates(days)).with_columns(user=1, title=pl.Series(list("abc")))
    if isinstance(dates(days), pd.DataFrame):
        log = dates(days).assign(user=1, title=list("abc"))
    sessions = Sessions.from_events(log, **ROLES, gap="1d")
    assert sessions.to_lists() == [[("b", None), ("c", None)], [("a", None)]]


def test_whole_numbers_are_not_rounded():
    # Nanoseconds since 1970 have more digits than a float holds.
    now = 1_700_000_000_000_000_000
    log = pl.DataFrame({"user": 1, "time": [now + 7, now], "title": ["b", "a"]})
    expected = [[("a", None)], [("b", None)]]
    assert Sessions.from_events(log, **ROLES, gap=5).to_lists() == expected


def test_ties_keep_the_order_of_the_log():
    log = pl.DataFrame(
        {"user": 1, "time": [5] * 60, "title": [f"t{i}" for i in range(60)]}
    )
    sessions = Sessions.from_events(log.sample(fraction=1, seed=1), **ROLES, gap=0)
    expected = log.sample(fraction=1, seed=1)["title"].to_list()
    assert sessions.to_lists() == [[(title, None) for title in expected]]


def test_users_stay_apart():
    log = pl.DataFrame(
        {"user": [2, 1, 2, 1], "time": [0, 1, 2, 3], "title": ["a", "b", "c", "d"]}
    )
    lists = Sessions.from_events(log, **ROLES, gap=10).to_lists()
    assert [[t for t, _ in s] for s in lists] == [["a", "c"], ["b", "d"]]


# Errors -----------------------------------------------------------------------

TIMES = [START, START, START]


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"user": [1, None, None]}, ValueError, "2 of 3 events have no user.*row 1"),
        ({"time": [START, START, None]}, ValueError, "1 of 3 events have no time.*2"),
        ({"title": ["a", None, "c"]}, TypeError, "row 1 of column 'title'"),
        ({"time": ["2026-01-01"] * 3}, TypeError, "'time' must hold datetimes or num"),
        ({"time": [True, True, False]}, TypeError, "must hold datetimes or numbers"),
        ({"time": [timedelta(1)] * 3}, TypeError, "must hold datetimes or numbers"),
        ({"time": [1, 2, 3]}, TypeError, "holds numbers, so gap must be a number"),
    ],
)
@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_bad_columns(make, change, error, match):
    log = {"user": [1, 1, 2], "time": TIMES, "title": ["a", "b", "c"], **change}
    with pytest.raises(error, match=match):
        Sessions.from_events(make(log), **ROLES)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1.5, np.nan]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1, None], dtype="int64[pyarrow]"),
        pd.Series([START, None], dtype=object),
        pd.Series([START, None]).dt.tz_localize("UTC"),
        pd.Series([1, None], dtype=object),
        pd.Series([1.5, math.inf]),
        pd.Series([1, Decimal("Infinity")], dtype=object),
        pd.Series([Decimal("1.5"), Decimal("NaN")]),
        pd.Series([START, None], dtype=pd.ArrowDtype(pa.timestamp("ns", "UTC"))),
        pl.Series([1, None]),
        pl.Series([1.5, float("nan")]),
    ],
    ids=lambda column: f"{type(column).__module__}-{column.dtype}",
)
def test_missing_times(column):
    data = {"user": [1, 1], "time": column, "title": ["a", "b"]}
    log = (pl if isinstance(column, pl.Series) else pd).DataFrame(data)
    gap = 5 if log["time"].to_list()[0] in (1, 1.5) else "5min"
    with pytest.raises(ValueError, match=r"no time \(column 'time'\).* row 1: drop"):
        Sessions.from_events(log, **ROLES, gap=gap)


def test_the_row_of_an_error_is_the_row_of_the_log():
    log = pl.DataFrame({"user": 1, "time": [3, 2, 1], "title": ["a", "b", None]})
    with pytest.raises(TypeError, match="row 2 of column 'title'"):
        Sessions.from_events(log, **ROLES, gap=5)


@pytest.mark.parametrize(
    ("gap", "error", "match"),
    [
        ("30", ValueError, "a number and a unit .* got '30'"),
        ("30 minutes", ValueError, "got '30 minutes'"),
        ("-5min", ValueError, "got '-5min'"),
        ("", ValueError, "got ''"),
        ("1e3s", ValueError, "got '1e3s'"),
        (
            np.timedelta64(1, "M"),
            ValueError,
            r"fixed length, but the unit of .*\(1,'M'",
        ),
        (np.timedelta64(1, "Y"), ValueError, "fixed length"),
        (np.timedelta64(1), ValueError, "fixed length"),
        (Decimal(30), TypeError, "a str such as '30min' or a timedelta .* of type Dec"),
        (pd.Timedelta(-1, "ns"), ValueError, "must not be negative"),
        (timedelta(minutes=-1), ValueError, "must not be negative"),
        (np.timedelta64(-1, "m"), ValueError, "must not be negative"),
        (30, TypeError, "a str such as '30min' or a timedelta .* 30 of type int"),
        (None, TypeError, r"a missing value \(None\)"),
        (pd.NaT, TypeError, "a missing value"),
        (np.timedelta64("NaT"), TypeError, "a missing value"),
    ],
)
def test_bad_gaps(gap, error, match):
    log = pd.DataFrame({"user": 1, "time": TIMES, "title": ["a", "b", "c"]})
    with pytest.raises(error, match=match):
        Sessions.from_events(log, **ROLES, gap=gap)


@pytest.mark.parametrize(
    ("gap", "error", "match"),
    [
        (-1, ValueError, "must not be negative, got -1"),
        (np.nan, ValueError, "must not be negative, got nan"),
        ("30min", TypeError, "must be a number in the same unit, got '30min'"),
        (timedelta(1), TypeError, "must be a number in the same unit"),
        (True, TypeError, "must be a number in the same unit"),
        (None, TypeError, "must be a number in the same unit"),
        (np.timedelta64(1, "s"), TypeError, "must be a number in the same unit"),
        (Decimal("NaN"), ValueError, "must not be negative"),
        (Decimal(-1), ValueError, "must not be negative"),
    ],
)
def test_bad_gaps_for_numbers(gap, error, match):
    log = pl.DataFrame({"user": 1, "time": [1, 2], "title": ["a", "b"]})
    with pytest.raises(error, match=match):
        Sessions.from_events(log, **ROLES, gap=gap)


LOG = {"u": ["b", "a", "a"], "t": [10, 20, 5], "title": ["A", "B", "C"]}


@pytest.mark.parametrize("bad", [3, ["x"]])
def test_a_bad_category_is_named_with_its_row_before_sorting(bad):
    frame = pd.DataFrame({**LOG, "c": ["x", "y", bad]})
    with pytest.raises(TypeError, match="row 2 of column 'c'"):
        Sessions.from_events(
            frame, user="u", time="t", title="title", category="c", gap=3
        )


def test_a_log_without_rows():
    with pytest.raises(ValueError, match="no rows"):
        Sessions.from_events(
            pd.DataFrame(LOG).iloc[:0], user="u", time="t", title="title", gap=3
        )


def test_times_of_128_bits():
    times = pl.Series([2**70 + 10, 2**70 + 20, 2**70 + 5], dtype=pl.Int128)
    frame = pl.DataFrame({**LOG, "u": ["a"] * 3, "t": times})
    sessions = Sessions.from_events(frame, user="u", time="t", title="title", gap=5)
    assert [[t for t, _ in s] for s in sessions.to_lists()] == [["C", "A"], ["B"]]


def test_unsigned_times():
    times = np.array([2**63 + 10, 2**63 + 20, 2**63 + 5], np.uint64)
    frame = pd.DataFrame({**LOG, "u": ["a"] * 3, "t": times})
    sessions = Sessions.from_events(frame, user="u", time="t", title="title", gap=5)
    assert [[t for t, _ in s] for s in sessions.to_lists()] == [["C", "A"], ["B"]]
