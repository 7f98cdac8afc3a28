"""Ids and rows of products in, columns out."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb._items.products import (
    check_ids,
    check_products,
    unseen_error,
)

ROWS = {"sku": [1, 2], "name": ["Mate", None], "kind": ["Bazar", None]}
COLUMNS = list(ROWS.values())


@pytest.mark.parametrize(
    "make",
    [list, tuple, np.array, pd.Series, pl.Series, pa.array, iter]
    + [
        lambda ids, f=f: f({"sku": ids}) for f in (pd.DataFrame, pl.LazyFrame, pa.table)
    ],
)
@pytest.mark.parametrize("ids", [[3, 1, 3], ["b", "a", "b"]])
def test_ids(make, ids):
    assert check_ids(make(ids)) == ids
    assert check_products(make(ids)) == [ids]


@pytest.mark.parametrize("ids", [[1, "a", None, 2.5], [], [frozenset("ab"), b"x"]])
def test_ids_of_any_type(ids):
    assert check_ids(ids) == ids
    assert check_products(ids) == [ids]


@pytest.mark.parametrize(
    ("X", "error", "match"),
    [
        ("sku", ValueError, r"a list of product ids, got one bare str: write \[id\]"),
        (17, TypeError, "frame of product ids, got int"),
        (
            [1, {2}],
            TypeError,
            r"product ids that can be hashed.*position 1 of 2 is \{2",
        ),
        ([[1], [2]], ValueError, "2-d"),
        (pd.DataFrame(ROWS), ValueError, "one column of product ids, got a frame"),
    ],
)
def test_no_ids(X, error, match):
    with pytest.raises(error, match=match):
        check_ids(X)


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame(ROWS),
        pl.DataFrame(ROWS),
        pl.LazyFrame(ROWS),
        pa.table(ROWS),
        np.array(COLUMNS, object).T,
        [(1, "Mate", "Bazar"), (2, None, None)],
        [[1, "Mate", "Bazar"], [2, None, None]],
    ],
    ids=lambda X: type(X).__name__,
)
def test_rows(X):
    ids, titles, categories = check_products(X)
    assert ids == [1, 2]
    for values, expected in ((titles, "Mate"), (categories, "Bazar")):
        assert values[0] == expected
        assert pd.isna(values[1])


@pytest.mark.parametrize(
    ("X", "error", "match"),
    [
        ([(1, "a", "b", "c")], ValueError, "id, title, category, .* got 4 columns"),
        ([(1, "a"), (2,)], ValueError, r"equally long, but position 1 is \(2,\)"),
        ([(1, "a"), 2], ValueError, "equally long, but position 1 is 2"),
        ([()], ValueError, r"equally long, but position 0 is \(\)"),
        ([(1, "a"), (2, 3)], TypeError, "Titles, .* position 1 is 3 of type int"),
        ([(1, "a", [])], TypeError, "categories that can be hashed, .* position 0"),
        (np.ones((1, 2, 3)), ValueError, "3 dimensions"),
    ],
)
def test_no_rows(X, error, match):
    with pytest.raises(error, match=match):
        check_products(X)


def test_unseen_error():
    learned = np.array([1, 2], object)
    message = unseen_error(list(range(9)), np.array([0, 3, 4, 5, 6, 7, 8]), learned)
    assert (
        "7 of 9 product ids have no vector: 0 (position 0), 3 (position 3)" in message
    )
    assert "6 (position 6), ...." in message
    assert "of type" not in message
    message = unseen_error(["1", 2], np.array([0]), learned)
    assert (
        "'1' (position 0). The ids of the sessions are of type int, not str" in message
    )
