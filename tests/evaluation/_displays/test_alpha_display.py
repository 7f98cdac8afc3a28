"""A line a number of labels, over the alphas."""

import numpy as np
import pytest
from small import LABELS, SESSIONS, TITLES, small

from sklearn_prodemb.evaluation import AlphaDisplay


def test_alphas(results, by_size):
    display = AlphaDisplay.from_results(
        results, alphas={"theirs": 0.9, "ours": 0.1}, baseline="none", task="used"
    )
    assert list(display.lines_) == [100, 500, 1000]
    for size, line in display.lines_.items():
        np.testing.assert_array_equal(line.get_xdata(), [0.1, 0.9])
        expected = [by_size(m).mean()[size] for m in ("ours", "theirs")]
        np.testing.assert_allclose(line.get_ydata(), expected)
    dashed = [x for x in display.ax_.lines if x.get_linestyle() == "--"]
    heights = [x.get_ydata()[0] for x in dashed if len(x.get_ydata())]
    np.testing.assert_allclose(heights, by_size("none").mean())


def test_alphas_that_are_not_in_the_results(results):
    with pytest.raises(ValueError, match=r"no result of \['nobody'\]"):
        AlphaDisplay.from_results(results, alphas={"nobody": 0.5}, task="used")
    with pytest.raises(ValueError, match="no result of any alpha"):
        AlphaDisplay.from_results(results, alphas={}, task="used")


def test_models_of_one_alpha_do_not_hide_each_other(results):
    alphas = {"ours": 0.1, "theirs": 0.9, "none": 0.10}
    match = r"\['ours', 'none'\] share one"
    with pytest.raises(ValueError, match=match):
        AlphaDisplay.from_results(results, alphas=alphas, task="used")


def test_an_unknown_baseline(results):
    for name in ("nobody", ""):
        with pytest.raises(ValueError, match=rf"no result of \['{name}'\]"):
            AlphaDisplay.from_results(
                results, alphas={"ours": 0.1}, baseline=name, task="used"
            )


def test_an_alpha_that_is_given_twice_is_trained_once():
    display = AlphaDisplay.from_estimator(
        small(),
        SESSIONS,
        TITLES,
        LABELS,
        alphas=[0, 1, 0.0],
        train_sizes=[20],
        n_draws=2,
    )
    np.testing.assert_array_equal(display.lines_[20].get_xdata(), [0, 1])
    with pytest.raises(ValueError, match="one alpha or more, got none"):
        AlphaDisplay.from_estimator(small(), None, TITLES, LABELS, alphas=[])


def test_alphas_of_an_estimator():
    embedder = small()
    display = AlphaDisplay.from_estimator(
        embedder, SESSIONS, TITLES, LABELS, alphas=[0, 0.5], train_sizes=[20], n_draws=2
    )
    np.testing.assert_array_equal(display.lines_[20].get_xdata(), [0, 0.5])
    assert set(display.baseline) == {20}
    assert not hasattr(embedder, "encoder_")
