"""Batches of whole sessions."""

import numpy as np
import pytest
from plain import flatten

from sklearn_prodemb._byol.batches import TrainingData, make_batch, plan_batches


def make_data(seed=0, n_sessions=30, n_products=25):
    rng = np.random.default_rng(seed)
    titles = [rng.integers(0, 50, n).tolist() for n in rng.integers(0, 9, n_products)]
    sessions = [
        rng.choice(n_products, n, replace=False) for n in rng.integers(2, 8, n_sessions)
    ]
    tokens, offsets = flatten(titles)
    products = np.concatenate(sessions).astype(np.int32)
    ends = np.cumsum([len(s) for s in sessions])
    categories = rng.integers(-1, 4, len(products)).astype(np.int32)
    data = TrainingData(tokens, offsets, products, categories, np.append(0, ends))
    return data, titles, sessions


@pytest.mark.parametrize("batch_size", [1, 50, 300, 10**9])
def test_plan_deals_out_every_session_once(batch_size):
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 40, 500)
    pairs = lengths * (lengths - 1) // 2
    batches = plan_batches(pairs, batch_size, np.random.default_rng(1))
    assert sorted(np.concatenate(batches)) == list(range(500))
    sizes = np.array([pairs[b].sum() for b in batches])
    assert (sizes > 0).all()
    assert (sizes <= 1.5 * batch_size + pairs.max()).all()
    again = plan_batches(pairs, batch_size, np.random.default_rng(1))
    assert all((a == b).all() for a, b in zip(batches, again, strict=True))


def test_no_batch_is_left_over_small():
    pairs = np.full(1001, 45)
    batches = plan_batches(pairs, 4500, np.random.default_rng(0))
    assert len(batches) == 10
    assert {len(b) for b in batches} <= {100, 101}


def test_batch_holds_each_token_and_product_once():
    data, titles, sessions = make_data()
    chosen = np.array([4, 0, 17, 9])
    batch = make_batch(data, chosen, min_columns=5)
    ids = batch.token_ids.numpy()
    assert len(set(ids)) == len(ids)
    decoded = [
        ids[row[:length]].tolist()
        for chunk in batch.chunks
        for row, length in zip(chunk.tokens.numpy(), chunk.lengths, strict=True)
    ]
    distinct = {int(p) for s in chosen for p in sessions[s]}
    assert len(decoded) == batch.n_products == len(distinct)
    assert sorted(decoded) == sorted(titles[p] for p in distinct)

    rows = batch.rows
    wanted = [(s, p) for s, number in enumerate(chosen) for p in sessions[number]]
    assert rows.starts.tolist() == [0, *np.cumsum(np.bincount(rows.session))[:-1]]
    assert len(rows.starts) == 4
    assert rows.session.tolist() == [s for s, _ in wanted]
    assert [decoded[p] for p in rows.product] == [titles[p] for _, p in wanted]
    assert rows.mates.tolist() == [len(sessions[chosen[s]]) - 1 for s, _ in wanted]
    starts = data.session_offsets
    expected = [data.categories[starts[n] : starts[n + 1]] for n in chosen]
    assert rows.category.tolist() == np.concatenate(expected).tolist()
    sizes = [len(sessions[n]) for n in chosen]
    assert batch.n_pairs == sum(n * (n - 1) // 2 for n in sizes)
