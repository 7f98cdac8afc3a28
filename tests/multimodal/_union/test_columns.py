"""What each part of a joined embedder gets of a frame."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklearn_prodemb._utils.validation import is_missing, read_frame
from sklearn_prodemb.multimodal._union.columns import select_part

CELLS = {"title": ["a", None, "b", None], "kind": [None, None, "x", "y"]}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_products_that_lack_a_part_are_left_out(make):
    frame = read_frame(make(CELLS))
    part = select_part(frame, "words", "title")
    assert part.rows.tolist() == [0, 2]
    assert part.values == ["a", "b"]
    assert part.first().values == ["a"]
    # A product stays if one of the columns has something.
    both = select_part(frame, "both", ["title", "kind"])
    assert both.rows.tolist() == [0, 2, 3]
    assert isinstance(both.values, type(make(CELLS)))
    kinds = read_frame(both.values).get_column("kind").to_list()
    assert [None if is_missing(kind) else kind for kind in kinds] == [None, "x", "y"]
    assert read_frame(both.first().values).get_column("title").to_list() == ["a"]


def test_arrays_are_there():
    picture = np.full((2, 2, 3), np.nan)
    frame = read_frame(pd.DataFrame({"picture": [picture, None]}))
    part = select_part(frame, "pictures", "picture")
    assert part.rows.tolist() == [0]
    assert part.values[0] is picture


def test_a_column_that_is_not_there():
    frame = read_frame(pd.DataFrame(CELLS))
    with pytest.raises(ValueError, match=r"\['price'\] of embedder 'p' are not in X"):
        select_part(frame, "p", ["kind", "price"])
