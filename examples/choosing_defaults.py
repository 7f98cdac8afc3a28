"""Compare optimisers and alphas on validation parts: what the defaults rest on.

    python examples/choosing_defaults.py PATH

PATH is a folder with `instacart/` (see `instacart.py`) and `hm/` (`sessions.parquet`:
session_id, product_id; `products.parquet`: product_id, title, product_type,
index_group). Two corpora, two tasks each; the test parts are not looked at.
"""

import argparse
from pathlib import Path

import instacart
import pandas as pd
from downstream import on_vectors, print_machine

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb.evaluation import compare_models

SIZES = [100, 500, 1000, 5000]
SGD = {"optimizer": "sgd", "learning_rate": 0.45}
ADAMW = {"optimizer": "adamw", "learning_rate": 1e-3}
SETTINGS = {
    "SGD 0.45, alpha 0.9 (published)": {**SGD, "alpha": 0.9},
    "SGD 7.2, alpha 0.9 (scaled literally)": {
        **SGD,
        "alpha": 0.9,
        "learning_rate": 7.2,
    },
    "SGD 0.45, alpha 0.5": {**SGD, "alpha": 0.5},
    "AdamW 0.001, alpha 0.9": {**ADAMW, "alpha": 0.9},
    "AdamW 0.001, alpha 0.5": {**ADAMW, "alpha": 0.5},
    "AdamW 0.001, alpha 0.1": {**ADAMW, "alpha": 0.1},
    "untrained": {"max_epochs": 0},
}


def read_hm(folder):
    """Sessions, and {task: (titles, labels)}."""
    products = pd.read_parquet(folder / "products.parquet").sort_values("product_id")
    baskets = pd.read_parquet(folder / "sessions.parquet")
    sessions = Sessions.from_frame(
        baskets.merge(products, on="product_id"),
        session="session_id",
        title="title",
        category="product_type",
    )
    groups = products["index_group"]
    return sessions, {
        "hm-menswear": instacart.labels_by_title(products, groups == "Menswear"),
        "hm-children": instacart.labels_by_title(products, groups == "Baby/Children"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    print_machine()
    corpora = [
        instacart.read(folder / "instacart", limit=None),
        read_hm(folder / "hm"),
    ]
    tasks = [task for _, by_task in corpora for task in by_task]
    columns = [*tasks, "mean"]
    print(f"\nValidation AUC ROC, mean over {SIZES} labels and five draws\n")
    print(f"| setting | {' | '.join(columns)} |")
    print("| --- |" + " --- |" * len(columns), flush=True)
    for setting, params in SETTINGS.items():
        parts = []
        for sessions, by_task in corpora:
            embedder = ProductEmbedder(normalizer="en", random_state=0, **params)
            model = on_vectors(embedder.fit(sessions))
            parts.append(
                compare_models(
                    {setting: model}, by_task, train_sizes=SIZES, part="validation"
                )
            )
        scores = pd.concat(parts).groupby(["task", "train_size"])["score"].mean()
        means = scores.groupby("task").mean()[tasks].tolist()
        cells = [f"{m:.3f}" for m in (*means, sum(means) / len(means))]
        print(f"| {setting} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
