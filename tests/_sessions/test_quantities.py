"""Quantities of any kind of number: against one after the other."""

from decimal import Decimal
from fractions import Fraction

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb._sessions.quantities import read_quantities
from sklearn_prodemb._utils.validation import is_missing


def place(role, row):
    return f"row {row} of {role}"


def read(column):
    series = nw.from_native(column, series_only=True)
    return series, read_quantities(series, len(series), place)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, -2, 3], dtype="int8"),
        pd.Series([2**63 + 1, 0], dtype="uint64"),
        pd.Series([1, None, 2**53 + 1], dtype="Int64"),
        pd.Series([1.5, None, -0.0], dtype="Float64"),
        pd.Series([1.5, np.nan, 0.1], dtype="float32"),
        pd.Series([1, None, 3], dtype="int64[pyarrow]"),
        pd.Series([1, None, Decimal("2.5"), Fraction(1, 2), np.int8(3)], dtype=object),
        pd.Series([Decimal("NaN"), 10**300, pd.NA], dtype=object),
        pl.Series([1, None, 3]),
        pl.Series([1.5, None, float("nan")]),
        pl.Series([Decimal("1.5"), None]),
        pl.Series([2**70, None, 3], dtype=pl.Int128),
        pa.chunked_array([[1, None, 3]]),
        pa.chunked_array([pa.array([Decimal("1.50"), None])]),
        pa.chunked_array([pa.array([None, None])]),
    ],
    ids=lambda column: str(getattr(column, "dtype", "")),
)
def test_every_kind(column):
    series, found = read(column)
    expected = [np.nan if is_missing(v) else float(v) + 0.0 for v in series.to_list()]
    assert found.tobytes() == np.array(expected, np.float64).tobytes()


def test_none_at_all():
    assert np.isnan(read_quantities(None, 3, place)).tolist() == [True] * 3


@pytest.mark.parametrize(
    ("column", "error", "match"),
    [
        (pd.Series([1, True], dtype=object), TypeError, "row 1 of quantity is True of"),
        (pl.Series(["a", "b"]), TypeError, "row 0 of quantity is 'a' of type str"),
        (pa.chunked_array([[None, "b"]]), TypeError, "row 1 of quantity is 'b'"),
        (pl.Series([1.0, float("inf")]), ValueError, "finite, but row 1 of quantity"),
        (pd.Series([1, 10**400], dtype=object), ValueError, "finite, but row 1"),
    ],
)
def test_what_is_no_quantity(column, error, match):
    with pytest.raises(error, match=match):
        read(column)
