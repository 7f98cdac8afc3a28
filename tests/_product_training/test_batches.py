"""Batches of sessions."""

from dataclasses import replace

import numpy as np
from small_network import small_data

from sklearn_prodemb._product_training.batches import make_batch
from sklearn_prodemb._utils.ragged import Ragged

DATA = small_data()


def sessions_of(batch):
    product, session = batch.rows.product.numpy(), batch.rows.session.numpy()
    return [set(batch.products[product[session == s]]) for s in range(session[-1] + 1)]


def test_a_batch_is_its_sessions():
    chosen = np.array([3, 7, 11])
    batch = make_batch(DATA, chosen, 10, np.random.default_rng(0))
    expected = [set(DATA.products[DATA.sessions[s]]) for s in chosen]
    assert sessions_of(batch) == expected
    assert batch.products.tolist() == sorted(set.union(*expected))
    assert batch.n_pairs == sum(len(s) * (len(s) - 1) // 2 for s in expected)
    categories = dict(zip(DATA.products, DATA.categories, strict=True))
    of_rows = batch.products[batch.rows.product.numpy()]
    assert batch.rows.category.tolist() == [categories[p] for p in of_rows]


def test_long_sessions_are_drawn_from():
    batch = make_batch(DATA, np.arange(20), 3, np.random.default_rng(0))
    assert {len(s) for s in sessions_of(batch)} == {3}
    assert batch.rows.mates.tolist() == [2] * 60


def test_without_mates_each_row_is_a_view_of_its_own():
    rows = np.repeat(np.array([0, 1, 2]), 2)
    data = replace(
        DATA, sessions=Ragged.from_lengths(rows, np.full(3, 2)), with_mates=False
    )
    batch = make_batch(data, np.array([0, 2]), 10, np.random.default_rng(0))
    assert batch.products.tolist() == DATA.products[[0, 0, 2, 2]].tolist()
    assert batch.rows.product.tolist() == [0, 1, 2, 3]
    assert batch.n_pairs == 2
