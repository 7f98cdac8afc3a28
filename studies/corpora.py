"""The real corpora: sessions to train on, labelled tasks to score on.

All are public, and none is part of this repository. A folder holds

- `instacart/`: `sessions.parquet` (session_id, product_id), `products.parquet`
  (product_id, title, aisle, department, n_orders, reorder_rate);
- `hm/`: the same files (product_id, title, product_type, index_group);
- `meli_ar/`: `titles.parquet` (title, domain_id, free_shipping);
- `online_retail/`: `events.parquet` (customer_id, timestamp, title, stock_code,
  quantity, unit_price).

They are purchases and listings, not browsing: no public set of browsing sessions with
titles could be had.
"""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sklearn_prodemb import Sessions

CORPORA = ("instacart", "hm", "meli_ar", "online_retail")
# As published; listings of one domain stand in for sessions.
_SESSION_LENGTH = 10


@dataclass(frozen=True)
class Task:
    """One labelled problem on distinct titles, in ascending order of product id.

    `products` has a row a title: the id seen in most sessions of those that share it
    (their row number where there are no ids), the title and its category.
    """

    products: pd.DataFrame
    y: object

    @property
    def titles(self):
        return self.products["title"].tolist()


@dataclass(frozen=True)
class Corpus:
    """Sessions, the language of their titles, and tasks by name."""

    sessions: Sessions
    normalizer: str
    tasks: dict[str, Task]
    has_sessions: bool


def read(name, folder):
    """Read one corpus of `CORPORA`."""
    readers = {
        "instacart": _instacart,
        "hm": _hm,
        "meli_ar": _meli,
        "online_retail": _retail,
    }
    return readers[name](Path(folder) / name)


def _instacart(folder):
    products = pd.read_parquet(folder / "products.parquet").sort_values("product_id")
    restricted = products["department"] == "alcohol"
    # What is forbidden cannot name its own category.
    products["category"] = products["aisle"].mask(restricted)
    often = products[products["n_orders"] >= 20]
    sessions, products = _sessions(folder, products)
    return Corpus(
        sessions,
        "en",
        {
            "instacart-reorder": _task(
                products.loc[often.index],
                often["reorder_rate"] > often["reorder_rate"].median(),
            ),
            "instacart-restricted": _task(products, restricted),
        },
        has_sessions=True,
    )


def _hm(folder):
    products = pd.read_parquet(folder / "products.parquet").sort_values("product_id")
    products["category"] = products["product_type"]
    group = products["index_group"]
    sessions, products = _sessions(folder, products)
    return Corpus(
        sessions,
        "en",
        {
            "hm-menswear": _task(products, group == "Menswear"),
            "hm-children": _task(products, group == "Baby/Children"),
        },
        has_sessions=True,
    )


def _meli(folder):
    products = pd.read_parquet(folder / "titles.parquet")
    products["product_id"] = range(len(products))
    products["category"] = products["domain_id"]
    products["n_sessions"] = 1
    # With alpha=0, "the other product's category" is then a title's own domain.
    place = products.groupby("domain_id").cumcount() // _SESSION_LENGTH
    products["session"] = products["domain_id"] + "-" + place.astype(str)
    sessions = Sessions.from_frame(
        products, session="session", title="title", category="category"
    )
    return Corpus(
        sessions,
        "es",
        {"meli-free-shipping": _task(products, products["free_shipping"])},
        has_sessions=False,
    )


def with_stock_codes(folder):
    """Read Online Retail with stock codes as ids, some of which have several titles.

    `read` takes titles as ids: one of several stock codes of a title would have to be
    chosen, and models of ids would see other products than models of titles.
    """
    folder = Path(folder) / "online_retail"
    events, corpus = retail_events(folder), _retail(folder)
    counts = events.groupby("title")["stock_code"].agg(lambda c: c.mode()[0])
    tasks = {
        name: Task(
            task.products.assign(product_id=counts[task.titles].tolist()), task.y
        )
        for name, task in corpus.tasks.items()
    }
    sessions = retail_sessions(events, "stock_code")
    return Corpus(sessions, corpus.normalizer, tasks, has_sessions=True)


def retail_events(folder):
    """Read what was sold by Online Retail, a row a line of an invoice."""
    events = pd.read_parquet(folder / "events.parquet")
    known = events["customer_id"].notna() & events["title"].notna()
    return events[known & (events["quantity"] > 0)]


def retail_sessions(events, product):
    """Give what each customer bought on days in a row; `product` names the ids."""
    return Sessions.from_events(
        events,
        user="customer_id",
        time="timestamp",
        title="title",
        product=product,
        gap="1d",
    )


def _retail(folder):
    events = retail_events(folder)
    # A product has no id but its title, and no category.
    sessions = retail_sessions(events, "title")
    price = events[events["unit_price"] > 0].groupby("title")["unit_price"].median()
    products = pd.DataFrame(
        {"product_id": price.index, "title": price.index, "category": None}
    )
    products["n_sessions"] = 1
    label = pd.Series(price.to_numpy() > price.median(), index=products.index)
    return Corpus(
        sessions, "en", {"retail-price": _task(products, label)}, has_sessions=True
    )


def _sessions(folder, products):
    """Read the sessions, and count in how many of them each product is."""
    baskets = pd.read_parquet(folder / "sessions.parquet")[["session_id", "product_id"]]
    counts = baskets["product_id"].value_counts()
    n_sessions = products["product_id"].map(counts).fillna(0)
    sessions = Sessions.from_frame(
        baskets.merge(products, on="product_id"),
        session="session_id",
        title="title",
        category="category",
        product="product_id",
    )
    return sessions, products.assign(n_sessions=n_sessions)


def _task(products, label):
    """Keep a row a title: the majority label, the id of most sessions."""
    title = products["title"]
    y = label.groupby(title, sort=False).mean() > 0.5
    seen = products.sort_values("n_sessions", ascending=False, kind="stable")
    first = seen.drop_duplicates("title").set_index("title").loc[y.index]
    return Task(first.reset_index()[["product_id", "title", "category"]], y.to_numpy())
