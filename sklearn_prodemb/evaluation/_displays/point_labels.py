"""Texts beside some points of a scatter plot, none upon another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.cluster import KMeans

from ..._utils.optional import require

_LONGEST = 30
# Points of a cluster that are tried, those next to its centre.
_N_TRIED = 15
_DISTANCE = 4


def label_points(
    ax: Any,
    positions: np.ndarray,
    texts: Sequence[str],
    n: int,
    text_kw: Mapping[str, Any] | None = None,
) -> dict[int, Any]:
    """Write texts beside points that stand for those around them.

    The points are cut into clusters by k-means; of each, the largest first, the point
    next to its centre gets its text where there is room, or the next one.

    Parameters
    ----------
    ax : matplotlib Axes
        The axes, with all else drawn: their place in the figure is final.
    positions : ndarray of float, shape (n_points, 2)
        The points.
    texts : sequence of str, of length n_points
        Their texts; long ones are cut.
    n : int
        How many texts; fewer, if there is no room.
    text_kw : dict or None, default=None
        Passed to `Axes.annotate`.

    Returns
    -------
    labels : dict of int to matplotlib Annotation
        The texts, by the number of the point.
    """
    matplotlib = require("matplotlib", extra="evaluation", what="A display")
    # The layout tells where things are.
    ax.figure.figure.draw_without_rendering()
    frame = ax.get_window_extent()
    labels: dict[int, Any] = {}
    boxes: list[Any] = []
    for candidates in _clusters(positions, n):
        for point in candidates:
            label = _write(ax, positions[point], texts[point], frame, boxes, text_kw)
            if label is not None:
                labels[point] = label
                boxes.append(label.get_window_extent())
                break
    # A ring around a point says whose the text is.
    ax.scatter(
        *positions[[*labels]].T,
        s=16,
        facecolors="none",
        edgecolors=matplotlib.rcParams["text.color"],
        linewidths=0.8,
        zorder=2.5,
    )
    return labels


def _clusters(positions: np.ndarray, n: int) -> Iterator[list[int]]:
    """Give some points of each cluster, from its centre on; large clusters first."""
    distinct, counts = np.unique(positions, axis=0, return_counts=True)
    if not n or not len(distinct):
        return
    means = KMeans(min(n, len(distinct)), n_init=1, random_state=0)
    means.set_output(transform="default").fit(distinct, sample_weight=counts)
    nearest = means.predict(positions)
    sizes = np.bincount(nearest, minlength=means.n_clusters)
    for cluster in np.argsort(-sizes, kind="stable"):
        points = np.flatnonzero(nearest == cluster)
        away = np.linalg.norm(
            positions[points] - means.cluster_centers_[cluster], axis=1
        )
        yield points[np.argsort(away, kind="stable")[:_N_TRIED]].tolist()


def _write(
    ax: Any,
    place: np.ndarray,
    text: str,
    frame: Any,
    taken: list[Any],
    text_kw: Mapping[str, Any] | None,
) -> Any:
    """Write a text on either side of a point; None if there is no room."""
    from matplotlib.patheffects import withStroke

    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
    for side, align in ((1, "left"), (-1, "right")):
        kwargs = {
            "xytext": (side * _DISTANCE, 0),
            "textcoords": "offset points",
            "ha": align,
            "va": "center",
            "fontsize": "x-small",
            "path_effects": [withStroke(linewidth=2, foreground=ax.get_facecolor())],
            "parse_math": False,
            **(text_kw or {}),
        }
        label = ax.annotate(short, place, **kwargs)
        # The layout goes by what was drawn before.
        label.set_in_layout(False)
        box = label.get_window_extent()
        inside = frame.x0 <= box.x0 and box.x1 <= frame.x1
        if inside and not any(box.overlaps(other) for other in taken):
            return label
        label.remove()
    return None
