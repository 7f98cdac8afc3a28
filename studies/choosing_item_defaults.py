"""Compare settings of Prod2Vec and MetaProd2Vec: what their defaults rest on.

    python studies/choosing_item_defaults.py FOLDER

FOLDER holds the corpora, see `corpora.py`. 30,000 baskets of Instacart; of the products
ordered 20 times or more, is the reorder rate above the median? 1,000 and 5,000 labels,
three draws each, five nearest neighbours; the test part is not looked at.
"""

import argparse
from pathlib import Path

from corpora import read
from sklearn.neighbors import KNeighborsClassifier
from study import on_vectors

from sklearn_prodemb import show_versions
from sklearn_prodemb.baselines import MetaProd2Vec, Prod2Vec
from sklearn_prodemb.evaluation import compare_models

N_BASKETS = 30_000
SIZES = [1000, 5000]
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    corpus = read("instacart", parser.parse_args().folder)
    share = N_BASKETS / corpus.sessions.n_sessions
    _, sessions = corpus.sessions.split(share, random_state=0)
    task = corpus.tasks["instacart-reorder"]
    show_versions()
    print(sessions)
    print(f"\n| setting | {' | '.join(f'{s:,}' for s in SIZES)} |")
    print("| --- |" + " --- |" * len(SIZES), flush=True)
    for setting, model in SETTINGS.items():
        model.set_params(**COMMON).fit(sessions)
        results = compare_models(
            {setting: on_vectors(model, KNeighborsClassifier(5))},
            {"": (task.products["product_id"], task.y, task.titles)},
            train_sizes=SIZES,
            n_draws=3,
            part="validation",
        )
        means = results.groupby("train_size")["score"].mean()
        cells = [f"{means[size]:.3f}" for size in SIZES]
        print(f"| {setting} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
