"""Labels and numbers, as they come."""

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb._utils.targets import check_labels, check_numbers


@pytest.mark.parametrize(
    ("y", "classes", "codes"),
    [
        ([True, False, True], [False, True], [1, 0, 1]),
        (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
        (np.array([3, 1, 2], object), [1, 2, 3], [2, 0, 1]),
        (pd.Series(["b", "a"], dtype="category"), ["a", "b"], [1, 0]),
        (pd.Series([True, False], dtype="boolean"), [False, True], [1, 0]),
        (pd.Series([2, 1], dtype="Int64"), [1, 2], [1, 0]),
        ([Decimal("2.00"), Decimal("1")], [1, 2], [1, 0]),
        (pd.Series([2, 1], dtype=pd.ArrowDtype(pa.decimal128(9, 2))), [1, 2], [1, 0]),
    ],
)
def test_labels(y, classes, codes):
    found, numbers = check_labels(y, len(y))
    assert found.tolist() == classes
    assert numbers.tolist() == codes
    assert numbers.dtype == np.int64
    assert found.dtype != object or isinstance(found[0], (str, bool))


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA, pd.NaT, Decimal("NaN")])
@pytest.mark.parametrize("make", [list, tuple, pd.Series])
@pytest.mark.parametrize("value", ["a", True, 1])
def test_a_missing_value_has_a_place(gap, make, value):
    y = make([value, value, gap])
    for check in (check_labels, check_numbers):
        with pytest.raises(ValueError, match="at position 2 of y is a missing value"):
            check(y, 3)


def test_numbers():
    for y in ([1, 2.5], (1, 2.5), np.array([1, 2.5], object), pd.Series([1, 2.5])):
        assert check_numbers(y, 2).tolist() == [1.0, 2.5]
        assert check_numbers(y, 2).dtype == np.float64
    with pytest.raises(ValueError, match="position 1 of y is -inf"):
        check_numbers([1.0, -np.inf], 2)
    for y in ([1.0, "2"], np.array([1.0, "2"], object)):
        with pytest.raises(ValueError, match="position 1 is '2' of type str"):
            check_numbers(y, 2)
    durations = np.array([1, 2], "timedelta64[s]")
    for y in (pd.date_range("2026", periods=2), np.array(["1", "2"]), durations):
        with pytest.raises(ValueError, match="must be numbers, but position 0"):
            check_numbers(y, 2)


@pytest.mark.parametrize(
    "make",
    [
        list,
        lambda y: np.array(y, object),
        pd.Series,
        lambda y: pd.Series(y, dtype=pd.ArrowDtype(pa.decimal128(9, 2))),
        pl.Series,
    ],
)
def test_decimals_are_numbers(make):
    targets = check_numbers(make([Decimal("1.25"), Decimal("-3")]), 2)
    assert targets.tolist() == [1.25, -3.0]
    assert targets.dtype == np.float64


@pytest.mark.parametrize("check", [check_labels, check_numbers])
def test_wrong_shapes(check):
    with pytest.raises(ValueError, match="3 titles, but 2"):
        check([1, 2], 3)
    with pytest.raises(ValueError, match="1d array"):
        check([[1, 2], [3, 4]], 2)
    with pytest.raises(ValueError, match="got 'ab' of type str"):
        check("ab", 2)
    with pytest.raises(ValueError, match="X is empty"):
        check([], 0)


@pytest.mark.parametrize("check", [check_labels, check_numbers])
def test_what_is_masked_is_missing(check):
    masked = np.ma.masked_array([0, 1, 0], mask=[False, True, False])
    with pytest.raises(ValueError, match="position 1 of y is a missing value"):
        check(masked, 3)
    plain = check(np.ma.masked_array([0, 1, 0]), 3)
    np.testing.assert_array_equal(np.hstack(plain), np.hstack(check([0, 1, 0], 3)))
