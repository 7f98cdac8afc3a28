"""Render `studies/results/` into the tables of the docs and the figures.

    python studies/render.py

A table stands between `<!-- table NAME -->` and `<!-- end -->`; the words around it are
written by hand.
"""

import json
import re
from pathlib import Path

import matplotlib
import pandas as pd
from aligning import table as aligning_table
from choosing_normalizer import table as normalizer_table
from choosing_predictions import table as predictions_table
from choosing_vectors import table as choices_table
from clicks import table as clicks_table
from damaged_files import table as damaged_files_table
from matching import table as matching_table
from multimodal import table as multimodal_table
from product_ids import table as product_ids_table
from similar_products import table as similar_products_table
from sub_lengths import table as sub_lengths_table

matplotlib.use("Agg")
from matplotlib import pyplot as plt

from sklearn_prodemb.evaluation import AlphaDisplay, TrainSizeDisplay

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "studies" / "results"
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md"]
PAGES += [
    DOCS / f"{name}.md"
    for name in (
        "choosing",
        "matching",
        "method",
        "multimodal",
        "refitting",
        "reliability",
        "results",
        "similar_products",
    )
]
IMAGES = DOCS / "images"
ERROR = "error of the mean"
COLD = {
    "100": ("size == 100", "score"),
    "1,000": ("size == 1000", "score"),
    ERROR: ("size == 1000 and draw == 0", "error"),
    "AUC ROC": ("task == 'retrieval'", "score"),
}
TYPOS = {
    f"{size:,}, {kind}": (f"size == {size} and titles == '{kind}'", "score")
    for size in (100, 1_000)
    for kind in ("clean", "typo")
}
TABLE = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
OURS, UNTRAINED = "ProductEmbedder", "untrained encoder"
# In the order of tables and legends: ours, the published method, all others.
STYLES = {
    OURS: {"color": "black", "linewidth": 2.8},
    "ProductEmbedder + TF-IDF": {"color": "black", "linestyle": "--"},
    "SpectralEmbedder": {"color": "C4"},
    "SpectralEmbedder + TF-IDF": {"color": "C4", "linestyle": "--"},
    "TextCNNEmbedder": {"color": "C7"},
    "TextCNNEmbedder, AdamW": {"color": "C7", "linestyle": "--"},
    UNTRAINED: {"color": "C7", "linestyle": ":"},
    "bag of words": {"color": "C0"},
    "TF-IDF": {"color": "C9"},
    "TF-IDF + SVD": {"color": "C2"},
    "TF-IDF of characters": {"color": "C9", "linestyle": ":"},
    "TF-IDF of words and characters": {"color": "C9", "linestyle": "--"},
    "TF-IDF of characters + SVD": {"color": "C2", "linestyle": ":"},
    "fastText": {"color": "C8"},
    "Text CNN": {"color": "C5"},
    "MiniLM": {"color": "C6"},
    "Prod2Vec + 5-NN": {"color": "C1"},
    "MetaProd2Vec + 5-NN": {"color": "C3"},
}
HEADLINE = (
    OURS,
    "SpectralEmbedder",
    "TF-IDF of words and characters",
    "fastText",
    "MiniLM",
    "MetaProd2Vec + 5-NN",
    "TextCNNEmbedder",
)
HEADLINE_SIZES = (100, 1_000)
WITHOUT_SESSIONS = ("meli-free-shipping",)


def scores(part):
    """Give the scores of all corpora."""
    files = sorted(RESULTS.glob(f"{part}*.csv"))
    found = pd.concat([pd.read_csv(file) for file in files], ignore_index=True)
    if part != "baselines":
        return found
    places = found["model"].map(list(STYLES).index)
    tasks = found["task"].map(found["task"].unique().tolist().index)
    return found.assign(place=places, of=tasks).sort_values(["of", "place"])


def rows_of(name):
    """Give the rows that a study keeps as JSON."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def score_table(results):
    """Give mean and standard deviation over the draws, the best mean in bold."""
    grouped = results.groupby(["task", "model", "train_size"], sort=False)["score"]
    means, deviations = grouped.mean().unstack(), grouped.std(ddof=0).unstack()
    best = means.round(3).groupby("task").max()
    lines = [
        f"| task | model | {' | '.join(f'{size:,}' for size in means)} |",
        "| --- | --- |" + " --- |" * len(means.columns),
    ]
    for task, model in means.index:
        cells = []
        for size in means:
            mean, deviation = means[size][task, model], deviations[size][task, model]
            text = f"{mean:.3f}"
            if round(mean, 3) == best[size][task]:
                text = f"**{text}**"
            cells.append("" if mean != mean else f"{text} ± {deviation:.3f}")
        lines.append(f"| {task} | {model} | {' | '.join(cells)} |")
    return "\n".join(lines)


def headline_table(results):
    """Give the means over the tasks with sessions, and over those without."""
    results = results[results["train_size"].isin(HEADLINE_SIZES)]
    alone = results["task"].isin(WITHOUT_SESSIONS)
    columns = {}
    for kind, rows in (("sessions", results[~alone]), ("listings", results[alone])):
        by_task = rows.pivot_table("score", ["model", "train_size"], "task")
        # A mean over fewer tasks would not compare.
        means = by_task.mean(axis=1, skipna=False).unstack().reindex(HEADLINE)
        for size in HEADLINE_SIZES:
            columns[f"{kind}, {size:,} labels"] = means[size].round(3)
    means = pd.DataFrame(columns)
    lines = [
        f"| model | {' | '.join(means)} |",
        "| --- |" + " --- |" * len(means.columns),
    ]
    for model, row in means.iterrows():
        cells = [
            "" if v != v else f"**{v:.3f}**" if v == best else f"{v:.3f}"
            for v, best in zip(row, means.max(), strict=True)
        ]
        lines.append(f"| {model} | {' | '.join(cells)} |")
    return "\n".join(lines)


def seed_table(results):
    """Give means over the draws by training seed, and how far they lie apart."""
    named = results["model"].str.partition("seed")[0].str.strip()
    results = results.assign(embedder=named.replace("", "SpectralEmbedder"))
    keys = ["task", "embedder", "train_size"]
    grouped = (
        results.groupby([*keys, "model"], sort=False)["score"].mean().groupby(keys)
    )
    mean, deviation = grouped.mean().unstack(), grouped.std(ddof=0).unstack()
    lines = [
        f"| task | model | {' | '.join(f'{size:,}' for size in mean)} |",
        "| --- |" + " --- |" * (1 + len(mean.columns)),
    ]
    for row in mean.index:
        cells = [
            f"{mean[size][row]:.3f} ± {deviation[size][row]:.4f}"
            if mean[size][row] == mean[size][row]
            else ""
            for size in mean
        ]
        lines.append(f"| {' | '.join([*row, *cells])} |")
    return "\n".join(lines)


def retrieval_table():
    """Give the retrieval scores of each corpus."""
    lines = ["| corpus | model | AUC ROC | recall@10 | MRR |", "| --- |" + " --- |" * 4]
    for file in sorted(RESULTS.glob("retrieval-*.csv")):
        corpus = file.stem.partition("-")[2]
        rows = pd.read_csv(file)
        for row in rows.itertuples(index=False):
            values = [
                f"**{value:.3f}**" if value == best else f"{value:.3f}"
                for value, best in zip(row[1:], rows.iloc[:, 1:].max(), strict=True)
            ]
            lines.append(f"| {corpus} | {row[0]} | {' | '.join(values)} |")
    return "\n".join(lines)


def new_titles_table(part, columns):
    """Give the means over seeds and draws, a row a task and model, the best in bold.

    `columns` says for each column how to select its rows.
    """
    lines = [
        f"| task | model | {' | '.join(columns)} |",
        "| --- | --- |" + " --- |" * len(columns),
    ]
    for file in sorted(RESULTS.glob(f"{part}-*.csv")):
        rows = pd.read_csv(file)
        for task, of_task in rows.groupby("task", sort=False):
            means = pd.DataFrame(
                {
                    name: of_task.query(query)
                    .groupby("model", sort=False)[value]
                    .mean()
                    for name, (query, value) in columns.items()
                }
            ).reindex(of_task["model"].unique())
            best = means.round(3).max()
            if task == "retrieval":
                task = f"retrieval, {file.stem.partition('-')[2]}"
            for model, row in means.iterrows():
                cells = [
                    ""
                    if value != value
                    else f"**{value:.3f}**"
                    if round(value, 3) == best[name] and name != ERROR
                    else f"{value:.3f}"
                    for name, value in row.items()
                ]
                lines.append(f"| {task} | {model} | {' | '.join(cells)} |")
    return "\n".join(lines)


def panels(results, draw, path, n_columns=2):
    """Draw a panel a task, with one legend, and save them."""
    tasks = results["task"].unique()
    n_rows = -(-len(tasks) // n_columns)
    figure, axes = plt.subplots(
        n_rows, n_columns, figsize=(11, 3.6 * n_rows + 0.8), layout="constrained"
    )
    for ax, task in zip(axes.flat, tasks, strict=False):
        draw(task, ax)
        ax.get_legend().remove()
        ax.tick_params(axis="x", labelsize=8)
    for ax in axes.flat[len(tasks) :]:
        ax.set_axis_off()
    # Tasks differ in the models and sizes that they have.
    named = {}
    for ax in axes.flat[: len(tasks)]:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            named.setdefault(label, handle)
    figure.legend(
        named.values(), named, loc="outside lower center", ncols=4, frameon=False
    )
    figure.savefig(path, dpi=110)


def tables():
    """Give the text of each table, by name."""
    return {
        "headline": headline_table(scores("baselines")),
        "choices": choices_table(scores("choices")),
        "predictions": predictions_table(scores("predictions")),
        "normalizer": normalizer_table(scores("normalizer")),
        "clicks": clicks_table(pd.read_csv(RESULTS / "clicks.csv")),
        "matching": matching_table(pd.read_csv(RESULTS / "matching.csv")),
        "product_ids": product_ids_table(rows_of("product_ids")),
        "multimodal": multimodal_table(pd.read_csv(RESULTS / "multimodal.csv")),
        "alpha": score_table(scores("alpha")),
        "baselines": score_table(scores("baselines")),
        "seeds": seed_table(scores("seeds")),
        "retrieval": retrieval_table(),
        "cold": new_titles_table("cold", COLD),
        "damaged_files": damaged_files_table(),
        "aligning": aligning_table(rows_of("aligning")),
        "sub_lengths": sub_lengths_table(rows_of("sub_lengths")),
        "similar_products": similar_products_table(
            pd.read_csv(RESULTS / "similar_products.csv")
        ),
        "typos": new_titles_table("typos", TYPOS),
    }


def page(text):
    """Give the page with its tables written anew."""
    found = tables()
    return TABLE.sub(lambda m: f"{m[1]}\n{found[m[2]]}\n\n{m[3]}", text)


def main():
    alpha, baselines = scores("alpha"), scores("baselines")
    alphas = {m: float(m.split()[1]) for m in alpha["model"].unique() if "alpha" in m}

    def draw_alpha(task, ax):
        AlphaDisplay.from_results(
            alpha[alpha["train_size"].isin([100, 1_000, 10_000])],
            alphas=alphas,
            baseline=UNTRAINED,
            task=task,
            ax=ax,
        )

    def draw_baselines(task, ax):
        display = TrainSizeDisplay.from_results(baselines, task=task, ax=ax)
        # Each model looks the same in all panels.
        for fill, (model, line) in zip(
            ax.collections, display.lines_.items(), strict=True
        ):
            line.set(**{"linewidth": 1.3, **STYLES[model]})
            line.set_zorder(3 if model == OURS else 2)
            fill.set_color(STYLES[model]["color"])
            fill.set_alpha(0.06)

    panels(alpha, draw_alpha, IMAGES / "alpha.png")
    panels(baselines, draw_baselines, IMAGES / "baselines.png")
    for path in PAGES:
        path.write_text(page(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
