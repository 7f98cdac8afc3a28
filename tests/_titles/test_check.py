"""Titles as users give them."""

import numpy as np
import pandas as pd
import pytest
from estimator_checks import BAD_TITLES, CONTAINERS

from sklearn_prodemb._titles.check import check_titles

TITLES = ["mesa", "", "漢字", "mesa", "\ud800 ñandú"]


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


@pytest.mark.parametrize("n_rows", [1, 2])
def test_a_frame_may_name_its_column_with_a_number(n_rows):
    frame = pd.DataFrame({1: ["carpa"] * n_rows})
    assert check_titles(frame) == ["carpa"] * n_rows
