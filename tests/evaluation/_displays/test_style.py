"""Axes, bands and ticks that all displays share."""

import sys

import numpy as np
import pytest
from matplotlib import pyplot as plt

from sklearn_prodemb.evaluation import TitleMapDisplay
from sklearn_prodemb.evaluation._displays.style import axes, band, legend, size_axis

SCORES = {10: np.array([0.5, 0.7]), 2: np.array([0.1, 0.1, 0.4]), 5: np.array([0.3])}


def test_axes_are_those_given_or_new():
    _, given = plt.subplots()
    assert axes(given, "A display") is given
    first, second = axes(None, "A display"), axes(None, "A display")
    assert len({given.figure, first.figure, second.figure}) == 3
    for ax in (given, first):
        assert [s for s, line in ax.spines.items() if line.get_visible()] == [
            "left",
            "bottom",
        ]


def test_there_is_no_legend_of_no_lines():
    ax = axes(None, "A display")
    legend(ax)
    assert ax.get_legend() is None
    ax.plot([1], [1], label="ours")
    legend(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["ours"]


def test_a_band_is_a_standard_deviation_to_either_side_of_the_mean():
    ax = axes(None, "A display")
    line = band(ax, SCORES, "ours")
    np.testing.assert_array_equal(line.get_xdata(), [2, 5, 10])
    np.testing.assert_allclose(line.get_ydata(), [0.2, 0.3, 0.6])
    assert line.get_label() == "ours"
    (fill,) = ax.collections
    corners = {tuple(corner) for corner in fill.get_paths()[0].vertices.round(6)}
    spread = round(0.02**0.5, 6)
    expected = {(2, 0.2 - spread), (2, 0.2 + spread), (5, 0.3), (10, 0.5), (10, 0.7)}
    assert {(x, round(y, 6)) for x, y in expected} == corners


def test_what_is_passed_goes_before_the_style():
    ax = axes(None, "A display")
    line = band(ax, SCORES, "ours", {"marker": "x", "label": "mine"}, {"color": "red"})
    assert (line.get_marker(), line.get_label()) == ("x", "mine")
    assert tuple(ax.collections[0].get_facecolor()[0][:3]) == (1, 0, 0)


def test_numbers_of_labels_are_on_a_logarithmic_axis():
    ax = axes(None, "A display")
    size_axis(ax, {1000, 30, 200})
    assert ax.get_xscale() == "log"
    assert ax.get_xticks().tolist() == [30, 200, 1000]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["30", "200", "1,000"]
    assert len(ax.get_xticks(minor=True)) == 0


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    display = TitleMapDisplay(positions=np.zeros((1, 2)), categories=["a"])
    match = r"TitleMapDisplay.*pip install 'sklearn-prodemb\[evaluation\]'"
    with pytest.raises(ImportError, match=match):
        display.plot()
