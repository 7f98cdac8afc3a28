"""What vectors learned from clicks tell of purchases, and of session mates.

    python studies/clicks.py FOLDER [--part validation]
    python studies/clicks.py --table

FOLDER holds `beibei/` and `taobao/` with `events.parquet`, `hm/` and `instacart/` with
`sessions.parquet`.

- Beibei, clicked to purchased: of each user the log holds what was put in the cart or
  bought, and one purchase is held out. Users whose held-out purchase is not in the log
  are scored. The products of the user are compared with it and with 50 products that
  the user did not have, drawn as often as they occur: AUC ROC, a mean over users, ties
  counted half. The score of a product is its mean cosine with the user's products, or
  its cosine with the mean of their vectors.
- H&M, Instacart (30,000 baskets each), Taobao (a gap of 30 minutes ends a session):
  session mates of a tenth of the sessions, held out, see `session_mate_retrieval`.

Half of the users and another tenth of the sessions are `--part validation`, on which
choices were made. Scores go to `studies/results/clicks.csv`.
"""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scored import main
from sklearn.preprocessing import normalize

from sklearn_prodemb import Sessions
from sklearn_prodemb.baselines import Prod2Vec
from sklearn_prodemb.evaluation import session_mate_retrieval
from sklearn_prodemb.multimodal import BPREmbedder, ClickEmbedder

PATH = Path(__file__).parent / "results" / "clicks.csv"
N_NEGATIVES = 50
N_BASKETS = 30_000
COMMON = {"handle_unknown": "ignore", "random_state": 0}


class PlainPPMI(ClickEmbedder):
    """The closed form without smoothing, with plain singular values."""

    @property
    def _config(self):
        return replace(super()._config, smoothing=1.0, singular_value_power=1.0)


class SideBySide:
    """The vectors of both, each of unit length."""

    def __init__(self, *models):
        self.models = models

    def transform(self, ids):
        return np.hstack([normalize(model.transform(ids)) for model in self.models])


MODELS = {
    "PPMI without smoothing": PlainPPMI(**COMMON),
    "Prod2Vec": Prod2Vec(**COMMON),
    "ClickEmbedder": ClickEmbedder(**COMMON),
    "BPREmbedder": BPREmbedder(**COMMON),
}
BOTH = "ClickEmbedder and BPREmbedder, side by side"


def sessions_of(frame, session):
    """Give sessions of ids; a title is an id as a str."""
    frame = frame.assign(title=frame["product_id"].astype(str))
    return Sessions.from_frame(
        frame, session=session, title="title", product="product_id"
    )


def beibei(folder):
    """Give the log, and the held-out purchase of each user whose log lacks it."""
    events = pd.read_parquet(folder / "beibei" / "events.parquet")
    held = events["event"] == "buy_test"
    # The file has the products of a user in order of ids, and models cut sessions.
    log = events[~held].sample(frac=1, random_state=0)
    taken = pd.MultiIndex.from_frame(log[["user_id", "product_id"]])
    asked = events[held].set_index("user_id")["product_id"]
    asked = asked[~pd.MultiIndex.from_arrays([asked.index, asked]).isin(taken)]
    return log, asked


def part_of(asked, part):
    """Give one half of the users."""
    users = np.random.default_rng(0).permutation(asked.index.to_numpy())
    half = len(users) // 2
    return asked[users[:half] if part == "validation" else users[half:]]


def draw_negatives(log, asked, rng):
    """Draw products that users did not have, as often as they occur, (n, 50)."""
    products = log["product_id"].to_numpy()
    of_users = log.groupby("user_id")["product_id"].agg(set)
    drawn = []
    for user, purchase in asked.items():
        own, found = of_users[user] | {purchase}, []
        while len(found) < N_NEGATIVES:
            candidates = products[rng.integers(len(products), size=N_NEGATIVES)]
            found += [p for p in candidates.tolist() if p not in own]
        drawn.append(found[:N_NEGATIVES])
    return np.array(drawn)


def purchase_scores(model, log, asked, negatives):
    """Give the AUC ROC of the mean cosine, and of the cosine with the mean."""
    ids = np.union1d(log["product_id"], asked)
    vectors = model.transform(ids.tolist())
    units = normalize(vectors)
    of_users = log.groupby("user_id")["product_id"].unique()
    found = []
    for (user, purchase), others in zip(asked.items(), negatives, strict=True):
        clicked = np.searchsorted(ids, of_users[user])
        candidates = units[np.searchsorted(ids, [purchase, *others.tolist()])]
        profiles = units[clicked].mean(axis=0), vectors[clicked].mean(axis=0)
        found.append([auc_of_first(candidates @ profile) for profile in profiles])
    return dict(
        zip(("mean_cosine", "cosine_with_mean"), np.mean(found, 0), strict=True)
    )


def auc_of_first(scores):
    """Tell how often the first score is above the others, ties counted half."""
    # Equal vectors differ in the last digits of their products.
    first, others = scores[0], scores[1:]
    ties = np.abs(first - others) <= 1e-6 * np.abs(scores).max()
    return np.where(ties, 0.5, first > others).mean()


def score_purchases(part, folder):
    log, asked = beibei(folder)
    asked = part_of(asked, part)
    negatives = draw_negatives(log, asked, np.random.default_rng(1))
    for name, model, seconds in fitted(sessions_of(log, "user_id")):
        scores = purchase_scores(model, log, asked, negatives)
        yield {"model": name, **scores, "fit_seconds": seconds}


def fitted(sessions):
    """Give each model's name, the model, and the seconds of its fit."""
    models = {}
    for name, model in MODELS.items():
        start = time.perf_counter()
        models[name] = model.fit(sessions)
        yield name, model, time.perf_counter() - start
    yield BOTH, SideBySide(models["ClickEmbedder"], models["BPREmbedder"]), None


class OfTitles:
    """A model of ids, for titles that are ids as str."""

    def __init__(self, model):
        self.model = model

    def transform(self, titles):
        return self.model.transform([int(title) for title in titles])


def score_mates(sessions, part):
    rest, test = sessions.split(0.1, random_state=0)
    learned, validation = rest.split(0.1, random_state=0)
    asked = validation if part == "validation" else test
    for name, model, seconds in fitted(learned):
        scores = session_mate_retrieval(OfTitles(model), asked, random_state=0)
        yield {"model": name, **scores, "fit_seconds": seconds}


def baskets(name, folder):
    rows = pd.read_parquet(folder / name / "sessions.parquet")
    sessions = sessions_of(rows, "session_id")
    share = N_BASKETS / sessions.n_sessions
    return sessions.split(share, random_state=0)[1] if share < 1 else sessions


def taobao(folder):
    events = pd.read_parquet(folder / "taobao" / "events.parquet")
    return Sessions.from_events(
        events.assign(title=events["product_id"].astype(str)),
        user="user_id",
        time="timestamp",
        title="title",
        product="product_id",
        gap="30min",
    )


DATA = {
    "Beibei, purchases": score_purchases,
    "H&M, session mates": lambda part, folder: score_mates(baskets("hm", folder), part),
    "Instacart, session mates": lambda part, folder: score_mates(
        baskets("instacart", folder), part
    ),
    "Taobao, session mates": lambda part, folder: score_mates(taobao(folder), part),
}


def table(rows):
    """Give the test scores, a row a data set and model."""
    rows = rows[rows["part"] == "test"]
    lines = [
        "| data | model | mean cosine | cosine with mean | session mates |",
        "| --- " * 5 + "|",
    ]
    names = ["mean_cosine", "cosine_with_mean", "auc_roc"]
    for row in rows.to_dict("records"):
        cells = ["" if pd.isna(row[name]) else f"{row[name]:.3f}" for name in names]
        lines.append(f"| {row['data']} | {row['model']} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main(__doc__, DATA, table, PATH)
