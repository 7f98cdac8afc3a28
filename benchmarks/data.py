"""Titles and sessions that the benchmarks run on."""

from pathlib import Path

import numpy as np

from sklearn_prodemb import Sessions
from sklearn_prodemb.datasets import make_sessions

SHARED = Path(__file__).parent.parent.parent / "shared" / "data"


def titles_from(source, n_titles):
    """`n_titles` distinct titles of "meli_ar", "instacart" or "generated".

    Real sets are smaller: the rest are their titles with one word taken from another.
    """
    if source == "generated":
        titles = make_sessions(20_000, random_state=0).titles.tolist()
    else:
        import pandas as pd

        name = {"meli_ar": "titles", "instacart": "products"}[source]
        frame = pd.read_parquet(SHARED / source / f"{name}.parquet")
        titles = frame["title"].tolist()
    rng = np.random.default_rng(0)
    words = [word for title in titles for word in title.split()]
    distinct = dict.fromkeys(titles)
    while len(distinct) < n_titles:
        edited = titles[rng.integers(len(titles))].split()
        edited[rng.integers(len(edited))] = words[rng.integers(len(words))]
        distinct[" ".join(edited)] = None
    return list(distinct)[:n_titles]


def sources():
    """Name the real sets that are at hand, else generated titles."""
    real = [name for name in ("meli_ar", "instacart") if (SHARED / name).exists()]
    return real or ["generated"]


def instacart():
    """Give all baskets and their normalizer; generated ones where they are absent."""
    if not (SHARED / "instacart").exists():
        return published_sessions(30_000, 10), "es"
    import pandas as pd

    products = pd.read_parquet(SHARED / "instacart" / "products.parquet")
    views = pd.read_parquet(SHARED / "instacart" / "sessions.parquet")
    frame = views.merge(products, on="product_id")
    sessions = Sessions.from_frame(
        frame, session="session_id", title="title", category="aisle"
    )
    return sessions, "en"


def published_sessions(n_sessions, length, *, n_products=500_000, random_state=0):
    """Sessions of the published job's sizes, with made-up words.

    Titles of 12 words on average over 40,000 words of Zipf's frequencies, 1,500
    categories with words of their own, and sessions that look at one category three
    times out of four.
    """
    rng = np.random.default_rng(random_state)
    letters = np.array(list("aabcdeeefghiilmnoopqrsttuv"))
    words = np.array(
        ["".join(rng.choice(letters, n)) for n in rng.integers(3, 10, 40_000)]
    )
    frequency = 1 / np.arange(3, len(words) + 3)
    lengths = np.clip(rng.poisson(12, n_products), 3, 30)
    ends = np.cumsum(lengths)
    drawn = rng.choice(len(words), ends[-1], p=frequency / frequency.sum())
    n_categories = 1_500
    category = np.sort(rng.integers(0, n_categories, n_products))
    own = rng.choice(len(words), (n_categories, 30))
    of_category = rng.random(ends[-1]) < 0.3
    which = np.repeat(category, lengths)
    drawn = np.where(of_category, own[which, rng.integers(0, 30, ends[-1])], drawn)
    parts = np.split(words[drawn], ends[:-1])
    titles = np.array([" ".join(part) for part in parts], object)

    first = np.searchsorted(category, np.arange(n_categories + 1))
    intent = rng.integers(0, n_categories, n_sessions)[:, None]
    # Some products of a category are seen more often than others.
    share = rng.random((n_sessions, length)) ** 2.6
    inside = (first[intent] + share * np.diff(first)[intent]).astype(np.int64)
    anywhere = rng.integers(0, n_products, (n_sessions, length))
    views = np.where(rng.random((n_sessions, length)) < 0.75, inside, anywhere)
    import pandas as pd

    frame = pd.DataFrame(
        {
            "session": np.repeat(np.arange(n_sessions), length),
            "title": titles[views.ravel()],
            "category": category[views.ravel()],
        }
    )
    return Sessions.from_frame(
        frame, session="session", title="title", category="category"
    )
