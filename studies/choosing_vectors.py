"""Compare ways to make spectral vectors, on validation parts only.

    python studies/choosing_vectors.py FOLDER [--corpus NAME]
    python studies/choosing_vectors.py --table

FOLDER holds the corpora, see `corpora.py`; two of them have sessions, with two tasks
each. Every setting is fitted with three seeds (what is trained, with one) and scored on
three draws of labels, and by session-mate retrieval on sessions held out of training;
test parts and test sessions are not looked at. All runs go to
`studies/results/choices.csv`, a row a setting, seed, task and number of labels; what
was stopped goes on where it stood. `--table` prints means over numbers of labels
and over tasks, and the standard deviation over seeds.
"""

import argparse
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
from corpora import read
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize
from study import BYOL, CACHE, HEAD, RESULTS

from sklearn_prodemb import ProductEmbedder, Sessions, normalize_titles
from sklearn_prodemb._spectral import learning as _spectral
from sklearn_prodemb._titles.normalize import TitleTokenizer
from sklearn_prodemb.evaluation import TrainSizeSplit, session_mate_retrieval
from sklearn_prodemb.evaluation._scores import scores

CORPORA = ("hm", "instacart")
SEEDS = (0, 1, 2)
SIZES = (100, 500, 1000, 5000)
PATH = RESULTS / "choices.csv"


class Vectors:
    """A ProductEmbedder whose inner constants and functions are others.

    `patches` are names of `_spectral`; `spell` gives a normalizer for a corpus;
    `columns` keeps a part of the vectors; `after` changes them; `whole` gives titles
    that are in no session as well.
    """

    def __init__(
        self,
        patches=None,
        spell=None,
        columns=None,
        after=None,
        whole=False,
        **params,
    ):
        self.patches, self.spell, self.columns = patches or {}, spell, columns
        self.after, self.whole, self.params = after, whole, params

    def fit(self, sessions, corpus, seed):
        if self.whole:
            titles = {t for task in corpus.tasks.values() for t in task.titles}
            others = sorted(titles - {*corpus.sessions.titles})
            alone = [[(title, None)] for title in others]
            sessions = Sessions.from_lists(sessions.to_lists() + alone)
        spelling = corpus.normalizer
        if self.spell is not None:
            spelling = self.spell(sessions, corpus.normalizer)
        self.embedder = ProductEmbedder(
            normalizer=spelling,
            random_state=seed,
            # What is patched is not part of a key.
            memory=str(CACHE) if "method" in self.params else None,
            **self.params,
        )
        with self._patched():
            self.embedder.fit(sessions)
        if self.after is not None:
            self.change = self.after(self.embedder, sessions)
        return self

    def transform(self, titles):
        with self._patched():
            vectors = self.embedder.transform(titles)
        if self.after is not None:
            vectors = self.change(vectors)
        return vectors if self.columns is None else vectors[:, self.columns]

    def _patched(self):
        stack = ExitStack()
        for name, value in self.patches.items():
            stack.enter_context(patch.object(_spectral, name, value))
        return stack


def sizes(*parts):
    return {"patches": {"part_sizes": lambda _: parts}}


def lengths(*parts):
    return {"patches": {"LENGTHS": parts}}


def bigrams(_, normalizer):
    def spell(title):
        found = normalize_titles([title], normalizer=normalizer)[0].split()
        return " ".join([*found, *(f"{a}_{b}" for a, b in pairwise(found))])

    return spell


def characters(_, normalizer):
    def spell(title):
        found = normalize_titles([title], normalizer=normalizer)[0].split()
        marked = [f"<{word}>" for word in found]
        grams = [w[i : i + 4] for w in marked for i in range(max(1, len(w) - 3))]
        return " ".join([*found, *(f"_{gram}" for gram in grams)])

    return spell


def pieces(sessions, normalizer):
    counts = np.bincount(sessions.title_codes, minlength=sessions.n_products)
    tokenizer = TitleTokenizer.train(
        sessions.titles, counts, normalizer=normalizer, vocab_size=30_000
    )
    return lambda title: " ".join(map(str, tokenizer.encode([title])[0]))


def with_values(power):
    """Scale singular vectors by another power of the singular values than 1."""
    svd = _spectral._svd

    def scaled(*args):
        left, right = svd(*args)
        values = np.linalg.norm(left, axis=0)
        return left * np.where(values > 0, values, 1) ** (power - 1), right

    return {"patches": {"_svd": scaled}}


def each_pair_once(sessions, left, right):
    """PPMI as in the package, but a long session's products count for more."""
    left, right = left.astype(np.float64), right.astype(np.float64)
    alone = left.multiply(sessions.sum(axis=0)[:, None]).T.tocsr() @ right
    counts = ((sessions @ left).T.tocsr() @ (sessions @ right) - alone).tocsr()
    of_left, of_right, total = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    counts = counts.tocoo()
    chance = of_left[counts.row] * of_right[counts.col] / total
    above = counts.data > np.maximum(chance, 1e-6)
    values = np.log(counts.data[above] / chance[above])
    places = (counts.row[above], counts.col[above])
    return sparse.csr_array((values.astype(np.float32), places), counts.shape)


def unit(embedder, sessions):
    return normalize


def centred_unit(embedder, sessions):
    mean = embedder.transform(sessions.titles.tolist()).mean(axis=0)
    return lambda vectors: normalize(vectors - mean)


class WithTrained(Vectors):
    """Words and contexts of 192 features each, and 128 of the trained text CNN."""

    def fit(self, sessions, corpus, seed):
        super().fit(sessions, corpus, seed)
        self.trained = ProductEmbedder(
            normalizer=corpus.normalizer, random_state=seed, memory=str(CACHE), **BYOL
        ).fit(sessions)
        titles = sessions.titles.tolist()
        self.pca = PCA(128, random_state=0).fit(self.trained.transform(titles))
        return self

    def transform(self, titles):
        trained = normalize(self.pca.transform(self.trained.transform(titles)))
        return np.hstack([super().transform(titles)[:, :384], 0.84 * trained])


SPECTRAL = {
    "default": Vectors(),
    "words alone, 512": Vectors(**sizes(512, 1, 1), columns=slice(512)),
    "contexts alone, 512": Vectors(**sizes(1, 512, 1), columns=slice(1, 513)),
    "products alone, 512": Vectors(**sizes(1, 1, 512), columns=slice(2, 514)),
    "words, contexts: 256, 256": Vectors(**sizes(256, 256, 1), columns=slice(512)),
    "sizes 192, 160, 160": Vectors(**sizes(192, 160, 160)),
    "sizes 320, 96, 96": Vectors(**sizes(320, 96, 96)),
    "lengths .7, .7, .7": Vectors(**lengths(0.7, 0.7, 0.7)),
    "lengths 1, 1, 1": Vectors(**lengths(1, 1, 1)),
    "lengths .56, .77, .77": Vectors(**lengths(0.56, 0.77, 0.77)),
    "lengths .56, .63, .91": Vectors(**lengths(0.56, 0.63, 0.91)),
    "singular values to the power .5": Vectors(**with_values(0.5)),
    "each pair counts once": Vectors({"mates_ppmi": each_pair_once}),
    "sessions cut to 10": Vectors(max_session_length=10),
    "the catalogue whole": Vectors(whole=True),
    "2,000 contexts": Vectors({"_MAX_CONTEXTS": 2_000}),
    "5,000 contexts": Vectors({"_MAX_CONTEXTS": 5_000}),
    "7 power iterations": Vectors({"_POWER_ITERATIONS": 7}),
    "stop words kept": Vectors(spell=lambda *_: "basic"),
    "sentencepiece tokens": Vectors(spell=pieces),
    "words and pairs of words": Vectors(spell=bigrams),
    "words and 4 characters": Vectors(spell=characters),
}
TRAINED = {
    "byol": Vectors(**BYOL),
    "byol, unit length": Vectors(**BYOL, after=unit),
    "byol, centred, unit length": Vectors(**BYOL, after=centred_unit),
    "words, contexts, byol: 192, 192, 128": WithTrained(**sizes(192, 192, 1)),
}
SETTINGS = SPECTRAL | TRAINED


def score(task, vectors, size, train, held_out):
    head = HEAD.fit(vectors[train], task.y[train])
    return size, scores(head, vectors[held_out], task.y, held_out)["auc_roc"]


def run(corpus, setting, seed):
    """Give a row for each task and number of labels, and one for retrieval."""
    model = SETTINGS[setting].fit(corpus.sessions, corpus, seed)
    for name, task in corpus.tasks.items():
        vectors = model.transform(task.titles)
        splitter = TrainSizeSplit(SIZES, n_draws=3, part="validation")
        found = [
            score(task, vectors, size, train, held_out)
            for size, _, train, held_out in splitter.draws(task.titles)
            if len(np.unique(task.y[train])) == 2
        ]
        means = pd.DataFrame(found).groupby(0)[1].mean()
        for size, mean in means.items():
            yield {"task": name, "train_size": size, "score": mean}
    # Of the sessions that the test of retrieval trains on.
    train, _ = corpus.sessions.split(0.1, random_state=0)
    train, held_out = train.split(0.1, random_state=1)
    known = {*train.titles}
    lists = [[p for p in s if p[0] in known] for s in held_out.to_lists()]
    queries = type(held_out).from_lists([s for s in lists if s])
    model = SETTINGS[setting].fit(train, corpus, seed)
    found = session_mate_retrieval(model, queries, n_queries=1_000, random_state=0)
    yield {"task": "retrieval", "train_size": 0, "score": found["auc_roc"]}


def table(rows):
    """Give means over tasks and few labels, and the spread over seeds."""
    labelled = rows[rows["task"] != "retrieval"]
    by_task = labelled.pivot_table("score", ["setting", "seed"], "task")
    by_task["mean"] = by_task.mean(axis=1)
    retrieved = rows[rows["task"] == "retrieval"].pivot_table(
        "score", ["setting", "seed"], "corpus"
    )
    both = by_task.join(retrieved.add_prefix("retrieval "))
    means = both.groupby("setting", sort=False).mean()
    spread = by_task["mean"].groupby("setting", sort=False).std()
    means.insert(len(by_task.columns), "std over seeds", spread)
    lines = [
        f"| setting | {' | '.join(means)} |",
        "| --- |" + " --- |" * len(means.columns),
    ]
    for setting in [s for s in SETTINGS if s in means.index]:
        cells = [
            f"{value:.{4 if 'std' in column else 3}f}" if value == value else ""
            for column, value in means.loc[setting].items()
        ]
        lines.append(f"| {setting} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--corpus", choices=CORPORA)
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    if arguments.table:
        print(table(pd.read_csv(PATH)))
        return
    rows = pd.read_csv(PATH).to_dict("records") if PATH.exists() else []
    done = {(row["corpus"], row["setting"], row["seed"]) for row in rows}
    for name in [arguments.corpus] if arguments.corpus else CORPORA:
        corpus = read(name, arguments.folder)
        for setting in SETTINGS:
            for seed in SEEDS if setting in SPECTRAL else SEEDS[:1]:
                if (name, setting, seed) in done:
                    continue
                about = {"setting": setting, "corpus": name, "seed": seed}
                rows += [{**about, **row} for row in run(corpus, setting, seed)]
                pd.DataFrame(rows).to_csv(PATH, index=False, float_format="%.6g")
            print(setting, flush=True)


if __name__ == "__main__":
    main()
