"""What is learned from: sessions in memory, or counts on disk."""

from collections import Counter

import numpy as np
import pytest
from small_logs import NAMES, count, make_log, pairs_of

from sklearn_prodemb import Sessions
from sklearn_prodemb._counts import counting
from sklearn_prodemb._spectral.sources import (
    CountSource,
    SessionSource,
    draw_pairs,
    source_of,
)


@pytest.fixture
def counts(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 60)
    return count(make_log(), tmp_path / "counts")


@pytest.fixture
def sessions():
    return Sessions.from_events(make_log(), **NAMES, gap="6h")


def test_both_tell_the_same(counts, sessions):
    of_counts, of_sessions = source_of(counts, 100), source_of(sessions, 100)
    assert type(of_counts) is CountSource
    assert type(of_sessions) is SessionSource
    assert of_counts.n_pairs == of_sessions.n_pairs
    assert of_counts.categories.tolist() == of_sessions.categories.tolist()
    of_titles = [
        dict(zip(source.titles, source.title_categories.tolist(), strict=True))
        for source in (of_counts, of_sessions)
    ]
    assert of_titles[0] == of_titles[1]
    assert of_counts.check_pairs() is None


def test_the_category_that_a_title_has_most_often():
    rows = [("a", "y"), ("b", "x"), ("c", None)], [("a", "x"), ("b", None)]
    further = [("a", "y"), ("b", "y"), ("d", "x")], [("b", "x")]
    source = SessionSource(Sessions.from_lists([*rows, *further]), None)
    names = [*source.categories, None]
    found = [names[code] for code in source.title_categories]
    assert dict(zip(source.titles, found, strict=True)) == {
        "a": "y",
        "b": "x",
        "c": None,
        "d": "x",
    }
    ties = SessionSource(Sessions.from_lists([[("a", 2)], [("a", 1)]]), None)
    assert ties.categories[ties.title_categories].tolist() == [1]


def test_counts_are_cut_to_one_length(counts):
    with pytest.raises(ValueError, match="cut to 100 when they were counted"):
        source_of(counts, None)


@pytest.mark.parametrize("of_title", ["distinct", "one", "none"])
def test_whether_there_are_pairs(counts, sessions, of_title):
    for source in (source_of(counts, 100), source_of(sessions, 100)):
        products = {
            "distinct": np.arange(len(source.titles)),
            "one": np.zeros(len(source.titles), int),
            "none": np.full(len(source.titles), -1),
        }[of_title]
        assert source.has_pairs(products) == (of_title == "distinct")


def test_pairs_are_drawn_by_weight(counts):
    n = 200_000
    drawn = draw_pairs(counts, n, np.random.default_rng(0))
    assert drawn.shape == (n, 2)
    titles = counts.titles
    found = Counter(map(tuple, drawn.tolist()))
    weights = pairs_of(counts)
    total = sum(weights.values())
    assert {(titles[a], titles[b]) for a, b in found} <= weights.keys()
    for (a, b), times in found.items():
        expected = n * weights[titles[a], titles[b]] / total
        assert abs(times - expected) < 6 * np.sqrt(expected) + 1
    assert len(found) > 0.95 * len(weights)


def test_titles_whose_pairs_were_dropped_are_not_drawn(counts):
    old = set(counts.titles)
    further = make_log(1)
    further["what"] += " nuevo"
    counts.update(further, decay=1e-5)
    drawn = draw_pairs(counts, 10_000_000, np.random.default_rng(0))
    assert not set(counts.titles[drawn.ravel()]) & old


def test_pairs_that_have_all_faded(counts):
    alone = make_log(1)
    alone["who"] = np.arange(len(alone))
    counts.update(alone, decay=1e-5)
    match = rf"All {counts.n_pairs} pairs that were counted have faded.* larger decay"
    with pytest.raises(ValueError, match=match):
        source_of(counts, 100).check_pairs()
    counts.update(make_log(2))
    assert source_of(counts, 100).check_pairs() is None


def test_drawn_pairs_are_sessions_of_two(counts):
    source = source_of(counts, 100)
    views = source.draw(30, 0)
    assert len(views.sessions) == 5 * 30
    assert (views.sessions.lengths == 2).all()
    np.testing.assert_array_equal(
        views.categories, source.title_categories[views.titles]
    )
    again = source.draw(30, 0)
    np.testing.assert_array_equal(views.titles, again.titles)
    assert len(source.draw(10**6, 0).sessions) == 5 * counts.n_sessions


def test_without_pairs_there_are_titles(tmp_path):
    log = make_log()
    log["who"] = np.arange(len(log))
    source = source_of(count(log, tmp_path / "alone"), 100)
    with pytest.raises(ValueError, match="None of the 400 sessions holds two"):
        source.check_pairs()
    assert not source.has_pairs(np.arange(len(source.titles)))
    views = source.draw(30, 0)
    assert len(views.sessions) == 0
    assert sorted(views.titles) == list(range(len(source.titles)))
