"""Event logs of a few users, and their counts."""

import numpy as np
import pandas as pd
from plain import plain_mates

from sklearn_prodemb import SessionCounts, Sessions

WORDS = ["mesa", "silla", "lampara", "carpa", "termo", "mouse", "teclado", "mate"]
NAMES = {"user": "who", "time": "when", "title": "what", "category": "kind"}


def make_log(seed=0, n_events=400, n_users=12, first_day=0):
    """A log of visits half an hour apart or more, in any order."""
    rng = np.random.default_rng(seed)
    titles = [" ".join(rng.permutation(WORDS)[: rng.integers(1, 4)]) for _ in range(40)]
    # Titles that are equal once normalised, and one without words.
    titles += [titles[0].upper(), titles[1] + "!", "???"]
    title = rng.integers(0, len(titles), n_events)
    kinds = np.array(["casa", "tecno", "aire", None], object)
    minutes = rng.permutation(n_events * 20)[:n_events] + first_day * 1440
    return pd.DataFrame(
        {
            "who": rng.integers(0, n_users, n_events),
            "when": pd.Timestamp("2026-03-01") + pd.to_timedelta(minutes, unit="min"),
            "what": [titles[i] for i in title],
            "kind": [kinds[sum(map(ord, titles[i])) % 4] for i in title],
            "other": "not needed",
        }
    )


def count(log, path, **parameters):
    return SessionCounts.from_events(
        log, **{**NAMES, "gap": "6h", "path": path, **parameters}
    )


def sessions_of(log, max_session_length=None):
    """The distinct titles of each session, by the way in that is in memory."""
    sessions = Sessions.from_events(log, **NAMES, gap="6h")
    lists = [[title for title, _ in session] for session in sessions.to_lists()]
    return [titles[:max_session_length] for titles in lists]


def pairs_of(counts):
    """The weights of pairs by their titles."""
    titles = counts.titles
    pairs = {}
    for part in counts.parts:
        for left, right, weight in zip(*counts.read_part(part), strict=True):
            pairs[titles[left], titles[right]] = weight
    return pairs


def plain_pairs(sessions):
    """The weights of pairs, added up one by one."""
    titles = sorted({title for session in sessions for title in session})
    numbers = {title: i for i, title in enumerate(titles)}
    mates = plain_mates([[numbers[t] for t in s] for s in sessions], len(titles))
    return {(titles[i], titles[j]): mates[i, j] for i, j in np.argwhere(mates).tolist()}


def assert_same_pairs(found, expected, rtol=1e-6):
    assert found.keys() == expected.keys()
    np.testing.assert_allclose(
        [found[pair] for pair in expected], list(expected.values()), rtol=rtol
    )
