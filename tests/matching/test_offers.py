"""What offers are read from, and what is refused."""

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from random_titles import random_titles

from sklearn_prodemb._utils.description import Part, check_contents, check_form, vars_of
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.matching._offers import check_kinds, read_offers

FRAME = {
    "title": ["Canon IXUS 185!", "Nikon D750"],
    "text": [None, "Full frame"],
    "price": [99.5, None],
    "image_phash": ["00ff", None],
}


@pytest.mark.parametrize(
    "frame", [pd.DataFrame, pl.DataFrame, lambda d: pl.LazyFrame(d)]
)
def test_columns_of_a_frame(frame):
    offers = read_offers(frame(FRAME))
    assert offers.texts == {
        "title": ["canon ixus 185", "nikon d750"],
        "text": ["", "full frame"],
    }
    assert offers.joined == ["canon ixus 185", "nikon d750 full frame"]
    np.testing.assert_array_equal(offers.numbers["price"], [99.5, np.nan])
    bits = [[0] * 8 + [1] * 8, [np.nan] * 16]
    np.testing.assert_array_equal(offers.bits["image_phash"], bits)
    assert offers.columns == {
        "title": "text",
        "text": "text",
        "price": "number",
        "image_phash": "hash",
    }


@pytest.mark.parametrize(
    "titles", [["Á b", "c"], np.array(["Á b", "c"]), pd.Series(["Á b", "c"])]
)
def test_titles_alone(titles):
    assert read_offers(titles).texts == {"title": ["a b", "c"]}


@pytest.mark.parametrize(
    ("X", "error", "says"),
    [
        ("Canon", ValueError, "one bare str"),
        (["Canon", None], TypeError, "position 1 of 2"),
        (pd.DataFrame({"title": ["Canon", None]}), TypeError, "'title' of X.* row 1"),
        (pl.DataFrame({"title": ["a"], "n": [{"a": 1}]}), ValueError, "'n' of X"),
        (pl.DataFrame({"title": ["a", "b"], "n": [[1], [1, 2]]}), ValueError, "row 1"),
        (pl.DataFrame({"title": ["a", "b"], "n": [[1], []]}), ValueError, "1 numbers"),
        (pl.DataFrame({"title": ["a"], "n": [[1.0, None]]}), ValueError, "row 0"),
        (pl.DataFrame({"title": ["a"], "n": [["a"]]}), ValueError, "row 0"),
        (pd.DataFrame({"title": ["a"], "n": [[1, np.nan]]}), ValueError, "row 0"),
        (pd.DataFrame({"title": ["a"], "n": [[1e9]]}), ValueError, "within 1e"),
        (
            pd.DataFrame({"title": ["a", "b"], "n": [[1], "x"]}),
            ValueError,
            "row 1 is 'x'",
        ),
        (pd.DataFrame({"price": [1.0]}), ValueError, "no column of text"),
        (
            pd.DataFrame({"title": ["a", "b"], "phash": ["00ff", "0ff"]}),
            ValueError,
            "'phash' of X.* 4 as row 0 has.* row 1",
        ),
        (
            pd.DataFrame({"title": ["a", "b"], "Hash": ["00ff", "zzzz"]}),
            ValueError,
            "row 1",
        ),
        (pd.DataFrame({"title": ["a"], "hash": ["-0ff"]}), ValueError, "row 0"),
        (pd.DataFrame({"title": ["a"], "hash": ["0_ff"]}), ValueError, "row 0"),
        (pd.DataFrame({"title": ["a"], "price": [np.inf]}), ValueError, "row 0 is inf"),
        (pd.DataFrame({"title": ["a"], "price": [-1e31]}), ValueError, "within 1e"),
    ],
)
def test_what_is_refused(X, error, says):
    with pytest.raises(error, match=says):
        read_offers(X)


def test_other_columns_than_in_fit():
    columns = read_offers(pd.DataFrame(FRAME)).columns
    with pytest.raises(ValueError, match="as in fit"):
        read_offers(["Canon"], columns=columns)


def test_offers_are_added_taken_and_told_apart():
    offers = read_offers(pd.DataFrame(FRAME))
    both = offers + offers.take(np.array([1]))
    assert len(both) == 3
    distinct, numbers = both.distinct()
    assert len(distinct) == 2
    assert numbers.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(distinct.numbers["price"], offers.numbers["price"])


def test_hashes_of_two_lengths_are_not_added():
    a, b = (
        read_offers(pd.DataFrame({"title": ["x"], "hash": [digits]}))
        for digits in ("00ff", "00")
    )
    with pytest.raises(ValueError, match="has 16 bits or numbers here and 8 there"):
        _ = a + b


def test_hashes_that_are_all_missing_are_added_to_any():
    known, missing = (
        read_offers(
            pd.DataFrame({"title": ["x"], "hash": pd.Series([v], dtype=object)})
        )
        for v in ("00ff", None)
    )
    assert missing.bits["hash"].shape == (1, 0)
    for both, row in ((missing + known, 0), (known + missing, 1)):
        assert both.bits["hash"].dtype == np.float32
        assert np.isnan(both.bits["hash"][row]).all()
        np.testing.assert_array_equal(both.bits["hash"][1 - row], known.bits["hash"][0])
    assert (missing + missing).bits["hash"].shape == (2, 0)


def test_columns_come_in_the_order_of_fit():
    frame = pd.DataFrame(FRAME)
    offers = read_offers(frame)
    again = read_offers(frame[frame.columns[::-1]], columns=offers.columns)
    assert list(again.columns.items()) == list(offers.columns.items())
    assert again.texts == offers.texts


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_columns_without_a_value_are_of_the_kind_of_fit(frame):
    columns = read_offers(frame(FRAME)).columns
    nothing = {name: [None] for name in ("text", "price", "image_phash")}
    offers = read_offers(frame({"title": ["x"], **nothing}), columns=columns)
    assert offers.columns == columns
    assert offers.texts["text"] == [""]
    assert np.isnan(offers.numbers["price"]).all()
    assert offers.bits["image_phash"].shape == (1, 0)
    with pytest.raises(TypeError, match="row 0"):
        read_offers(frame({"title": [None], **nothing}), columns=columns)


def test_names_of_columns_are_str():
    offers = read_offers(pd.DataFrame([["a", 1], ["b", 2]]))
    assert offers.columns == {"0": "text", "1": "number"}


@pytest.mark.parametrize(
    ("attribute", "value", "says"),
    [
        ("texts", {}, "texts must hold 1 or more"),
        ("texts", {"title": ["a"]}, "numbers at 'price' must have the size"),
        ("texts", {"title": ["a", 1]}, "texts at 'title' must hold str"),
        ("texts", {"title": ["a", " b"]}, "texts at 'title' must hold words"),
        ("texts", {"title": ["a\xa0b", "b"]}, "texts at 'title' must hold words"),
        ("texts", {"price": ["a", "b"]}, "two columns of one name"),
        ("numbers", {"price": np.array([1e31, 1])}, "numbers at 'price' must hold"),
        ("numbers", {"price": np.array([np.inf, 1])}, "numbers at 'price' must hold"),
        ("numbers", {"price": np.zeros(2, int)}, "must be of float64"),
        ("bits", {"hash": np.full((2, 4), 2, np.float32)}, "bits at 'hash' must hold"),
        ("bits", {"hash": np.zeros((1, 4), np.float32)}, "size n_offers = 2"),
        ("bits", {"hash": np.zeros((2, 3), np.float32)}, "4 bits a digit"),
        (
            "bits",
            {"hash": np.array([[0, np.nan, 0, 0], [0, 1, 0, 0]], np.float32)},
            "bits at 'hash' must hold rows of 0 and 1, or of NaN",
        ),
    ],
)
def test_what_offers_cannot_hold_is_named(attribute, value, says):
    offers = read_offers(pd.DataFrame(FRAME))
    for held in (offers, offers.take(np.array([1])), offers.take(np.array([], int))):
        check_held(held)
    setattr(offers, attribute, value)
    with pytest.raises(InvalidFileError, match=says):
        check_held(offers)


def check_held(offers):
    described = {"offers_": Part("Offers", n_offers="n")}
    check_form(described, {"offers_": offers}, "Owner")
    check_contents(described, {"offers_": offers}, "Owner")


def test_normalised_texts_can_be_held():
    for seed in range(5):
        offers = read_offers(list(random_titles(seed)))
        check_contents(offers._state, vars_of(offers), "Offers")


@pytest.mark.parametrize("dtype", [object, float])
def test_what_is_missing_in_all_offers_is_what_it_was_in_fit(dtype):
    frame = pd.DataFrame(
        {
            "title": ["a", "b"],
            "brand": ["x", None],
            "price": [1.0, None],
            "hash": ["ff", None],
            "image": [[1.0, 2.0], None],
        }
    )
    columns = read_offers(frame).columns
    assert list(columns.values()) == ["text", "text", "number", "hash", "vector"]
    missing = {name: pd.Series([None] * 2, dtype=dtype) for name in columns}
    missing["title"] = frame["title"]
    offers = read_offers(pd.DataFrame(missing), columns=columns)
    assert offers.columns == columns
    both = read_offers(frame) + offers
    assert both.vectors["image"].shape == (4, 2)
    assert np.isnan(both.vectors["image"][1:]).all()


def test_columns_of_nothing():
    frame = pl.DataFrame({"title": ["a"], "image": [None]})
    with pytest.raises(ValueError, match=r"'image' of X .* of type"):
        read_offers(frame)
    offers = read_offers(frame, columns={"title": "text", "image": "vector"})
    assert offers.vectors["image"].shape == (1, 0)


def test_columns_that_no_offers_have():
    check_kinds(read_offers(pd.DataFrame(FRAME)).columns)
    for columns in (
        {"title": "number"},
        {},
        {"title": "text", "image": "hash"},
        {"title": "text", "phash": "text"},
    ):
        with pytest.raises(InvalidFileError):
            check_kinds(columns)


def test_many_equal_offers_have_one_number():
    frame = pd.DataFrame(
        {"title": ["a", "b", "A", "", "a!", "", "", "a"], "n": [1.0] * 7 + [2.0]}
    )
    offers = read_offers(frame)
    assert offers.nodes(2).tolist() == [0, 1, 0, 2, 0, 3, 4, 5]
    assert offers.nodes(3).tolist() == list(range(8))
    assert read_offers([]).nodes(1).tolist() == []


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([["a", "b"]], columns=["title", "title"]),
        pa.table([["a"], ["b"]], names=["title", "title"]),
        pd.DataFrame([["a", 1]], columns=[1, "1"]),
    ],
)
def test_two_columns_of_one_name(frame):
    with pytest.raises(ValueError, match="X must have one column of a name"):
        read_offers(frame)


def test_numbers_as_objects():
    values = [None, Decimal("2.5"), 3, np.nan, 1.5]
    frame = pd.DataFrame({"title": list("abcde"), "price": values}, dtype=object)
    prices = read_offers(frame).numbers["price"]
    np.testing.assert_array_equal(prices, [np.nan, 2.5, 3, np.nan, 1.5])
    frame.loc[3, "price"] = "x"
    with pytest.raises(TypeError, match="'price' of X must hold str, but row 1 is"):
        read_offers(frame)


def test_vectors_of_half_precision():
    rows = list(np.array([[1, 2], [3, 4]], np.float16))
    offers = read_offers(pd.DataFrame({"title": ["a", "b"], "image": rows}))
    np.testing.assert_array_equal(offers.vectors["image"], [[1, 2], [3, 4]])
    rows[1] = np.array([np.inf, 1], np.float16)
    with pytest.raises(ValueError, match="row 1"):
        read_offers(pd.DataFrame({"title": ["a", "b"], "image": rows}))


def test_widths_are_those_of_other_offers():
    image = [[1.0, 2.0]]
    offers, short, none = (
        read_offers(pd.DataFrame({"title": ["a"], "hash": [h], "image": v}), "X", kinds)
        for h, v, kinds in (
            ("00ff", image, None),
            ("00", image, None),
            (None, [None], {"title": "text", "hash": "hash", "image": "vector"}),
        )
    )
    for others in (offers, none):
        offers.check_widths(others)
        others.check_widths(offers)
    with pytest.raises(ValueError, match=r"'hash' must hold 16 .* in fit, but holds 8"):
        offers.check_widths(short)
