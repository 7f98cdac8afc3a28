"""A map of titles."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.spatial.distance import cdist
from sklearn import config_context
from sklearn.feature_extraction.text import TfidfVectorizer
from small import SESSIONS, TITLES, WORDS, small, spectral

from sklearn_prodemb.evaluation import TitleMapDisplay


def test_title_map():
    embedder = small().fit(SESSIONS)
    categories = [title.split()[0] for title in TITLES]
    categories[0] = None
    display = TitleMapDisplay.from_estimator(
        embedder, TITLES, categories, n_categories=3, random_state=0
    )
    counts = pd.Series(categories).value_counts()
    assert next(iter(display.points_)) is None
    coloured = list(display.points_)[1:]
    assert [counts[c] for c in coloured] == counts[:3].tolist()
    n_points = {c: len(p.get_offsets()) for c, p in display.points_.items()}
    assert sum(n_points.values()) == len(TITLES)
    assert all(n_points[c] == counts[c] for c in coloured)
    again = TitleMapDisplay.from_estimator(
        embedder, TITLES, categories, n_categories=3, random_state=0
    )
    np.testing.assert_array_equal(again.positions, display.positions)


class Table:
    """A transformer that looks vectors up."""

    def __init__(self, vectors):
        self.vectors = vectors

    def transform(self, X):
        return self.vectors[[TITLES.index(title) for title in X]]


def map_of(transformer, n=60, categories=None, **kwargs):
    names = ["a"] * n if categories is None else categories
    return TitleMapDisplay.from_estimator(
        transformer, TITLES[:n], names, random_state=0, **kwargs
    )


@pytest.mark.parametrize("of", ["pandas", "polars"])
def test_title_map_if_transformers_give_frames(of):
    embedder = spectral().fit(SESSIONS)
    with config_context(transform_output=of):
        display = map_of(embedder, 9)
    assert type(display.positions) is np.ndarray
    assert np.isfinite(display.positions).all()
    frame = pd.DataFrame(display.positions)
    again = TitleMapDisplay(positions=frame, categories=["a"] * 9).plot()
    offsets = [d.points_["a"].get_offsets() for d in (display, again)]
    np.testing.assert_array_equal(*offsets)


@pytest.mark.parametrize("n", [4, 30])
def test_title_map_of_sparse_vectors(n):
    positions = map_of(TfidfVectorizer().fit(TITLES), n).positions
    assert positions.shape == (n, 2)
    assert np.isfinite(positions).all()


@pytest.mark.parametrize("n_features", [1, 5])
def test_title_map_of_few_features(n_features):
    vectors = np.random.default_rng(0).normal(size=(60, n_features))
    assert np.isfinite(map_of(Table(sparse.csr_array(vectors)), 9).positions).all()


@pytest.mark.parametrize("of", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("value", [0.0, 1 / 3])
def test_titles_of_one_vector_cannot_be_mapped(of, value):
    with pytest.raises(ValueError, match="All 9 titles have one vector"):
        map_of(Table(of(np.full((60, 7), value))), 9)


@pytest.mark.parametrize("name", ["n_titles", "n_categories"])
def test_bad_numbers(name):
    embedder = spectral().fit(SESSIONS)
    for bad in (-1, 3 if name == "n_titles" else -5):
        with pytest.raises(ValueError, match=f"{name} == {bad}, must be >="):
            map_of(embedder, **{name: bad})
    with pytest.raises(TypeError, match=f"{name} must be an instance of int"):
        map_of(embedder, **{name: 5.5})


def test_a_category_may_be_called_other():
    categories = ["other"] * 20 + ["b"] * 35 + [None] * 5
    positions = np.arange(120.0).reshape(60, 2)
    display = TitleMapDisplay(positions=positions, categories=categories).plot()
    sizes = {name: len(p.get_offsets()) for name, p in display.points_.items()}
    assert sizes == {"other": 20, "b": 35, None: 5}
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["b", "other", "all other"]


def test_title_map_lays_alike_titles_together():
    rng = np.random.default_rng(0)
    kinds = [WORDS.index(title.split()[0]) % 3 for title in TITLES]
    vectors = np.eye(3)[kinds] + rng.normal(scale=0.1, size=(len(TITLES), 3))
    display = map_of(Table(vectors), 60, kinds, n_titles=50)
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
    rows = {None: [1], "b": [0, 4], "a": [2, 3]}
    assert list(display.points_) == list(rows)
    for name, points in display.points_.items():
        np.testing.assert_array_equal(points.get_offsets(), positions[rows[name]])
        assert points.get_sizes().tolist() == [3]
    legend = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert legend == ["b", "a", "other"]
