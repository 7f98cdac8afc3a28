"""Vectors of products by what they are made of, on the tasks of the paper [1].

    python studies/multimodal.py FOLDER [--part validation]
    python studies/multimodal.py --table

FOLDER holds `hm/`, `beibei/`, `online_retail/` as parquet files, and
`mobilenet_v1/embedding_extractor.tflite`. What is scored is new to the model:

- H&M: the products with a picture, split 60/20/20 by title. The titles to score on
  leave the sessions ("new products"), and so does a fifth of the sessions. Attributes
  are told of products whose picture shows their own colour; session mates are found
  among new products, and in the held-out sessions among known ones;
- clicked to purchased, Beibei: one held-out purchase a user (`buy_test`), which
  training does not see. Products have ids alone;
- returns, Online Retail: users are split 60/20/20, and vectors, prices and head come
  from those to learn from.

Choices were made on `--part validation`: the second fifth of products and users, half
of the held-out sessions, and another purchase of each user of Beibei. Scores go to
`studies/results/multimodal.csv`.

[1] "One embedding to do them all", 2019, arXiv:1906.12120.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scored import main

from sklearn_prodemb import ProductEmbedder, Sessions, SpectralEmbedder
from sklearn_prodemb.baselines import Prod2Vec
from sklearn_prodemb.evaluation import (
    attribute_prediction,
    cart_lines,
    cart_return_prediction,
    clicked_to_purchased,
    session_mate_retrieval,
)
from sklearn_prodemb.multimodal import (
    AttributeAutoencoder,
    AttributeEmbedder,
    BPREmbedder,
    ClickEmbedder,
    ImageEmbedder,
    ImageFeatures,
    MultiModalEmbedder,
    SiameseImageEmbedder,
)

PATH = Path(__file__).parent / "results" / "multimodal.csv"
ASKED = ["product_type", "pattern", "colour", "garment_group"]
ATTRIBUTES = [*ASKED, "index_group"]
OF_ATTRIBUTES = ["product", *ATTRIBUTES]
PICTURE = ["product", "picture"]
LINE = ["quantity", "cart_size", "price"]
LINE_ALONE = "quantity, cart size and price alone"
N_QUERIES = 5_000
SEED = {"random_state": 0}
BY_ID = {"product": "product", **SEED}
IGNORE = {"handle_unknown": "ignore", **SEED}
# The paper adds vectors up, so all have one length.
N_SUMMED = 128


@dataclass(frozen=True)
class Source:
    """What a model learns from.

    Sessions, a row a product that it may know, the backbone of pictures, and a folder
    where title vectors are kept, that several models have as a part.
    """

    sessions: Sessions
    products: pd.DataFrame
    backbone: Any = None
    memory: Any = None


class Remembered:
    """A backbone that runs each picture once, whichever model asks."""

    def __init__(self, path):
        self.features = ImageFeatures(path)
        self.known = {}

    def __call__(self, pictures):
        keys = [hashlib.sha256(p.tobytes()).digest() for p in pictures]
        new = {k: np.asarray(p) for k, p in zip(keys, pictures, strict=True)}
        new = {k: p for k, p in new.items() if k not in self.known}
        if new:
            found = self.features.fit_transform([*new.values()])
            self.known.update(zip(new, found, strict=True))
        return np.stack([self.known[key] for key in keys])


@dataclass(frozen=True)
class Model:
    """How vectors are learned, and what they are made of.

    `takes` is the column of products that the transformer gets as a list, or a list of
    columns that it gets as a frame.
    """

    takes: str | list[str]
    make: Callable[[Source], Any]

    def suits(self, products):
        """Tell whether products have what the vectors are made of."""
        columns = [self.takes] if isinstance(self.takes, str) else self.takes
        return {*columns} <= {*products}

    def fit(self, source):
        """Give the fitted model."""
        made = self.make(source)
        if self.takes == "product":
            return made.fit(source.sessions)
        X = source.products[self.takes]
        if isinstance(made, (AttributeAutoencoder, ImageFeatures)):
            return made.fit(X)
        return made.fit(X, sessions=source.sessions)


def title(s):
    return ProductEmbedder(normalizer="en", memory=s.memory, **SEED)


def joined(*names, **params):
    """Give a model of several, side by side if nothing else is said."""
    takes = np.hstack([MODELS[name].takes for name in names]).tolist()
    takes = list(dict.fromkeys(takes))

    def make(s):
        parts = [(name, MODELS[name].make(s), MODELS[name].takes) for name in names]
        return MultiModalEmbedder(parts, **BY_ID, **params)

    return Model(takes, make)


MODELS = {
    "title, closed form": Model(
        "title", lambda s: SpectralEmbedder(normalizer="en", **SEED)
    ),
    "title": Model("title", title),
    "attributes": Model(OF_ATTRIBUTES, lambda s: AttributeEmbedder(**BY_ID)),
    "attributes, autoencoder [1]": Model(
        ATTRIBUTES, lambda s: AttributeAutoencoder(embedding_dim=N_SUMMED, **SEED)
    ),
    "picture": Model(PICTURE, lambda s: ImageEmbedder(s.backbone, **BY_ID)),
    "picture, as it is": Model("picture", lambda s: ImageFeatures(s.backbone)),
    "picture, siamese [1]": Model(
        PICTURE,
        lambda s: SiameseImageEmbedder(s.backbone, embedding_dim=N_SUMMED, **BY_ID),
    ),
    "clicks": Model("product", lambda s: ClickEmbedder(**IGNORE)),
    "clicks, BPR [1]": Model(
        "product", lambda s: BPREmbedder(embedding_dim=N_SUMMED, **IGNORE)
    ),
    "clicks, word2vec [1]": Model(
        "product", lambda s: Prod2Vec(embedding_dim=N_SUMMED, **IGNORE)
    ),
}
MODELS |= {
    "clicks and BPR": joined("clicks", "clicks, BPR [1]", weights="auto"),
    "title and clicks": joined("title", "clicks"),
    "title, closed form, and picture": joined("title, closed form", "picture"),
    "title and picture": joined("title", "picture"),
    "title and picture, siamese": joined(
        "title",
        "picture, siamese [1]",
        weights={"picture, siamese [1]": 0.6},
    ),
    "title and attributes": joined("title", "attributes"),
    "all side by side": joined("title", "attributes", "picture", "clicks"),
    "all side by side, weights found": joined(
        "title", "attributes", "picture", "clicks", weights="auto"
    ),
    "sum, weights found [1]": joined(
        "attributes, autoencoder [1]",
        "picture, siamese [1]",
        "clicks, BPR [1]",
        "clicks, word2vec [1]",
        weights="auto",
        combine="sum",
    ),
}


def parts(values):
    """Deal distinct values out 60/20/20: the part of each, by value."""
    distinct = np.array(sorted({*values}), object)
    n = len(distinct)
    order = np.random.default_rng(0).permutation(n)
    names = np.repeat(
        ["train", "validation", "test"],
        [int(0.6 * n), int(0.8 * n) - int(0.6 * n), n - int(0.8 * n)],
    )
    return dict(zip(distinct[order], names, strict=True))


def fitted(source, products):
    """Give each model that suits the products, fitted, with the seconds it took."""
    for name, model in MODELS.items():
        if model.suits(products):
            start = time.perf_counter()
            transformer = model.fit(source)
            yield name, model.takes, transformer, time.perf_counter() - start


def score_fashion(part, folder):
    """Tell attributes of H&M's products with a picture, and find session mates."""
    catalogue = pd.read_parquet(folder / "hm" / "products.parquet")
    pictures = pd.read_parquet(folder / "hm" / "images.parquet")
    products = catalogue.merge(pictures, on="product_id").rename(
        columns={"product_id": "product", "image": "picture"}
    )
    products = products.sort_values("product").reset_index(drop=True)
    part_of = parts(products["title"])
    products["part"] = products["title"].map(part_of)
    log = pd.read_parquet(folder / "hm" / "sessions.parquet").merge(
        catalogue[["product_id", "title"]], on="product_id"
    )
    log = log.rename(columns={"product_id": "product"})
    # New titles leave the log, and a fifth of the sessions.
    asked_in = log["session_id"].map(parts(log["session_id"]))
    is_new = log["title"].map(part_of).isin({"validation", "test"})
    learned = sessions_of(log[~is_new & (asked_in == "train")])
    known = products["part"] == "train"
    with tempfile.TemporaryDirectory() as memory:
        source = Source(
            learned,
            products[known].reset_index(drop=True),
            Remembered(folder / "mobilenet_v1" / "embedding_extractor.tflite"),
            memory,
        )
        own = products[products["is_own_variant"]]
        own = own[own["part"].isin({"train", part})].reset_index(drop=True)
        asked = log[asked_in == part]
        mates = {
            f"session mates, {name}": sessions_of(
                asked[asked["product"].isin(products["product"][which])]
            )
            for name, which in (("known", known), ("new", products["part"] == part))
        }
        for name, takes, transformer, seconds in fitted(source, products):
            found = attribute_prediction(
                transformer,
                own[takes],
                own[ASKED],
                groups=own["title"],
                test=(own["part"] == part).to_numpy(),
            )
            scores = {key.replace("_", " "): score for key, score in found.items()}
            for task, sessions in mates.items():
                rows = products.set_index("product").loc[sessions.by_id.ids.tolist()]
                scores[task] = session_mate_retrieval(
                    transformer,
                    sessions,
                    products=rows.reset_index()[takes],
                    n_queries=2_000,
                    random_state=0,
                )["auc_roc"]
            about = {"model": name, "fit_seconds": seconds}
            for task, score in scores.items():
                yield {"task": task, "score": score, **about}
    # What one would say without any vector.
    for attribute in ASKED:
        by_part = own.groupby("part")[attribute]
        most = by_part.get_group("train").mode()[0]
        share = float((by_part.get_group(part) == most).mean())
        task = attribute.replace("_", " ")
        yield {"task": task, "model": "most frequent value", "score": share}


def sessions_of(log):
    """Give the sessions of rows of H&M's log."""
    return Sessions.from_frame(
        log, session="session_id", title="title", product="product"
    )


def score_purchases(part, folder):
    """Rank what users of Beibei buy by what they put into carts and bought."""
    log = pd.read_parquet(folder / "beibei" / "events.parquet")
    log = log.rename(columns={"product_id": "product"})
    log["title"] = log["product"].astype(str)
    # The file has each user's products by their ids: models that cut sessions short
    # would see low ids alone.
    log = log.sample(frac=1, random_state=0)
    asked = log[log["event"] == "buy_test"]
    log = log[log["event"] != "buy_test"]
    if part == "validation":
        # Another purchase of each user, a random one, with all events of its product.
        asked = log[log["event"] == "buy"].drop_duplicates("user_id")
        asked = asked.assign(event="buy_test")
    pairs = [pd.MultiIndex.from_frame(f[["user_id", "product"]]) for f in (log, asked)]
    log = log[~pairs[0].isin(pairs[1])]
    names = {"session": "user_id", "title": "title", "product": "product"}
    products = log[["product"]].drop_duplicates()
    source = Source(Sessions.from_frame(log, **names), products)
    sessions = Sessions.from_frame(pd.concat([log, asked]), **names, event="event")
    ids = pd.DataFrame({"product": sessions.events.ids})
    for name, takes, transformer, seconds in fitted(source, log[["product"]]):
        found = clicked_to_purchased(
            transformer,
            sessions,
            products=ids[takes],
            purchased="buy_test",
            n_queries=N_QUERIES,
            random_state=0,
        )
        yield {
            "task": "clicked to purchased",
            "model": name,
            "score": found["auc_roc"],
            "fit_seconds": seconds,
        }


def score_returns(part, folder):
    """Predict which lines of Online Retail come back."""
    log = pd.read_parquet(folder / "online_retail" / "events.parquet")
    log = log[log["title"].notna() & log["customer_id"].notna()]
    log = log.sort_values("timestamp", kind="stable")
    log = log.rename(columns={"stock_code": "product"})
    of_users = log["customer_id"].map(parts(log["customer_id"]))
    logs = [log[of_users == name] for name in ("train", part)]
    sessions = [
        Sessions.from_frame(
            rows,
            session="invoice",
            title="title",
            product="product",
            quantity="quantity",
            user="customer_id",
        )
        for rows in logs
    ]
    sold = logs[0][logs[0]["unit_price"] > 0]
    prices = sold.groupby("product")["unit_price"].median().rename("price")
    lines = [cart_lines(s).merge(prices, on="product", how="left") for s in sessions]
    source = Source(sessions[0], lines[0].drop_duplicates("product"))
    alone = (LINE_ALONE, "title", None, 0.0)
    for name, takes, transformer, seconds in [alone, *fitted(source, source.products)]:
        found = cart_return_prediction(
            transformer,
            *lines,
            products=takes,
            features=LINE,
            random_state=0,
        )
        yield {
            "task": "return",
            "model": name,
            "score": found["auc_roc"],
            "fit_seconds": seconds,
        }


DATA = {
    "H&M": score_fashion,
    "Beibei": score_purchases,
    "Online Retail": score_returns,
}


def table(rows):
    """Give the test scores, a row a model, a column a task and data set."""
    rows = rows[rows["part"] == "test"]
    scores = rows.pivot_table("score", "model", ["data", "task"], sort=False)
    # Models in the order of the study, those without vectors last.
    order = [name for name in MODELS if name in scores.index]
    scores = scores.loc[[*order, *(n for n in scores.index if n not in MODELS)]]
    lines = [
        "| vectors of | " + " | ".join(f"{task} ({d})" for d, task in scores) + " |",
        "| --- |" + " --- |" * scores.shape[1],
    ]
    best = scores.max()
    for model, row in scores.iterrows():
        cells = [
            "" if np.isnan(v) else f"**{v:.3f}**" if v == best[key] else f"{v:.3f}"
            for key, v in row.items()
        ]
        lines.append(f"| {model} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main(__doc__, DATA, table, PATH)
