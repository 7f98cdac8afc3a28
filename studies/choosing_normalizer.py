"""Compare normalizers on titles of two languages, on validation parts.

    python studies/choosing_normalizer.py FOLDER [--corpus NAME]
    python studies/choosing_normalizer.py --table

FOLDER holds the corpora, see `corpora.py`: three of them are English, one is Spanish.
Each embedder is fitted with each normalizer, and scored on the validation part with
labels drawn 20 times; test parts are not looked at. All runs go to
`studies/results/normalizer.csv`; what was stopped goes on where it stood. `--table`
prints the means, and the difference of "basic" to "es" with its standard error over
seeds and draws.
"""

import numpy as np
import pandas as pd
from corpora import CORPORA, read
from scored import ask
from study import RESULTS, fit_head, product, score_head, spectral

from sklearn_prodemb.evaluation import TrainSizeSplit

NORMALIZERS = ("es", "en", "basic")
SIZES, N_DRAWS = (100, 1_000), 20
EMBEDDERS = {
    "SpectralEmbedder": (spectral, (0, 1)),
    "ProductEmbedder": (product, (0,)),
}
PATH = RESULTS / "normalizer.csv"


def run(corpus_name, folder):
    corpus = read(corpus_name, folder)
    rows = pd.read_csv(PATH).to_dict("records") if PATH.exists() else []
    done = {
        (row["corpus"], row["model"], row["seed"], row["normalizer"]) for row in rows
    }
    for model, (make, seeds) in EMBEDDERS.items():
        for seed in seeds:
            for normalizer in NORMALIZERS:
                if (corpus_name, model, seed, normalizer) in done:
                    continue
                params = {"random_state": seed, "memory": None}
                embedder = make(corpus, normalizer=normalizer, **params)
                about = {"corpus": corpus_name, "model": model, "seed": seed}
                about["normalizer"] = normalizer
                for name, task in corpus.tasks.items():
                    found = score(embedder.transform(task.titles), task)
                    rows += [{**about, "task": name, **row} for row in found]
                pd.DataFrame(rows).to_csv(PATH, index=False, float_format="%.6g")
                print(about, flush=True)


def score(vectors, task):
    """Give a row for each number of labels and draw."""
    splitter = TrainSizeSplit(SIZES, n_draws=N_DRAWS, part="validation")
    for size, draw, train, held_out in splitter.draws(task.titles):
        head = fit_head(vectors[train], task.y[train])
        found = score_head(head, vectors[held_out], task.y[held_out])
        yield {"size": size, "draw": draw, "score": found}


def table(rows):
    """Give a row for each task and embedder."""
    keys = ["task", "model", "size"]
    runs = rows.pivot_table("score", [*keys, "seed", "draw"], "normalizer", sort=False)
    difference = "basic - es"
    runs[difference] = runs["basic"] - runs["es"]
    means = runs.groupby(keys, sort=False).mean()
    # Seeds see the same draws: a draw's mean over seeds is one observation.
    by_draw = runs[difference].groupby([*keys, "draw"], sort=False).mean()
    errors = by_draw.groupby(keys, sort=False).std() / np.sqrt(N_DRAWS)
    names = [
        f"{size:,}: {name}" for size in SIZES for name in (*NORMALIZERS, difference)
    ]
    lines = [
        f"| task | embedder | {' | '.join(names)} |",
        "| --- |" + " --- |" * (len(names) + 1),
    ]
    for task, model in means.index.droplevel("size").unique():
        cells = []
        for size in SIZES:
            row = means.loc[task, model, size]
            cells += [f"{row[name]:.3f}" for name in NORMALIZERS]
            cells.append(f"{row[difference]:+.4f} ± {errors[task, model, size]:.4f}")
        lines.append(f"| {task} | {model} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    folder, corpora = ask(__doc__, CORPORA)
    for corpus_name in corpora:
        run(corpus_name, folder)
    if not corpora:
        print(table(pd.read_csv(PATH)))


if __name__ == "__main__":
    main()
