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
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from corpora import read
from sklearn.decomposition import PCA
from sklearn.preprocessing import normalize
from study import HEAD, RESULTS, TUNED, text_cnn

from sklearn_prodemb import Sessions, normalize_titles
from sklearn_prodemb._spectral.learning import SpectralConfig, learn_encoder
from sklearn_prodemb._spectral.mates import SessionMates
from sklearn_prodemb._spectral.sources import SessionSource
from sklearn_prodemb._utils.seeds import draw_seed
from sklearn_prodemb.encoders import PieceTokenizer, WordTokenizer
from sklearn_prodemb.evaluation import TrainSizeSplit, session_mate_retrieval
from sklearn_prodemb.evaluation._scores import scores

CORPORA = ("hm", "instacart")
SEEDS = (0, 1, 2)
SIZES = (100, 500, 1000, 5000)
PATH = RESULTS / "choices.csv"


class Spectral:
    """Spectral vectors, learned as `SpectralEmbedder` does, with any configuration.

    `columns` keeps a part of the vectors; `spell` gives a normalizer for a corpus;
    `whole` gives titles that are in no session as well; `config` are parameters of
    `SpectralConfig`, and `source` tells who was seen with whom.
    """

    def __init__(
        self,
        columns=slice(None),
        spell=None,
        whole=False,
        max_session_length=100,
        source=SessionSource,
        **config,
    ):
        self.columns, self.spell, self.whole = columns, spell, whole
        self.max_session_length = max_session_length
        self.source = source
        self.config = SpectralConfig(**config)

    def fit(self, sessions, corpus, seed):
        if self.whole:
            sessions = with_catalogue(sessions, corpus)
        normalizer = corpus.normalizer
        if self.spell is not None:
            normalizer = self.spell(sessions, normalizer)
        source = self.source(sessions, self.max_session_length)
        self.encoder = learn_encoder(
            WordTokenizer.train(
                source.titles, normalizer=normalizer, vocab_size=30_000
            ),
            source,
            self.config,
            np.random.RandomState(draw_seed(seed)),
            lambda name, compute, n_blocks: compute(),
        )
        return self

    def transform(self, titles):
        return self.encoder.encode(list(titles))[:, self.columns]


class TextCNN:
    """Vectors of the text CNN; `after` changes them."""

    def __init__(self, after=None):
        self.after = after

    def fit(self, sessions, corpus, seed):
        self.embedder = text_cnn(corpus, sessions, random_state=seed, **TUNED)
        if self.after is not None:
            self.change = self.after(self.embedder, sessions)
        return self

    def transform(self, titles):
        vectors = self.embedder.transform(titles)
        return vectors if self.after is None else self.change(vectors)


class SpectralAndTextCNN:
    """Words and contexts of 192 features each, and 128 of the text CNN."""

    def __init__(self):
        self.spectral = Spectral(sizes=(192, 192, 1), columns=slice(384))
        self.text_cnn = TextCNN()

    def fit(self, sessions, corpus, seed):
        self.spectral.fit(sessions, corpus, seed)
        self.text_cnn.fit(sessions, corpus, seed)
        trained = self.text_cnn.transform(sessions.titles.tolist())
        self.pca = PCA(128, random_state=0).fit(trained)
        return self

    def transform(self, titles):
        trained = normalize(self.pca.transform(self.text_cnn.transform(titles)))
        return np.hstack([self.spectral.transform(titles), 0.84 * trained])


def with_catalogue(sessions, corpus):
    """Give each title that is in no session a session of its own."""
    titles = {t for task in corpus.tasks.values() for t in task.titles}
    others = sorted(titles - {*corpus.sessions.titles})
    alone = [[(title, None)] for title in others]
    return Sessions.from_lists(sessions.to_lists() + alone)


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
    tokenizer = PieceTokenizer.train(
        sessions.titles, counts, normalizer=normalizer, vocab_size=30_000
    )
    return lambda title: " ".join(map(str, tokenizer.encode([title]).values))


class UnweightedMates(SessionMates):
    """Counts as in the package, but a long session's products count for more."""

    @staticmethod
    def _weigh(lengths):
        return np.ones(len(lengths))


class EachPairOnce(SessionSource):
    """Sessions of which each pair counts once."""

    _mates = UnweightedMates


def unit(embedder, sessions):
    return normalize


def centred_unit(embedder, sessions):
    mean = embedder.transform(sessions.titles.tolist()).mean(axis=0)
    return lambda vectors: normalize(vectors - mean)


SPECTRAL = {
    "default": Spectral(),
    "words alone, 512": Spectral(sizes=(512, 1, 1), columns=slice(512)),
    "contexts alone, 512": Spectral(sizes=(1, 512, 1), columns=slice(1, 513)),
    "products alone, 512": Spectral(sizes=(1, 1, 512), columns=slice(2, 514)),
    "words, contexts: 256, 256": Spectral(sizes=(256, 256, 1), columns=slice(512)),
    "sizes 192, 160, 160": Spectral(sizes=(192, 160, 160)),
    "sizes 320, 96, 96": Spectral(sizes=(320, 96, 96)),
    "norms .7, .7, .7": Spectral(lengths=(0.7, 0.7, 0.7)),
    "norms 1, 1, 1": Spectral(lengths=(1, 1, 1)),
    "norms .56, .77, .77": Spectral(lengths=(0.56, 0.77, 0.77)),
    "norms .56, .63, .91": Spectral(lengths=(0.56, 0.63, 0.91)),
    "singular values to the power .5": Spectral(singular_value_power=0.5),
    "each pair counts once": Spectral(source=EachPairOnce),
    "first 10 products of a session": Spectral(max_session_length=10),
    "the catalogue whole": Spectral(whole=True),
    "2,000 words as contexts": Spectral(max_word_contexts=2_000),
    "5,000 words as contexts": Spectral(max_word_contexts=5_000),
    "2,000 products as contexts": Spectral(max_product_contexts=2_000),
    "5,000 products as contexts": Spectral(max_product_contexts=5_000),
    "10,000 products as contexts": Spectral(max_product_contexts=10_000),
    "all products as contexts": Spectral(max_product_contexts=10**9),
    "7 power iterations": Spectral(n_power_iterations=7),
    "stop words kept": Spectral(spell=lambda *_: "basic"),
    "sentencepiece tokens": Spectral(spell=pieces),
    "words and pairs of words": Spectral(spell=bigrams),
    "words and 4 characters": Spectral(spell=characters),
}
TRAINED = {
    "TextCNNEmbedder, AdamW": TextCNN(),
    "TextCNNEmbedder, AdamW, unit norm": TextCNN(after=unit),
    "TextCNNEmbedder, AdamW, centred, unit norm": TextCNN(after=centred_unit),
    "words, contexts, TextCNNEmbedder, AdamW: 192, 192, 128": SpectralAndTextCNN(),
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
