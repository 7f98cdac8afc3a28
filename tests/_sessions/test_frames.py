"""Columns of any data frame, and what is wrong with those that cannot be read."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb._sessions.frames import forbid_missing, read_columns

ROLES = {"user": "user", "time": "time", "title": "title"}
LOG = {"u": ["b", "a", "a"], "t": [10, 20, 5], "title": ["A", "B", "C"]}
ROWS = {
    "visit": [7, 3, 7, 3, 7, 9],
    "title": ["mesa", "termo", "silla", "mate", "mesa", "mate"],
    "kind": ["b", None, "a", None, "c", "c"],
}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table])
def test_a_column_for_each_role(make):
    names = {"session": "visit", "title": "title", "category": "visit"}
    columns = read_columns(make(ROWS), names | {"product": None})
    assert {role: column.to_list() for role, column in columns.items()} == {
        "session": ROWS["visit"],
        "title": ROWS["title"],
        "category": ROWS["visit"],
    }


def test_column_names_need_not_differ():
    frame = pd.DataFrame({"x": ["a", "b", "a"]})
    result = Sessions.from_frame(frame, session="x", title="x", category="x")
    assert result.to_lists() == [[("a", "a")], [("b", "b")]]


def test_a_lazy_frame_is_collected_once():
    # A lazy frame may give its rows in another order each time.
    turns = iter([False, True] * 10)
    frame = pl.DataFrame({**ROWS, "time": range(6)})
    lazy = frame.lazy().map_batches(lambda d: d.reverse() if next(turns) else d)
    columns = {"title": "title", "category": "kind"}
    result = Sessions.from_frame(lazy, session="visit", **columns)
    assert result in (
        Sessions.from_frame(f, session="visit", **columns)
        for f in (frame, frame.reverse())
    )
    log = {"user": "visit", "time": "time", "gap": 10}
    result = Sessions.from_events(lazy, **log, **columns)
    assert result in (
        Sessions.from_events(f, **log, **columns) for f in (frame, frame.reverse())
    )


@pytest.mark.parametrize("bad", [None, [["a"]], {"visit": [1]}, np.ones((2, 2)), "x"])
def test_no_frame(bad):
    with pytest.raises(TypeError, match=f"a data frame.*got {type(bad).__name__}"):
        Sessions.from_frame(bad, session="visit", title="title")
    with pytest.raises(TypeError, match=f"a data frame.*got {type(bad).__name__}"):
        Sessions.from_events(bad, user="visit", time="time", title="title")


@pytest.mark.parametrize("role", ["user", "time", "title", "category"])
def test_missing_columns(role):
    log = pl.DataFrame({"user": [1], "time": [1], "title": ["a"]})
    with pytest.raises(ValueError, match=rf"{role}='nada' is no column.*\['user'"):
        Sessions.from_events(log, **{**ROLES, role: "nada"}, gap=5)


@pytest.mark.parametrize("role", ["user", "time", "title"])
@pytest.mark.parametrize("name", [None, 3, ("a", "b")])
def test_names_of_columns_are_str(role, name):
    names = {"user": "u", "time": "t", "title": "title", role: name}
    with pytest.raises(TypeError, match=f"{role} must be the name of a column"):
        Sessions.from_events(pd.DataFrame(LOG), **names, gap=3)


def test_two_columns_of_one_name():
    frame = pd.DataFrame([["a", 1, "mesa", 2]], columns=["u", "t", "title", "u"])
    with pytest.raises(ValueError, match="cannot be read"):
        Sessions.from_events(frame, user="u", time="t", title="title", gap=3)


def test_the_first_row_without_a_value_is_named():
    missing = np.array([False, True, False, True])
    match = (
        r"^2 of 4 rows have no user \(column 'who'\), the first of them row 1: "
        r"drop these rows, or else\.$"
    )
    with pytest.raises(ValueError, match=match):
        forbid_missing(missing, "rows", "user", "who", ", or else")
    forbid_missing(np.zeros(4, bool), "rows", "user", "who")
