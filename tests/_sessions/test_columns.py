"""Rows in, deduplicated columns out: against a slow version that is plain to see."""

import datetime
from decimal import Decimal

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb._sessions.columns import (
    columns_from_rows,
    drop_repeats,
    first_known,
    in_session_order,
    read_titles,
    sort_labels,
    starts_of,
)
from sklearn_prodemb._utils import chunks
from sklearn_prodemb._utils.factorize import factorize

NAT = np.datetime64("NaT")
MISSING = [None, np.nan, float("nan"), np.float32("nan"), pd.NA, pd.NaT, NAT]


def slow_sessions(keys, titles, categories):
    """Sessions as lists, one row after the other."""
    sessions = {}
    for key, title, category in zip(keys, titles, categories, strict=True):
        products = sessions.setdefault(key, {})
        if products.get(title) is None:
            products[title] = category
    return [list(sessions[key].items()) for key in sorted(sessions)]


def place(role, row):
    return f"row {row} of column {role}"


def from_rows(keys, titles, categories=None):
    keys, rows = in_session_order(keys)
    labels = None if categories is None else factorize(categories, "A category")
    return columns_from_rows(keys, rows, read_titles(titles, place), labels, place)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("share_missing", [0, 0.5, 1])
def test_random_rows(seed, share_missing):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 200))
    keys = rng.integers(0, 12, n)
    if seed % 2:
        keys = np.sort(keys)
    titles = [f"t{i}" for i in rng.integers(0, 15, n)]
    categories = [
        None if rng.random() < share_missing else f"c{rng.integers(0, 9)}" for _ in keys
    ]
    got = Sessions._from_columns(*from_rows(keys, titles, categories))
    assert got.to_lists() == slow_sessions(keys, titles, categories)
    assert sorted(got.titles) == sorted(set(titles))
    used = {c for session in got.to_lists() for _, c in session} - {None}
    assert used <= set(got.categories) <= {*categories} - {None}
    assert got.categories.tolist() == sorted(set(got.categories))


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        (["a", "a", "a"], "a"),
        ([None, "a", "b"], "a"),
        (["b", None, "a"], "b"),
        ([None, None], None),
    ],
)
def test_the_first_known_category_stays(rows, kept):
    sessions = Sessions.from_lists([[("mesa", c) for c in rows], [("mesa", "z")]])
    assert sessions.to_lists() == [[("mesa", kept)], [("mesa", "z")]]


def test_interleaved_sessions_keep_the_order_of_their_rows():
    titles, _, title_codes, _, offsets = from_rows(
        np.array([2, 0, 2, 1, 0, 2]), list("edcbae")
    )
    assert [titles[i] for i in title_codes] == list("dabec")
    assert offsets.tolist() == [0, 2, 3, 5]


@pytest.mark.parametrize("missing", MISSING, ids=lambda v: f"{type(v).__name__}-{v}")
@pytest.mark.parametrize("known", ["a", 3, 2.5])
def test_missing_categories(missing, known):
    lists = [[("mesa", missing), ("silla", known)], [("mate", missing)]]
    sessions = Sessions.from_lists(lists)
    expected = [[("mesa", None), ("silla", known)], [("mate", None)]]
    assert sessions.to_lists() == expected
    assert sessions.categories.tolist() == [known]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([2, None, 10]),
        pd.Series([2, None, 10], dtype="Int64"),
        pd.Series([2, None, 10], dtype="int64[pyarrow]"),
        pd.Series([2, None, 10], dtype="category"),
        pd.Series([2, None, 10], dtype=object),
        pl.Series([2, None, 10]),
        pd.Series([Decimal(2), Decimal("NaN"), Decimal("10.00")]),
        pd.Series([2, None, 10], dtype=pd.ArrowDtype(pa.decimal128(9, 2))),
        pl.Series([2, None, 10], dtype=pl.Decimal(9, 2)),
    ],
    ids=lambda column: str(column.dtype),
)
def test_numbers_as_categories(column):
    frame = {"visit": [1, 1, 1], "title": ["a", "b", "c"], "kind": column}
    frame = (pl if isinstance(column, pl.Series) else pd).DataFrame(frame)
    sessions = Sessions.from_frame(
        frame, session="visit", title="title", category="kind"
    )
    assert sessions.categories.tolist() == [2, 10]
    assert sessions.to_lists() == [[("a", 2), ("b", None), ("c", 10)]]
    assert sessions.categories.dtype.kind in "if"


@pytest.mark.parametrize(
    ("categories", "dtype"),
    [
        (["b", "a"], "object"),
        ([np.str_("b"), "a"], "object"),
        ([10, 9], "int64"),
        ([np.int32(10), 9], "int64"),
        ([1, 0.5], "float64"),
        ([True, False], "bool"),
        ([np.True_, np.False_], "bool"),
        ([Decimal("9.50"), Decimal("9")], "float64"),
        ([Decimal("10"), 9], "int64"),
    ],
)
def test_categories_are_sorted(categories, dtype):
    sessions = Sessions.from_lists([[("x", categories[0]), ("y", categories[1])]])
    assert sessions.categories.tolist() == sorted(categories)
    assert sessions.categories.dtype == dtype
    assert sessions.category_codes.tolist() == [1, 0]


def test_large_numbers_stay_apart():
    # Hashes of 64 bits serve as categories in logs.
    large = [3, 2**63 + 1, 2**63 + 3]
    sessions = Sessions.from_lists([[(f"t{c}", c) for c in large]])
    assert [c for _, c in sessions.to_lists()[0]] == large


@pytest.mark.parametrize(
    "categories",
    [
        ["a", 1],
        [1, "a"],
        [("a", "b"), ("c", "d")],
        [["a"], ["b"]],
        [b"a", b"b"],
        [1, b"a"],
        [{"a": 1}, "b"],
        [datetime.date(2026, 1, 1), 3],
        [np.timedelta64(1, "s"), np.timedelta64(2, "s")],
        [Decimal("0.12345678901234567890"), Decimal(1)],
    ],
    ids=repr,
)
def test_categories_of_other_types(categories):
    with pytest.raises(TypeError, match=r"(Categories|A category) must be"):
        Sessions.from_lists([[(f"t{i}", c) for i, c in enumerate(categories)]])


def test_mixed_categories_are_named_with_their_row():
    with pytest.raises(
        TypeError, match="position 0 of session 1 has 7 of type int among"
    ):
        Sessions.from_lists([[("mesa", "a"), ("silla", None)], [("mate", 7)]])


@pytest.mark.parametrize(
    ("titles", "match"),
    [
        (
            ["a", 3, None],
            r"row 1 of column title is 3 of type int \(1 titles are missing",
        ),
        (["a", "b", np.nan], r"row 2 of column title is a missing value \(nan\)"),
        ([b"a", "b", "c"], "row 0 of column title is bytes"),
    ],
)
def test_titles_that_are_no_str(titles, match):
    with pytest.raises(TypeError, match=match):
        read_titles(titles, place)


@pytest.mark.parametrize(
    "make",
    [
        lambda values: pd.Series(values, dtype=object),
        lambda values: pd.Series(values, dtype="str"),
        lambda values: pd.Series(values, dtype=pd.ArrowDtype(pa.string())),
        lambda values: pl.Series(values),
        lambda values: pa.chunked_array([values[:40], values[40:]]),
    ],
    ids=["object", "str", "arrow of pandas", "polars", "arrow"],
)
@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_titles_of_any_library_and_any_chunk(make, size, monkeypatch):
    monkeypatch.setattr(chunks.chunks, "__defaults__", (size,))
    values = [f"t{i % 13}" for i in range(90)]
    column = nw.from_native(make(values), series_only=True)
    codes, distinct = read_titles(column, place)
    assert [distinct[code] for code in codes] == values
    assert distinct == list(dict.fromkeys(values))
    values[51] = values[60] = None
    column = nw.from_native(make(values), series_only=True)
    match = r"row 51 of column title is a missing value \((None|nan|<NA>)\) \(2 titles"
    with pytest.raises(TypeError, match=match):
        read_titles(column, place)


@pytest.mark.parametrize("seed", range(5))
def test_repeats_are_dropped_as_by_a_set(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 80))
    keys = np.sort(rng.integers(0, 9, n))
    codes = rng.integers(0, 6, n)
    kept, offsets, view_of_row = drop_repeats(keys, codes)
    pairs = list(zip(keys.tolist(), codes.tolist(), strict=True))
    views = list(dict.fromkeys(pairs))
    assert [pairs[row] for row in kept] == views
    assert kept.tolist() == [pairs.index(view) for view in views]
    assert [views[view] for view in view_of_row()] == pairs
    lengths = [sum(view[0] == key for view in views) for key in dict.fromkeys(keys)]
    assert np.diff(offsets).tolist() == lengths
    assert starts_of(keys)[:-1].tolist() == [
        keys.tolist().index(key) for key in dict.fromkeys(keys)
    ]


def test_the_first_known_code_of_each_group():
    codes, groups = np.array([-1, 5, 3, -1, 7]), np.array([0, 1, 0, 3, 0])
    assert first_known(codes, groups, 4).tolist() == [3, 5, -1, -1]


def test_labels_are_sorted():
    codes, labels = sort_labels(factorize(["b", None, "a"], ""), "event", place)
    assert (codes.tolist(), labels.tolist()) == ([1, -1, 0], ["a", "b"])
    assert sort_labels(None, "event", place)[0] is None
    with pytest.raises(TypeError, match=r"Events must be all str .* row 1 of column e"):
        sort_labels(factorize(["b", 3], ""), "event", place)


@pytest.mark.parametrize("title", ["", " ", "\0", "\ud800", "x" * 10_000, "漢字"])
def test_any_str_is_a_title(title):
    sessions = Sessions.from_lists([[title, "mesa"]])
    assert sessions.titles.tolist() == [title, "mesa"]
    assert len(sessions.fingerprint) == 32
