"""Columns of any data frame, and what is wrong with those that cannot be read."""

import re

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb._sessions.frames import (
    forbid_missing,
    number_keys,
    read_columns,
)

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
    assert {role: column.to_list() for role, (column,) in columns.items()} == {
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


@pytest.mark.parametrize("bad", [None, [["a"]], {"visit": [1]}, np.ones((2, 2)), b"x"])
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
@pytest.mark.parametrize("name", [None, {}, [], [None], [["u"]]])
def test_what_is_no_name_of_a_column(role, name):
    names = {"user": "u", "time": "t", "title": "title", role: name}
    also = " or a list of names" if role == "user" else ""
    with pytest.raises(TypeError, match=f"{role} must be the name of a column{also}, "):
        Sessions.from_events(pd.DataFrame(LOG), **names, gap=3)


@pytest.mark.parametrize("role", ["time", "title", "category", "product"])
def test_only_keys_have_several_columns(role):
    names = {"user": "u", "time": "t", "title": "title", role: ["u", "t"]}
    with pytest.raises(TypeError, match=f"{role} must be the name of a column, got"):
        Sessions.from_events(pd.DataFrame(LOG), **names, gap=3)


@pytest.mark.parametrize("name", [3, ("a", "b"), "T"])
def test_names_that_the_frame_does_not_have(name):
    with pytest.raises(ValueError, match=r"is no column .* \['u', 't', 'title'\]"):
        Sessions.from_events(pd.DataFrame(LOG), user="u", time="t", title=name, gap=3)


@pytest.mark.parametrize("names", [[0, 1, 2], [("a", "x"), ("a", "y"), ("b", "x")]])
def test_names_of_pandas_need_not_be_str(names):
    frame = pd.DataFrame(dict(enumerate(LOG.values())))
    if isinstance(names[0], tuple):
        frame.columns = pd.MultiIndex.from_tuples(names)
    roles = dict(zip(("user", "time", "title"), names, strict=True))
    expected = Sessions.from_events(
        pd.DataFrame(LOG), user="u", time="t", title="title", gap=3
    )
    assert Sessions.from_events(frame, **roles, gap=3) == expected
    with pytest.raises(
        TypeError, match=rf"row 0 of column {re.escape(repr(names[1]))}"
    ):
        Sessions.from_events(frame, **{**roles, "title": names[1]}, gap=3)


def _pandas(names):
    return pd.DataFrame([["a", 1, "mesa", 2]], columns=names)


def _arrow(names):
    return pa.table([["a"], [1], ["mesa"], [2]], names=names)


@pytest.mark.parametrize(
    "make", [_pandas, _arrow, lambda names: _arrow(names).to_batches()[0]]
)
def test_two_columns_of_one_name(make):
    roles = {"user": "u", "time": "t", "title": "title"}
    with pytest.raises(ValueError, match="cannot be read"):
        Sessions.from_events(make(["u", "t", "title", "u"]), **roles, gap=3)
    # Those that are not needed may have what names they like.
    for names in (["u", "t", "title", "title"], ["t", "u", "x", "x"]):
        with pytest.raises(ValueError, match=r"cannot be read|'title' is no column"):
            Sessions.from_events(make(names), **roles, gap=3)
    frame = make(["u", "x", "title", "x"])
    assert Sessions.from_frame(frame, session="u", title="title").n_sessions == 1


def test_a_record_batch_is_a_frame():
    batch = pa.RecordBatch.from_pydict(ROWS)
    expected = Sessions.from_frame(pa.table(ROWS), session="visit", title="title")
    assert Sessions.from_frame(batch, session="visit", title="title") == expected


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table])
def test_a_key_of_two_columns(make):
    rows = {
        "user": ["ana", "leo", "ana", "leo", "ana"],
        "sid": [1, 1, 2, 1, 1],
        "time": [1, 2, 3, 4, 5],
        "title": list("abcde"),
    }
    lists = Sessions.from_frame(
        make(rows), session=["user", "sid"], title="title"
    ).to_lists()
    assert [[t for t, _ in s] for s in lists] == [["a", "e"], ["b", "d"], ["c"]]
    events = {"time": "time", "title": "title", "gap": 9}
    lists = Sessions.from_events(make(rows), user=["user", "sid"], **events).to_lists()
    assert [[t for t, _ in s] for s in lists] == [["a", "e"], ["b", "d"], ["c"]]
    one = Sessions.from_frame(make(rows), session=["user"], title="title")
    assert one == Sessions.from_frame(make(rows), session="user", title="title")
    with pytest.raises(ValueError, match="session='id' is no column"):
        Sessions.from_frame(make(rows), session=["user", "id"], title="title")
    rows["sid"] = [1, 1, None, 1, 1]
    with pytest.raises(ValueError, match=r"no session \(column 'sid'\), .* row 2"):
        Sessions.from_frame(make(rows), session=["user", "sid"], title="title")


def test_keys_of_many_columns_are_numbered_as_tuples_are():
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 4, (200, 3))
    columns = [nw.from_native(pl.Series(c), series_only=True) for c in rows.T]
    numbers = {}
    expected = [numbers.setdefault(row, len(numbers)) for row in map(tuple, rows)]
    assert number_keys(columns, "user", "events", "").tolist() == expected


def test_the_first_row_without_a_value_is_named():
    missing = np.array([False, True, False, True])
    match = (
        r"^2 of 4 rows have no user \(column 'who'\), the first of them row 1: "
        r"drop these rows, or else\.$"
    )
    with pytest.raises(ValueError, match=match):
        forbid_missing(missing, "rows", "user", "who", ", or else")
    forbid_missing(np.zeros(4, bool), "rows", "user", "who")
