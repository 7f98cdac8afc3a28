"""A browsing log of any size, written to Parquet a piece at a time."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PRODUCTS_PER_SESSION = 10
WORDS_PER_TITLE = 10
_N_TOPICS = 300
_N_WORDS = 60_000
_SESSIONS_PER_USER = 4
_SESSIONS_PER_PIECE = 50_000
_SESSION_MINUTES = 15
_SECONDS_PER_DAY = 86_400


def make_titles(n_titles, rng):
    """Give distinct titles of ten words of a Zipf law, half of them their topic's."""
    topics = rng.integers(0, _N_TOPICS, n_titles)
    ranks = zipf(_N_WORDS, (n_titles, WORDS_PER_TITLE), rng)
    # A topic reads the second half of the words in an order of its own.
    own = ranks[:, WORDS_PER_TITLE // 2 :]
    own = (own * 7919 + topics[:, None] * 104_729) % _N_WORDS
    words = np.concatenate([ranks[:, : WORDS_PER_TITLE // 2], own], axis=1)
    titles = [" ".join(f"w{word}" for word in row) for row in words.tolist()]
    # A number makes titles distinct, as models and sizes do.
    return [f"{title} n{i}" for i, title in enumerate(titles)], topics


def zipf(n, shape, rng):
    """Draw numbers below `n` of which the k-th has a probability like 1 / (k + 10)."""
    ends = np.cumsum(1 / (np.arange(n) + 10))
    return np.searchsorted(ends, rng.random(shape) * ends[-1])


def write_log(path, n_sessions, *, n_titles=None, seed=0, shuffled=True):
    """Write a log of sessions of ten products, in random order.

    Seven products of ten are of the session's topic. There are a third as many titles
    as sessions, unless `n_titles` says otherwise. Columns: user, time, title, category.
    """
    rng = np.random.default_rng(seed)
    n_titles = n_titles or n_sessions // 3
    titles, topics = make_titles(n_titles, rng)
    titles = pa.array(titles)
    by_topic = np.argsort(topics, kind="stable")
    starts = np.searchsorted(topics[by_topic], np.arange(_N_TOPICS + 1))
    n_users = max(1, n_sessions // _SESSIONS_PER_USER)
    with pq.ParquetWriter(path, _SCHEMA) as writer:
        for first in range(0, n_sessions, _SESSIONS_PER_PIECE):
            n = min(_SESSIONS_PER_PIECE, n_sessions - first)
            shape = (n, PRODUCTS_PER_SESSION)
            topic = rng.integers(0, _N_TOPICS, n)[:, None]
            sizes = np.maximum(starts[topic + 1] - starts[topic], 1)
            inside = starts[topic] + zipf(n_titles, shape, rng) % sizes
            is_own = rng.random(shape) < 0.7
            anywhere = rng.integers(0, n_titles, shape)
            product = by_topic[np.where(is_own, inside % n_titles, anywhere)].ravel()
            # Sessions of a user are days apart.
            number = np.arange(first, first + n)
            begin = (number // n_users) * _SECONDS_PER_DAY
            begin += rng.integers(0, _SECONDS_PER_DAY // 2, n)
            seconds = np.sort(rng.integers(0, _SESSION_MINUTES * 60, shape), axis=1)
            times = (begin[:, None] + seconds).ravel() * 10**6
            users = np.repeat(number % n_users, PRODUCTS_PER_SESSION)
            order = rng.permutation(len(product)) if shuffled else slice(None)
            writer.write_table(
                pa.table(
                    [
                        pa.array(users[order]),
                        pa.array(times[order], pa.timestamp("us")),
                        titles.take(pa.array(product[order])),
                        pa.array(topics[product][order]),
                    ],
                    schema=_SCHEMA,
                )
            )


_SCHEMA = pa.schema(
    [
        ("user", pa.int64()),
        ("time", pa.timestamp("us")),
        ("title", pa.string()),
        ("category", pa.int64()),
    ]
)
