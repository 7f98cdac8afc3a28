import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.metrics import roc_auc_score

from sklearn_prodemb import Sessions
from sklearn_prodemb.evaluation import clicked_to_purchased
from sklearn_prodemb.evaluation._clicked_to_purchased import draw_others

rng = np.random.default_rng(0)
COLUMNS = {"session": "user", "title": "id", "product": "id", "event": "event"}


class Table(TransformerMixin, BaseEstimator):
    """Vectors of ids from a table."""

    def __init__(self, table, sparse=False):
        self.table = table
        self.sparse = sparse

    def transform(self, X):
        rows = np.stack([self.table[x] for x in X])
        return csr_matrix(rows) if self.sparse else rows


def random_log(n=400):
    return pd.DataFrame(
        {
            "user": rng.integers(0, 25, n),
            "id": [f"p{i}" for i in rng.integers(0, 40, n) ** 2 // 40],
            "event": rng.choice(["view", "cart", "purchase"], n, p=[0.5, 0.3, 0.2]),
            "many": rng.choice([1, -1], n, p=[0.9, 0.1]),
        }
    )


def test_others_are_drawn_by_weight():
    for _ in range(50):
        weights = rng.integers(0, 5, 12)
        weights[rng.integers(12)] += 1
        own = np.sort(rng.choice(12, rng.integers(1, 6), replace=False))
        rest = weights.copy()
        rest[own] = 0
        if not rest.sum():
            continue
        # The plain version: a list with each product as often as it weighs.
        bag = np.repeat(np.arange(12), rest)
        places = np.random.RandomState(3).randint(0, len(bag), 200)
        found = draw_others(
            weights, np.cumsum(weights), own, 200, np.random.RandomState(3)
        )
        assert found.tolist() == bag[places].tolist()


@pytest.mark.parametrize("clicked", [None, "view", ["view", "cart"]])
@pytest.mark.parametrize("sparse", [False, True])
def test_scores_are_those_of_the_plain_loop(clicked, sparse):
    log = random_log()
    sessions = Sessions.from_frame(log, **COLUMNS, quantity="many")
    # Few distinct values, for there to be ties.
    table = {p: rng.integers(1, 3, size=4).astype(float) for p in log["id"]}
    found = clicked_to_purchased(
        Table(table, sparse), sessions, clicked=clicked, n_negatives=30, random_state=0
    )
    clicks = {"view"} if clicked == "view" else {"view", "cart"}
    unit = {p: v / np.linalg.norm(v) for p, v in table.items()}
    counts = {p: int((log["id"] == p).sum()) for p in sessions.events.ids}
    state = np.random.RandomState(0)
    scores = []
    for session in sessions.events.to_lists():
        own = {p for p, _, _ in session}
        seen = {p for p, kind, many in session if kind in clicks and many > 0}
        bought = {p for p, kind, many in session if kind == "purchase" and many > 0}
        bought -= seen
        if not seen or not bought:
            continue
        bag = [p for p, n in counts.items() if p not in own for _ in range(n)]
        negatives = [bag[i] for i in state.randint(0, len(bag), 30)]
        candidates = [*bought, *negatives]
        cosines = [
            round(np.mean([unit[p] @ unit[c] for c in seen]), 6) for p in candidates
        ]
        positive = [True] * len(bought) + [False] * 30
        scores.append(roc_auc_score(positive, cosines))
    assert found["n_queries"] == len(scores) > 10
    assert found["auc_roc"] == pytest.approx(np.mean(scores), abs=1e-12)


def test_perfect_and_useless_vectors():
    log = pd.DataFrame(
        {
            "user": np.repeat(range(10), 2),
            "id": [f"{kind} {i % 5}{i}" for i in range(10) for kind in "cp"],
            "event": ["view", "purchase"] * 10,
        }
    )
    sessions = Sessions.from_frame(log, **COLUMNS)
    # All products of a user have one vector.
    perfect = Table({p: np.eye(10)[int(p[-1])] for p in log["id"]})
    assert clicked_to_purchased(perfect, sessions) == {"auc_roc": 1, "n_queries": 10}
    for vector in (np.ones(2), np.zeros(2)):
        useless = Table(dict.fromkeys(log["id"], vector))
        assert clicked_to_purchased(useless, sessions)["auc_roc"] == 0.5


def test_products_are_given_in_the_order_of_ids():
    sessions = Sessions.from_frame(random_log(), **COLUMNS)
    table = {p: rng.normal(size=4) for p in sessions.events.ids}
    rows = Table(dict(enumerate(table.values())))
    assert clicked_to_purchased(
        rows, sessions, products=range(len(table)), random_state=0
    ) == clicked_to_purchased(Table(table), sessions, random_state=0)
    with pytest.raises(ValueError, match=r"a row for each of the \d+ products"):
        clicked_to_purchased(Table(table), sessions, products=["p0"])


def test_queries_are_drawn_by_seed():
    sessions = Sessions.from_frame(random_log(), **COLUMNS)
    table = Table({p: rng.normal(size=4) for p in sessions.events.ids})

    def score(seed):
        return clicked_to_purchased(table, sessions, n_queries=5, random_state=seed)

    assert score(0) == score(0) != score(1)
    assert score(0)["n_queries"] == 5
    every = clicked_to_purchased(table, sessions, n_queries=None, random_state=0)
    assert every["n_queries"] > 5


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"sessions": Sessions.from_lists([["a"]])}, "no kinds of events"),
        ({"purchased": "buy"}, "purchased='buy' must name kinds .* 'view'"),
        ({"purchased": []}, r"purchased=\[\] must name"),
        ({"clicked": ["view", "see"]}, "'see' is none"),
        ({"clicked": "purchase"}, "There is no query: none of the 25 sessions"),
        ({"n_negatives": 0}, "The 'n_negatives' parameter"),
        ({"sessions": [["a"]]}, "The 'sessions' parameter"),
    ],
)
def test_bad_input(change, match):
    good = {
        "transformer": Table({f"p{i}": np.ones(2) for i in range(60)}),
        "sessions": Sessions.from_frame(random_log(), **COLUMNS),
    }
    with pytest.raises(ValueError, match=match):
        clicked_to_purchased(**{**good, **change})


def test_quantities_alone_are_no_kinds():
    log = random_log()
    columns = {name: at for name, at in COLUMNS.items() if name != "event"}
    sessions = Sessions.from_frame(log, **columns, quantity="many")
    with pytest.raises(ValueError, match="no kinds of events"):
        clicked_to_purchased(Table({}), sessions)
