"""Batches of whole sessions, each token and product once."""

import numpy as np
from plain import ragged
from small_training import rows_of

from sklearn_prodemb._byol.batches import TrainingData, make_batch


def make_data(seed=0, n_sessions=30, n_products=25):
    rng = np.random.default_rng(seed)
    titles = [rng.integers(0, 50, n).tolist() for n in rng.integers(0, 9, n_products)]
    sessions = [
        rng.choice(n_products, n, replace=False) for n in rng.integers(2, 8, n_sessions)
    ]
    products = np.concatenate(sessions).astype(np.int32)
    categories = rng.integers(-1, 4, len(products)).astype(np.int32)
    data = TrainingData(ragged(titles), products, categories, rows_of(sessions))
    return data, titles, sessions


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
    expected = [data.categories[data.rows[n]] for n in chosen]
    assert rows.category.tolist() == np.concatenate(expected).tolist()
    sizes = [len(sessions[n]) for n in chosen]
    assert batch.n_pairs == sum(n * (n - 1) // 2 for n in sizes)
