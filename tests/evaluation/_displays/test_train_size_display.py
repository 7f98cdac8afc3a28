"""A line a model, over the numbers of labels."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from matplotlib import pyplot as plt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from small import LABELS, TITLES

from sklearn_prodemb.evaluation import TrainSizeDisplay


@pytest.mark.parametrize("of", [pd.DataFrame, pl.from_pandas])
def test_train_sizes_show_means_and_deviations(of, results, by_size):
    display = TrainSizeDisplay.from_results(of(results), task="used")
    assert list(display.lines_) == ["ours", "theirs", "none"]
    for (model, line), fill in zip(
        display.lines_.items(), display.ax_.collections, strict=True
    ):
        expected = by_size(model).mean()
        np.testing.assert_array_equal(line.get_xdata(), [100, 500, 1000])
        np.testing.assert_allclose(line.get_ydata(), expected)
        heights = fill.get_paths()[0].vertices[:, 1]
        deviation = by_size(model).std(ddof=0)
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


def test_axes_and_styles_may_be_given(results):
    _, ax = plt.subplots()
    display = TrainSizeDisplay.from_results(
        results, task="used", ax=ax, line_kw={"lw": 7}, fill_between_kw={"alpha": 0.5}
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
