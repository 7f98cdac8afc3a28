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
        ({"t": "text"}, "'t' must hold datetimes or numbers, but is a TEXT: convert"),
        ({"t": "int"}, "'t' holds numbers, so gap must be a number .* got '1s'"),
    ],
)
def test_types_that_do_not(change, match):
    kinds = {"u": "any", "t": "time", "x": "text", "c": "text", **change}
    shown = {name: f"a {kind.upper()}" for name, kind in kinds.items()}
    with pytest.raises(TypeError, match=match):
        TYPES.check(COLUMNS, kinds, shown, "1s")
