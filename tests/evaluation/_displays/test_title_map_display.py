"""A map of titles."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from scipy import sparse
from scipy.spatial.distance import cdist
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from small import LABELS, PRICES, SESSIONS, TITLES, WORDS, small, spectral

from sklearn_prodemb.evaluation import TitleMapDisplay
from sklearn_prodemb.evaluation._displays.colours import GREY, distinct_colours


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


@pytest.mark.parametrize("name", ["n_titles", "n_categories", "n_labels"])
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


RNG = np.random.default_rng(0)
POSITIONS = RNG.normal(size=(60, 2))
VECTORS = RNG.normal(size=(60, 5))


def colour_of(points):
    (colour,) = points.get_facecolor()
    return tuple(colour)


def texts_of(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def test_without_categories_all_have_one_colour():
    display = TitleMapDisplay.from_estimator(
        Table(VECTORS), TITLES, layout=PCA(2), n_titles=50
    )
    assert [*display.points_] == [None]
    assert len(display.points_[None].get_offsets()) == 50
    assert colour_of(display.points_[None]) == to_rgba("C0")
    assert display.ax_.get_legend() is None
    assert display.colorbar_ is None
    assert display.labels_ == {}
    assert display.titles == [t for t in display.titles if t in TITLES]


@pytest.mark.parametrize("n", [10, 11, 20, 35])
def test_many_categories_have_colours_of_their_own(n):
    names = [f"c{min(i, n)}" for i in range(60)]
    display = map_of(Table(VECTORS), 60, names, n_categories=n, layout=PCA(2))
    assert len(display.points_) == n + 1
    colours = {colour_of(points) for points in display.points_.values()}
    assert len(colours) == n + 1
    expected = [to_rgba(colour) for colour in distinct_colours(n)]
    found = [colour_of(p) for name, p in display.points_.items() if name is not None]
    assert found == expected
    legend = display.ax_.get_legend()
    assert len(legend.get_texts()) == n + 1
    display.figure_.draw_without_rendering()
    axes, box = display.ax_.get_window_extent(), legend.get_window_extent()
    # Beside the map, or in columns below it; within the figure, and upon nothing.
    assert not axes.overlaps(box)
    figure = display.figure_.bbox
    assert figure.x0 <= box.x0 < box.x1 <= figure.x1
    assert figure.y0 <= box.y0 < box.y1 <= figure.y1
    assert (box.y1 <= axes.y0) == (n > 20)
    assert axes.height > 200
    assert axes.width > 200


def test_a_target_of_two_labels():
    values = [None if i == 7 else int(LABELS[i]) for i in range(60)]
    display = map_of_target(values)
    # Sorted, whichever is more frequent.
    assert [*display.points_] == [None, "0", "1"]
    assert texts_of(display) == ["0", "1", "other"]
    colours = [colour_of(display.points_[name]) for name in ("0", "1", None)]
    assert colours == [to_rgba("C0"), to_rgba("C1"), to_rgba(GREY)]
    n_points = {name: len(p.get_offsets()) for name, p in display.points_.items()}
    assert n_points == {None: 1, "0": values.count(0), "1": values.count(1)}
    # The smaller group covers the larger one.
    few, many = sorted("01", key=lambda name: n_points[name])
    zorders = [display.points_[name].get_zorder() for name in (None, many, few)]
    assert zorders == sorted(zorders)
    assert zorders[1] < zorders[2]


def map_of_target(target, **kwargs):
    return TitleMapDisplay.from_estimator(
        Table(VECTORS), TITLES, target=target, layout=PCA(2), random_state=0, **kwargs
    )


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (LABELS, ["False", "True"]),
        (np.where(LABELS, "yes", "no"), ["no", "yes"]),
        (pd.Series(np.where(LABELS, 2.5, -1.0)), ["-1.0", "2.5"]),
        (np.ones(60), ["1.0"]),
        (pd.array([pd.NA, *[1, 0] * 29, pd.NA], "Int64"), ["0", "1"]),
    ],
)
def test_kinds_of_labels(target, names):
    display = map_of_target(target)
    assert [name for name in display.points_ if name is not None] == names


def test_a_target_of_many_labels_is_drawn_as_categories():
    kinds = np.array(["abcdef"[min(i % 9, 5)] for i in range(60)])
    display = map_of_target(kinds, n_categories=2)
    assert [*display.points_][:2] == [None, "f"]
    assert len(display.points_) == 3
    assert display.target is None


def test_a_target_of_numbers_has_a_colour_bar():
    values = PRICES.copy()
    values[[3, 5]] = np.nan
    values[8] = 1e9
    display = map_of_target(values, n_titles=60)
    assert [*display.points_] == [None, "target"]
    assert colour_of(display.points_[None]) == to_rgba(GREY)
    points = display.points_["target"]
    assert display.colorbar_.mappable is points
    assert display.ax_.get_legend() is None
    # Each point has its number.
    shown = dict(zip(display.titles, np.asarray(display.target), strict=True))
    places = {
        tuple(p): t for t, p in zip(display.titles, display.positions, strict=True)
    }
    for place, number in zip(points.get_offsets(), points.get_array(), strict=True):
        assert shown[places[tuple(place)]] == number
    assert len(points.get_array()) == 58
    assert len(display.points_[None].get_offsets()) == 2
    # One large number does not take all colours but one from the others.
    known = values[~np.isnan(values)]
    assert points.get_clim() == tuple(np.percentile(known, (2, 98)))
    assert display.colorbar_.extend == "both"


def test_styles_of_numbers():
    target = [*range(60)]
    display = map_of_target(target, scatter_kw={"cmap": "magma", "norm": "log", "s": 3})
    points = display.points_["target"]
    assert points.get_cmap().name == "magma"
    assert type(points.norm).__name__ == "LogNorm"
    assert display.colorbar_.extend == "neither"
    # Nearly all are equal.
    positions = RNG.normal(size=(300, 2))
    same = TitleMapDisplay(positions=positions, target=[1.0] * 298 + [2, 3]).plot()
    assert same.points_["target"].get_clim() == (1, 3)
    assert same.colorbar_.extend == "neither"


def test_titles_are_written():
    display = map_of_target(PRICES, n_labels=6)
    assert 3 <= len(display.labels_) <= 6
    for number, label in display.labels_.items():
        assert label.get_text() == display.titles[number][:30]
        np.testing.assert_array_equal(label.xy, display.positions[number])
    again = display.plot(n_labels=2, text_kw={"color": "red"})
    assert {label.get_color() for label in again.labels_.values()} == {"red"}
    assert again.plot().labels_ == {}
    without = TitleMapDisplay(positions=POSITIONS)
    with pytest.raises(ValueError, match="the display has no titles"):
        without.plot(n_labels=3)


class Layout(TransformerMixin, BaseEstimator):
    """A layout that keeps what it is given, and gives the first columns."""

    seen = []

    def __init__(self, n_columns=2):
        self.n_columns = n_columns

    def fit(self, X, y=None):
        self.seen.append(X)
        self.fitted_ = True
        return self

    def transform(self, X):
        return np.asarray(X)[:, : self.n_columns]


class Plain:
    """A layout that is no estimator of scikit-learn, as in openTSNE."""

    def fit_transform(self, X):
        return X[:, 1:3]


def test_any_layout():
    layout = Layout()
    display = map_of(Table(VECTORS), layout=layout)
    unit = normalize(VECTORS)[[TITLES.index(title) for title in display.titles]]
    np.testing.assert_allclose(layout.seen[-1], unit)
    np.testing.assert_allclose(display.positions, unit[:, :2])
    # It is not fitted itself.
    assert not hasattr(layout, "fitted_")
    display = map_of(Table(VECTORS), layout=Plain())
    np.testing.assert_allclose(display.positions, unit[:, 1:3])
    words = make_pipeline(TruncatedSVD(10), PCA(2))
    display = map_of(TfidfVectorizer().fit(TITLES), layout=words)
    assert display.positions.shape == (60, 2)


def test_layouts_that_cannot_be_drawn():
    match = r"two columns and a row a title, \(60, 2\), but Layout gives \(60, 3\)"
    with pytest.raises(ValueError, match=match):
        map_of(Table(VECTORS), layout=Layout(3))
    with pytest.raises(TypeError, match="layout must be a transformer"):
        map_of(None, layout="tsne")


def test_categories_and_targets_that_do_not_fit():
    with pytest.raises(ValueError, match="give categories or target, not both"):
        map_of(None, target=PRICES)
    with pytest.raises(ValueError, match="59 target for 60 titles"):
        map_of_target(PRICES[:59])
