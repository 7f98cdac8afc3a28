"""Attributes as numbers, and what is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_prodemb.multimodal._attributes.values import find_values, learn_values

FRAME = {"brand": ["b", "a", None, "b"], "size": [1, 2, 2, None], "new": [True] * 4}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_values_have_numbers_of_their_attribute(make):
    codes, values = learn_values(make(FRAME))
    assert codes.T.tolist() == [[0, 1, -1, 0], [0, 1, 1, -1], [0, 0, 0, 0]]
    assert {k: v.tolist() for k, v in values.items()} == {
        "brand": ["b", "a"],
        "size": [1, 2],
        "new": [True],
    }
    np.testing.assert_array_equal(find_values(make(FRAME), values), codes)


def test_columns_in_any_order_and_values_that_are_new():
    _, values = learn_values(pd.DataFrame(FRAME))
    frame = pd.DataFrame(
        {"new": [False, True], "size": [2.0, 9.0], "brand": ["a", "c"]}, index=[7, 7]
    )
    assert find_values(frame, values).tolist() == [[1, 1, -1], [-1, -1, 0]]
    assert find_values(frame[:0], values).shape == (0, 3)
    nothing = pd.DataFrame({name: [None] for name in FRAME})
    assert find_values(nothing, values).tolist() == [[-1, -1, -1]]


def test_names_are_str():
    codes, values = learn_values(pd.DataFrame([["a", "b"], ["c", "b"]]))
    assert list(values) == ["0", "1"]
    assert codes.tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("X", "error", "says"),
    [
        (["a"], TypeError, "data frame"),
        (None, TypeError, "data frame"),
        (pd.DataFrame(), ValueError, r"shape \(0, 0\)"),
        (pd.DataFrame({"a": []}), ValueError, r"shape \(0, 1\)"),
        (pd.DataFrame({"a": ["x"], "b": [None]}), ValueError, "'b' of X has no value"),
        (pd.DataFrame({"a": ["x", ("y",)]}), TypeError, "value of 'a'.* row 1"),
        (pd.DataFrame({"a": ["x", ["y"]]}), TypeError, "value of 'a'.* row 1"),
        (pd.DataFrame([[1, 2]], columns=[1, "1"]), ValueError, "two columns .* '1'"),
    ],
)
def test_what_is_refused(X, error, says):
    with pytest.raises(error, match=says):
        learn_values(X)


def test_other_columns_than_in_fit():
    _, values = learn_values(pd.DataFrame(FRAME))
    frame = pd.DataFrame({"brand": ["a"], "size": [1], "old": [True]})
    with pytest.raises(ValueError, match=r"lacks \['new'\], and has \['old'\]"):
        find_values(frame, values)
