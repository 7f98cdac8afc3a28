"""Sessions to train on, and sessions to validate on."""

import numpy as np
import pytest
from plain import ragged
from small_network import small_data

from sklearn_prodemb._product_training.data import draw_rows, keep_rows

DATA = small_data()


def products_in(sessions):
    rows = map(np.array, sessions.to_lists())
    return [set(DATA.products[row].tolist()) for row in rows]


@pytest.mark.parametrize("fraction", [0.1, 0.5])
def test_held_products_are_in_no_training_session(fraction):
    training, held = DATA.hold_out(fraction, np.random.default_rng(0))
    out = set(held.tolist())
    assert len(out) == len(held) == round(fraction * 59)
    before = products_in(DATA.sessions)
    kept = [products - out for products in before if len(products - out) > 1]
    assert products_in(training.sessions) == kept


@pytest.mark.parametrize("fraction", [0.001, 0.999])
def test_too_few_products_to_hold_out(fraction):
    training, held = DATA.hold_out(fraction, np.random.default_rng(0))
    assert len(held) == 0
    assert products_in(training.sessions) == products_in(DATA.sessions)


def test_keep_rows():
    sessions = ragged([[5, 6, 7], [8, 9], [1, 2]])
    kept = np.array([True, False, True, True, False, True, True])
    assert keep_rows(sessions, kept).to_lists() == [[5, 7], [1, 2]]


def test_draw_rows():
    sessions = ragged([[5, 6, 7, 8], [1, 2], [3]])
    drawn = [
        draw_rows(sessions, 2, np.random.default_rng(s)).to_lists() for s in range(99)
    ]
    assert all([len(row) for row in rows] == [2, 2, 1] for rows in drawn)
    assert {row for rows in drawn for row in rows[0]} == {5, 6, 7, 8}
    assert all(sorted(rows[1]) == [1, 2] for rows in drawn)
