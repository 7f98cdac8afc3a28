"""Checks of input that say where it is wrong."""

import datetime

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb._utils.validation import (
    describe,
    first_not_str,
    is_missing,
)

MISSING = [None, np.nan, np.float32("nan"), pd.NA, pd.NaT]
MISSING += [np.datetime64("NaT"), np.timedelta64("NaT", "s")]
PRESENT = ["", "nan", 0, 0.0, False, np.inf, b"", (), np.datetime64(0, "s")]
PRESENT += [datetime.date(2026, 1, 1), np.str_("None"), [np.nan]]


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
