"""Weights of parts against plain versions of the same formulas."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import cosine_similarity

from sklearn_prodemb import Sessions
from sklearn_prodemb.multimodal._union.weights import (
    Queries,
    Similarities,
    draw_queries,
    find_weights,
    mates_auc,
)

RNG = np.random.default_rng(0)
N_PRODUCTS = 60
SESSIONS = Sessions.from_frame(
    pd.DataFrame(
        {
            "visit": np.repeat(np.arange(80), 4),
            "id": RNG.integers(N_PRODUCTS, size=320),
            "title": "x",
        }
    ),
    session="visit",
    title="title",
    product="id",
)
BY_ID = SESSIONS.by_id


def queries_of(seed=0, rows=None):
    rows = np.arange(BY_ID.n_products) if rows is None else rows
    return draw_queries(BY_ID, rows, np.random.RandomState(seed))


def test_queries_are_products_of_sessions_and_their_mates():
    rows = RNG.permutation(BY_ID.n_products)
    rows[:10] = -1
    queries = queries_of(rows=rows)
    code_of = {row: code for code, row in enumerate(rows.tolist()) if row >= 0}
    sessions = [
        {c for c in BY_ID.codes[a:b].tolist() if rows[c] >= 0}
        for a, b in zip(BY_ID.offsets[:-1], BY_ID.offsets[1:], strict=True)
    ]
    assert len(queries.queries) == sum(len(session) >= 2 for session in sessions)
    for query, mates in zip(queries.queries, queries.mates, strict=True):
        products = {
            code_of[row]
            for row in queries.candidates[[query, *np.flatnonzero(mates)]].tolist()
        }
        assert len(products) == mates.sum() + 1
        assert products in sessions


def test_queries_are_drawn_by_seed():
    first, again, other = (queries_of(seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.queries, again.queries)
    assert (first.mates.sum(axis=1) != other.mates.sum(axis=1)).any()


def test_sessions_without_two_products_of_the_frame():
    rows = np.full(BY_ID.n_products, -1)
    rows[3] = 0
    with pytest.raises(ValueError, match="two products of X"):
        queries_of(rows=rows)


def test_the_auc_is_that_of_scikit_learn():
    queries = queries_of()
    similarities = RNG.normal(size=queries.mates.shape).round(1)  # with ties
    expected = []
    for query, mates, row in zip(
        queries.queries, queries.mates, similarities, strict=True
    ):
        others = np.arange(len(row)) != query
        expected.append(roc_auc_score(mates[others], row[others]))
    assert mates_auc(similarities, queries) == pytest.approx(np.mean(expected))


@pytest.mark.parametrize("is_sum", [False, True])
def test_similarities_are_cosines_of_joined_vectors(is_sum):
    queries = queries_of()
    parts = {name: RNG.normal(size=(BY_ID.n_products, 5)) for name in "abc"}
    parts["b"][::2] = 0
    parts["a"][3] = parts["b"][3] = parts["c"][3] = 0
    weights = (0.5, 2.0, 0.3)
    weighted = [w * part for w, part in zip(weights, parts.values(), strict=True)]
    joined = sum(weighted) if is_sum else np.hstack(weighted)
    expected = cosine_similarity(joined)[
        np.ix_(queries.candidates[queries.queries], queries.candidates)
    ]
    found = Similarities(parts, queries, is_sum=is_sum).of(weights)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("is_sum", [False, True])
def test_what_tells_nothing_gets_little_weight(is_sum):
    topics = np.arange(200) % 10
    sessions = Sessions.from_frame(
        pd.DataFrame(
            {
                "visit": np.repeat(np.arange(300), 3),
                "id": (
                    RNG.integers(20, size=900) * 10
                    + np.repeat(RNG.integers(10, size=300), 3)
                ),
                "title": "x",
            }
        ),
        session="visit",
        title="title",
        product="id",
    )
    ids = sessions.by_id.ids.astype(int)
    queries = draw_queries(
        sessions.by_id, np.arange(len(ids)), np.random.RandomState(0)
    )
    tells = np.eye(10)[topics[ids]] + RNG.normal(size=(len(ids), 10)) / 2
    noise = 1_000 * RNG.normal(size=(len(ids), 10))
    absent = np.zeros((len(ids), 10))
    weights = find_weights(
        {"noise": noise, "tells": tells, "absent": absent}, queries, is_sum=is_sum
    )
    lengths = {
        "noise": np.sqrt((noise**2).sum(1).mean()),
        "tells": np.sqrt((tells**2).sum(1).mean()),
    }
    share = weights["noise"] * lengths["noise"] / weights["tells"] / lengths["tells"]
    assert share <= 0.5
    # The longest part has length 1.
    assert weights["tells"] * lengths["tells"] == pytest.approx(1)


def test_one_part_has_weight():
    queries = Queries(np.arange(3), np.array([0]), np.array([[False, True, False]]))
    weights = find_weights({"only": np.eye(3)}, queries, is_sum=False)
    assert weights == {"only": pytest.approx(1)}
