"""What shorter vectors, and tables of fewer bits, cost.

    python studies/sub_lengths.py FOLDER [--corpus NAME]
    python studies/sub_lengths.py --table

FOLDER holds the corpora, see `corpora.py`. Embedders of 512 columns are cut by
`truncate`, and compared with a fit of 128 columns, with the first 128 columns of a
vector, and with tables that are rounded to float16 or int8 (a scale a row). There are
two scores, AUC ROC of heads with 100 and 1,000 labels, on validation parts; test parts
are not looked at:

- known titles: `SpectralEmbedder`, fitted on all sessions;
- new titles: `ProductEmbedder`, fitted without 35% of the titles, labels of the others,
  scores on these.

Means over draws go to `studies/results/sub_lengths.json`, with the size of the tables;
what was stopped goes on where it stood.
"""

import json

import numpy as np
import pandas as pd
from corpora import read
from scored import ask
from study import COLD_SHARE, RESULTS, fit_head, fitted, score_cold, score_head

from sklearn_prodemb import ProductEmbedder, SpectralEmbedder
from sklearn_prodemb.evaluation import TrainSizeSplit, hold_out_titles

CORPORA = ("hm", "instacart")
SIZES, N_DRAWS = (100, 1_000), 3
FITTED = 128
PATH = RESULTS / "sub_lengths.json"
# The tables that are looked up, a row a word or sub-word; products are float16 anyway.
TABLES = ("word_vectors", "context_vectors", "coefficients", "sub_word_vectors")


class Columns:
    """The first columns of an embedder's vectors."""

    def __init__(self, embedder, n):
        self.embedder, self.n = embedder, n

    def transform(self, titles):
        return self.embedder.transform(titles)[:, : self.n]


class Encoded:
    """An encoder as a transformer."""

    def __init__(self, encoder):
        self.encoder = encoder

    def transform(self, titles):
        return self.encoder.encode(list(titles))


def with_tables(part, change):
    """Give an encoder, or a part of one, whose tables are changed."""
    state = {}
    for name, value in part.__getstate__().items():
        if name in TABLES:
            value = change(value)
        elif name in ("closed_form", "network") and value is not None:
            value = with_tables(value, change)
        state[name] = value
    return type(part)(**state)


def as_float16(table):
    return table.astype(np.float16).astype(np.float32)


def as_int8(table):
    scales = np.abs(table).max(axis=1, keepdims=True) / np.float32(127)
    return np.round(table / np.where(scales > 0, scales, 1)) * scales


def megabytes(part, bytes_per_number=4):
    """Give the size of all arrays of an encoder."""
    total = 0.0
    for name, value in part.__getstate__().items():
        if isinstance(value, np.ndarray):
            size = bytes_per_number if name in TABLES else value.itemsize
            total += size * value.size / 1e6
        elif hasattr(value, "__getstate__") and hasattr(value, "_state"):
            total += megabytes(value, bytes_per_number)
    return total


def settings(make):
    """Give each setting's name, its transformer and the size of its tables."""
    full = make(512)
    encoder = full.encoder_
    yield "512 columns", full, megabytes(encoder)
    for n in (256, 128, 64):
        short = full.truncate(n)
        yield f"cut to {n}", short, megabytes(short.encoder_)
    short = make(FITTED)
    yield f"fitted with {FITTED}", short, megabytes(short.encoder_)
    yield f"the first {FITTED} columns", Columns(full, FITTED), megabytes(encoder)
    for name, change, size in (("float16", as_float16, 2), ("int8", as_int8, 1)):
        rounded = Encoded(with_tables(encoder, change))
        yield f"512 columns, tables of {name}", rounded, megabytes(encoder, size)


def score_known(model, task):
    """Score titles that may be in the log."""
    vectors = model.transform(task.titles)
    splitter = TrainSizeSplit(SIZES, n_draws=N_DRAWS, part="validation")
    for size, _, train, held_out in splitter.draws(task.titles):
        head = fit_head(vectors[train], task.y[train])
        score = score_head(head, vectors[held_out], task.y[held_out])
        yield {"size": size, "score": score}


def run(name, folder, rows):
    """Add the rows of each setting, embedder and task that has none."""
    corpus = read(name, folder)
    known, new = hold_out_titles(corpus.sessions, COLD_SHARE, random_state=0)
    of_known, of_new = {*known.titles}, {*new.titles}

    def score_new(model, task):
        return score_cold(model, task, of_known, of_new, part="validation")

    for kind, log, titles, score in (
        (SpectralEmbedder, corpus.sessions, "known", score_known),
        (ProductEmbedder, known, "new", score_new),
    ):
        if any((r["corpus"], r["titles"]) == (name, titles) for r in rows):
            continue
        found = []

        def make(n, kind=kind, log=log):
            return fitted(kind, corpus, log, {"n_components": n})

        for setting, model, size in settings(make):
            scores = pd.DataFrame(
                [
                    {"task": task_name, **row}
                    for task_name, task in corpus.tasks.items()
                    for row in score(model, task)
                ]
            )
            means = scores.groupby(["task", "size"], sort=False)["score"].mean()
            about = {"corpus": name, "titles": titles, "setting": setting}
            found += [
                {**about, "mb": round(size, 2), "task": task, "size": n, "score": s}
                for (task, n), s in means.round(5).items()
            ]
            print(about, means.mean(), flush=True)
        rows += found
        PATH.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def table(rows):
    """Give a row for each setting: means over tasks, and the size of the tables."""
    rows = pd.DataFrame(rows)
    by = ["titles", "corpus"]
    scores = rows.pivot_table("score", "setting", [*by, "size"], sort=False)
    largest = rows[rows["corpus"] == CORPORA[-1]]
    sizes = largest.pivot_table("mb", "setting", "titles", sort=False)
    heads = ["setting"]
    heads += [f"{corpus}, {titles}, {n:,}" for titles, corpus, n in scores]
    heads += [f"MB {CORPORA[-1]}, {titles}" for titles in sizes]
    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for setting in scores.index:
        cells = [f"{value:.3f}" for value in scores.loc[setting]]
        cells += [f"{value:.1f}" for value in sizes.loc[setting]]
        lines.append(f"| {' | '.join([setting, *cells])} |")
    return "\n".join(lines)


def main():
    folder, corpora = ask(__doc__, CORPORA)
    rows = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else []
    for name in corpora:
        run(name, folder, rows)
    print(table(rows))


if __name__ == "__main__":
    main()
