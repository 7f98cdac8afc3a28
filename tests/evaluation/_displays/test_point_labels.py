"""Texts beside points."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt

from sklearn_prodemb.evaluation._displays.point_labels import label_points

rng = np.random.default_rng(0)
POSITIONS = np.concatenate(
    [rng.normal(centre, 1, (n, 2)) for centre, n in ((0, 200), (30, 100), (60, 20))]
)
TEXTS = [f"title {i}" for i in range(len(POSITIONS))]


@pytest.fixture
def ax():
    _, ax = plt.subplots(layout="constrained")
    ax.scatter(*POSITIONS.T)
    return ax


def boxes_of(ax, labels):
    return {point: label.get_window_extent() for point, label in labels.items()}


@pytest.mark.parametrize("n", [1, 3, 50])
def test_no_text_lies_upon_another(ax, n):
    labels = label_points(ax, POSITIONS, TEXTS, n)
    assert n // 3 <= len(labels) <= n
    boxes = boxes_of(ax, labels)
    assert not any(a.overlaps(b) for a, b in combinations(boxes.values(), 2))
    frame = ax.get_window_extent()
    for point, box in boxes.items():
        assert labels[point].get_text() == f"title {point}"
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1
        # It is at the side of its point.
        x, y = ax.transData.transform(POSITIONS[point])
        assert box.y0 < y < box.y1
        assert min(abs(box.x0 - x), abs(box.x1 - x)) < 12
    assert {*ax.texts} == {*labels.values()}
    (rings,) = ax.collections[1:]
    np.testing.assert_array_equal(rings.get_offsets(), POSITIONS[[*labels]])


def test_each_cluster_has_one(ax):
    labels = label_points(ax, POSITIONS, TEXTS, 3)
    # The largest first, and the point next to its middle.
    assert [0 if p < 200 else 1 if p < 300 else 2 for p in labels] == [0, 1, 2]
    first = POSITIONS[next(iter(labels))]
    assert np.linalg.norm(first - POSITIONS[:200].mean(axis=0)) < 0.3


def test_long_texts_are_cut_and_dollars_are_no_formula(ax):
    text = r"$\frac a$ " + "x" * 60
    (label,) = label_points(ax, POSITIONS[:1], [text], 1).values()
    assert label.get_text().startswith(r"$\frac a$ xxx")
    assert label.get_text().endswith("x…")
    assert len(label.get_text()) == 30


def test_no_room(ax):
    ax.set_xlim(0, 0.001)
    ax.figure.set_size_inches(0.7, 0.7)
    assert label_points(ax, POSITIONS, TEXTS, 5) == {}


@pytest.mark.parametrize("n_points", [0, 1, 5])
def test_points_that_lie_in_one_place(ax, n_points):
    labels = label_points(ax, np.zeros((n_points, 2)), TEXTS[:n_points], 4)
    assert [*labels] == ([0] if n_points else [])


def test_styles():
    with mpl.rc_context({"text.color": "red", "axes.facecolor": "black"}):
        _, ax = plt.subplots()
        labels = label_points(ax, POSITIONS, TEXTS, 2, {"fontsize": 17})
        assert ax.collections[0].get_edgecolor()[0].tolist() == [1, 0, 0, 1]
    for label in labels.values():
        assert label.get_fontsize() == 17
        assert label.get_color() == "red"
        assert label.get_path_effects()[0]._gc["foreground"][:3] == (0, 0, 0)


def test_axes_of_a_part_of_a_figure():
    part = plt.figure().subfigures(1, 2)[1]
    ax = part.subplots()
    ax.scatter(*POSITIONS.T)
    assert len(label_points(ax, POSITIONS, TEXTS, 3)) == 3
