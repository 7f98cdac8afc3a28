"""Types of columns, and errors that name them."""

import pytest

from sklearn_prodemb._counts.column_types import ColumnTypes

TYPES = ColumnTypes(
    texts=("text",),
    times=("time",),
    integers=("int",),
    floats=("float",),
    others=("bool",),
)
COLUMNS = {"user": "u", "time": "t", "title": "x", "category": "c"}


@pytest.mark.parametrize("value", ["17", "17.0", "-0.0", "1e300", "2.5", "'nan'"])
def test_a_label_is_one_text_in_all_types(value):
    duckdb = pytest.importorskip("duckdb")
    expected = {"17.0": "17", "-0.0": "0", "1e300": "1e+300", "'nan'": "nan"}
    text = TYPES.as_text(f"{value}::DOUBLE", "float")
    with duckdb.connect() as database:
        found = database.execute(f"SELECT {text}").fetchone()
    assert found == (expected.get(value, value),)
    assert TYPES.as_text("x", "int") == "CAST(x AS STRING)"
    assert "floor" in TYPES.as_text("x", "DECIMAL(9,2)")


@pytest.mark.parametrize("category", ["text", "int", "float", "bool"])
@pytest.mark.parametrize(("time", "gap"), [("time", "1s"), ("int", 1), ("float", 0.5)])
def test_types_that_fit(category, time, gap):
    kinds = {"u": "any", "t": time, "x": "text", "c": category}
    TYPES.check(COLUMNS, kinds, kinds, gap)
    TYPES.check({k: v for k, v in COLUMNS.items() if v != "c"}, kinds, kinds, gap)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"x": "int"}, "Titles must be of type str, but column 'x' is a INT"),
        ({"c": "time"}, "Categories must .* but column 'c' is a TIME"),
        (
            {"t": "text"},
            "'t' must hold datetimes or numbers, but is a TEXT: convert .*to_datetime.*"
            "to_timestamp; in a CSV file all times are like 2026-01-31 12:00:00",
        ),
        ({"t": "int"}, "'t' holds numbers, so gap must be a number .* got '1s'"),
    ],
)
def test_types_that_do_not(change, match):
    kinds = {"u": "any", "t": "time", "x": "text", "c": "text", **change}
    shown = {name: f"a {kind.upper()}" for name, kind in kinds.items()}
    with pytest.raises(TypeError, match=match):
        TYPES.check(COLUMNS, kinds, shown, "1s")
