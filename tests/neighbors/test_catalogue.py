"""Catalogues of all kinds, what is refused of them, and answers of the same kind."""

import pickle
import re

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb.neighbors._catalogue import Catalogue

TITLES = ["Mate", "Termo", "Carpa", "Mate"]
FRAME = pd.DataFrame(
    {"id": [7, 9, 8, 5], "title": TITLES, "price": [1.5, 2.5, None, 0.5]},
    index=list("abcd"),
)
FRAMES = {
    "pandas": FRAME,
    "polars": pl.from_pandas(FRAME),
    "polars, lazy": pl.from_pandas(FRAME).lazy(),
    "pyarrow": pa.Table.from_pandas(FRAME, preserve_index=False),
}


def read(X, title="title", product="id"):
    return Catalogue.read(X, title, product)


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_are_read_and_answered_in_kind(kind):
    frame = FRAMES[kind]
    catalogue = read(frame)
    assert len(catalogue) == 4
    assert catalogue.titles == TITLES
    assert catalogue.ids == [7, 9, 8, 5]
    answer = catalogue.answer(
        [9, 9], np.array([1, 2]), np.array([3, 0]), np.array([0.75, 0.5], np.float32)
    )
    kinds = {"polars, lazy": pl.DataFrame}
    assert type(answer) is kinds.get(kind, type(frame))
    table = answer if kind == "pandas" else pa.table(answer).to_pandas()
    assert table.columns.tolist() == [
        *["query", "rank", "similarity"],
        *["id", "title", "price"],
    ]
    assert table.index.tolist() == [0, 1]
    assert table["similarity"].dtype == np.float32
    assert table.to_numpy().tolist() == [
        [9, 1, 0.75, 5, "Mate", 0.5],
        [9, 2, 0.5, 7, "Mate", 1.5],
    ]
    nothing = np.zeros(0, np.int64)
    empty = catalogue.answer([], nothing, nothing, np.zeros(0, np.float32))
    assert (len(empty), empty.shape[1]) == (0, 6)


@pytest.mark.parametrize(
    "X",
    [
        TITLES[:3],
        np.array(TITLES[:3]),
        pd.Series(TITLES[:3], index=[5, 6, 7]),
        pl.Series(TITLES[:3]),
    ],
    ids=lambda X: type(X).__module__,
)
def test_titles_alone_are_answered_by_arrays(X):
    catalogue = read(X, product=None)
    answer = catalogue.answer(
        ["Yerba"], np.array([1]), np.array([2]), np.array([0.5], np.float32)
    )
    assert {name: column.tolist() for name, column in answer.items()} == {
        "query": ["Yerba"],
        "rank": [1],
        "similarity": [0.5],
        "title": ["Carpa"],
    }
    for frame in (pd.DataFrame, pl.DataFrame, pa.table):
        assert frame(answer).shape == (1, 4)


def test_rows_are_found_by_title_and_by_id():
    catalogue = read(FRAME)
    assert catalogue.rows_of_titles(["Mate", "mate", "Carpa"]) == [[0, 3], [], [2]]
    assert catalogue.rows_of_ids([5, np.int64(9), 9.0]) == [3, 1, 1]
    with pytest.raises(
        ValueError, match=r"2 of 3 product ids are not .*: 1 \(position 0\), \[2\] \(p"
    ):
        catalogue.rows_of_ids([1, 9, [2]])
    with pytest.raises(ValueError, match="of the catalogue are of type int, not str"):
        catalogue.rows_of_ids(["7"])
    many = ", ".join(f"{i} (position {i})" for i in range(5))
    message = f"6 of 6 product ids are not in the catalogue: {many}, ...."
    with pytest.raises(ValueError, match=re.escape(message)):
        catalogue.rows_of_ids([0, 1, 2, 3, 4, 6])
    with pytest.raises(ValueError, match="The index has no product ids"):
        read(TITLES[:3], product=None).rows_of_ids([1])


def test_a_catalogue_can_be_pickled_after_use():
    catalogue = read(FRAME)
    catalogue.rows_of_titles(["Mate"])
    again = pickle.loads(pickle.dumps(catalogue))
    assert again.rows_of_titles(["Mate"]) == [[0, 3]]
    pd.testing.assert_frame_equal(again.frame, catalogue.frame)


BAD = {
    "no products": ([], None, ValueError, "X has no product"),
    "an empty frame": (FRAME[:0], "id", ValueError, "X has no product"),
    "one str": ("Mate", None, ValueError, "one bare str"),
    "a number": ([*TITLES[:2], 3], None, TypeError, "position 2 of 3 is 3 of type int"),
    "None": (["Mate", None], None, TypeError, "position 1 of 2 is a missing value"),
    "a missing title": (
        FRAME.assign(title=["a", None, "b", "c"]),
        "id",
        TypeError,
        "Column 'title' of X must hold titles .* position 1 of 4 is a missing",
    ),
    "a title twice": (
        [*TITLES, "Mate"],
        None,
        ValueError,
        r"2 of 5 titles are in the catalogue already, such as 'Mate' \(rows 0 and 3\)",
    ),
    "a title twice in a frame": (FRAME, None, ValueError, r"\(rows 0 and 3\): keep"),
    "an id twice": (
        FRAME.assign(id=[1, 2, 2, 3]),
        "id",
        ValueError,
        r"1 of 4 product ids .* such as 2 \(rows 1 and 2\)",
    ),
    "a missing id": (
        FRAME.assign(id=[1, None, 2, 3]),
        "id",
        ValueError,
        "Column 'id' of X has no product id in row 1",
    ),
    "an id without a hash": (
        FRAME.assign(id=[[1], [2], [3], [4]]),
        "id",
        TypeError,
        "can be hashed, such as str or int, but row 0",
    ),
    "no column of titles": (
        FRAME.rename(columns={"title": "name"}),
        "id",
        ValueError,
        r"title='title' is no column of X; its columns are \['id', 'name', 'price'\]",
    ),
    "no column of ids": (FRAME, "sku", ValueError, "product='sku' is no column of X"),
    "ids of titles alone": (TITLES, "id", ValueError, "X is no data frame. It is list"),
    "a column of answers": (
        FRAME.assign(rank=1),
        "id",
        ValueError,
        "must not have a column 'rank'",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused(name):
    X, product, error, match = BAD[name]
    with pytest.raises(error, match=match):
        read(X, product=product)
