"""What offers are read from, and what is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from sklearn_prodemb.matching._offers import read_offers

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
        (pl.DataFrame({"title": ["a", "b"], "n": [[1], [2]]}), ValueError, "'n' of X"),
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
    with pytest.raises(ValueError, match="4 digits here and 2 there"):
        _ = a + b
