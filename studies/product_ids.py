"""What product ids are worth once titles are edited, on validation parts only.

    python studies/product_ids.py FOLDER [--corpus NAME]
    python studies/product_ids.py --table

FOLDER holds the corpora, see `corpora.py`; the ids of Online Retail are stock codes.
ProductEmbedder is fitted on sessions with ids, and asked for titles alone, and for
titles with ids whose rows are made in several ways:

- tasks: labels of titles as they are, scores on validation titles as they are and
  edited; AUC ROC, mean over sizes and draws;
- session mates: retrieval among the ids of sessions held out, all titles as they are
  or all edited;
- several titles, renamed: Online Retail is cut at three days, and sessions before a day
  are the log of those after it. Asked for session mates are products whose stock code
  has several titles in the log, and those whose title is new to the log though the
  stock code is not: real edits.

A title is edited by one word: it is taken out, or a word of another title is put in.
Scores go to `studies/results/product_ids.json`; `--table` prints them.
"""

import copy
import json

import numpy as np
import pandas as pd
from corpora import read, retail_events, retail_sessions, with_stock_codes
from scipy import sparse
from scipy.linalg import orthogonal_procrustes
from scipy.stats import rankdata
from scored import ask
from sklearn.preprocessing import normalize
from study import COLD_SIZES, N_QUERIES, RESULTS, fit_head, product, score_head

from sklearn_prodemb import normalize_titles
from sklearn_prodemb._spectral.encoder import scale_rows
from sklearn_prodemb._spectral.learning import (
    SpectralConfig,
    count_products,
    find_often,
)
from sklearn_prodemb._spectral.ppmi import ProductPPMI
from sklearn_prodemb._spectral.product_ids import hash_ids
from sklearn_prodemb._spectral.sources import source_of
from sklearn_prodemb.encoders import ProductEncoder, ProductIds
from sklearn_prodemb.evaluation import TrainSizeSplit, session_mate_retrieval

CORPORA = ("hm", "instacart", "online_retail")
PATH = RESULTS / "product_ids.json"
TITLES = "titles alone"
IDS = "titles and ids"
NEW = "ids for titles that the log lacks"
MOST = "row of the title of most sessions"
OWN = "row of the id's own session mates"
MATES, RENAMED, SEVERAL = "session mates", "renamed", "several titles"
KINDS = ("as they are", "edited")
# Shares of the events before the days at which Online Retail is cut.
CUTS = (0.3, 0.5, 0.7)
COLUMNS = ["title", "product_id"]


def edited(titles):
    """Take a word out of each title, or put in one of another title."""
    rng = np.random.default_rng(0)
    words = [word for title in titles for word in title.split()]
    found = []
    for title in titles:
        own = title.split()
        if len(own) > 1 and rng.random() < 0.5:
            own.pop(rng.integers(len(own)))
        else:
            own.insert(rng.integers(len(own) + 1), words[rng.integers(len(words))])
        found.append(" ".join(own))
    return found


# How an id gets its row ----------------------------------------------------------


class ForNewTitles:
    """An embedder that is asked by ids only for titles that it has no row for."""

    def __init__(self, embedder):
        self.embedder = embedder

    def transform(self, X):
        closed_form = self.embedder.encoder_.closed_form
        keys = closed_form.tokenizer.encode(X["title"].tolist()).keys
        is_new = closed_form.find_products(keys) < 0
        ids = X["product_id"].astype(object).where(is_new, None)
        return self.embedder.transform(X.assign(product_id=ids))


def with_rows(embedder, ids, rows):
    """Give an embedder that has other rows for ids."""
    known = rows.any(axis=1)
    keys, first = np.unique(hash_ids(np.array(ids, object)[known]), return_index=True)
    closed_form = embedder.encoder_.closed_form
    n_seen = len(closed_form.product_keys)
    places = n_seen + np.arange(len(keys), dtype=np.int32)
    closed_form = closed_form.with_ids(ProductIds(keys, places), rows[known][first])
    other = copy.copy(embedder)
    state = embedder.encoder_.__getstate__()
    other.encoder_ = ProductEncoder(**{**state, "closed_form": closed_form})
    return other


def id_by_title(closed_form, sessions):
    """Count the sessions of ids with titles that have a row, (n_ids, n_titles)."""
    by_id = sessions.by_id
    keys = closed_form.tokenizer.encode(sessions.titles.tolist()).keys
    rows = closed_form.find_products(keys)[by_id.title_codes]
    seen = rows >= 0
    shape = (by_id.n_products, len(closed_form.product_keys))
    ones = np.ones(seen.sum(), np.float32)
    counts = sparse.csr_array((ones, (by_id.codes[seen], rows[seen])), shape)
    counts.sum_duplicates()
    return counts


def rows_of_ids(embedder, sessions):
    """Give the rows of ids, made in other ways than by `learn_ids`, by name."""
    closed_form = embedder.encoder_.closed_form
    of_titles = closed_form.title_vectors.astype(np.float32)
    counts = id_by_title(closed_form, sessions)
    most = np.zeros((counts.shape[0], of_titles.shape[1]), np.float32)
    seen = np.flatnonzero(np.diff(counts.indptr))
    for i in seen:
        own = slice(*counts.indptr[i : i + 2])
        most[i] = of_titles[counts.indices[own][counts.data[own].argmax()]]
    return {MOST: most, OWN: own_mates(closed_form, sessions)}


def own_mates(closed_form, sessions):
    """Give rows from the session mates of each id: PPMI(D) V, with D of the id.

    Titles that the id itself has are no mates of it.
    """
    config, source = SpectralConfig(), source_of(sessions, None)
    keys, of_title, _ = count_products(closed_form.tokenizer, source.titles)
    mates = source.mates(of_title, len(keys))
    contexts = find_often(mates.counts, config.max_product_contexts)
    ppmi = ProductPPMI(mates, contexts)
    _, right = config.decompose(ppmi, 128, np.random.RandomState(0))
    # The axes of the encoder, which come from other random vectors.
    of_titles = np.concatenate([ppmi.block(n) @ right for n in range(ppmi.n_blocks)])
    places = closed_form.find_products(keys)
    known = places >= 0
    ours = closed_form.product_vectors[places[known]].astype(np.float32)
    theirs = scale_rows(of_titles[known], closed_form.lengths[2])
    rotation, _ = orthogonal_procrustes(theirs, ours)

    by_id = sessions.by_id
    session_of = np.repeat(np.arange(sessions.n_sessions), sessions.lengths)
    products = of_title[sessions.title_codes]
    seen = products >= 0
    shape = (sessions.n_sessions, len(keys))
    ones = np.ones(seen.sum())
    in_session = sparse.csr_array((ones, (session_of[seen], products[seen])), shape)
    session_of_id = np.repeat(np.arange(sessions.n_sessions), np.diff(by_id.offsets))
    weights = 1 / np.maximum(sessions.lengths - 1, 1)
    shape = (by_id.n_products, sessions.n_sessions)
    weighted = sparse.csr_array(
        (weights[session_of_id], (by_id.codes, session_of_id)), shape
    )
    own = of_title[by_id.title_codes]
    has = own >= 0
    shape = (by_id.n_products, len(keys))
    is_own = sparse.csr_array((np.ones(has.sum()), (by_id.codes[has], own[has])), shape)
    counts = weighted @ in_session
    counts = counts - counts.multiply(is_own.astype(bool))
    counts = sparse.csr_array(counts)[:, contexts]
    counts.eliminate_zeros()
    return scale_rows(
        (ppmi._compare(counts) @ right).astype(np.float32) @ rotation.astype("f4"),
        closed_form.lengths[2],
    )


# Scores --------------------------------------------------------------------------


def run(name, folder):
    """Give the scores of a corpus, a dict each."""
    corpus = with_stock_codes(folder) if name == "online_retail" else read(name, folder)
    rest, _ = corpus.sessions.split(0.1, random_state=0)
    learned, held_out = rest.split(0.1, random_state=0)
    for setting, embedder, takes in settings(product(corpus, learned), learned):
        yield {"setting": setting, **score_mates(embedder, takes, held_out)}
        for task_name, task in corpus.tasks.items():
            scores = score_task(embedder, takes, task)
            yield {"setting": setting, "task": task_name, **scores}
    if name == "online_retail":
        yield from score_later(corpus, folder)


def settings(embedder, sessions):
    """Give each setting, its embedder, and the columns that it takes."""
    yield TITLES, embedder, "title"
    yield IDS, embedder, COLUMNS
    yield NEW, ForNewTitles(embedder), COLUMNS
    for setting, rows in rows_of_ids(embedder, sessions).items():
        yield setting, with_rows(embedder, sessions.by_id.ids.tolist(), rows), COLUMNS


def score_mates(embedder, takes, sessions):
    by_id = sessions.by_id
    products = pd.DataFrame({"title": by_id.titles, "product_id": by_id.ids})
    found = {"task": MATES}
    for kind in KINDS:
        if kind == "edited":
            products = products.assign(title=edited(products["title"]))
        scores = session_mate_retrieval(
            embedder,
            sessions,
            products=products[takes],
            n_queries=N_QUERIES,
            random_state=0,
        )
        found[kind] = scores["auc_roc"]
    return found


def score_task(embedder, takes, task):
    train, validation, _ = TrainSizeSplit().parts(task.titles)
    products = task.products[COLUMNS]
    vectors = embedder.transform(products[takes])
    asked = products.iloc[validation]
    asked = asked.assign(title=edited(asked["title"]))
    parts = {
        "as they are": vectors[validation],
        "edited": embedder.transform(asked[takes]),
    }
    scores = {kind: [] for kind in parts}
    for size in COLD_SIZES:
        for draw in range(5):
            rows = np.random.default_rng(draw).choice(train, size, replace=False)
            head = fit_head(vectors[rows], task.y[rows])
            for kind, part in parts.items():
                scores[kind].append(score_head(head, part, task.y[validation]))
    return {kind: float(np.nanmean(found)) for kind, found in scores.items()}


def score_later(corpus, folder):
    """Learn from the sessions before a day, and ask for session mates after it."""
    events = retail_events(folder / "online_retail")
    for share in CUTS:
        day = events["timestamp"].quantile(share)
        log, later = (
            retail_sessions(events[mask], "stock_code")
            for mask in (events["timestamp"] <= day, events["timestamp"] > day)
        )
        seen = views(log)
        known = seen.drop_duplicates("product_id")[COLUMNS].reset_index(drop=True)
        asked = views(later)
        asked = asked[asked["product_id"].isin(known["product_id"])]
        number = pd.Series(known.index, known["product_id"])
        asked = asked.assign(number=number[asked["product_id"]].to_numpy())
        mates_of = asked.groupby("session")["number"].agg(np.array)
        asked = asked[asked["session"].map(mates_of.map(len)) > 1]
        n_titles = seen.groupby("product_id")["title"].nunique()
        has_several = asked["product_id"].map(n_titles > 1)
        is_new = ~is_known(asked["title"], log.titles, corpus.normalizer)
        queries = {SEVERAL: asked[has_several & ~is_new], RENAMED: asked[is_new]}
        for what, rows in queries.items():
            print(share, what, len(rows), rows["title"].nunique(), flush=True)
        for setting, model, takes in settings(product(corpus, log), log):
            candidates = normalize(model.transform(known[takes]))
            for what, rows in queries.items():
                vectors = normalize(model.transform(rows[takes]))
                found = [
                    auc_of_mates(candidates @ vector, number, mates_of[session])
                    for vector, number, session in zip(
                        vectors, rows["number"], rows["session"], strict=True
                    )
                ]
                about = {"setting": setting, "task": what, "cut": share}
                yield {**about, "as they are": float(np.mean(found))}


def is_known(titles, known, normalizer):
    """Tell which titles are among others once normalised."""
    known = normalize_titles(known.tolist(), normalizer=normalizer)
    found = normalize_titles(titles.tolist(), normalizer=normalizer)
    return np.isin(np.array(found), known)


def views(sessions):
    """Give a row a session and id."""
    by_id = sessions.by_id
    session = np.repeat(np.arange(sessions.n_sessions), np.diff(by_id.offsets))
    return pd.DataFrame(
        {
            "session": session,
            "title": sessions.titles[by_id.title_codes],
            "product_id": by_id.ids[by_id.codes],
        }
    )


def auc_of_mates(similarities, query, mates):
    """Tell how often a session mate ranks before a product that is none."""
    mates = mates[mates != query]
    similarities = similarities.astype(np.float64).round(6)
    similarities[query] = -np.inf
    ranks = rankdata(-similarities)[mates]
    n_others = len(similarities) - 1 - len(mates)
    return 1 - (ranks.mean() - (len(mates) + 1) / 2) / n_others


def table(rows):
    """Give the scores, a column a setting; a mean over tasks, or over cuts."""
    rows = pd.DataFrame(rows)
    is_task = ~rows["task"].isin([MATES, SEVERAL, RENAMED])
    rows = rows.assign(what=rows["task"].mask(is_task, "tasks"))
    settings = rows["setting"].unique().tolist()
    lines = [
        f"| titles | {' | '.join(settings)} |",
        "| --- |" + " --- |" * len(settings),
    ]
    for corpus in CORPORA:
        for what in ("tasks", MATES, SEVERAL, RENAMED):
            of = rows[(rows["corpus"] == corpus) & (rows["what"] == what)]
            for kind in KINDS if len(of) else ():
                means = of.groupby("setting")[kind].mean()[settings]
                if means.notna().all():
                    name = what if kind == KINDS[0] else f"{what}, {kind}"
                    values = " | ".join(f"{value:.3f}" for value in means)
                    lines.append(f"| {corpus}: {name} | {values} |")
    return "\n".join(lines)


def main():
    folder, corpora = ask(__doc__, CORPORA)
    rows = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else []
    for name in corpora:
        found = [{"corpus": name, **row} for row in run(name, folder)]
        rows = [row for row in rows if row["corpus"] != name] + found
        PATH.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        print(pd.DataFrame(found).round(4).to_string(), flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
