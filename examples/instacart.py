"""Train on the real baskets of Instacart and score two downstream tasks.

    python examples/instacart.py PATH [--plot FILE] [--limit N]

PATH is a folder with `sessions.parquet` (session_id, product_id) and `products.parquet`
(product_id, title, aisle, department, n_orders, reorder_rate). These are purchases, not
browsing: no public set of browsing sessions with titles could be had.

Tasks, on distinct titles (majority label of the products that share one):

- instacart-reorder: of the products ordered 20 times or more, is the reorder rate above
  the median?
- instacart-restricted: is it alcohol? It stands in for forbidden products; such
  products have no category in training.
"""

import argparse
from pathlib import Path

import pandas as pd
from downstream import Timer, compare, print_machine

from sklearn_prodemb import ProductEmbedder, Sessions

SIZES = [100, 500, 1000, 5000, 10_000]


def read(folder, limit):
    """Sessions, and {task: (titles, labels)}."""
    products = pd.read_parquet(folder / "products.parquet").sort_values("product_id")
    restricted = products["department"] == "alcohol"
    products["category"] = products["aisle"].mask(restricted)
    baskets = pd.read_parquet(folder / "sessions.parquet")
    if limit is not None:
        baskets = baskets[baskets["session_id"] < limit]
    frame = baskets.merge(products, on="product_id")
    sessions = Sessions.from_frame(
        frame, session="session_id", title="title", category="category"
    )
    often = products[products["n_orders"] >= 20]
    tasks = {
        "instacart-reorder": labels_by_title(
            often, often["reorder_rate"] > often["reorder_rate"].median()
        ),
        "instacart-restricted": labels_by_title(products, restricted),
    }
    return sessions, tasks


def labels_by_title(products, label):
    """Distinct titles, and the majority label of the products that share one."""
    means = label.groupby(products["title"], sort=False).mean()
    return means.index.tolist(), (means > 0.5).to_numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plot", type=Path, default=Path("instacart.png"))
    parser.add_argument("--limit", type=int, help="only the first so many baskets")
    arguments = parser.parse_args()

    print_machine()
    with Timer() as reading:
        sessions, tasks = read(arguments.folder, arguments.limit)
    print(f"{sessions}, read in {reading.seconds:.0f} s")

    params = {"normalizer": "en", "random_state": 0}
    embedder = ProductEmbedder(**params, verbose=True)
    with Timer() as training:
        embedder.fit(sessions)
    print(
        f"one epoch over {embedder.n_pairs_:,} pairs in {training.seconds:.0f} s, "
        f"tokenizer included: {embedder.n_pairs_ / training.seconds:,.0f} pairs/s"
    )
    untrained = ProductEmbedder(**params, max_epochs=0).fit(sessions)

    titles = pd.unique(pd.Series([t for names, _ in tasks.values() for t in names]))
    with Timer() as embedding:
        embedder.transform(titles)
    print(
        f"transform: {len(titles):,} titles in {embedding.seconds:.2f} s, "
        f"{len(titles) / embedding.seconds:,.0f} titles/s\n"
    )

    compare(
        tasks,
        untrained,
        embedder,
        SIZES,
        arguments.plot,
        "Instacart baskets: test AUC ROC against labels",
    )


if __name__ == "__main__":
    main()
