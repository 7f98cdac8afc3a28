"""A map of titles."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from small import SESSIONS, TITLES, WORDS, small

from sklearn_prodemb.evaluation import TitleMapDisplay


def test_title_map():
    embedder = small().fit(SESSIONS)
    categories = [title.split()[0] for title in TITLES]
    categories[0] = None
    display = TitleMapDisplay.from_estimator(
        embedder, TITLES, categories, n_categories=3, random_state=0
    )
    counts = pd.Series(categories).value_counts()
    assert next(iter(display.points_)) == "other"
    coloured = list(display.points_)[1:]
    assert [counts[c] for c in coloured] == counts[:3].tolist()
    n_points = {c: len(p.get_offsets()) for c, p in display.points_.items()}
    assert sum(n_points.values()) == len(TITLES)
    assert all(n_points[c] == counts[c] for c in coloured)
    again = TitleMapDisplay.from_estimator(
        embedder, TITLES, categories, n_categories=3, random_state=0
    )
    np.testing.assert_array_equal(again.positions, display.positions)


def test_title_map_lays_alike_titles_together():
    rng = np.random.default_rng(0)
    kinds = [WORDS.index(title.split()[0]) % 3 for title in TITLES]
    vectors = np.eye(3)[kinds] + rng.normal(scale=0.1, size=(len(TITLES), 3))

    class Table:
        def transform(self, X):
            return vectors[[TITLES.index(title) for title in X]]

    display = TitleMapDisplay.from_estimator(
        Table(), TITLES, kinds, n_titles=50, random_state=0
    )
    assert display.positions.shape == (50, 2)
    distances = cdist(display.positions, display.positions)
    np.fill_diagonal(distances, np.inf)
    shown = np.array(display.categories)
    assert (shown[distances.argmin(1)] == shown).mean() > 0.9


def test_titles_that_cannot_be_mapped():
    embedder = small(max_epochs=0).fit(SESSIONS)
    with pytest.raises(ValueError, match="2 categories for"):
        TitleMapDisplay.from_estimator(embedder, TITLES, ["a", "b"])
    with pytest.raises(ValueError, match="four titles or more, got 2"):
        TitleMapDisplay.from_estimator(embedder, TITLES[:2], ["a", "b"])
    with pytest.raises(TypeError, match="titles must hold titles of type str"):
        TitleMapDisplay.from_estimator(embedder, ["a", 3], ["a", "b"])


def test_four_titles_are_enough():
    embedder = small(max_epochs=0).fit(SESSIONS)
    display = TitleMapDisplay.from_estimator(
        embedder, TITLES[:4], ["a", "b", "a", None], random_state=0
    )
    assert np.isfinite(display.positions).all()
    assert sorted(display.categories, key=str) == [None, "a", "a", "b"]


def test_points_keep_their_category():
    positions = np.arange(10.0).reshape(5, 2)
    categories = ["b", None, "a", "a", "b"]
    display = TitleMapDisplay(positions=positions, categories=categories)
    display.plot(scatter_kw={"s": 3})
    rows = {"other": [1], "b": [0, 4], "a": [2, 3]}
    assert list(display.points_) == list(rows)
    for name, points in display.points_.items():
        np.testing.assert_array_equal(points.get_offsets(), positions[rows[name]])
        assert points.get_sizes().tolist() == [3]
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["b", "a", "other"]
