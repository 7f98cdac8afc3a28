"""Which columns of a vector find similar products, and which what is seen with one.

    python studies/similar_products.py FOLDER [--data instacart ...]
    python studies/similar_products.py --table

FOLDER holds the corpora, see `corpora.py`; test parts are not looked at. Everything is
done with a `ProductEmbedder` that gets no categories.

- like: of each of 2,000 titles of the validation part the ten nearest titles of the
  training and the validation part; how many of them have its label, a mean. H&M: type
  of product and group of customers; Instacart: aisle and department.
- seen: session-mate retrieval on sessions that are held out of the training part, as
  in `choosing_vectors.py`, 4,000 queries: recall@10 and AUC ROC, among known titles.
  "seldom" are the queries that are in fewer than 20 sessions of the training part.
- seen, new: the same among titles that are in no session of the embedder, a third of
  all.

"products beside contexts" are the two sides of the product part's SVD: U S of the
query, V of the other product, which the embedder does not keep. Two answers of "seen"
are no vectors: how often two titles are mates in the log, and how often a title is
seen. Scores go to `studies/results/similar_products.csv`; `render.py` shows them in
`docs/similar_products.md`.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from corpora import read
from scipy import sparse
from scored import main
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize
from study import words

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb._spectral.learning import (
    SpectralConfig,
    count_products,
    find_often,
)
from sklearn_prodemb._spectral.ppmi import ProductPPMI
from sklearn_prodemb._spectral.sources import SessionSource
from sklearn_prodemb.evaluation import TrainSizeSplit, hold_out_titles
from sklearn_prodemb.evaluation._session_mate_retrieval import _query_scores

PATH = Path(__file__).parent / "results" / "similar_products.csv"
LABELS = {"hm": ("product_type", "index_group"), "instacart": ("aisle", "department")}
N_LIKE, N_SEEN, N_NEAREST = 2_000, 4_000, 10
SELDOM = 20
PER_BLOCK = 64
COLUMNS = {
    "words": ("words",),
    "contexts": ("contexts",),
    "products": ("products",),
    "words, contexts": ("words", "contexts"),
    "contexts, products": ("contexts", "products"),
    "all": ("words", "contexts", "products"),
}
TWO_SIDES, TF_IDF = "products beside contexts", "TF-IDF"
COUNTS, MOST_SEEN = "mates in the log, counted", "most seen in the log"
ORDER = [*COLUMNS, TWO_SIDES, TF_IDF, COUNTS, MOST_SEEN]
NAMES = {"hm": "H&M", "instacart": "Instacart"}
# Of what the indexes of the package go by.
USED = {
    "words, contexts": "words, contexts: `SimilarProducts`",
    "contexts, products": "contexts, products: `SeenWithProducts`",
}
SCORES = {
    "seen, recall@10": "seen with: recall@10",
    "seen, auc_roc": "AUC ROC",
    "seen, seldom, recall@10": "seldom seen: recall@10",
    "seen, new, recall@10": "new titles: recall@10",
    "seen, new, auc_roc": "AUC ROC",
}


class Cosine:
    """How similar rows of one matrix are to all rows of another, by their cosine."""

    def __init__(self, left, right=None):
        self.left = normalize(left)
        self.right = self.left if right is None else normalize(right)

    def __call__(self, rows):
        found = self.left[rows] @ self.right.T
        return found.toarray() if sparse.issparse(found) else found


def without_categories(sessions):
    lists = sessions.to_lists()
    return Sessions.from_lists([[(t, None) for t, _ in rows] for rows in lists])


def embedders_columns(embedder, titles):
    """Give the similarities by each choice of columns, by name."""
    vectors = embedder.transform(titles)
    blocks = {n: vectors[:, c] for n, c in embedder.encoder_.blocks.items()}
    return {
        name: Cosine(np.hstack([blocks[block] for block in chosen]))
        for name, chosen in COLUMNS.items()
    }


def fit(corpus, sessions):
    return ProductEmbedder(normalizer=corpus.normalizer, random_state=0).fit(sessions)


def of_log(embedder, sessions, titles):
    """Give the similarities that need the log: both sides of the SVD, and counts.

    Also gives in how many sessions each title is.
    """
    tokenizer = embedder.encoder_.tokenizer
    source = SessionSource(sessions, embedder.max_session_length)
    keys, of_title, _ = count_products(tokenizer, source.titles)
    mates = source.mates(of_title, len(keys))
    place = {key: row for row, key in enumerate(keys.tolist())}
    rows = np.array([place[key] for key in tokenizer.encode(titles).keys.tolist()])

    config = SpectralConfig()
    contexts = find_often(mates.counts, config.max_product_contexts)
    ppmi = ProductPPMI(mates, contexts)
    rng = np.random.RandomState(0)
    _, right = config.decompose(ppmi, config.sizes[2], rng)
    blocks = [ppmi.block(number) for number in range(ppmi.n_blocks)]
    of_products = np.vstack([block @ right for block in blocks])
    of_contexts = np.zeros_like(of_products)
    of_contexts[contexts] = right

    counts = sparse.vstack([mates.rows(*block) for block in mates.blocks]).tocsr()
    counts = counts[rows][:, rows]
    seen = mates.counts[rows]

    def two_sides(asked):
        return of_products[rows[asked]] @ of_contexts[rows].T

    answers = {
        TWO_SIDES: two_sides,
        COUNTS: lambda asked: counts[asked].toarray(),
        MOST_SEEN: lambda asked: np.tile(seen, (len(asked), 1)),
    }
    return answers, seen


def retrieval(similarities, sessions):
    """Give the queries, their AUC ROC and their recall@10, by any similarity.

    As `session_mate_retrieval` has them.
    """
    codes, offsets = sessions.title_codes, sessions.offsets
    lengths = np.diff(offsets)
    rng = np.random.RandomState(0)
    usable = np.flatnonzero(lengths >= 2)
    chosen = rng.choice(usable, min(N_SEEN, len(usable)), replace=False)
    queries = offsets[chosen] + rng.randint(0, lengths[chosen])
    found = []
    for first in range(0, len(chosen), PER_BLOCK):
        block = slice(first, first + PER_BLOCK)
        asked = codes[queries[block]]
        rows = zip(asked, chosen[block], similarities(asked), strict=True)
        for product, session, row in rows:
            mates = codes[offsets[session] : offsets[session + 1]]
            found.append(_query_scores(row, product, mates[mates != product]))
    auc_roc, recall, _ = np.array(found).T
    return codes[queries], auc_roc, recall


def same_label(similarities, labels, queries):
    """Give the share of the nearest that have the label of the query, a mean."""
    found = []
    for first in range(0, len(queries), PER_BLOCK):
        asked = queries[first : first + PER_BLOCK]
        rows = similarities(asked)
        rows[np.arange(len(asked)), asked] = -np.inf
        nearest = np.argpartition(-rows, N_NEAREST, axis=1)[:, :N_NEAREST]
        found.append(labels[nearest] == labels[asked][:, None])
    return np.concatenate(found).mean()


def catalogue(name, folder):
    """Give the titles of the training and the validation part, with their labels.

    A title's labels are those of the first product that has it. Also gives the rows
    of the queries.
    """
    path = folder / name / "products.parquet"
    products = pd.read_parquet(path).sort_values("product_id").drop_duplicates("title")
    train, validation, _ = TrainSizeSplit().parts(products["title"].tolist())
    kept = products.iloc[[*validation, *train]].reset_index(drop=True)
    rng = np.random.RandomState(0)
    return kept, rng.choice(len(validation), N_LIKE, replace=False)


def row(columns, question, score, value):
    return {"columns": columns, "score": f"{question}, {score}", "value": value}


def scores(name, folder):
    """Give a row a choice of columns and score."""
    corpus = read(name, folder)
    train, _ = corpus.sessions.split(0.1, random_state=0)
    train, held_out = train.split(0.1, random_state=1)
    train, held_out = without_categories(train), without_categories(held_out)
    of_words = words(TfidfVectorizer(), corpus)

    embedder = fit(corpus, train)
    products, queries = catalogue(name, folder)
    titles = products["title"].tolist()
    answers = embedders_columns(embedder, titles)
    answers[TF_IDF] = Cosine(of_words.transform(titles))
    for columns, similarities in answers.items():
        for kind, label in zip(("fine", "coarse"), LABELS[name], strict=True):
            codes = pd.factorize(products[label])[0]
            found = same_label(similarities, codes, queries)
            yield row(columns, "like", kind, found)

    known = {*train.titles}
    lists = [[p for p in s if p[0] in known] for s in held_out.to_lists()]
    mates = Sessions.from_lists([session for session in lists if session])
    titles = mates.titles.tolist()
    answers = embedders_columns(embedder, titles)
    answers[TF_IDF] = Cosine(of_words.transform(titles))
    by_log, n_sessions = of_log(embedder, train, titles)
    for columns, similarities in (answers | by_log).items():
        asked, auc_roc, recall = retrieval(similarities, mates)
        yield row(columns, "seen", "recall@10", recall.mean())
        yield row(columns, "seen", "auc_roc", auc_roc.mean())
        seldom = n_sessions[asked] < SELDOM
        yield row(columns, "seen", "seldom, recall@10", recall[seldom].mean())

    of_known, new = hold_out_titles(train, 0.35, random_state=0)
    titles = new.titles.tolist()
    answers = embedders_columns(fit(corpus, of_known), titles)
    answers[TF_IDF] = Cosine(of_words.transform(titles))
    for columns, similarities in answers.items():
        _, auc_roc, recall = retrieval(similarities, new)
        yield row(columns, "seen, new", "recall@10", recall.mean())
        yield row(columns, "seen, new", "auc_roc", auc_roc.mean())


def table(rows):
    """Give a table a corpus and a row a choice of columns, the best in bold."""
    means = rows.pivot(index="columns", columns=["data", "score"], values="value")
    lines = []
    for data, name in NAMES.items():
        columns = ["like, fine", "like, coarse", *SCORES]
        of_data = means[data].reindex(index=ORDER, columns=columns)
        best = of_data.round(3).max()
        labels = [label.replace("_", " ") for label in LABELS[data]]
        heads = [f"like: {labels[0]}", labels[1], *SCORES.values()]
        lines += [
            "",
            f"| {name} | {' | '.join(heads)} |",
            "| --- |" + " --- |" * len(heads),
        ]
        for columns, values in of_data.iterrows():
            cells = [
                ""
                if value != value
                else f"**{value:.3f}**"
                if round(value, 3) == best[score]
                else f"{value:.3f}"
                for score, value in values.items()
            ]
            label = USED.get(columns, columns)
            lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines[1:])


DATA = {name: lambda part, folder, name=name: scores(name, folder) for name in LABELS}

if __name__ == "__main__":
    main(__doc__, DATA, table, PATH)
