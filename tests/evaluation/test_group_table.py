"""The groups to look at first."""

import sys
from itertools import combinations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.exceptions import NotFittedError
from small_offers import random_offers

from sklearn_prodemb.evaluation import group_table
from sklearn_prodemb.matching import PairMatcher, ProductMatcher

TITLES, GROUPS = random_offers(12, seed=0)
NEW, _ = random_offers(10, seed=1)
# Groups of 1 to 6 offers that have little to do with the products, and of none.
MIXED = np.repeat(["a", "b", "c", "d", "e", "f"], [1, 2, 3, 4, 5, 6])
MIXED = np.random.default_rng(0).permutation([*MIXED, *[None] * 9])


@pytest.fixture(scope="module")
def matcher():
    # With two neighbours, most pairs of a large group are not compared.
    matcher = ProductMatcher(method="similarity", n_neighbors=2, random_state=0)
    return matcher.fit(TITLES, GROUPS)


def plain(graph, groups):
    """The mean similarity of the pairs of each group of several offers."""
    found = {}
    for group in dict.fromkeys(groups):
        rows = [row for row, other in enumerate(groups) if other == group]
        if group is not None and group != -1 and len(rows) > 1:
            pairs = list(combinations(rows, 2))
            found[group] = sum(graph[pair] for pair in pairs) / len(pairs)
    return found


@pytest.mark.parametrize("groups", [None, MIXED], ids=["predicted", "given"])
def test_similarity_against_plain_means(groups, matcher):
    table = group_table(matcher, NEW, groups, n_groups=100)
    graph = matcher.kneighbors_graph(NEW).toarray()
    shown = matcher.predict(NEW) if groups is None else groups
    expected = plain(graph, shown.tolist())
    assert len(expected) >= 5
    assert set(table["group"]) == set(expected)
    np.testing.assert_allclose(
        table["similarity"], [expected[group] for group in table["group"]]
    )
    assert table["similarity"].is_monotonic_increasing
    for row in table.itertuples():
        members = np.flatnonzero(shown == row.group)
        assert row.size == len(members)
        assert sorted(row.titles) == sorted(NEW[member] for member in members)


def test_largest_groups(matcher):
    table = group_table(matcher, NEW, MIXED, n_groups=4, order="largest")
    assert table["group"].tolist() == ["f", "e", "d", "c"]
    assert table["size"].tolist() == [6, 5, 4, 3]
    assert list(table.columns) == ["group", "size", "similarity", "titles"]
    assert len(group_table(matcher, NEW, MIXED, n_groups=2)) == 2
    # Of equally large groups the least sure one is first.
    table = group_table(matcher, TITLES, GROUPS, n_groups=100, order="largest")
    assert set(table["size"]) == {3}
    assert table["similarity"].is_monotonic_increasing


def test_the_odd_one_out_is_last(matcher):
    offers = ["hasselblad bag q7", "canon ixus 185", "canon ixus 185", "canon ixus"]
    (row,) = group_table(matcher, offers, [5] * 4).itertuples()
    assert row.titles == [*offers[1:], offers[0]]
    assert (row.group, row.size) == (5, 4)


@pytest.mark.parametrize("of", [pd.DataFrame, pl.DataFrame, pl.LazyFrame])
def test_titles_of_a_frame_are_as_they_were_written(of):
    numbers = np.arange(len(TITLES), dtype=float)
    frame = {
        "image_hash": ["00ff"] * len(TITLES),
        "price": numbers,
        "name": [title.upper() for title in TITLES],
        "maker": [title.split()[0] for title in TITLES],
    }
    matcher = ProductMatcher(method="similarity", random_state=0)
    matcher.fit(of(frame), GROUPS)
    table = group_table(matcher, of(frame), matcher.labels_)
    assert set(table.explode("titles")["titles"]) <= set(frame["name"])


def test_nothing_to_show(matcher):
    for offers in ([], ["canon ixus 185"], ["canon ixus", "nikon d750"]):
        assert len(group_table(matcher, offers)) == 0
    assert len(group_table(matcher, NEW, [-1] * len(NEW))) == 0


def test_what_is_refused(matcher):
    with pytest.raises(NotFittedError):
        group_table(ProductMatcher(), NEW)
    pairs = PairMatcher(random_state=0).fit((TITLES, TITLES[::-1]), [0, 1] * 18)
    with pytest.raises(TypeError, match="PairMatcher finds none"):
        group_table(pairs, NEW)
    with pytest.raises(ValueError, match="one group for each of the 30 rows"):
        group_table(matcher, NEW, GROUPS)
    with pytest.raises(ValueError, match="order"):
        group_table(matcher, NEW, order="smallest")
    with pytest.raises(ValueError, match="n_groups"):
        group_table(matcher, NEW, n_groups=0)


def test_without_pandas(monkeypatch, matcher):
    monkeypatch.setitem(sys.modules, "pandas", None)
    match = r"group_table needs pandas.*'sklearn-prodemb\[evaluation\]'"
    with pytest.raises(ImportError, match=match):
        group_table(matcher, NEW)


def test_names_of_columns_that_are_int(matcher):
    frame = pd.DataFrame({0: TITLES, 1: 1.0})
    fitted = ProductMatcher(method="similarity").fit(frame, GROUPS)
    expected = group_table(matcher, TITLES, GROUPS)["size"].sum()
    assert group_table(fitted, frame, GROUPS)["size"].sum() == expected
    assert group_table(fitted, frame)["titles"][0][0] in TITLES


def test_an_iterator_is_read_once(matcher):
    expected = group_table(matcher, TITLES)
    pd.testing.assert_frame_equal(group_table(matcher, iter(TITLES)), expected)
