"""Nested lists of titles and of pairs."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb._sessions.lists import read_lists

FRAME = pd.DataFrame({"visit": [1, 2], "title": ["Mate", "Termo"]})


def test_one_row_a_product():
    lists = [["mesa", ("silla", "a")], [], [("mesa", None), "mate"]]
    assert read_lists(lists) == (
        [0, 0, 2, 2],
        ["mesa", "silla", "mesa", "mate"],
        [None, "a", None, None],
    )


@pytest.mark.parametrize(
    "lists",
    [
        [["mesa", "silla"], ["mate"]],
        (["mesa", "silla"], ["mate"]),
        [iter(["mesa", "silla"]), iter(["mate"])],
        iter([["mesa", "silla"], ["mate"]]),
        [["mesa", ("silla", None)], [("mate", np.nan)]],
        [np.array(["mesa", "silla"]), pd.Series(["mate"])],
        [["mesa", "silla"], [], ["mate"]],
        pd.Series([["mesa", "silla"], ["mate"]]),
        pl.Series([["mesa", "silla"], ["mate"]]),
        pa.chunked_array([[["mesa", "silla"], ["mate"]]]),
        [pa.array(["mesa", "silla"]), pd.Index(["mate"])],
        {1: ["mesa", "silla"], 2: ["mate"]}.values(),
        [{"mesa": None, "silla": None}.items(), {"mate": None}.keys()],
    ],
)
def test_from_lists_of_any_kind(lists):
    expected = [[("mesa", None), ("silla", None)], [("mate", None)]]
    sessions = Sessions.from_lists(lists)
    assert sessions.to_lists() == expected
    assert {*map(type, sessions.titles)} == {str}


@pytest.mark.parametrize(
    ("lists", "error", "match"),
    [
        ([], ValueError, "There is no session: the list is empty"),
        ([[], []], ValueError, "There is no session: no row holds a product"),
        (["mesa"], TypeError, "Session 0 must be a list .* got 'mesa'"),
        ([["mesa"], b"x"], TypeError, "Session 1 must be a list .* got bytes"),
        ([["mesa"], None], TypeError, "Session 1 must be a list .* a missing value"),
        ([["mesa"], 3], TypeError, "Session 1 must be a list .* 3 of type int"),
        ([["a"], ["b", 3]], TypeError, "Position 1 of session 1 .* 3 of type int"),
        ([["a", None]], TypeError, r"Position 1 of session 0 .* value \(None\)"),
        ([[(None, "a")]], TypeError, "Position 0 of session 0"),
        ([["a", ["b", "c"]]], TypeError, "Position 1 of session 0 .* of type list"),
        ([[("a", "b", "c")]], TypeError, "Position 0 of session 0 .* of type tuple"),
        (None, TypeError, r"Expected a list of sessions, got a missing value \(None\)"),
        ([("Carpa", "Camping")], TypeError, "Session 0 .* a tuple is a .* pair"),
        ([["a"], {"titles": ["Mate"]}], TypeError, "Session 1 is a dict, whose keys"),
        ({"visit": ["Mate"]}, TypeError, "The list of sessions is a dict, whose keys"),
        (iter([{"Mate": 1}]), TypeError, "Session 0 is a dict, whose keys"),
        ([[{"title": "Mate"}]], TypeError, "Position 0 of session 0 .* of type dict"),
        ([["a"], {"Mate", "Termo"}], TypeError, "Session 1 is a set, which has no or"),
        ([frozenset("ab")], TypeError, "Session 0 is a frozenset, which has no order"),
        ({("Mate", "a")}, TypeError, "The list of sessions is a set, which has no or"),
        (FRAME, TypeError, r"The list of sessions is a data frame: .*Sessions.from_fr"),
        (pl.LazyFrame(FRAME), TypeError, "The list of sessions is a data frame"),
        ([g for _, g in FRAME.groupby("visit")], TypeError, "Session 0 is a data fra"),
        ([["a"], pa.table(FRAME)], TypeError, "Session 1 is a data frame"),
        ([pa.RecordBatch.from_pandas(FRAME)], TypeError, "Session 0 is a data frame"),
        (FRAME.groupby("visit"), TypeError, r"(?s)Session 0 .*groups of a data frame"),
    ],
)
def test_from_lists_errors(lists, error, match):
    with pytest.raises(error, match=match):
        Sessions.from_lists(lists)
