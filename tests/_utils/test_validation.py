"""Checks of input that say where it is wrong."""

import datetime

import numpy as np
import pandas as pd
import pytest
from estimator_checks import BAD_TITLES, CONTAINERS

from sklearn_prodemb._utils.validation import (
    check_titles,
    describe,
    factorize,
    first_not_str,
    is_missing,
)

TITLES = ["mesa", "", "漢字", "mesa", "\ud800 ñandú"]
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


@pytest.mark.parametrize("kind", CONTAINERS)
def test_containers(kind):
    # Neither Arrow nor polars holds a lone surrogate, nor does numpy a final NUL.
    plain = ["list", "tuple", "ndarray of object", "iterator"]
    titles = TITLES if kind in plain else TITLES[:4]
    got = check_titles(CONTAINERS[kind](titles))
    assert got == titles
    assert type(got) is list
    assert all(isinstance(title, str) for title in got)


def test_a_list_is_copied():
    assert check_titles(TITLES) == TITLES
    assert check_titles(TITLES) is not TITLES


def test_no_titles():
    empty = [[], (), np.array([]), np.empty((0, 1), object), pd.Series([], dtype=str)]
    assert all(check_titles(titles) == [] for titles in empty)


@pytest.mark.parametrize(("titles", "error", "match"), BAD_TITLES)
def test_bad_titles(titles, error, match):
    with pytest.raises(error, match=match) as caught:
        check_titles(titles, name="here")
    assert str(caught.value).startswith("here must ")


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


@pytest.mark.parametrize("n_rows", [1, 2])
def test_a_frame_may_name_its_column_with_a_number(n_rows):
    frame = pd.DataFrame({1: ["carpa"] * n_rows})
    assert check_titles(frame) == ["carpa"] * n_rows


def test_a_tuple_that_cannot_be_hashed_is_named():
    with pytest.raises(TypeError, match=r"but row 1 is \(1, \[2\]\) of type tuple"):
        factorize([1, (1, [2])], "A session")
