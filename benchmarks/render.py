"""Render what the benchmarks kept into `docs/benchmarks.md` and its plots.

python benchmarks/render.py
"""

import json
from pathlib import Path

import matplotlib
from side_by_side import RESULTS, describe, table

matplotlib.use("Agg")
from matplotlib import pyplot as plt

DOCS = Path(__file__).parent.parent / "docs"
SECTIONS = {
    "reading": "Reading a log",
    "transform": "Transform, raw strings to vectors",
    "latency": "One title, a thousand, and the first vector of a new process",
    "fitting": "Fit: the three embedders",
    "learning": "Fit: seconds to good vectors, and products of a session",
    "training_ratio": "Training compared with the plain way",
    "training_growth": "Training: products of a session",
    "training_time_in_sessions": "Training: number of sessions",
    "training_profile": "Training: where a step takes its time",
    "training_baskets": "Training: all of Instacart",
    "training_published": "Training: the published job",
    "memory": "Memory",
    "scaling": "Big logs",
    "spark": "Spark",
    "matching": "Product matching",
    "similar": "Similar products: exact and approximate search",
    "pictures": "Pictures",
    "products": "Matrix products of a training step",
}


def groups(rows):
    """Split rows at each change of their keys, for a table each."""
    result = []
    for row in rows:
        if not result or list(result[-1][0]) != list(row):
            result.append([])
        result[-1].append(row)
    return result


def transform_plot(rows, path):
    """Draw titles per second against batch size, a panel for each source."""
    rows = [row for row in rows if row["threads"] == 2]
    sources = list(dict.fromkeys(row["titles"] for row in rows))
    programs = list(dict.fromkeys(row["program"] for row in rows))
    figure, axes = plt.subplots(
        1,
        len(sources),
        figsize=(4.6 * len(sources), 3.8),
        layout="constrained",
        sharey=True,
        squeeze=False,
    )
    for ax, source in zip(axes[0], sources, strict=True):
        for program in programs:
            points = [
                (row["batch"], row["titles/s"])
                for row in rows
                if row["titles"] == source and row["program"] == program
            ]
            ours = program == "ours"
            ax.plot(
                *zip(*points, strict=True),
                marker="o",
                markersize=4,
                label="SpectralEmbedder" if ours else program,
                linewidth=2.5 if ours else 1.2,
                zorder=3 if ours else 2,
            )
        tokens = next(row["tokens"] for row in rows if row["titles"] == source)
        ax.set(
            title=f"{source}, {tokens} tokens a title",
            xlabel="titles a call",
            xscale="log",
            yscale="log",
        )
        ax.grid(alpha=0.3)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0, 0].set_ylabel("titles per second, 2 threads")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    figure.savefig(path, dpi=120)


def page():
    """Give the text of `docs/benchmarks.md`."""
    parts = [
        "# Benchmarks",
        "`python benchmarks/render.py` writes this page from `benchmarks/results/`. "
        "Each section has one command. Ours and the other programs took turns in one "
        'run, and figures are medians of five. "Ours" is `SpectralEmbedder` in '
        "transform, `ProductEmbedder` in fit and `TextCNNEmbedder` in training. "
        "[performance.md](performance.md) says what the figures mean.",
    ]
    for name, title in SECTIONS.items():
        path = RESULTS / f"{name}.json"
        if not path.exists():
            continue
        kept = json.loads(path.read_text())
        script = name.split("_")[0]
        part = name.removeprefix(script).lstrip("_")
        command = f"python benchmarks/{script}.py {part}".strip()
        about = f"`{command}`; {describe(kept['machine'])}."
        if "peak GiB" in kept["machine"]:
            about += f" Peak memory {kept['machine']['peak GiB']:.2f} GiB."
        parts += [f"## {title}", about]
        if name == "transform":
            parts.append("![Titles per second](images/transform.png)")
        parts += ["\n".join(table(group)) for group in groups(kept["rows"])]
    return "\n\n".join(parts) + "\n"


def main():
    (DOCS / "benchmarks.md").write_text(page())
    transform = json.loads((RESULTS / "transform.json").read_text())
    transform_plot(transform["rows"], DOCS / "images" / "transform.png")


if __name__ == "__main__":
    main()
