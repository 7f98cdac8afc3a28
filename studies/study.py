"""The published studies on real corpora: scores into `studies/results/`.

    python studies/study.py PART CORPUS FOLDER [--model NAME ...] [--minilm PATH]

- alpha: the weight of the BYOL loss, beside the untrained encoder (figure 2);
- baselines: everything that one would use instead (figure 3);
- seeds: our vectors with five seeds;
- retrieval: session-mate retrieval on held-out sessions;
- cold: labels of known titles, scores on titles that are in no session, and
  session-mate retrieval among these;
- typos: clean labels, scores on titles with a misspelt word.

FOLDER holds the corpora, see `corpora.py`. A part that was stopped goes on where it
stood; trained embedders are kept in `studies/cache/`. PATH is a folder that
transformers reads; without it, MiniLM is left out. `render.py` makes the page.
"""

import argparse
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from corpora import CORPORA, read
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline

from sklearn_prodemb import (
    ProductEmbedder,
    Sessions,
    SpectralEmbedder,
    TextCNNEmbedder,
)
from sklearn_prodemb.baselines import (
    FastTextClassifier,
    MetaProd2Vec,
    Prod2Vec,
    TextCNNClassifier,
    TransformerEmbedder,
)
from sklearn_prodemb.datasets import misspell_titles
from sklearn_prodemb.evaluation import (
    TrainSizeSplit,
    compare_models,
    hold_out_titles,
    session_mate_retrieval,
)

HERE = Path(__file__).parent
RESULTS, CACHE = HERE / "results", HERE / "cache"
ALPHAS = (0.0, 0.1, 0.5, 0.9, 1.0)
SEEDS = range(5)
# The text CNN as `choosing_defaults.py` found it best; its defaults are published.
TUNED = {"optimizer": "adamw", "learning_rate": 1e-3, "alpha": 0.5}
UNTRAINED = {"max_epochs": 0}
CHARACTERS = {"analyzer": "char_wb", "ngram_range": (3, 5)}
COLD_SIZES, COLD_SHARE, COLD_SEEDS = (100, 1_000), 0.35, range(3)
HEAD = LogisticRegression(solver="liblinear", max_iter=1000)
N_QUERIES = 2_000


def on_vectors(transformer, head=HEAD):
    return make_pipeline(FrozenEstimator(transformer), head)


def product(corpus, sessions=None, **params):
    """Give a fitted ProductEmbedder."""
    if not corpus.has_sessions:
        # Listings: each title is a session.
        lists = (corpus.sessions if sessions is None else sessions).to_lists()
        rows = {row[0]: row for session in lists for row in session}
        sessions = Sessions.from_lists([[row] for row in rows.values()])
    return fitted(ProductEmbedder, corpus, sessions, params)


def spectral(corpus, sessions=None, **params):
    """Give a fitted SpectralEmbedder."""
    return fitted(SpectralEmbedder, corpus, sessions, params)


def text_cnn(corpus, sessions=None, **params):
    """Give a fitted TextCNNEmbedder."""
    return fitted(TextCNNEmbedder, corpus, sessions, params)


def fitted(kind, corpus, sessions, params):
    """Fit an embedder on some sessions, or on all of the corpus."""
    common = {
        "normalizer": corpus.normalizer,
        "random_state": 0,
        "memory": str(CACHE),
    }
    embedder = kind(**{**common, **params})
    return embedder.fit(corpus.sessions if sessions is None else sessions)


def words(vectorizer, corpus):
    """Give a vectorizer fitted on every title there is, without labels."""
    titles = {*corpus.sessions.titles}
    for task in corpus.tasks.values():
        titles.update(task.titles)
    return vectorizer.fit(sorted(titles))


def tf_idf_svd(**params):
    return make_pipeline(TfidfVectorizer(**params), TruncatedSVD(512, random_state=0))


def words_and_characters():
    parts = [
        ("words", TfidfVectorizer()),
        ("characters", TfidfVectorizer(**CHARACTERS)),
    ]
    return FeatureUnion(parts)


def bags(corpus):
    """Functions that give TF-IDF of words and of character n-grams, by name."""
    return {
        "TF-IDF": lambda: words(TfidfVectorizer(), corpus),
        "TF-IDF + SVD": lambda: words(tf_idf_svd(), corpus),
        "TF-IDF of characters": lambda: words(TfidfVectorizer(**CHARACTERS), corpus),
        "TF-IDF of words and characters": lambda: words(words_and_characters(), corpus),
        # What skrub's StringEncoder is, at the length of our vectors.
        "TF-IDF of characters + SVD": lambda: words(tf_idf_svd(**CHARACTERS), corpus),
    }


def with_words(transformer, corpus):
    """Give vectors and weighted words side by side."""
    parts = [("vectors", transformer), ("words", words(TfidfVectorizer(), corpus))]
    union = FeatureUnion([(name, FrozenEstimator(part)) for name, part in parts])
    return union.fit(corpus.sessions.titles[:1])


def of_titles(corpus, minilm):
    """Functions that give each model that takes titles, by name."""
    models = {
        "ProductEmbedder": lambda: on_vectors(product(corpus)),
        "ProductEmbedder + TF-IDF": lambda: on_vectors(
            with_words(product(corpus), corpus)
        ),
        "SpectralEmbedder": lambda: on_vectors(spectral(corpus)),
        "SpectralEmbedder + TF-IDF": lambda: on_vectors(
            with_words(spectral(corpus), corpus)
        ),
        "TextCNNEmbedder": lambda: on_vectors(text_cnn(corpus)),
        "TextCNNEmbedder, AdamW": lambda: on_vectors(text_cnn(corpus, **TUNED)),
        "untrained encoder": lambda: on_vectors(text_cnn(corpus, **UNTRAINED)),
        "bag of words": lambda: on_vectors(words(CountVectorizer(), corpus)),
        **{
            name: lambda make=make: on_vectors(make())
            for name, make in bags(corpus).items()
        },
        "fastText": lambda: FastTextClassifier(
            normalizer=corpus.normalizer, random_state=0
        ),
        "Text CNN": lambda: TextCNNClassifier(
            normalizer=corpus.normalizer, random_state=0
        ),
    }
    if minilm is not None:
        models["MiniLM"] = lambda: on_vectors(
            TransformerEmbedder(model=minilm, pooling="mean").fit(["mate"])
        )
    return models


def of_ids(corpus):
    """Functions that give each model that takes product ids, by name."""
    if not corpus.has_sessions:
        return {}
    params = {"random_state": 0, "handle_unknown": "ignore", "memory": str(CACHE)}
    neighbours = KNeighborsClassifier(5)
    return {
        "Prod2Vec + 5-NN": lambda: on_vectors(
            Prod2Vec(**params).fit(corpus.sessions), neighbours
        ),
        "MetaProd2Vec + 5-NN": lambda: on_vectors(
            MetaProd2Vec(normalizer=corpus.normalizer, **params).fit(corpus.sessions),
            neighbours,
        ),
    }


def alpha(corpus, path, wanted, minilm):
    if not corpus.sessions.n_categories:
        raise SystemExit("Without categories there is nothing for alpha to weigh.")
    models = {f"alpha {a:g}": {**TUNED, "alpha": a} for a in ALPHAS}
    models["untrained encoder"] = UNTRAINED
    tasks = {name: (task.titles, task.y) for name, task in corpus.tasks.items()}
    for name, params in models.items():
        if wanted is None or name in wanted:
            score({name: on_vectors(text_cnn(corpus, **params))}, tasks, path)


def baselines(corpus, path, wanted, minilm):
    tasks = {name: (task.titles, task.y) for name, task in corpus.tasks.items()}
    for name, make in of_titles(corpus, minilm).items():
        if wanted is None or name in wanted:
            score({name: make()}, tasks, path)
    for name, make in of_ids(corpus).items():
        columns = (
            ["product_id", "title", "category"] if "Meta" in name else "product_id"
        )
        ids = {
            task_name: (task.products[columns], task.y, task.titles)
            for task_name, task in corpus.tasks.items()
        }
        if wanted is None or name in wanted:
            score({name: make()}, ids, path)


def seeds(corpus, path, wanted, minilm):
    tasks = {name: (task.titles, task.y) for name, task in corpus.tasks.items()}
    for seed in SEEDS:
        for kind, make in (("", spectral), ("ProductEmbedder ", product)):
            name = f"{kind}seed {seed}"
            if wanted is None or name in wanted:
                model = on_vectors(make(corpus, random_state=seed))
                score({name: model}, tasks, path)


def score(models, tasks, path):
    # liblinear and fastText let other threads run, torch would start threads in each.
    threads = "Text CNN" not in models
    with joblib.parallel_config("threading" if threads else "loky"):
        results = compare_models(models, tasks, path=path, n_jobs=2)
    means = results.groupby(["model", "task", "train_size"], sort=False)["score"].mean()
    print(means.unstack().round(3).to_string(header=True), flush=True)


class ByTitle:
    """A transformer of ids, asked for titles."""

    def __init__(self, transformer, by_id):
        self.transformer = transformer
        self.ids = dict(zip(by_id.titles, by_id.ids, strict=True))

    def transform(self, titles):
        return self.transformer.transform([self.ids[title] for title in titles])


def retrieval(corpus, path, wanted, minilm):
    train, held_out = corpus.sessions.split(0.1, random_state=0)
    # Prod2Vec knows no other products.
    known = {*train.titles}
    lists = [[p for p in s if p[0] in known] for s in held_out.to_lists()]
    queries = type(held_out).from_lists([s for s in lists if s])
    params = {"random_state": 0, "handle_unknown": "ignore", "memory": str(CACHE)}
    models = {
        "ProductEmbedder": lambda: product(corpus, train),
        "SpectralEmbedder": lambda: spectral(corpus, train),
        "TextCNNEmbedder": lambda: text_cnn(corpus, train),
        "TextCNNEmbedder, AdamW": lambda: text_cnn(corpus, train, **TUNED),
        "untrained encoder": lambda: text_cnn(corpus, train, **UNTRAINED),
        "TF-IDF": lambda: words(TfidfVectorizer(), corpus),
        "TF-IDF + SVD": lambda: words(tf_idf_svd(), corpus),
        "Prod2Vec": lambda: ByTitle(Prod2Vec(**params).fit(train), train.by_id),
    }
    if minilm is not None:
        models["MiniLM"] = lambda: TransformerEmbedder(
            model=minilm, pooling="mean"
        ).fit(["mate"])
    rows = pd.read_csv(path).to_dict("records") if path.exists() else []
    for name, make in models.items():
        if wanted is None or name in wanted:
            scores = session_mate_retrieval(
                make(), queries, n_queries=N_QUERIES, random_state=0
            )
            rows = [row for row in rows if row["model"] != name]
            rows.append({"model": name, **scores})
            pd.DataFrame(rows).to_csv(path, index=False)
            print(rows[-1], flush=True)


def of_new_titles(corpus, sessions):
    """Functions that give each model that is asked for new titles, by name."""
    return {
        "ProductEmbedder": lambda: product(corpus, sessions),
        "ProductEmbedder, untrained": lambda: product(corpus, sessions, **UNTRAINED),
        "SpectralEmbedder": lambda: spectral(corpus, sessions),
        **bags(corpus),
    }


def cold(corpus, path, wanted, minilm):
    rows = pd.read_csv(path).to_dict("records") if path.exists() else []
    done = {(row["model"], row["seed"]) for row in rows}
    for seed in COLD_SEEDS:
        known, new = hold_out_titles(corpus.sessions, COLD_SHARE, random_state=seed)
        for name, make in of_new_titles(corpus, known).items():
            if (name, seed) in done or (wanted is not None and name not in wanted):
                continue
            model = make()
            about = {"model": name, "seed": seed}
            for task_name, task in corpus.tasks.items():
                found = score_cold(model, task, {*known.titles}, {*new.titles})
                rows += [{**about, "task": task_name, **row} for row in found]
            if name != "TF-IDF of words and characters":
                scores = session_mate_retrieval(
                    model, new, n_queries=N_QUERIES, random_state=0
                )
                rows.append({**about, "task": "retrieval", "score": scores["auc_roc"]})
            pd.DataFrame(rows).to_csv(path, index=False)
            print(about, flush=True)


def score_cold(model, task, known, new, part="test"):
    """Labels of known titles of the training part, scores on new ones of another part.

    The error of the mean probability is that of a head with all labels there are.
    """
    train, validation, test = TrainSizeSplit().parts(task.titles)
    test = test if part == "test" else validation
    titles = np.array(task.titles, dtype=object)
    train = train[[title in known for title in titles[train]]]
    test = test[[title in new for title in titles[test]]]
    used = np.concatenate([train, test])
    vectors = model.transform(titles[used].tolist())
    place = np.zeros(len(titles), np.int64)
    place[used] = np.arange(len(used))

    def head_of(rows):
        return fit_head(vectors[place[rows]], task.y[rows])

    of_test = vectors[place[test]]
    error = head_of(train).predict_proba(of_test)[:, 1].mean() - task.y[test].mean()
    for size in COLD_SIZES:
        for draw in range(5 if size <= len(train) else 0):
            rows = np.random.default_rng(draw).choice(train, size, replace=False)
            auc_roc = score_head(head_of(rows), of_test, task.y[test])
            yield {"size": size, "draw": draw, "score": auc_roc, "error": error}


def fit_head(X, y):
    """Fit the head; None if a draw holds one class only."""
    return clone(HEAD).fit(X, y) if len(np.unique(y)) > 1 else None


def score_head(head, X, y):
    if head is None:
        return np.nan
    return roc_auc_score(y, head.predict_proba(X)[:, 1])


def typos(corpus, path, wanted, minilm):
    rows = pd.read_csv(path).to_dict("records") if path.exists() else []
    done = {row["model"] for row in rows}
    for name, make in of_new_titles(corpus, None).items():
        if name in done or (wanted is not None and name not in wanted):
            continue
        model = make()
        for task_name, task in corpus.tasks.items():
            vectors = model.transform(task.titles)
            misspelt = model.transform(misspell_titles(task.titles, random_state=0))
            splitter = TrainSizeSplit(COLD_SIZES)
            for size, draw, train, test in splitter.draws(task.titles):
                head = fit_head(vectors[train], task.y[train])
                about = {"model": name, "task": task_name, "size": size, "draw": draw}
                for kind, of in (("clean", vectors), ("typo", misspelt)):
                    score = score_head(head, of[test], task.y[test])
                    rows.append({**about, "titles": kind, "score": score})
        pd.DataFrame(rows).to_csv(path, index=False)
        print(name, flush=True)


PARTS = {
    "alpha": alpha,
    "baselines": baselines,
    "seeds": seeds,
    "retrieval": retrieval,
    "cold": cold,
    "typos": typos,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("corpus", choices=CORPORA)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", action="append", help="only this one; repeatable")
    parser.add_argument("--minilm", type=Path, help="a folder that transformers reads")
    arguments = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    corpus = read(arguments.corpus, arguments.folder)
    print(corpus.sessions)
    PARTS[arguments.part](
        corpus,
        RESULTS / f"{arguments.part}-{arguments.corpus}.csv",
        arguments.model,
        arguments.minilm and str(arguments.minilm),
    )


if __name__ == "__main__":
    main()
