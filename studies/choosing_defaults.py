"""Compare optimisers and alphas of `TextCNNEmbedder` on validation parts.

    python studies/choosing_defaults.py FOLDER

FOLDER holds the corpora, see `corpora.py`. Two of them, two tasks each; the test parts
are not looked at.
"""

import argparse
from pathlib import Path

import pandas as pd
from corpora import read
from study import TUNED, UNTRAINED, on_vectors

from sklearn_prodemb import TextCNNEmbedder, show_versions
from sklearn_prodemb.evaluation import compare_models

SIZES = [100, 500, 1000, 5000]
SETTINGS = {
    "SGD 0.45, alpha 0.9 (published)": {},
    "SGD 7.2, alpha 0.9 (scaled literally)": {"learning_rate": 7.2},
    "SGD 0.45, alpha 0.5": {"alpha": 0.5},
    "AdamW 0.001, alpha 0.9": {**TUNED, "alpha": 0.9},
    "AdamW 0.001, alpha 0.5": {**TUNED, "alpha": 0.5},
    "AdamW 0.001, alpha 0.1": {**TUNED, "alpha": 0.1},
    "untrained": UNTRAINED,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    show_versions()
    corpora = [read(name, folder) for name in ("instacart", "hm")]
    tasks = [task for corpus in corpora for task in corpus.tasks]
    columns = [*tasks, "mean"]
    print(f"\nValidation AUC ROC, mean over {SIZES} labels and five draws\n")
    print(f"| setting | {' | '.join(columns)} |")
    print("| --- |" + " --- |" * len(columns), flush=True)
    for setting, params in SETTINGS.items():
        parts = []
        for corpus in corpora:
            embedder = TextCNNEmbedder(
                normalizer=corpus.normalizer, random_state=0, **params
            )
            models = {setting: on_vectors(embedder.fit(corpus.sessions))}
            by_task = {name: (t.titles, t.y) for name, t in corpus.tasks.items()}
            parts.append(
                compare_models(models, by_task, train_sizes=SIZES, part="validation")
            )
        scores = pd.concat(parts).groupby(["task", "train_size"])["score"].mean()
        means = scores.groupby("task").mean()[tasks].tolist()
        cells = [f"{m:.3f}" for m in (*means, sum(means) / len(means))]
        print(f"| {setting} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
