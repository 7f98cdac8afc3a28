"""Find the same product in many offers, beside what one would use instead.

    python studies/matching.py FOLDER [--part validation]
    python studies/matching.py --table

FOLDER holds `shopee/`, `pricerunner/` and `matching_pairs/` as parquet files. All
groups and pairs that are scored are new to the model:

- Shopee: groups of `dev` to learn from, those of `test` to score on;
- PriceRunner: 3,000 products drawn with `default_rng(5)`, half of them to learn from;
- Abt-Buy, Amazon-Google: the pairs of Ditto's split.

Choices were made on `--part validation`: a third of Shopee's `dev`, 3,000 other
products of PriceRunner, Ditto's validation pairs. Scores go to
`studies/results/matching.csv`.
"""

import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scored import main
from sklearn.base import clone
from sklearn.metrics import f1_score

from sklearn_prodemb.evaluation import group_scores
from sklearn_prodemb.matching import (
    EmbeddingMatcher,
    NetworkPairMatcher,
    PairMatcher,
    ProductMatcher,
)

PATH = Path(__file__).parent / "results" / "matching.csv"
COLUMN = re.compile(r"COL (\S+) VAL (.*?)(?= COL |$)")
MATCHERS = {
    "ProductMatcher": ProductMatcher(random_state=0),
    "ProductMatcher, similarity": ProductMatcher(method="similarity", random_state=0),
    "ProductMatcher, single linkage": ProductMatcher(linkage="single", random_state=0),
    "EmbeddingMatcher": EmbeddingMatcher(random_state=0),
    "EmbeddingMatcher, InfoNCE": EmbeddingMatcher(loss="info_nce", random_state=0),
    "EmbeddingMatcher, ArcFace": EmbeddingMatcher(loss="arcface", random_state=0),
    "EmbeddingMatcher, untrained": EmbeddingMatcher(max_iter=0, random_state=0),
}
# How text and picture are trained together.
MODALITIES = {
    "EmbeddingMatcher, joint loss": EmbeddingMatcher(gradient="joint", random_state=0),
    "EmbeddingMatcher, loss of the worst": EmbeddingMatcher(
        gradient="worst", random_state=0
    ),
}
FEW_LABELS = ("ProductMatcher", "ProductMatcher, similarity", "EmbeddingMatcher")
PAIR_MATCHERS = {
    "PairMatcher": PairMatcher(random_state=0),
    "NetworkPairMatcher": NetworkPairMatcher(random_state=0),
}
N_GROUPS = (30, 100, 300)


def shopee(folder, part):
    """Give offers and groups to learn from, and those to score on."""
    dev, test = (
        pd.read_parquet(folder / "shopee" / f"{name}.parquet").rename(
            columns={"label_group": "group"}
        )
        for name in ("dev", "test")
    )
    if part == "validation":
        groups = np.random.default_rng(0).permutation(dev["group"].unique())
        in_test = dev["group"].isin(groups[len(groups) * 2 // 3 :])
        dev, test = dev[~in_test], dev[in_test]
    return dev, test


def pricerunner(folder, part):
    """Give offers and groups to learn from, and those to score on."""
    offers = pd.read_parquet(folder / "pricerunner" / "products.parquet")
    offers["group"] = offers["category"] + " " + offers["cluster"]
    products = np.sort(offers["group"].unique())
    drawn = np.random.default_rng(5).choice(products, 3_000, replace=False)
    if part == "validation":
        others = np.setdiff1d(products, drawn)
        drawn = np.random.default_rng(0).choice(others, 3_000, replace=False)
    return (
        offers[offers["group"].isin(drawn[:1_500])],
        offers[offers["group"].isin(drawn[1_500:])],
    )


def pairs(name, folder, part):
    """Give pairs and labels to learn from, and those to score on."""
    found = pd.read_parquet(folder / "matching_pairs" / f"{name}.parquet")
    learned = found[found["split"] == "train"]
    asked = found[found["split"] == ("valid" if part == "validation" else "test")]
    return [
        ((as_frame(rows["left"]), as_frame(rows["right"])), rows["label"].to_numpy())
        for rows in (learned, asked)
    ]


def as_frame(offers):
    """Take "COL title VAL ... COL price VAL ..." apart."""
    frame = pd.DataFrame([dict(COLUMN.findall(offer)) for offer in offers])
    frame["price"] = pd.to_numeric(frame["price"], errors="coerce")
    return frame


def score_groups(data, columns, part, folder, more=()):
    learned, asked = data(folder, part)
    alone = group_scores(asked["group"].to_numpy(), np.arange(len(asked)))
    yield {"model": "every offer alone", "f1": alone["f1"]}
    for name, unfitted in {**MATCHERS, **dict(more)}.items():
        start = time.perf_counter()
        matcher = clone(unfitted)
        matcher.fit(learned[columns], learned["group"])
        fitted = time.perf_counter()
        predicted = matcher.predict(asked[columns])
        yield {
            "model": name,
            **group_scores(asked["group"].to_numpy(), predicted),
            "fit_seconds": fitted - start,
            "predict_seconds": time.perf_counter() - fitted,
        }


def score_labels(data, columns, part, folder):
    """Learn from fewer groups, the first ones of a random order."""
    learned, asked = data(folder, part)
    groups = np.random.default_rng(0).permutation(learned["group"].unique())
    truth = asked["group"].to_numpy()
    for n_groups in N_GROUPS:
        some = learned[learned["group"].isin(groups[:n_groups])]
        for name in FEW_LABELS:
            matcher = clone(MATCHERS[name])
            matcher.fit(some[columns], some["group"])
            predicted = matcher.predict(asked[columns])
            yield {
                "model": f"{name}, {n_groups:,} groups",
                **group_scores(truth, predicted),
                "method": getattr(matcher, "method_", None),
            }


def score_pairs(name, part, folder):
    (X, y), (new, truth) = pairs(name, folder, part)
    for model, unfitted in PAIR_MATCHERS.items():
        start = time.perf_counter()
        matcher = clone(unfitted).fit(X, y)
        fitted = time.perf_counter()
        predicted = matcher.predict(new)
        yield {
            "model": model,
            "pair_f1": f1_score(truth, predicted),
            "fit_seconds": fitted - start,
            "predict_seconds": time.perf_counter() - fitted,
        }


DATA = {
    "Shopee": lambda *a: score_groups(shopee, ["title"], *a),
    "Shopee, with hashes": lambda *a: score_groups(
        shopee, ["title", "image_phash"], *a, more=MODALITIES
    ),
    "PriceRunner": lambda *a: score_groups(pricerunner, ["title"], *a),
    "Shopee, few labels": lambda *a: score_labels(shopee, ["title"], *a),
    "PriceRunner, few labels": lambda *a: score_labels(pricerunner, ["title"], *a),
    "Abt-Buy": lambda *a: score_pairs("abt_buy", *a),
    "Amazon-Google": lambda *a: score_pairs("amazon_google", *a),
}


def table(rows):
    """Give the test scores, a row a data set and model."""
    rows = rows[rows["part"] == "test"]
    lines = ["| offers | model | F1 | B-cubed | of pairs |", "| --- " * 5 + "|"]
    names = ["f1", "bcubed_f1", "pair_f1"]
    for row in rows.to_dict("records"):
        cells = ["" if pd.isna(row[name]) else f"{row[name]:.3f}" for name in names]
        lines.append(f"| {row['data']} | {row['model']} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main(__doc__, DATA, table, PATH)
