"""Sessions from frames, logs and lists."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import SessionCounts, Sessions
from sklearn_prodemb._sessions import log_files

EVENTS = Path(__file__).parents[3] / "shared/data/online_retail/events.parquet"
FRAMES = {
    "pandas": pd.DataFrame,
    "pandas arrow": lambda d: pd.DataFrame(d).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
}
ROWS = {
    "visit": [7, 3, 7, 3, 7, 9],
    "title": ["mesa", "termo", "silla", "mate", "mesa", "mate"],
    "kind": ["b", None, "a", None, "c", "c"],
}
# The second "mesa" of visit 7 is dropped, and so is its category.
LISTS = [[("mesa", "b"), ("silla", "a")], [("termo", None), ("mate", None)]]
LISTS += [[("mate", "c")]]


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_from_frame(make):
    columns = {"session": "visit", "title": "title"}
    with_kind = Sessions.from_frame(make(ROWS), **columns, category="kind")
    assert with_kind.to_lists() == LISTS
    without = Sessions.from_frame(make(ROWS), **columns)
    assert without.to_lists() == [[(t, None) for t, _ in s] for s in LISTS]
    assert without.n_categories == 0


# Errors -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"session": "visita"}, ValueError, r"session='visita' is no column .*'visit'"),
        ({"title": "name"}, ValueError, "title='name' is no column"),
        ({"category": "c"}, ValueError, "category='c' is no column"),
        ({"category": ""}, ValueError, "category='' is no column"),
        ({"title": "visit"}, TypeError, "row 0 of column 'visit' is 7 of type int"),
        (
            {"session": "kind"},
            ValueError,
            r"2 of 6 rows have no session \(column 'kind'\), the first of them row 1",
        ),
        (
            {"title": "kind"},
            TypeError,
            r"row 1 of column 'kind' is a missing.*2 titles are missing in all",
        ),
    ],
)
@pytest.mark.parametrize("make", [pd.DataFrame, pl.LazyFrame, pa.table])
def test_from_frame_errors(make, change, error, match):
    columns = {"session": "visit", "title": "title", **change}
    with pytest.raises(error, match=match):
        Sessions.from_frame(make(ROWS), **columns)


def test_no_rows():
    empty = pd.DataFrame(ROWS)[:0]
    with pytest.raises(ValueError, match="There is no session"):
        Sessions.from_frame(empty, session="visit", title="title")


BAD_GAPS = ["30 minuts", "", "-5min", -1, -0.5, float("nan"), None, True, [5]]
BAD_GAPS += [datetime.date(2026, 1, 1), datetime.timedelta(minutes=-1)]
BAD_GAPS += [np.timedelta64("NaT"), np.timedelta64(1, "M")]


@pytest.mark.parametrize("gap", BAD_GAPS)
def test_a_bad_gap_is_refused_before_anything_is_read(gap):
    def fail(frame):
        raise AssertionError("it was read")

    lazy = pl.LazyFrame({"user": [1], "time": [1], "title": ["a"]}).map_batches(fail)
    with pytest.raises((TypeError, ValueError), match="gap must"):
        Sessions.from_events(lazy, user="user", time="time", title="title", gap=gap)


@pytest.mark.parametrize("gap", BAD_GAPS)
def test_a_bad_gap_is_refused_before_a_file_is_read(gap, tmp_path, monkeypatch):
    pytest.importorskip("duckdb", reason="files are read by DuckDB")
    path = tmp_path / "log.parquet"
    pd.DataFrame({"user": [1], "time": [1], "title": ["a"]}).to_parquet(path)
    roles = {"user": "user", "time": "time", "title": "title"}
    assert Sessions.from_events(path, **roles, gap=1).n_sessions == 1
    monkeypatch.setattr(log_files, "connect", None)
    with pytest.raises((TypeError, ValueError), match="gap must"):
        Sessions.from_events(path, **roles, gap=gap)
    counts = tmp_path / "counts"
    with pytest.raises((TypeError, ValueError), match="gap must"):
        SessionCounts.from_events(path, **roles, path=counts, gap=gap)
    assert not counts.exists()


@pytest.mark.parametrize("gap", [0, "0s", datetime.timedelta(0)])
def test_a_gap_of_nothing_keeps_events_of_one_time_together(gap):
    # Such as the lines of an invoice, of which each has the time of the invoice.
    times = pd.to_datetime(["2026-03-01 10:00"] * 2 + ["2026-03-01 10:01"])
    log = pd.DataFrame({"user": 1, "time": times, "title": list("abc")})
    if gap == 0:
        log["time"] = [7, 7, 8]
    sessions = Sessions.from_events(
        log, user="user", time="time", title="title", gap=gap
    )
    assert sessions.lengths.tolist() == [2, 1]


# Real data --------------------------------------------------------------------


@pytest.mark.skipif(not EVENTS.exists(), reason="needs ../shared/data/online_retail")
def test_real_log():
    names = ["customer_id", "timestamp", "title", "invoice", "country"]
    log = pl.read_parquet(EVENTS, columns=names).drop_nulls()
    columns = {"user": "customer_id", "time": "timestamp", "title": "title"}
    sessions = Sessions.from_events(log, **columns, category="country", gap="30min")
    assert sessions.n_products == log["title"].n_unique()
    assert sessions.n_categories == log["country"].n_unique()
    begins = log.sort("timestamp", maintain_order=True).select(
        (pl.col("timestamp").diff() > datetime.timedelta(minutes=30))
        .fill_null(True)
        .over("customer_id")
    )
    assert sessions.n_sessions == begins.sum().item()
    invoices = Sessions.from_frame(log, session="invoice", title="title")
    assert invoices.n_sessions == log["invoice"].n_unique()
    assert invoices.n_views == log.select("invoice", "title").n_unique()
