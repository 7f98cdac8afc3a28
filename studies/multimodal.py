"""Vectors of products by what they are made of, on the tasks of the paper [1].

    python studies/multimodal.py FOLDER [--part validation]
    python studies/multimodal.py --table

FOLDER holds `hm/`, `beibei/` and `online_retail/` as parquet files. What is scored is
new to the model:

- attribute from vector, H&M: the products with a picture, split 60/20/20 by title.
  "new products": those to score on leave the sessions, and so do their titles; "known
  products": sessions hold them, and the head alone does not know their attributes;
- clicked to purchased, Beibei: one held-out purchase a user (`buy_test`), which
  training does not see. Products have ids alone;
- returns, Online Retail: users are split 60/20/20, and vectors, prices and head come
  from those to learn from.

Choices were made on `--part validation`: the second fifth of products and users, and
another purchase of each user of Beibei. Scores go to `studies/results/multimodal.csv`.

[1] "One embedding to do them all", 2019, arXiv:1906.12120.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb.baselines import Prod2Vec
from sklearn_prodemb.evaluation import (
    attribute_prediction,
    cart_lines,
    cart_return_prediction,
    clicked_to_purchased,
)
from sklearn_prodemb.multimodal import AttributeAutoencoder

PATH = Path(__file__).parent / "results" / "multimodal.csv"
ASKED = ["product_type", "pattern", "colour", "garment_group"]
ATTRIBUTES = [*ASKED, "index_group"]
LINE = ["quantity", "cart_size", "price"]
LINE_ALONE = "quantity, cart size and price alone"
N_QUERIES = 5_000


@dataclass(frozen=True)
class Source:
    """What a model learns from: sessions, and a row a product that it may know."""

    sessions: Sessions
    products: pd.DataFrame


@dataclass(frozen=True)
class Model:
    """How vectors are learned, and what they are made of.

    `takes` is the column of products that the transformer gets as a list, or a list of
    columns that it gets as a frame.
    """

    takes: str | list[str]
    fit: Callable[[Source], Any]

    def suits(self, products):
        """Tell whether products have what the vectors are made of."""
        columns = [self.takes] if isinstance(self.takes, str) else self.takes
        return {*columns} <= {*products}


MODELS = {
    # On validation parts as good as SpectralEmbedder or better.
    "title": Model(
        "title",
        lambda s: ProductEmbedder(normalizer="en", random_state=0).fit(s.sessions),
    ),
    "attributes": Model(
        ATTRIBUTES,
        lambda s: AttributeAutoencoder(random_state=0).fit(s.products[ATTRIBUTES]),
    ),
    "sessions": Model(
        "product",
        lambda s: Prod2Vec(handle_unknown="ignore", random_state=0).fit(s.sessions),
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


def catalogue_of(folder):
    """Give H&M's products, and the part of each title that has a picture."""
    catalogue = pd.read_parquet(folder / "hm" / "products.parquet")
    catalogue = catalogue.rename(columns={"product_id": "product"})
    pictures = pd.read_parquet(folder / "hm" / "images.parquet", columns=["product_id"])
    pictured = catalogue["product"].isin(pictures["product_id"])
    catalogue = catalogue.sort_values("product").assign(pictured=pictured)
    return catalogue, parts(catalogue["title"][catalogue["pictured"]])


def score_attributes(part, folder, *, known):
    """Tell attributes of H&M's products with a picture."""
    catalogue, part_of = catalogue_of(folder)
    catalogue["part"] = catalogue["title"].map(part_of)
    # The titles of other parts are nowhere, those to score on in sessions if known.
    seen = {"train", part} if known else {"train"}
    log = pd.read_parquet(folder / "hm" / "sessions.parquet")
    log = log.rename(columns={"product_id": "product"}).merge(
        catalogue[["product", "title", "part"]], on="product"
    )
    sessions = Sessions.from_frame(
        log[log["part"].isin(seen) | log["part"].isna()],
        session="session_id",
        title="title",
        product="product",
    )
    products = catalogue[
        catalogue["pictured"] & catalogue["part"].isin({"train", part})
    ]
    products = products.reset_index(drop=True)
    asked = products["part"].to_numpy() == part
    source = Source(sessions, products[~asked])
    for name, takes, transformer, seconds in fitted(source, products):
        found = attribute_prediction(
            transformer,
            products[takes],
            products[ASKED],
            groups=products["title"],
            test=asked,
        )
        for attribute, score in found.items():
            yield {
                "task": attribute.replace("_", " "),
                "model": name,
                "score": score,
                "fit_seconds": seconds,
            }
    # What one would say without any vector.
    for attribute in ASKED:
        most = products[attribute][~asked].mode()[0]
        share = float((products[attribute][asked] == most).mean())
        task = attribute.replace("_", " ")
        yield {"task": task, "model": "most frequent", "score": share}


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
    source = Source(Sessions.from_frame(log, **names), log[["product"]])
    sessions = Sessions.from_frame(pd.concat([log, asked]), **names, event="event")
    for name, takes, transformer, seconds in fitted(source, log[["product"]]):
        assert takes == "product"
        found = clicked_to_purchased(
            transformer,
            sessions,
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
    source = Source(sessions[0], lines[0])
    alone = (LINE_ALONE, "title", None, 0.0)
    for name, takes, transformer, seconds in [alone, *fitted(source, lines[0])]:
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
    "H&M, new products": lambda *a: score_attributes(*a, known=False),
    "H&M, known products": lambda *a: score_attributes(*a, known=True),
    "Beibei": score_purchases,
    "Online Retail": score_returns,
}


def table(rows):
    """Give the test scores, a row a task and data set, a column a model."""
    rows = rows[rows["part"] == "test"]
    models = list(dict.fromkeys(rows["model"]))
    lines = [
        f"| task | data | {' | '.join(models)} |",
        "| --- | --- |" + " --- |" * len(models),
    ]
    for (task, data), of_task in rows.groupby(["task", "data"], sort=False):
        scores = of_task.set_index("model")["score"].round(3).to_dict()
        best = max(scores.values())
        texts = {
            model: f"**{score:.3f}**" if score == best else f"{score:.3f}"
            for model, score in scores.items()
        }
        cells = [texts.get(model, "") for model in models]
        lines.append(f"| {task} | {data} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--part", choices=("validation", "test"), default="test")
    parser.add_argument("--data", choices=DATA, action="append")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    kept = pd.read_csv(PATH).to_dict("records") if PATH.exists() else []
    for name in () if arguments.table else arguments.data or DATA:
        about = {"part": arguments.part, "data": name}
        rows = [
            {**about, **row} for row in DATA[name](arguments.part, arguments.folder)
        ]
        kept = [row for row in kept if (row["part"], row["data"]) != (*about.values(),)]
        kept += rows
        pd.DataFrame(kept).to_csv(PATH, index=False)
        print(pd.DataFrame(rows).round(3).to_string(), flush=True)
    if arguments.table:
        print(table(pd.read_csv(PATH)))


if __name__ == "__main__":
    main()
