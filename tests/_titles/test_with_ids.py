"""Titles alone, or with product ids beside them."""

import datetime
import uuid
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb._titles.with_ids import check_titles_and_ids

TITLES = ["mesa", "silla", "termo"]


@pytest.mark.parametrize(
    "X",
    [
        TITLES,
        tuple(TITLES),
        iter(TITLES),
        np.array(TITLES),
        np.array(TITLES, object)[:, None],
        pd.Series(TITLES),
        pd.DataFrame({"title": TITLES}),
        pl.Series(TITLES),
        pl.LazyFrame({"title": TITLES}),
        pa.table({"title": TITLES}),
    ],
    ids=lambda X: type(X).__name__,
)
def test_one_column_has_no_ids(X):
    assert check_titles_and_ids(X) == (TITLES, None)


@pytest.mark.parametrize(
    "make",
    [
        lambda titles, ids: np.array([*zip(titles, ids, strict=True)], object),
        lambda titles, ids: pd.DataFrame({"title": titles, "id": ids}),
        # Their names do not count, nor does the index.
        lambda titles, ids: pd.DataFrame({"id": titles, 3: ids}, index=[5, 5, 2]),
        lambda titles, ids: pd.DataFrame({"title": titles, "id": ids}, dtype=object),
        lambda titles, ids: pl.DataFrame({"title": titles, "id": ids}),
        lambda titles, ids: pl.LazyFrame({"title": titles, "id": ids}),
        lambda titles, ids: pa.table({"title": titles, "id": ids}),
        lambda titles, ids: pa.RecordBatch.from_pydict({"title": titles, "id": ids}),
    ],
)
@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([3, 1, 2], [3, 1, 2]),
        (["a", "b", "a"], ["a", "b", "a"]),
        (["a", None, "b"], ["a", None, "b"]),
        # Whole numbers may come as floats if one is missing.
        ([7, None, 2], [7, None, 2]),
        ([0.5, 1.0, 2.0], [0.5, 1, 2]),
    ],
)
def test_two_columns(make, ids, expected):
    titles, found = check_titles_and_ids(make(TITLES, ids))
    assert titles == TITLES
    assert found == expected
    assert {*map(type, found)} <= {str, int, float, type(None)}


@pytest.mark.parametrize(
    "ids",
    [
        [None, 1, "1"],
        [np.nan, 1, "1"],
        [pd.NA, np.int32(1), np.str_("1")],
        [pd.NaT, np.float32(1), "1"],
        [Decimal("NaN"), Decimal("1.0"), "1"],
    ],
)
def test_missing_ids_and_ids_of_mixed_type(ids):
    frame = pd.DataFrame({"title": TITLES, "id": pd.Series(ids, dtype=object)})
    assert check_titles_and_ids(frame) == (TITLES, [None, 1, "1"])
    assert check_titles_and_ids(frame.to_numpy()) == (TITLES, [None, 1, "1"])


@pytest.mark.parametrize("dtype", ["Int64", "string", "category", "int64[pyarrow]"])
def test_types_of_pandas(dtype):
    ids = pd.Series([1, None, 2], dtype="Int64")
    frame = pd.DataFrame({"title": TITLES, "id": ids.astype(dtype)})
    expected = ["1", None, "2"] if dtype == "string" else [1, None, 2]
    assert check_titles_and_ids(frame) == (TITLES, expected)


def test_an_array_of_str_has_ids_of_str():
    X = np.array([["mesa", 1], ["silla", 2]])
    assert check_titles_and_ids(X) == (["mesa", "silla"], ["1", "2"])


@pytest.mark.parametrize(
    "X",
    [np.empty((0, 2), object), pd.DataFrame({"title": [], "id": []}, dtype=object)],
)
def test_no_rows(X):
    assert check_titles_and_ids(X) == ([], [])


@pytest.mark.parametrize(
    ("X", "error", "match"),
    [
        (np.full((2, 3), "x"), ValueError, "of titles and of product ids .* but has 3"),
        (pd.DataFrame([["a", 1, 2]]), ValueError, "but has 3: leave the others out"),
        ([("mesa", 1), ("silla", 2)], ValueError, r"a data frame .* np\.array\(X, dty"),
        ([["mesa"], ["silla"]], ValueError, "2-d"),
        (np.full((2, 2, 2), "x"), ValueError, "1-dimensional"),
        (
            pd.DataFrame({"a": [1], "b": ["x"]}),
            TypeError,
            "first column of X must hold",
        ),
        (
            np.array([["a", 1], [None, 2]], object),
            TypeError,
            "position 1 of 2 is a miss",
        ),
        (np.ones((2, 2)), TypeError, "position 0 of 2 is 1.0 of type float"),
        ("mesa", ValueError, "one bare str"),
        (3, TypeError, "got int"),
    ],
)
def test_what_is_neither(X, error, match):
    with pytest.raises(error, match=match):
        check_titles_and_ids(X)


@pytest.mark.parametrize(
    "bad",
    [
        (3, "x"),
        [3],
        b"3",
        uuid.UUID(int=3),
        datetime.date(2026, 1, 3),
        pd.Timestamp(3),
        np.timedelta64(3, "s"),
        Decimal("0.12345678901234567890"),
    ],
    ids=lambda bad: type(bad).__name__,
)
def test_what_is_no_id(bad):
    X = np.empty((2, 2), object)
    X[:, 0] = TITLES[:2]
    X[0, 1], X[1, 1] = None, bad
    with pytest.raises(
        TypeError, match=r"position 1 of 2 is .*: turn such ids into str"
    ):
        check_titles_and_ids(X)


def test_floats_that_leave_numbers_out_are_no_ids():
    frame = pd.DataFrame({"title": TITLES[:3], "id": [2.0**53 - 1, None, 7.0]})
    assert check_titles_and_ids(frame)[1][0] == 2.0**53 - 1
    frame.loc[2, "id"] = -(2.0**53)
    with pytest.raises(ValueError, match=r"position 2 of 3 is -9007199254740992\.0: "):
        check_titles_and_ids(frame)
    frame["id"] = pd.array([2**60, None, 7], dtype="Int64")
    assert check_titles_and_ids(frame)[1] == [2**60, None, 7]
