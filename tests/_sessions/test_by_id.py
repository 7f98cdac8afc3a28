"""Sessions of product ids beside those of titles."""

import datetime
import os
import pickle
import subprocess
import sys
import uuid
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone

from sklearn_prodemb import Sessions

ROWS = {
    "visit": [7, 3, 7, 3, 7, 9, 7],
    "title": ["mesa", "termo", "silla", "mate", "mesa", "mate", "MESA"],
    "kind": ["b", None, "a", None, "c", "d", "e"],
    # Visit 7 has two ids of one title, and one id with two.
    "id": [10, 20, 30, 40, 50, 40, 10],
}
COLUMNS = {"session": "visit", "title": "title", "category": "kind"}


class Sku(StrEnum):
    """Ids that are str of another type."""

    A, B, C, D, E, F, G = "abcdefg"


FRAMES = {
    "pandas": pd.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
}


@pytest.fixture
def sessions():
    return Sessions.from_frame(pd.DataFrame(ROWS), **COLUMNS, product="id")


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_from_frame(make):
    by_id = Sessions.from_frame(make(ROWS), **COLUMNS, product="id").by_id
    assert by_id.to_lists() == [[10, 30, 50], [20, 40], [40]]
    rows = list(zip(by_id.ids, by_id.titles, by_id.categories, strict=True))
    assert sorted(rows, key=lambda row: row[0]) == [
        (10, "mesa", "b"),
        (20, "termo", None),
        (30, "silla", "a"),
        (40, "mate", "d"),
        (50, "mesa", "c"),
    ]
    assert by_id.n_products == 5


def slow_by_id(keys, ids, titles, categories):
    """Sessions of ids, titles and categories, one row after the other."""
    sessions, title_of, category_of = {}, {}, {}
    for row in sorted(range(len(keys)), key=keys.__getitem__):
        key, product = keys[row], ids[row]
        sessions.setdefault(key, {})[product] = None
        title_of.setdefault(product, titles[row])
        if category_of.get(product) is None:
            category_of[product] = categories[row]
    return [list(sessions[key]) for key in sorted(sessions)], title_of, category_of


@pytest.mark.parametrize("seed", range(6))
def test_random_rows(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 200))
    keys = np.sort(rng.integers(0, 12, n)) if seed % 2 else rng.integers(0, 12, n)
    # Numbered as they appear, as sessions are.
    keys = pd.factorize(keys)[0]
    frame = pd.DataFrame(
        {
            "visit": keys,
            "id": [f"p{i}" for i in rng.integers(0, 15, n)],
            "title": [f"t{i}" for i in rng.integers(0, 9, n)],
            "kind": [
                None if rng.random() < 0.5 else "abc"[rng.integers(3)] for _ in keys
            ],
        }
    )
    by_id = Sessions.from_frame(frame, **COLUMNS, product="id").by_id
    # The first title that an id has in a session.
    first = frame.drop_duplicates(["visit", "id"]).sort_values("visit", kind="stable")
    sessions = Sessions.from_frame(frame, **COLUMNS, product="id")
    of_row = sessions.titles[sessions.by_id.title_codes].tolist()
    assert of_row == first["title"].tolist()
    assert sessions.by_id.title_codes.dtype == np.int32
    mask = rng.random(sessions.n_sessions) < 0.5
    if mask.any():
        some = sessions.filter(mask)
        kept = mask[first["visit"]]
        of_row = some.titles[some.by_id.title_codes].tolist()
        assert of_row == first["title"][kept].tolist()
        again = Sessions.from_frame(
            frame[mask[frame["visit"]]], **COLUMNS, product="id"
        )
        np.testing.assert_array_equal(some.by_id.title_codes, again.by_id.title_codes)
    lists, title_of, category_of = slow_by_id(
        keys.tolist(),
        *(frame[c].tolist() for c in ("id", "title")),
        [None if pd.isna(c) else c for c in frame["kind"]],
    )
    assert by_id.to_lists() == lists
    assert dict(zip(by_id.ids, by_id.titles, strict=True)) == title_of
    assert dict(zip(by_id.ids, by_id.categories, strict=True)) == category_of
    assert by_id.ids.tolist() == list(dict.fromkeys(chain(*lists)))


def test_an_edited_title_is_that_of_its_row(sessions):
    by_id = sessions.by_id
    assert sessions.titles[by_id.title_codes].tolist() == [
        *("mesa", "silla", "mesa"),
        *("termo", "mate", "mate"),
    ]
    edited = Sessions.from_frame(
        pd.DataFrame({"visit": [1, 2, 2], "id": [7, 7, 7], "title": ["b", "c", "d"]}),
        session="visit",
        title="title",
        product="id",
    )
    # The second title of a session does not count.
    assert edited.titles[edited.by_id.title_codes].tolist() == ["b", "c"]
    assert edited.by_id.titles.tolist() == ["b"]
    other = edited.filter([True, False])
    assert edited.by_id != other.by_id


def test_from_events_orders_ids_by_time():
    log = pd.DataFrame(
        {
            "user": ["ana", "leo", "ana", "ana"],
            "time": [50, 10, 10, 11],
            "title": ["Mouse", "Teclado", "Carpa", "Carpa"],
            "id": ["m", "t", "c", "d"],
        }
    )
    columns = {"user": "user", "time": "time", "title": "title", "gap": 5}
    by_id = Sessions.from_events(log, **columns, product="id").by_id
    assert by_id.to_lists() == [["c", "d"], ["m"], ["t"]]
    assert by_id.titles.tolist() == ["Carpa", "Carpa", "Mouse", "Teclado"]
    assert by_id.categories.tolist() == [None] * 4


def test_titles_are_as_without_ids(sessions):
    without = Sessions.from_frame(pd.DataFrame(ROWS), **COLUMNS)
    assert without.by_id is None
    assert Sessions.from_lists([["a"]]).by_id is None
    assert sessions.to_lists() == without.to_lists()
    assert sessions.n_products == without.n_products
    # What an embedder's cache goes by.
    assert sessions.fingerprint == without.fingerprint
    assert sessions != without
    assert "n_ids=5" in repr(sessions)
    assert "n_ids" not in repr(without)


@pytest.mark.parametrize(
    ("ids", "error", "match"),
    [
        (
            [1, None, 3, 4, np.nan, 6, 7],
            ValueError,
            "2 of 7 product ids are missing, the first of them row 1 of column 'id'",
        ),
        ([1, 2, [3], 4, 5, 6, 7], TypeError, r"row 2 of column 'id' is \[3\] of type"),
        *(
            (
                [1, 2, other, 4, 5, 6, 7],
                TypeError,
                f"str or a number, but row 2 .*{type}",
            )
            for other, type in [
                ((3, "x"), "tuple: turn such values into str"),
                (uuid.UUID(int=3), "UUID"),
                (pd.Timestamp(3), "Timestamp"),
                (datetime.date(2026, 1, 3), "date"),
                (np.timedelta64(3, "s"), "timedelta64"),
                (b"3", "bytes"),
                (frozenset("3"), "frozenset"),
                # More digits than a float has.
                (Decimal("0.12345678901234567890"), "Decimal"),
            ]
        ),
    ],
)
def test_bad_ids(ids, error, match):
    frame = pd.DataFrame({**ROWS, "id": pd.Series(ids, dtype=object)})
    with pytest.raises(error, match=match):
        Sessions.from_frame(frame, **COLUMNS, product="id")
    events = {"user": "visit", "time": "visit", "title": "title", "gap": 1}
    with pytest.raises(error, match=match):
        Sessions.from_events(frame, **events, product="id")


def test_no_such_column():
    with pytest.raises(ValueError, match="product='sku' is no column"):
        Sessions.from_frame(pd.DataFrame(ROWS), **COLUMNS, product="sku")


@pytest.mark.parametrize(
    "ids",
    [
        list("abcdefg"),
        np.arange(7, dtype=np.int32),
        [np.int64(i) for i in range(7)],
        [np.str_(i) for i in range(7)],
        [Decimal(i) for i in range(7)],
        [Decimal(i) / 8 for i in range(7)],
        [10**30 + i for i in range(7)],
        [Sku(letter) for letter in "abcdefg"],
        pd.Categorical(list("abcdefg")),
    ],
    ids=lambda ids: f"{type(ids).__name__} of {type(ids[0]).__name__}",
)
def test_ids_of_any_kind(ids):
    frame = pd.DataFrame({"visit": [1] * 7, "title": ROWS["title"]})
    frame["id"] = pd.Series(ids)
    columns = {"session": "visit", "title": "title"}
    by_id = Sessions.from_frame(frame, **columns, product="id").by_id
    assert by_id.to_lists() == [list(ids)]
    assert {*map(type, by_id.ids)} <= {str, int, float}


def test_a_category_of_an_id_is_as_that_of_its_title():
    kinds = [Decimal("2"), None, Decimal("2.50"), 1, 3, 3, np.int32(7)]
    frame = pd.DataFrame({**ROWS, "kind": pd.Series(kinds, dtype=object)})
    sessions = Sessions.from_frame(frame, **COLUMNS, product="id")
    assert sessions.by_id.categories.tolist() == [2, 2.5, 3, None, 1]
    assert sessions.categories.tolist() == [1, 2, 2.5, 3, 7]
    assert {*map(type, sessions.by_id.categories)} == {int, float, type(None)}


def test_as_a_value(sessions):
    by_id = sessions.by_id
    with pytest.raises(AttributeError, match="SessionsById is immutable: cannot set"):
        by_id.ids = None
    with pytest.raises(ValueError, match="read-only"):
        by_id.codes[0] = 3
    assert clone(by_id, safe=False) is by_id
    assert not [n for n in ("__len__", "shape", "__array__") if hasattr(by_id, n)]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(sessions, protocol))
        assert again == sessions
        assert hash(again) == hash(sessions)
        assert again.by_id.to_lists() == by_id.to_lists()


@pytest.mark.parametrize("column", ["id", "title", "kind"])
def test_other_content_is_not_equal(sessions, column):
    changed = [*ROWS[column][1:], ROWS[column][0]]
    other = Sessions.from_frame(
        pd.DataFrame({**ROWS, column: changed}), **COLUMNS, product="id"
    )
    assert other != sessions
    assert other.by_id != sessions.by_id


def test_a_fingerprint_is_equal_in_every_process(sessions):
    code = (
        "import pandas as pd; from sklearn_prodemb import Sessions\n"
        f"print(Sessions.from_frame(pd.DataFrame({ROWS!r}), **{COLUMNS!r}, "
        "product='id').by_id.fingerprint)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "3"},
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert out.stdout.strip() == sessions.by_id.fingerprint
