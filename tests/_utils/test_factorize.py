"""Numbers for distinct values."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb._utils.factorize import factorize, factorize_plain


@pytest.mark.parametrize(
    ("values", "codes", "distinct"),
    [
        ([], [], []),
        (["b", "a", "b"], [0, 1, 0], ["b", "a"]),
        ([None, "b", np.nan, "a", pd.NA, "b"], [-1, 0, -1, 1, -1, 0], ["b", "a"]),
        ([None, None], [-1, -1], []),
        ([2, 1, 2.0, 3], [0, 1, 0, 2], [2, 1, 3]),
        (["", None, 0], [0, -1, 1], ["", 0]),
    ],
)
def test_factorize(values, codes, distinct):
    got, kept = factorize(values, "A value")
    assert got.dtype == np.int64
    assert got.tolist() == codes
    assert kept == distinct


def test_factorize_names_what_cannot_be_hashed():
    with pytest.raises(
        TypeError, match=r"A user must be .* row 1 is \['b'\] of type list"
    ):
        factorize(["a", ["b"]], "A user")


def test_a_tuple_that_cannot_be_hashed_is_named():
    with pytest.raises(TypeError, match=r"but row 1 is \(1, \[2\]\) of type tuple"):
        factorize([1, (1, [2])], "A session")


def test_plain_values_have_one_number_whatever_their_type():
    values = [
        2,
        Decimal("2.00"),
        None,
        np.float32(2),
        Decimal("0.1"),
        0.1,
        Decimal("NaN"),
    ]
    codes, distinct = factorize_plain(values, "An id", str)
    assert codes.tolist() == [0, 0, -1, 0, 1, 1, -1]
    assert distinct == [2, 0.1]


@pytest.mark.parametrize("other", [("a",), ["a"], b"a", pd.Timestamp(1), 1j])
def test_what_is_not_plain_is_named(other):
    def place(row):
        return f"line {row}"

    with pytest.raises(TypeError, match=r"An id must be a str or a num.* line 2 is"):
        factorize_plain(["a", None, other, other], "An id", place)
