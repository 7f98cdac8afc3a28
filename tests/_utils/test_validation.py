"""Checks of input that say where it is wrong."""

import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb._utils.validation import (
    as_list,
    describe,
    first_not_str,
    is_missing,
    is_number,
    is_spark_frame,
    read_frame,
)

MISSING = [None, np.nan, np.float32("nan"), pd.NA, pd.NaT]
MISSING += [np.datetime64("NaT"), np.timedelta64("NaT", "s")]
MISSING += [Decimal("NaN"), Decimal("sNaN")]
PRESENT = ["", "nan", 0, 0.0, False, np.inf, b"", (), np.datetime64(0, "s")]
PRESENT += [datetime.date(2026, 1, 1), np.str_("None"), [np.nan], Decimal("inf")]


@pytest.mark.parametrize("value", MISSING, ids=repr)
def test_missing(value):
    assert is_missing(value) is True
    assert describe(value).startswith("a missing value (")


@pytest.mark.parametrize("value", PRESENT, ids=repr)
def test_not_missing(value):
    assert is_missing(value) is False


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "a missing value (None)"),
        (3, "3 of type int"),
        (b"mesa", "bytes (decode them first)"),
        ("x" * 38, f"{'x' * 38!r} of type str"),
        ("x" * 39, f"'{'x' * 36}... of type str"),
        ([1], "[1] of type list"),
    ],
)
def test_describe(value, expected):
    assert describe(value) == expected


@pytest.mark.parametrize(
    ("values", "position"),
    [
        ([], None),
        (["a", "b"], None),
        (["a", np.str_("b")], None),
        (["a", np.str_("b"), 3], 2),
        ([None, "a"], 0),
        (["a", b"b", None], 1),
    ],
)
def test_first_not_str(values, position):
    assert first_not_str(values) == position


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, True) for value in (0, 2.5, True, np.True_, np.int8(1), Fraction(1))),
        *((value, True) for value in (Decimal("0.1"), np.float32(1), float("nan"))),
        *((value, False) for value in ("1", None, 1j, b"1", pd.NA, pd.Timestamp(1))),
        *((value, False) for value in (np.timedelta64(1, "s"), pd.Timedelta(1))),
    ],
)
def test_is_number(value, expected):
    assert is_number(value) is expected


def test_a_record_batch_of_one_column():
    make = pa.RecordBatch.from_pydict
    assert as_list(make({"title": ["a", "b"]}), "X") == ["a", "b"]
    with pytest.raises(ValueError, match=r"got a frame with 2 columns: \['a', 'b'\]"):
        as_list(make({"a": [1], "b": [2]}), "X")


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.table])
def test_frames_are_read(make):
    frame = read_frame(make({"a": [1], "b": ["x"]}))
    assert frame.columns == ["a", "b"]
    assert frame.get_column("b").to_list() == ["x"]


def test_names_of_columns_are_str():
    assert read_frame(pd.DataFrame([[1, 2]])).columns == ["0", "1"]
    for names in ([1, "1"], ["a", "a"]):
        with pytest.raises(ValueError, match="The log must have one column of a name"):
            read_frame(pd.DataFrame([[1, 2]], columns=names), "The log")


@pytest.mark.parametrize("other", [None, ["a"], {"a": 1}, pd.Series(["a"]), np.ones(2)])
def test_what_is_no_frame(other):
    assert read_frame(other) is None


@pytest.mark.parametrize("other", [None, "pyspark.sql.", pd.DataFrame({"a": [1]})])
def test_what_is_no_frame_of_spark(other):
    assert not is_spark_frame(other)
