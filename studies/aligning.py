"""What becomes of a model's scores when the embedder below it is fitted again.

    python studies/aligning.py FOLDER [--corpus NAME]
    python studies/aligning.py --table

FOLDER holds the corpora, see `corpora.py`. Sessions are halved at random. An embedder
is fitted on the first half, and heads are trained on its vectors with 1,000 labels.
Then the embedder is fitted again: on the first half with another seed, on the other
half, and on all sessions. The heads are scored on validation parts (test parts are not
looked at): on the vectors that they were trained on, on those of the new fit as they
are, and on these after `align_to`. Last come heads that are trained on the new vectors.
Means over draws go to `studies/results/aligning.json`; what was stopped goes on where
it stood.
"""

import json

import numpy as np
import pandas as pd
from corpora import read
from scored import ask
from study import RESULTS, fit_head, fitted, score_head

from sklearn_prodemb import ProductEmbedder, SpectralEmbedder
from sklearn_prodemb.evaluation import TrainSizeSplit

CORPORA = ("hm", "instacart")
EMBEDDERS = (SpectralEmbedder, ProductEmbedder)
REFITS = ("another seed", "the other half", "the whole log")
N_LABELS, N_DRAWS = 1_000, 3
PATH = RESULTS / "aligning.json"
COLUMNS = {
    "old": "old vectors",
    "unaligned": "refit, not aligned",
    "aligned": "refit, aligned",
    "retrained": "refit, head trained again",
}


def scores(old, new, task):
    """Give the mean AUC ROC of each way to use the new fit on a task."""
    aligned = new.align_to(old)
    vectors = {
        name: model.transform(task.titles)
        for name, model in (("old", old), ("unaligned", new), ("aligned", aligned))
    }
    found = {name: [] for name in COLUMNS}
    splitter = TrainSizeSplit((N_LABELS,), n_draws=N_DRAWS, part="validation")
    for _, _, train, held_out in splitter.draws(task.titles):
        head = fit_head(vectors["old"][train], task.y[train])
        for name, X in vectors.items():
            found[name].append(score_head(head, X[held_out], task.y[held_out]))
        again = fit_head(vectors["unaligned"][train], task.y[train])
        X = vectors["unaligned"][held_out]
        found["retrained"].append(score_head(again, X, task.y[held_out]))
    return {name: round(float(np.mean(values)), 5) for name, values in found.items()}


def run(name, folder, rows):
    """Add a row for each embedder, refit and task that has none."""
    done = {(row["corpus"], row["embedder"], row["refit"]) for row in rows}
    corpus = read(name, folder)
    first, second = corpus.sessions.split(0.5, random_state=0)
    logs = dict(zip(REFITS, (first, second, corpus.sessions), strict=True))
    for kind in EMBEDDERS:
        for refit, log in logs.items():
            if (name, kind.__name__, refit) in done:
                continue
            old = fitted(kind, corpus, first, {})
            seed = 1 if refit == "another seed" else 0
            new = fitted(kind, corpus, log, {"random_state": seed})
            about = {"corpus": name, "embedder": kind.__name__, "refit": refit}
            for task_name, task in corpus.tasks.items():
                rows.append({**about, "task": task_name, **scores(old, new, task)})
            PATH.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
            print(rows[-2:], flush=True)


def table(rows):
    """Give a row for each corpus, embedder and refit: means over the tasks."""
    means = (
        pd.DataFrame(rows)
        .groupby(["corpus", "embedder", "refit"], sort=False)[list(COLUMNS)]
        .mean()
    )
    heads = ["corpus", "embedder", "fitted again on", *COLUMNS.values()]
    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for about, row in means.iterrows():
        cells = [f"{value:.3f}" for value in row]
        lines.append(f"| {' | '.join([*about, *cells])} |")
    return "\n".join(lines)


def main():
    folder, corpora = ask(__doc__, CORPORA)
    rows = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else []
    for name in corpora:
        run(name, folder, rows)
    print(table(rows))


if __name__ == "__main__":
    main()
