"""Draw `docs/images/shortcuts.png`: the two exact shortcuts in one picture.

python benchmarks/draw_shortcuts.py
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.patches import FancyArrowPatch, Rectangle

PATH = Path(__file__).parent.parent / "docs" / "images" / "shortcuts.png"
BLUE, ORANGE, GREEN, GREY = "#4c78a8", "#f58518", "#54a24b", "#d8d8d8"


def box(ax, x, y, width, height, fill, text=None, **kwargs):
    ax.add_patch(Rectangle((x, y), width, height, fc=fill, ec="white", lw=1.2))
    if text is not None:
        ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", **kwargs)


def all_pairs(ax):
    n = 5
    ax.set_title("All pairs of a session in linear time", loc="left", weight="bold")
    for i in range(n):
        for j in range(n):
            box(ax, j, n - 1 - i, 1, 1, GREY if i == j else BLUE)
        ax.text(-0.2, n - 0.5 - i, f"$q_{i + 1}$", ha="right", va="center")
        ax.text(i + 0.5, n + 0.2, f"$z'_{i + 1}$", ha="center", va="bottom")
    ax.text(
        n / 2,
        -0.5,
        "n (n - 1) cosines of n products",
        ha="center",
        va="top",
    )
    ax.text(n + 0.55, n / 2, "=", fontsize=18, va="center", ha="center")
    x = n + 1.2
    for i in range(n):
        box(ax, x, i, 0.8, 1, BLUE)
        box(ax, x + 2.1, i, 0.8, 1, BLUE)
    ax.text(x + 0.4, n + 0.2, r"$\Sigma q_i$", ha="center")
    ax.text(x + 2.5, n + 0.2, r"$\Sigma z'_j$", ha="center")
    ax.text(x + 1.45, n / 2, "·", fontsize=24, va="center", ha="center")
    ax.text(x + 3.55, n / 2, "-", fontsize=22, va="center", ha="center")
    for i in range(n):
        box(ax, x + 4.2, i, 0.8, 1, GREY)
    ax.text(x + 4.6, n + 0.2, r"$\Sigma q_i \cdot z'_i$", ha="center")
    ax.text(x + 2.5, -0.5, "two sums, n products", ha="center", va="top")
    ax.set(xlim=(-0.9, x + 5.6), ylim=(-1.3, n + 1.2))


def folded(ax):
    ax.set_title(
        "A convolution over tokens is a sum of table rows", loc="left", weight="bold"
    )
    tokens = ["funda", "iphone", "12", "silicona"]
    for i, token in enumerate(tokens):
        box(ax, 0, 4 - i, 2.2, 0.8, GREY, token)
    ax.text(1.1, 5.1, "title", ha="center")
    x = 4
    rows = ["12", "carpa", "funda", "iphone", "mate", "silicona"]
    for i, token in enumerate(rows):
        y = 4.6 - 0.95 * i
        for block, color in enumerate((BLUE, ORANGE, GREEN)):
            used = {"funda": 0, "iphone": 1, "12": 2}.get(token) == block
            box(ax, x + 2 * block, y, 1.9, 0.8, color if used else "#eeeeee")
        ax.text(x - 0.15, y + 0.4, token, ha="right", va="center", fontsize=8)
    for block in range(3):
        ax.text(x + 2 * block + 0.95, 5.6, f"$W_{block}\\,E$", ha="center")
    ax.text(
        x + 3,
        -1.0,
        "folded table: each distinct token\ntimes each offset's filters, once",
        ha="center",
        va="top",
    )
    ax.add_patch(
        FancyArrowPatch(
            (x + 6.1, 2.4), (x + 7.2, 2.4), arrowstyle="-|>", mutation_scale=14, lw=1.4
        )
    )
    z = x + 7.5
    for i, (color, token) in enumerate(
        ((BLUE, "funda"), (ORANGE, "iphone"), (GREEN, "12"))
    ):
        box(ax, z, 3.4 - 1.2 * i, 1.9, 0.8, color, token, color="white", fontsize=8)
        if i < 2:
            ax.text(z + 0.95, 3.2 - 1.2 * i, "+", ha="center", va="center")
    ax.text(
        z + 0.95,
        -1.0,
        "window 1;\nmaximum over windows",
        ha="center",
        va="top",
    )
    ax.set(xlim=(-0.4, z + 2.6), ylim=(-2.2, 6.4))


def main():
    figure, axes = plt.subplots(
        1, 2, figsize=(12, 3.9), layout="constrained", width_ratios=(1, 1.25)
    )
    for ax, draw in zip(axes, (all_pairs, folded), strict=True):
        ax.axis("off")
        draw(ax)
    figure.savefig(PATH, dpi=120)
    print(f"Saved {PATH.name}.")


if __name__ == "__main__":
    main()
