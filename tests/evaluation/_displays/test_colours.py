"""Colours that are told apart."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from scipy.spatial.distance import pdist

from sklearn_prodemb.evaluation._displays.colours import (
    GREY,
    distinct_colours,
    to_lab,
)


def lab_of(colours):
    return to_lab(np.array([to_rgb(colour) for colour in colours]))


@pytest.mark.parametrize("n", [0, 1, 10])
def test_the_first_are_those_of_the_style(n):
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert distinct_colours(n) == cycle[:n]
    with mpl.rc_context({"axes.prop_cycle": mpl.cycler(color=["red", "blue"])}):
        assert distinct_colours(2) == ["red", "blue"]
        assert len({*distinct_colours(10)}) == 10


@pytest.mark.parametrize(("n", "least"), [(20, 25), (40, 15), (100, 8)])
def test_all_are_told_apart(n, least):
    colours = distinct_colours(n)
    assert len(colours) == n
    assert colours == distinct_colours(n + 3)[:n]
    # Two that are nearer than about 2 look the same. The style's own are as they are.
    others = lab_of([*colours[10:], GREY])
    assert pdist(others).min() > least
    lightness = others[:-1, 0]
    assert lightness.min() > 30
    assert lightness.max() < 80


def test_a_style_without_colours():
    with mpl.rc_context({"axes.prop_cycle": mpl.cycler(lw=[1, 2])}):
        assert len({to_rgb(colour) for colour in distinct_colours(5)}) == 5


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        # From the tables of CIE for D65.
        ("white", (100, 0, 0)),
        ("black", (0, 0, 0)),
        ("red", (53.24, 80.09, 67.20)),
        ("lime", (87.73, -86.18, 83.18)),
        ("blue", (32.30, 79.19, -107.86)),
        ("#777777", (50.03, 0, 0)),
        ("#010101", (0.27, 0, 0)),
    ],
)
def test_lab(colour, lab):
    np.testing.assert_allclose(lab_of([colour])[0], lab, atol=0.05)
