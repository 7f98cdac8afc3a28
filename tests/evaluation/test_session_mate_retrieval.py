import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import roc_auc_score

from sklearn_prodemb import Sessions
from sklearn_prodemb.evaluation import session_mate_retrieval

rng = np.random.default_rng(0)
SESSIONS = Sessions.from_lists(
    [
        [f"t{i}" for i in rng.choice(60, rng.integers(1, 8), replace=False)]
        for _ in range(30)
    ]
)


class Table(TransformerMixin, BaseEstimator):
    """Vectors of titles from a table."""

    def __init__(self, table):
        self.table = table

    def transform(self, X):
        return np.stack([self.table[title] for title in X])


def test_scores_are_those_of_the_plain_loop():
    # Few distinct values, for there to be ties.
    table = {t: rng.integers(1, 3, size=4).astype(float) for t in SESSIONS.titles}
    found = session_mate_retrieval(Table(table), SESSIONS, random_state=0)
    # The same queries: one a session, drawn in the same way.
    lengths = np.diff(SESSIONS.offsets)
    usable = np.flatnonzero(lengths >= 2)
    state = np.random.RandomState(0)
    chosen = state.choice(usable, len(usable), replace=False)
    positions = state.randint(0, lengths[chosen])
    sessions = SESSIONS.to_lists()
    scores = []
    for number, position in zip(chosen, positions, strict=True):
        titles = [title for title, _ in sessions[number]]
        query = titles.pop(position)
        others = [t for t in SESSIONS.titles if t != query]
        cosines = np.array(
            [
                table[query]
                @ table[t]
                / np.linalg.norm(table[query])
                / np.linalg.norm(table[t])
                for t in others
            ]
        ).round(6)
        mate = np.array([t in titles for t in others])
        before = cosines[:, None] < cosines
        same = cosines[:, None] == cosines
        ranks = before.sum(1) + (same.sum(1) + 1) / 2
        scores.append(
            [
                roc_auc_score(mate, cosines),
                (ranks[mate] <= 10).mean(),
                1 / ranks[mate].min(),
            ]
        )
    np.testing.assert_allclose(
        list(found.values()), np.mean(scores, axis=0), atol=1e-12
    )


def test_perfect_and_useless_vectors():
    sessions = Sessions.from_lists([[f"{w} {i}" for i in range(4)] for w in "abcde"])
    letters = TfidfVectorizer(analyzer="char").fit(sessions.titles)
    perfect = Table({t: np.eye(5)["abcde".index(t[0])] for t in sessions.titles})
    assert session_mate_retrieval(perfect, sessions) == pytest.approx(
        {"auc_roc": 1.0, "recall@10": 1.0, "mrr": 1 / 2}  # three share the first rank
    )
    useless = Table({t: np.ones(2) for t in sessions.titles})
    assert session_mate_retrieval(useless, sessions)["auc_roc"] == 0.5
    zeros = Table({t: np.zeros(2) for t in sessions.titles})
    assert session_mate_retrieval(zeros, sessions)["auc_roc"] == 0.5
    assert session_mate_retrieval(letters, sessions)["auc_roc"] == 1


def test_products_by_their_ids():
    frame = pd.DataFrame(
        {
            "visit": [1, 1, 1, 2, 2, 3, 3],
            "id": [7, 8, 9, 7, 10, 11, 8],
            "title": ["a", "a", "b", "a", "c", "d", "a"],
        }
    )
    by_id = Sessions.from_frame(frame, session="visit", title="title", product="id")
    numbers = Sessions.from_frame(
        frame.assign(title=frame["id"].astype(str)), session="visit", title="title"
    )
    table = {i: rng.normal(size=4) for i in range(7, 12)}
    ids = by_id.by_id.ids.tolist()
    # Ids of one title stay apart, as if each was a title of its own.
    assert session_mate_retrieval(
        Table(table), by_id, products=ids, random_state=0
    ) == session_mate_retrieval(
        Table({str(i): v for i, v in table.items()}), numbers, random_state=0
    )
    with pytest.raises(ValueError, match="a row for each of the 5 products"):
        session_mate_retrieval(Table(table), by_id, products=ids[:3])
    with pytest.raises(ValueError, match="have no product ids"):
        session_mate_retrieval(Table(table), numbers, products=ids)


def test_queries_are_drawn_by_seed():
    table = Table({t: rng.normal(size=4) for t in SESSIONS.titles})

    def scores(seed):
        return session_mate_retrieval(table, SESSIONS, n_queries=5, random_state=seed)

    assert scores(0) == scores(0) != scores(1)


def test_none_takes_all_queries():
    # More sessions than the default takes.
    sessions = Sessions.from_lists(
        [
            [f"t{i}" for i in rng.choice(40, rng.integers(2, 5), replace=False)]
            for _ in range(1_100)
        ]
    )
    table = Table({t: rng.normal(size=4) for t in sessions.titles})
    every, many, some = (
        session_mate_retrieval(table, sessions, random_state=0, **given)
        for given in ({"n_queries": None}, {"n_queries": 10**6}, {})
    )
    assert every == many != some


def test_bad_input():
    table = Table({"a": np.ones(2), "b": np.ones(2)})
    # It is both, as with the other scores.
    for error in (TypeError, ValueError):
        with pytest.raises(error, match="The 'sessions' parameter"):
            session_mate_retrieval(table, [["a", "b"]])
    for name, value in (
        ("n_queries", 0),
        ("n_queries", 2.5),
        ("random_state", "seed"),
    ):
        with pytest.raises(ValueError, match=f"The '{name}' parameter"):
            session_mate_retrieval(table, SESSIONS, **{name: value})
    with pytest.raises(ValueError, match="There is no query"):
        session_mate_retrieval(table, Sessions.from_lists([["a"], ["b"]]))
    with pytest.raises(ValueError, match="There is no query"):
        session_mate_retrieval(table, Sessions.from_lists([["a", "b"]]))
