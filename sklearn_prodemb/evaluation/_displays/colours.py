"""As many colours as are asked for, which are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._utils.optional import require

# The candidates: so many shades of red, green and blue each.
_N_SHADES = 12
# Lightness of colours that are seen on white and on black, of 100.
_DARKEST, _LIGHTEST = 30, 80
# What has no colour of its own is drawn in it.
GREY = "lightgrey"
# CIE 1931 from linear RGB, over the white of D65; and the bend of CIELAB.
_TO_XYZ = np.array(
    [
        [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
        [0.2126, 0.7152, 0.0722],
        [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
    ]
)
_BEND = 6 / 29


def distinct_colours(n: int) -> list[Any]:
    """Give the colours of matplotlib's style, and others that are told apart from them.

    Each further colour is as far as can be from those before it, in CIELAB, where
    distances are about those that are seen.

    Parameters
    ----------
    n : int
        How many.

    Returns
    -------
    colours : list of matplotlib colours, of length n
        The first ones are the style's.
    """
    matplotlib = require("matplotlib", extra="evaluation", what="A display")
    from matplotlib.colors import to_rgb

    cycle = matplotlib.rcParams["axes.prop_cycle"].by_key().get("color", ["C0"])
    found: list[Any] = list(dict.fromkeys(cycle))[:n]
    if len(found) == n:
        return found
    shades = np.linspace(0, 1, _N_SHADES)
    candidates = np.stack(np.meshgrid(shades, shades, shades), axis=-1).reshape(-1, 3)
    lab = to_lab(candidates)
    seen = (lab[:, 0] > _DARKEST) & (lab[:, 0] < _LIGHTEST)
    candidates, lab = candidates[seen], lab[seen]
    taken = to_lab(np.array([to_rgb(colour) for colour in (*found, GREY)]))
    distances = np.linalg.norm(lab[:, None] - taken, axis=2).min(axis=1)
    while len(found) < n:
        furthest = int(distances.argmax())
        found.append(tuple(candidates[furthest].tolist()))
        to_it = np.linalg.norm(lab - lab[furthest], axis=1)
        distances = np.minimum(distances, to_it)
    return found


def to_lab(colours: np.ndarray) -> np.ndarray:
    """Turn colours from sRGB, in 0 to 1, into CIELAB, both (n_colours, 3)."""
    # sRGB to linear light.
    linear = np.where(
        colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4
    )
    # Light to CIE XYZ, white being 1.
    xyz = linear @ _TO_XYZ.T
    # XYZ to lightness, green to red, blue to yellow.
    bent = np.where(xyz > _BEND**3, np.cbrt(xyz), xyz / (3 * _BEND**2) + 4 / 29)
    x, y, z = bent.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)
