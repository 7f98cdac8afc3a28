"""How the displays look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ..._utils.optional import require


def axes(ax: Any, what: str, figsize: tuple[float, float] | None = None) -> Any:
    """Give the axes to draw on: those given, or new ones, of so many inches."""
    pyplot = require("matplotlib.pyplot", extra="evaluation", what=what)
    if ax is None:
        _, ax = pyplot.subplots(layout="constrained", figsize=figsize)
    ax.grid(alpha=0.3)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def band(
    ax: Any,
    values: Mapping[Any, np.ndarray],
    label: str,
    line_kw: Mapping[str, Any] | None = None,
    fill_between_kw: Mapping[str, Any] | None = None,
) -> Any:
    """Draw means of draws as a line, and a standard deviation to either side."""
    x = sorted(values)
    means = np.array([values[key].mean() for key in x])
    deviations = np.array([values[key].std() for key in x])
    line_kw = {"marker": "o", "markersize": 4, "label": label, **(line_kw or {})}
    (line,) = ax.plot(x, means, **line_kw)
    fill = {"color": line.get_color(), "alpha": 0.15, "linewidth": 0}
    ax.fill_between(
        x, means - deviations, means + deviations, **fill | dict(fill_between_kw or {})
    )
    return line


def size_axis(ax: Any, sizes: Iterable[int]) -> None:
    """Make the x axis one of numbers of labels, on a logarithmic scale."""
    ax.set(xscale="log", xlabel="number of labels")
    ax.set_xticks(sorted(sizes), [f"{size:,}" for size in sorted(sizes)])
    ax.minorticks_off()


def legend(ax: Any) -> None:
    """Name the lines, if there are any."""
    if ax.get_legend_handles_labels()[0]:
        ax.legend(frameon=False, fontsize="small")
