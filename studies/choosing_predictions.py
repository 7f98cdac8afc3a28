"""Compare ways to train ProductEmbedder's predictions, on validation parts only.

    python studies/choosing_predictions.py FOLDER [--corpus NAME]
    python studies/choosing_predictions.py --table

FOLDER holds the corpora, see `corpora.py`. A share of the titles is taken out of the
sessions; every setting is fitted on the others, and scored on the tasks' new titles of
the validation part with labels of known ones, and by session-mate retrieval among new
titles; test parts are not looked at. All runs go to `studies/results/predictions.csv`;
what was stopped goes on where it stood. `--table` prints the means.
"""

import pandas as pd
from corpora import read
from scored import ask
from study import (
    COLD_SHARE,
    N_QUERIES,
    RESULTS,
    fitted,
    product,
    score_cold,
)

from sklearn_prodemb import SpectralEmbedder
from sklearn_prodemb.evaluation import hold_out_titles, session_mate_retrieval

CORPORA = ("hm", "instacart", "online_retail")
SEEDS = (0, 1)
PATH = RESULTS / "predictions.csv"
SETTINGS = {
    "default": {},
    "max_epochs=0: the ridge regression alone": {"max_epochs": 0},
    "max_epochs=2": {"max_epochs": 2},
    "alpha=0.5": {"alpha": 0.5},
    "alpha=1: no categories": {"alpha": 1.0},
    "regression_weight=0: BYOL + CE alone": {"regression_weight": 0.0},
    "regression_weight=1000: next to no BYOL + CE": {"regression_weight": 1000.0},
    "early_stopping": {"early_stopping": True},
}


def run(corpus_name, folder):
    corpus = read(corpus_name, folder)
    rows = pd.read_csv(PATH).to_dict("records") if PATH.exists() else []
    done = {(row["corpus"], row["setting"], row["seed"]) for row in rows}
    for seed in SEEDS:
        known, new = hold_out_titles(corpus.sessions, COLD_SHARE, random_state=seed)
        models = {
            "SpectralEmbedder": lambda known=known: fitted(
                SpectralEmbedder, corpus, known, {}
            ),
            **{
                name: lambda params=params, known=known: product(
                    corpus, known, **params
                )
                for name, params in SETTINGS.items()
            },
        }
        for name, make in models.items():
            if (corpus_name, name, seed) in done:
                continue
            model = make()
            about = {"corpus": corpus_name, "setting": name, "seed": seed}
            for task_name, task in corpus.tasks.items():
                titles = {*known.titles}, {*new.titles}
                for row in score_cold(model, task, *titles, part="validation"):
                    rows.append({**about, "task": task_name, **row})
            scores = session_mate_retrieval(
                model, new, n_queries=N_QUERIES, random_state=0
            )
            rows.append({**about, "task": "retrieval", "score": scores["auc_roc"]})
            pd.DataFrame(rows).to_csv(PATH, index=False)
            print(about, flush=True)


def table(rows):
    """Give the means over tasks, draws and seeds, a row a setting."""
    tasks = rows[rows["task"] != "retrieval"]
    scores = tasks.pivot_table("score", "setting", ["corpus", "size"], sort=False)
    retrieval = rows[rows["task"] == "retrieval"]
    mates = retrieval.pivot_table("score", "setting", "corpus", sort=False)
    columns = [f"{corpus}, {size:,.0f}" for corpus, size in scores]
    columns += [f"retrieval {corpus}" for corpus in mates]
    lines = [
        f"| setting | {' | '.join(columns)} |",
        "| --- |" + " --- |" * len(columns),
    ]
    for setting in scores.index:
        values = [*scores.loc[setting], *mates.loc[setting]]
        cells = " | ".join(f"{value:.3f}" for value in values)
        lines.append(f"| {setting} | {cells} |")
    return "\n".join(lines)


def main():
    folder, corpora = ask(__doc__, CORPORA)
    for corpus_name in corpora:
        run(corpus_name, folder)
    if not corpora:
        print(table(pd.read_csv(PATH)))


if __name__ == "__main__":
    main()
