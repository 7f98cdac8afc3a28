"""Compare settings of Prod2Vec and MetaProd2Vec: what their defaults rest on.

    python examples/choosing_item_defaults.py PATH

PATH is the folder of Instacart (see `instacart.py`). 30,000 baskets; of the products
ordered 20 times or more, is the reorder rate above the median? 1,000 and 5,000 labels,
three draws each, five nearest neighbours; the test part is not looked at.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from downstream import print_machine, split
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

from sklearn_prodemb import Sessions
from sklearn_prodemb.baselines import MetaProd2Vec, Prod2Vec

N_BASKETS = 30_000
SIZES = [1000, 5000]
N_DRAWS = 3
COMMON = {"handle_unknown": "ignore", "random_state": 0}
SETTINGS = {
    "Prod2Vec": Prod2Vec(),
    "max_session_length=None": Prod2Vec(max_session_length=None),
    "subsample=1e-3": Prod2Vec(subsample=1e-3),
    "max_epochs=5": Prod2Vec(max_epochs=5),
    "max_epochs=20": Prod2Vec(max_epochs=20),
    "learning_rate=0.03": Prod2Vec(learning_rate=0.03),
    "learning_rate=0.3": Prod2Vec(learning_rate=0.3),
    "embedding_dim=32": Prod2Vec(embedding_dim=32),
    "embedding_dim=128": Prod2Vec(embedding_dim=128),
    "n_negatives=20": Prod2Vec(n_negatives=20),
    "MetaProd2Vec": MetaProd2Vec(normalizer="en"),
    "metadata_weight=0.3": MetaProd2Vec(normalizer="en", metadata_weight=0.3),
}


def read(folder):
    """Sessions, and the ids and labels of the task."""
    products = pd.read_parquet(folder / "products.parquet").sort_values("product_id")
    baskets = pd.read_parquet(folder / "sessions.parquet")
    numbers = baskets["session_id"].unique()
    chosen = np.random.default_rng(0).choice(numbers, N_BASKETS, replace=False)
    sessions = Sessions.from_frame(
        baskets[baskets["session_id"].isin(chosen)].merge(products, on="product_id"),
        session="session_id",
        title="title",
        category="aisle",
        product="product_id",
    )
    often = products[products["n_orders"] >= 20]
    y = (often["reorder_rate"] > often["reorder_rate"].median()).to_numpy()
    return sessions, often["product_id"].to_numpy(), y


def score(vectors, y, size):
    """Give the validation AUC ROC, mean over the draws."""
    train, validation, _ = split(len(y))
    values = []
    for draw in range(N_DRAWS):
        rows = np.random.default_rng(draw).choice(train, size, replace=False)
        knn = KNeighborsClassifier(5).fit(vectors[rows], y[rows])
        positive = knn.predict_proba(vectors[validation])[:, 1]
        values.append(roc_auc_score(y[validation], positive))
    return np.mean(values)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    sessions, ids, y = read(parser.parse_args().folder)
    print_machine()
    print(sessions)
    print(f"\n| setting | CPU s | {' | '.join(f'{s:,}' for s in SIZES)} |")
    print("| --- |" + " --- |" * (1 + len(SIZES)), flush=True)
    for setting, model in SETTINGS.items():
        started = time.process_time()
        model.set_params(**COMMON).fit(sessions)
        seconds = time.process_time() - started
        cells = [f"{score(model.transform(ids), y, size):.3f}" for size in SIZES]
        print(f"| {setting} | {seconds:.0f} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
