"""Where sessions come from, and what is said where there are none."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb._base.session_routes import is_nested, resolve_sessions

LISTS = [["mesa", "silla"], ["termo", "mate"]]
TITLES = ["mesa", "silla"]
A, A_AGAIN = Sessions.from_lists(LISTS), Sessions.from_lists(LISTS)
B = Sessions.from_lists(LISTS[:1])
ROUTES = r"(?s)1\. .*FrozenEstimator.*2\. .*__sessions=.*3\. .*\(sessions=sessions\)"


@pytest.mark.parametrize(
    ("X", "argument", "parameter", "expected"),
    [
        (A, None, None, A),
        (A, A_AGAIN, None, A),
        (A, None, A_AGAIN, A),
        (None, A, None, A),
        (None, None, A, A),
        (None, A, B, A),
        (TITLES, A, None, A),
        (TITLES, None, A, A),
        (TITLES, A, B, A),
        (pd.Series(TITLES), None, A, A),
        (pd.DataFrame({"title": TITLES}), None, A, A),
        ([], None, A, A),
    ],
)
def test_which_sessions(X, argument, parameter, expected):
    assert resolve_sessions(X, argument, parameter, "Embedder") is expected


def test_what_is_passed_beside_sessions_is_checked():
    seen = []
    assert resolve_sessions(3, A, None, "Embedder", check=seen.append) is A
    assert seen == [3]
    with pytest.raises(ValueError, match=ROUTES):
        resolve_sessions((4,), None, None, "Embedder", check=seen.append)
    assert seen == [3, (4,)]


@pytest.mark.parametrize(
    "nested",
    [LISTS, tuple(LISTS), [[(t, "c") for t in "ab"]], [np.array(["mesa", "silla"])]],
)
def test_nested_lists(nested):
    assert resolve_sessions(nested, None, None, "Embedder") == Sessions.from_lists(
        nested
    )


@pytest.mark.parametrize("bad", [LISTS, "mesa", pd.DataFrame(), {}, 3, Sessions, []])
@pytest.mark.parametrize("place", ["argument", "parameter"])
def test_sessions_must_be_sessions(bad, place):
    places = {"argument": None, "parameter": None, place: bad}
    match = f"a Sessions object, got {type(bad).__name__}: cross-validation would cut"
    for X in (None, TITLES, A):
        with pytest.raises(TypeError, match=match):
            resolve_sessions(X, **places, learner="Embedder")


@pytest.mark.parametrize(("argument", "parameter"), [(B, None), (None, B), (B, A)])
def test_different_sessions_in_two_places(argument, parameter):
    with pytest.raises(ValueError, match="Different sessions were given twice"):
        resolve_sessions(A, argument, parameter, "Embedder")


@pytest.mark.parametrize(
    "X",
    [
        None,
        TITLES,
        tuple(TITLES),
        [],
        np.array(TITLES),
        pd.Series(TITLES),
        pl.Series(TITLES),
        pa.chunked_array([TITLES]),
        pd.DataFrame({"title": TITLES}),
        pl.LazyFrame({"title": TITLES}),
    ],
    ids=lambda X: type(X).__name__,
)
def test_no_sessions(X):
    with pytest.raises(ValueError, match=ROUTES):
        resolve_sessions(X, None, None, "Embedder")


@pytest.mark.parametrize(
    "make",
    [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table, pa.RecordBatch.from_pydict],
)
def test_a_frame_of_sessions_is_sent_to_from_frame(make):
    frame = make({"visit": [1, 1], "title": TITLES})
    match = r"columns \['visit', 'title'\]: name those .*Sessions\.from_frame\(X"
    with pytest.raises(ValueError, match=match):
        resolve_sessions(frame, None, None, "Embedder")


@pytest.mark.parametrize(
    ("X", "error", "match"),
    [
        ("mesa", ValueError, "one bare str"),
        (["mesa", None], TypeError, "position 1 of 2 is a missing value"),
        ([1, 2], TypeError, "position 0 of 2 is 1 of type int"),
        (3, TypeError, "got int"),
        (["mesa", ["silla"]], TypeError, "Session 0 must be a list"),
        ([[], []], ValueError, "There is no session"),
        ([{"titles": ["mesa"]}], TypeError, "Session 0 is a dict"),
        ([["mesa"], {"silla"}], TypeError, "Session 1 is a set"),
        ([pd.DataFrame({"title": TITLES})], TypeError, "Session 0 is a data frame"),
        ([pa.table({"title": TITLES})], TypeError, "Session 0 is a data frame"),
        (pd.Series(LISTS), TypeError, r"build them with Sessions\.from_lists\(X\)"),
        (iter(LISTS), TypeError, r"build them with Sessions\.from_lists\(X\)"),
        ({"visit": TITLES}, TypeError, r"build them with Sessions\.from_lists\(X\)"),
        (np.array(LISTS), ValueError, r"build them with Sessions\.from_lists\(X\)"),
    ],
)
def test_neither_sessions_nor_titles(X, error, match):
    with pytest.raises(error, match=match):
        resolve_sessions(X, None, None, "Embedder")


@pytest.mark.parametrize("X", [["mesa", None], "mesa", np.ones(3), LISTS, {"a": 1}])
def test_titles_are_checked_though_sessions_are_given(X):
    with pytest.raises((TypeError, ValueError), match=r"^X must "):
        resolve_sessions(X, A, None, "Embedder")


@pytest.mark.parametrize(
    ("X", "nested"),
    [
        (LISTS, True),
        (["mesa", iter(TITLES)], True),
        ([{}], True),
        ([pl.LazyFrame({"title": TITLES})], True),
        (TITLES, False),
        ([], False),
        (["mesa", b"silla", np.str_("mate"), None, 3], False),
        (pd.Series(LISTS), False),
        (iter(LISTS), False),
    ],
)
def test_is_nested(X, nested):
    assert is_nested(X) is nested
