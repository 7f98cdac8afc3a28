"""Columns a chunk at a time: the values of the whole, in order."""

import datetime
from decimal import Decimal

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb._utils.chunks import chunks, value_at
from sklearn_prodemb._utils.validation import is_missing

TEXTS = ["b", None, "a", "b", "b", None, "c"]
NUMBERS = [2.0, None, 1.0, 2.0, -0.0, float("nan"), 0.0]
MOMENTS = [datetime.datetime(2026, 3, 1, m) for m in (1, 0, 1, 3, 3, 0, 2)]
ENCODED = pa.chunked_array([pa.array(TEXTS).dictionary_encode()])
COLUMNS = [
    pd.Series(TEXTS, dtype=object),
    pd.Series(TEXTS, dtype="str"),
    pd.Series(TEXTS, dtype="string"),
    pd.Series(TEXTS, dtype="category"),
    pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    pd.Series(ENCODED, dtype=pd.ArrowDtype(ENCODED.type)),
    pd.Series(NUMBERS),
    pd.Series(NUMBERS, dtype="Float64"),
    pd.Series(NUMBERS, dtype="float32"),
    pd.Series([3, None, 1, 3, 3, None, 2], dtype="Int64"),
    pd.Series(MOMENTS),
    pd.Series([["a"], ["b"], None], dtype=pd.ArrowDtype(pa.list_(pa.string()))),
    pl.Series(TEXTS),
    pl.Series(TEXTS, dtype=pl.Categorical),
    pl.Series(NUMBERS),
    pl.Series([Decimal("1.5"), None, Decimal("2.0"), Decimal("1.5")]),
    pa.chunked_array([TEXTS[:3], TEXTS[3:]]),
    pa.chunked_array([pa.array(TEXTS, pa.string_view())]),
    pa.chunked_array([NUMBERS]),
    pa.chunked_array([pa.array([None, None])]),
    pa.chunked_array([pa.array([Decimal("1.5"), None, Decimal("2.0")])]),
    pa.chunked_array([[["a"], ["b"], None]]),
    pa.chunked_array([], pa.string()),
    ENCODED,
]


def same(found, expected):
    return len(found) == len(expected) and all(
        (is_missing(a) and is_missing(b)) or (a == b and type(a) is type(b))
        for a, b in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "column", COLUMNS, ids=lambda c: f"{type(c).__module__}-{getattr(c, 'dtype', '')}"
)
def test_the_values_of_any_column(column, size):
    series = nw.from_native(column, series_only=True)
    expected, found = series.to_list(), []
    for chunk in chunks(series, size):
        assert chunk.rows.start == len(found)
        places = chunk.spread(np.arange(len(chunk.values)))
        found += [chunk.values[place] for place in places]
        assert chunk.rows.stop == len(found)
        for place in range(len(chunk.values)):
            if place in places:
                assert chunk.first_row(place) == chunk.start + [*places].index(place)
        # In order of appearance, but for what is missing.
        known = [v for v in chunk.values if not is_missing(v)]
        seen = [v for v in expected[chunk.rows] if not is_missing(v)]
        assert same([*dict.fromkeys(map(str, known))], [*dict.fromkeys(map(str, seen))])
    assert same(found, expected)
    for row, value in enumerate(expected):
        assert same([value_at(series, row)], [value])


def test_sequences():
    values = ["a", ["b"], None]
    assert [[*chunk.values] for chunk in chunks(values, 2)] == [["a", ["b"]], [None]]
    assert [*chunks(())] == []
    assert value_at(values, 1) == ["b"]
