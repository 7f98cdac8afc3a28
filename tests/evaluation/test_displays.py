import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
import pytest

mpl.use("Agg")
from matplotlib import pyplot as plt
from scipy.spatial.distance import cdist
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from small import LABELS, SESSIONS, TITLES, WORDS, small

from sklearn_prodemb.evaluation import (
    AlphaDisplay,
    LossCurveDisplay,
    TitleMapDisplay,
    TrainSizeDisplay,
)

rng = np.random.default_rng(0)
RESULTS = pd.DataFrame(
    [
        {
            "model": model,
            "task": task,
            "part": "test",
            "metric": "auc_roc",
            "train_size": size,
            "draw": draw,
            "score": rng.uniform(0.5, 1) if size > 100 or draw else np.nan,
        }
        for model in ("ours", "theirs", "none")
        for task in ("used", "counterfeit")
        for size in (100, 500, 1000)
        for draw in range(3)
    ]
)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def means(model, task="used"):
    rows = RESULTS[(RESULTS["model"] == model) & (RESULTS["task"] == task)]
    return rows.groupby("train_size")["score"]


@pytest.mark.parametrize("frame", [RESULTS, pl.from_pandas(RESULTS)])
def test_train_sizes_show_means_and_deviations(frame):
    display = TrainSizeDisplay.from_results(frame, task="used")
    assert list(display.lines_) == ["ours", "theirs", "none"]
    for (model, line), fill in zip(
        display.lines_.items(), display.ax_.collections, strict=True
    ):
        expected = means(model).mean()
        np.testing.assert_array_equal(line.get_xdata(), [100, 500, 1000])
        np.testing.assert_allclose(line.get_ydata(), expected)
        heights = fill.get_paths()[0].vertices[:, 1]
        deviation = means(model).std(ddof=0)
        assert heights.max() == pytest.approx((expected + deviation).max())
        assert heights.min() == pytest.approx((expected - deviation).min())
    assert display.ax_.get_title() == "used"
    assert display.ax_.get_ylabel() == "test AUC ROC"
    assert [t.get_text() for t in display.ax_.get_xticklabels()] == [
        "100",
        "500",
        "1,000",
    ]
    assert display.figure_ is display.ax_.figure


def test_axes_and_styles_may_be_given():
    _, ax = plt.subplots()
    display = TrainSizeDisplay.from_results(
        RESULTS, task="used", ax=ax, line_kw={"lw": 7}, fill_between_kw={"alpha": 0.5}
    )
    assert display.ax_ is ax
    assert all(line.get_linewidth() == 7 for line in display.lines_.values())
    assert all(fill.get_alpha() == 0.5 for fill in ax.collections)
    _, other = plt.subplots()
    assert display.plot(other).ax_ is other


def test_train_sizes_of_an_estimator():
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    display = TrainSizeDisplay.from_estimator(
        model, TITLES, LABELS, train_sizes=[10, 30], n_draws=2, part="validation"
    )
    assert list(display.lines_) == ["Pipeline"]
    assert display.ax_.get_ylabel() == "validation AUC ROC"
    model = make_pipeline(TfidfVectorizer(), Ridge())
    frame = pd.DataFrame({"title": TITLES, "length": [len(t) for t in TITLES]})
    display = TrainSizeDisplay.from_estimator(
        model,
        frame["title"],
        frame["length"],
        groups=TITLES,
        train_sizes=[10],
        metric="mae",
    )
    assert display.ax_.get_ylabel() == "test mean absolute error"


def test_results_that_cannot_be_drawn():
    with pytest.raises(ValueError, match=r"one task, got \['used', 'counterfeit'\]"):
        TrainSizeDisplay.from_results(RESULTS)
    with pytest.raises(ValueError, match="There is no task 'usde' in results"):
        TrainSizeDisplay.from_results(RESULTS, task="usde")
    with pytest.raises(ValueError, match=r"\['score'\] are missing"):
        TrainSizeDisplay.from_results(RESULTS.drop(columns=["score"]))
    with pytest.raises(TypeError, match="must be a data frame"):
        TrainSizeDisplay.from_results([1, 2])
    both = pd.concat([RESULTS, RESULTS.assign(part="validation")])
    with pytest.raises(ValueError, match="must have one part"):
        TrainSizeDisplay.from_results(both, task="used")


def test_alphas():
    display = AlphaDisplay.from_results(
        RESULTS, alphas={"theirs": 0.9, "ours": 0.1}, baseline="none", task="used"
    )
    assert list(display.lines_) == [100, 500, 1000]
    for size, line in display.lines_.items():
        np.testing.assert_array_equal(line.get_xdata(), [0.1, 0.9])
        expected = [means(m).mean()[size] for m in ("ours", "theirs")]
        np.testing.assert_allclose(line.get_ydata(), expected)
    dashed = [x for x in display.ax_.lines if x.get_linestyle() == "--"]
    heights = [x.get_ydata()[0] for x in dashed if len(x.get_ydata())]
    np.testing.assert_allclose(heights, means("none").mean())
    with pytest.raises(ValueError, match=r"no result of \['nobody'\]"):
        AlphaDisplay.from_results(RESULTS, alphas={"nobody": 0.5}, task="used")
    with pytest.raises(ValueError, match="no result of any alpha"):
        AlphaDisplay.from_results(RESULTS, alphas={}, task="used")


def test_alphas_of_an_estimator():
    embedder = small()
    display = AlphaDisplay.from_estimator(
        embedder, SESSIONS, TITLES, LABELS, alphas=[0, 0.5], train_sizes=[20], n_draws=2
    )
    np.testing.assert_array_equal(display.lines_[20].get_xdata(), [0, 0.5])
    assert set(display.baseline) == {20}
    assert not hasattr(embedder, "filters_")


def test_loss_curves():
    embedder = small(max_epochs=8).fit(SESSIONS)
    display = LossCurveDisplay.from_estimator(embedder)
    assert set(display.lines_) == {"loss", "byol", "category"}
    losses = embedder.loss_curve_["loss"]
    width = len(losses) // 20
    assert width > 1
    expected = [losses[i : i + width].mean() for i in range(len(losses) - width + 1)]
    line = display.lines_["loss"]
    np.testing.assert_allclose(line.get_ydata(), expected)
    assert line.get_xdata()[0] == (1 + width) / 2
    assert line.get_xdata()[-1] == len(losses) - (width - 1) / 2
    only_byol = small(alpha=1.0).fit(SESSIONS)
    assert set(LossCurveDisplay.from_estimator(only_byol).lines_) == {"loss", "byol"}


def test_losses_that_are_not_there():
    with pytest.raises(NotFittedError):
        LossCurveDisplay.from_estimator(small())
    with pytest.raises(ValueError, match="There are no losses"):
        LossCurveDisplay.from_estimator(small(max_epochs=0).fit(SESSIONS))


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
