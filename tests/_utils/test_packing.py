"""Str, numbers and None as bytes, and back."""

import numpy as np
import pytest

from sklearn_prodemb._utils.packing import (
    pack_texts,
    pack_values,
    unpack_texts,
    unpack_values,
)

TEXTS = [
    "",
    "mesa",
    "ñandú 漢字",
    "\0",
    "\ud800",
    "\ud83d",
    "\ude00",
    "\ud83d\ude00",
    "x" * 999,
]
VALUES = [
    None,
    "1",
    1,
    -(10**30),
    16**5000,
    0.1,
    -0.0,
    1e308,
    float("inf"),
    True,
    False,
]


def test_texts():
    data, offsets = pack_texts(TEXTS)
    assert unpack_texts(data, offsets) == TEXTS
    assert unpack_texts(*pack_texts([])) == []
    assert data.decode("utf-8", "surrogatepass") == "".join(TEXTS)


def test_values_and_their_types():
    again = unpack_values(*pack_values([*VALUES, *TEXTS]))
    assert again == [*VALUES, *TEXTS]
    assert list(map(type, again[: len(VALUES)])) == list(map(type, VALUES))
    assert str(again[6]) == "-0.0"
    assert unpack_values(*pack_values([np.str_("a")])) == ["a"]


@pytest.mark.parametrize(
    "offsets",
    [[0, 2, 1, 4], [1, 4], [0, 3], [0, 5], [], [0.0, 4.0], [[0, 4]], [0, -1, 4]],
)
def test_offsets_that_do_not_fit(offsets):
    with pytest.raises(ValueError, match="its offsets do not ascend"):
        unpack_texts(b"mesa", np.array(offsets))


@pytest.mark.parametrize(
    ("texts", "kinds", "match"),
    [
        (["a"], [9], "unknown type"),
        (["a"], [1, 1], "not one type a value"),
        (["a"], [[1]], "not one type a value"),
        (["g"], [2], "invalid literal"),
        ([""], [2], "invalid literal"),
        (["x"], [3], "invalid hexadecimal"),
        (["0x1p99999"], [3], "too large"),
    ],
)
def test_values_that_do_not_fit(texts, kinds, match):
    with pytest.raises(ValueError, match=match):
        unpack_values(*pack_texts(texts), np.array(kinds, np.uint8))


def test_what_is_no_text_and_no_type():
    with pytest.raises(ValueError, match="not one type a value"):
        unpack_values(*pack_texts(["a"]), np.array([1], np.int64))
    with pytest.raises(ValueError, match="can't decode"):
        unpack_texts(b"\xff", np.array([0, 1]))
