"""What a description refuses, and how it says so."""

import numpy as np
import pytest

from sklearn_prodemb._utils.description import (
    Array,
    ByName,
    Bytes,
    Curve,
    Labels,
    Lengths,
    Number,
    OneOf,
    Part,
    Text,
    Texts,
    Whole,
    Wholes,
    Wrong,
    check_contents,
    check_form,
)
from sklearn_prodemb._utils.fingerprint import check_fingerprint
from sklearn_prodemb.encoders import BoostedTrees, WordTokenizer
from sklearn_prodemb.exceptions import InvalidFileError

HALF = Array("float16", ("n", "m"), empty_rows=True)
TABLE = Array("float32", ("n", "m"))
CURVES = ByName(Curve("n"))
SPARSE = Array("float32", ("n", "_"), missing=True)
WORDS = WordTokenizer("es", b"mesa silla ")


def check(field, value, **others):
    """Check a value that is described as `x`, and others of length n beside it."""
    description = {name: Array("int64", ("n",)) for name in others} | {"x": field}
    state = others | {"x": value}
    check_form(description, state, "Owner")
    check_contents(description, state, "Owner")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (TABLE, np.zeros((3, 2), np.float32)),
        (TABLE, np.zeros((0, 2), np.float32)),
        (TABLE, np.full((1, 1), -1e8, np.float32)),
        (Array("float64", ("n",)), np.array([1e99])),
        (Array("int64", ("n",), ascending=True, least=0), np.array([0, 2, 2])),
        (Curve("n"), np.array([np.nan, np.inf])),
        (CURVES, {"a": np.zeros(2), "b": np.ones(2)}),
        (CURVES, {}),
        (SPARSE, np.full((2, 1), np.nan, np.float32)),
        (SPARSE, np.zeros((2, 0), np.float32)),
        (ByName(SPARSE), {"a": np.ones((2, 3), "f4"), "b": np.ones((2, 1), "f4")}),
        (Texts("n"), ["a", ""]),
        (Number(0, 1), 1),
        (Number(0, 1), np.float64(0)),
        (Labels("n"), np.array(["a", "b"])),
        (Labels("n", "object"), np.array(["a", 1, (2, None), b"a"], object)),
        (Bytes(), b"a"),
        (Whole(3), np.int64(3)),
        (Wholes("n", "total"), (2, 3)),
        (Lengths(2), (1, 0.5)),
        (OneOf(("a", None)), None),
        (OneOf(("a",), or_callable=True), len),
        (Text(), "a"),
        (Text(optional=True), None),
        (Text(optional=True, check=check_fingerprint), None),
        (Text(check=check_fingerprint), "0123456789abcdef"),
        (Part("WordTokenizer", vocab_size="n"), WORDS),
        (Part("WordTokenizer", optional=True), None),
        (HALF, np.zeros((3, 0), np.float16)),
        (HALF, np.ones((3, 2), np.float16)),
    ],
)
def test_what_is_as_described_is_accepted(field, value):
    check(field, value)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (TABLE, [[1.0]], "must be an array, but is .* of type list"),
        (TABLE, np.zeros((3, 2)), "must be of float32, but is of float64"),
        (TABLE, np.zeros(3, np.float32), "must have 2 dimensions, but has 1"),
        (TABLE, np.zeros((3, 0), np.float32), "must have no empty rows"),
        (TABLE, np.full((1, 1), np.nan, np.float32), r"within 1e\+08 of zero"),
        (TABLE, np.full((1, 1), -np.inf, np.float32), r"within 1e\+08 of zero"),
        (TABLE, np.full((1, 1), 2e8, np.float32), r"within 1e\+08 of zero"),
        (HALF, np.full((1, 1), np.nan, np.float16), r"within 10000 of zero"),
        (HALF, np.full((1, 1), np.inf, np.float16), r"within 10000 of zero"),
        (HALF, np.full((1, 1), -2e4, np.float16), r"within 10000 of zero"),
        (Array("int64", ("n",), least=0), np.array([1, -1]), "no number below 0"),
        (Array("int64", ("n",), ascending=True), np.array([1, 0]), "must be sorted"),
        (Array("int64", ("2",)), np.arange(3), "must have the size 2 = 2, but has 3"),
        (Curve("n"), np.zeros(1, np.float32), "must be of float64"),
        (CURVES, [], "must be a dict of str"),
        (CURVES, {1: np.zeros(2)}, "must be a dict of str"),
        (CURVES, {"a": np.zeros(2), "b": np.ones(1)}, "at 'b' .* n = 2, but has 1"),
        (ByName(Curve("n"), fewest=1), {}, "must hold 1 or more"),
        (ByName(TABLE), {"a": np.full((1, 1), 2e8, np.float32)}, "at 'a' .* 1e"),
        (SPARSE, np.full((2, 1), np.inf, np.float32), r"within 1e\+08 of zero"),
        (Texts("n"), ("a",), "must be a list"),
        (Texts("n"), ["a", 1], "must hold str, but holds 1 of type int"),
        (Number(0, 1), 1.5, "must be a number from 0 to 1"),
        (Number(0, 1), np.nan, "must be a number from 0 to 1"),
        (Number(0, 1), True, "must be a number from 0 to 1"),
        (Number(0, 1), "0", "must be a number from 0 to 1"),
        (Labels("n"), np.array(["a", "a"]), "distinct"),
        (Labels("n"), np.array([1j]), "must be of labels"),
        (Labels("n"), ["a"], "must be an array"),
        (Labels("n", "object"), np.array(["a"]), "must be of object"),
        (Labels("n", "object"), np.array([WORDS], object), "plain values"),
        (Labels("n", "object", of=str), np.array([1], object), "plain values"),
        (Labels("n"), np.array([["a"], ["b", "c"]], object), "can be hashed"),
        (Labels("n", fewest=2), np.array(["a"]), "must hold 2 or more"),
        (Bytes(), b"", "must not be empty"),
        (Bytes(), 2_000_000_000, "must be bytes"),
        (Whole(), -1, "must be 0 or more"),
        (Whole(), True, "must be an int"),
        (Whole(), 1.0, "must be an int"),
        (Wholes("n", "total"), (), "tuple of ints"),
        (Wholes("n", "total"), (2, 0), "must be 1 or more"),
        (Lengths(2), (1.0,), "tuple of 2"),
        (Lengths(1), (np.nan,), "must hold numbers from"),
        (Lengths(1), (0.0,), "must hold numbers from"),
        (Lengths(1), ("1",), "must hold numbers from"),
        (OneOf(("a", None)), "b", "must be one of 'a', None"),
        (Text(), None, "must be a str"),
        (Text(check=check_fingerprint), "mesa", "must be 16 hexadecimal digits, but"),
        (Part("ItemEncoder"), WORDS, "must be a ItemEncoder, but is a .*WordTokenizer"),
        (Part("WordTokenizer"), None, "but is a builtins.NoneType"),
        (Part("WordTokenizer", omitted=True), 3, "must be a WordTokenizer"),
    ],
)
def test_what_is_not_as_described_is_named(field, value, message):
    with pytest.raises(InvalidFileError, match=rf"^Owner\.x .*{message}"):
        check(field, value)


def test_sizes_agree_with_each_other():
    check(TABLE, np.zeros((3, 2), np.float32), y=np.arange(3))
    check(Array("int64", ("n * n + n",)), np.arange(12), y=np.arange(3))
    check(Part("WordTokenizer", vocab_size="n"), WORDS, y=np.arange(2))
    for field, value in [
        (TABLE, np.zeros((4, 2), np.float32)),
        (Array("int64", ("n * n + n",)), np.arange(11)),
        (Part("WordTokenizer", vocab_size="n"), WORDS),
        (Whole(size="n"), 4),
        (Wholes("n", "total"), (1, 1)),
    ]:
        with pytest.raises(InvalidFileError, match=r"Owner\.x must have the size n"):
            check(field, value, y=np.arange(3))


def test_names_are_those_of_the_description():
    with pytest.raises(InvalidFileError, match="Owner lacks x"):
        check_form({"x": Whole()}, {}, "Owner")
    with pytest.raises(InvalidFileError, match="Owner cannot have transform"):
        check_form({}, {"transform": "x"}, "Owner")


@pytest.mark.parametrize("how", ["optional", "omitted"])
def test_a_part_may_be_none(how):
    field = Part("WordTokenizer", **{how: True})
    check(field, None)
    assert field.omitted == (how == "omitted")


def test_a_part_is_checked_by_its_own_description():
    broken = WordTokenizer("es", b"silla mesa ")
    with pytest.raises(InvalidFileError, match=r"WordTokenizer\.vocabulary must hold"):
        check(Part("WordTokenizer"), broken)


def test_a_part_tells_whether_its_attributes_fit_each_other():
    trees = BoostedTrees(
        np.array([3, -1, -1], np.int32), np.zeros(3), np.zeros(3, bool), 0.0, 3
    )
    with pytest.raises(InvalidFileError, match=r"features must be below 3"):
        check(Part("BoostedTrees"), trees)


def test_contents_are_checked_by_a_function():
    def refuse(value):
        raise Wrong(f"holds {value!r}")

    with pytest.raises(InvalidFileError, match=r"Owner\.x holds b'a'"):
        check(Bytes(refuse), b"a")
    with pytest.raises(InvalidFileError, match=r"Owner\.x holds \['a'\]"):
        check(Texts("n", refuse), ["a"])


def test_every_number_of_half_precision_is_checked():
    for number in np.arange(2**16, dtype=np.uint16).view(np.float16):
        within = bool(np.abs(number) <= 10_000)
        array = np.zeros((5_000, 2), np.float16)[: 1 if within else None]
        array[-1, 1] = number
        try:
            HALF.check_contents(array)
        except Wrong:
            assert not within
        else:
            assert within
