"""An event log as a view of DuckDB."""

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from small_logs import NAMES, make_log

from sklearn_prodemb._counts.log import Log, check_columns, plain_gap, write_log
from sklearn_prodemb._utils.database import connect


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        ("30min", "30min"),
        (datetime.timedelta(minutes=30), "1800s"),
        (pd.Timedelta(1, "ns"), "0.000000001s"),
        (np.timedelta64(1500, "ms"), "1.5s"),
        (10, 10),
        (10.0, 10),
        (np.float32(2.5), 2.5),
        (Decimal("0.5"), 0.5),
        (0, 0),
    ],
)
def test_pauses_that_json_can_hold(gap, expected):
    found = plain_gap(gap)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize("gap", [-1, float("nan"), float("inf"), "-3s", "soon"])
def test_pauses_that_are_none(gap):
    with pytest.raises(ValueError, match="gap must"):
        plain_gap(gap)


@pytest.mark.parametrize("gap", [None, True, [3]])
def test_pauses_of_a_wrong_type(gap):
    with pytest.raises(TypeError, match="gap must"):
        plain_gap(gap)


def test_names_of_columns():
    names = {"user": ["a", "b"], "time": "t", "title": "x", "category": None}
    assert check_columns(names) == {"user": ["a", "b"], "time": "t", "title": "x"}
    for wrong in ({"time": ["a"]}, {"user": [1]}, {"category": 3}):
        with pytest.raises(TypeError, match="must be the name of a column"):
            check_columns({**names, **wrong})


def open_log(frame, tmp_path, database, **changes):
    path = str(tmp_path / "log.parquet")
    write_log(frame, NAMES, path)
    return Log(database, path, {**NAMES, **changes}, "6h")


def test_only_the_columns_that_are_needed_are_written(tmp_path):
    write_log(make_log(), NAMES, str(tmp_path / "log.parquet"))
    found = pd.read_parquet(tmp_path / "log.parquet")
    assert set(found.columns) == {*NAMES.values()}


def test_columns_that_differ_in_capitals(tmp_path):
    log = make_log().assign(What="x", WHEN=1)
    path = tmp_path / "all.parquet"
    log.to_parquet(path)
    with connect() as database:
        opened = Log(database, str(path), NAMES, "6h")
        found = database.execute(f"SELECT title FROM {opened.view}").fetchnumpy()
        assert found["title"].tolist() == log["what"].tolist()
        with pytest.raises(ValueError, match=r"'What' of .* is not told apart"):
            Log(database, str(path), {**NAMES, "title": "What"}, "6h")
        assert open_log(log, tmp_path, database).types["what"] == "VARCHAR"
    columns = {**NAMES, "user": ["what", "What"]}
    with pytest.raises(ValueError, match=r"differ in capitals only.*: rename one"):
        write_log(log, columns, str(path))


def test_the_fingerprint_is_that_of_the_events(tmp_path):
    log = make_log()
    with connect() as database:
        first = open_log(log, tmp_path, database).fingerprint()
        assert open_log(log[::-1], tmp_path, database).fingerprint() == first
        log.loc[5, "what"] += "."
        assert open_log(log, tmp_path, database).fingerprint() != first
        twice = pd.concat([log, log, log])
        assert open_log(twice, tmp_path, database).fingerprint() != first


@pytest.mark.parametrize("kind", ["x", 3, 2.5, None])
def test_whether_there_are_categories_of_a_type(tmp_path, kind):
    log = make_log().assign(kind=[None] * 399 + [kind])
    with connect() as database:
        opened = open_log(log, tmp_path, database)
        assert opened.has_categories(of_str=True) == isinstance(kind, str)
        assert opened.has_categories(of_str=False) == isinstance(kind, (int, float))


def test_rows_of_the_view(tmp_path):
    log = make_log()
    with connect() as database:
        opened = open_log(log, tmp_path, database)
        found = database.execute(f"SELECT * FROM {opened.view}").fetchnumpy()
    assert found["title"].tolist() == log["what"].tolist()
    np.testing.assert_array_equal(
        found["stamp"], log["when"].astype("datetime64[us]").astype(np.int64)
    )
    assert len(set(found["visitor"].tolist())) == log["who"].nunique()
