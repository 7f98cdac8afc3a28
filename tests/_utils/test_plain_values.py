"""Str and numbers of all libraries as Python's own."""

from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb._utils.plain_values import as_objects, plain_values, type_names


class Shelf(IntEnum):
    """Numbers that print as something else."""

    TOP = 7


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.str_("a"), "a"),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.bool_(True), True),
        (np.float32(0.1), float(np.float32(0.1))),
        (Shelf.TOP, 7),
        (Decimal("1200"), 1200),
        (Decimal("1E+3"), 1000),
        (Decimal(10**37 + 1), 10**37 + 1),
        (Decimal("-0.10"), -0.1),
    ],
    ids=repr,
)
def test_numbers_and_str(value, plain):
    (got,) = plain_values([value])
    assert got == plain
    assert type(got) is type(plain)


@pytest.mark.parametrize(
    "value",
    [
        *(None, np.nan, pd.NA, pd.NaT, Decimal("NaN"), Decimal("sNaN")),
        *(b"a", ("a",), 1j, Fraction(1, 3), np.timedelta64(1, "s"), pd.Timestamp(1)),
        *(Decimal("0.10000000000000000001"), Decimal("1E+999999999")),
    ],
    ids=repr,
)
def test_all_else_stays(value):
    assert plain_values(["a", value, np.int8(1)])[1] is value


def test_nothing_is_copied_without_need():
    values = ["a", 1, 2.5, True, None]
    assert plain_values(values) is values


def test_as_objects():
    found = as_objects([np.int64(3), "a", None, (1, 2)])
    assert found.dtype == object
    assert found.tolist() == [3, "a", None, (1, 2)]
    assert type(found[0]) is int
    assert as_objects([]).shape == (0,)


def test_type_names():
    assert type_names([3, "a", 4, np.int64(1)]) == ["int", "int64", "str"]
    assert type_names([]) == []
