"""Vectors of ids, against a dict."""

import pickle

import numpy as np
import pytest

from sklearn_prodemb._items.item_encoder import ItemEncoder

IDS = [17, "17", 2.5, None, ("a", 1)]
VECTORS = np.random.default_rng(0).standard_normal((5, 3)).astype(np.float32)
PLAIN = dict(zip(IDS, VECTORS, strict=True))


@pytest.fixture
def encoder():
    ids = np.empty(len(IDS), object)
    ids[:] = IDS
    return ItemEncoder(ids, VECTORS)


def check(encoder, ids):
    vectors, known = encoder.look_up(ids)
    assert vectors.shape == (len(ids), 3)
    assert vectors.dtype == np.float32
    assert known.tolist() == [i in PLAIN for i in ids]
    for i, vector in zip(ids, vectors, strict=True):
        np.testing.assert_array_equal(vector, PLAIN.get(i, np.zeros(3)))


@pytest.mark.parametrize(
    "ids",
    [
        IDS,
        [*IDS[::-1], 17, 17],
        ["17", 18, "x", 17, np.int64(17), float("nan")],
        ["x", "y"],
        [],
    ],
)
def test_look_up_equals_a_dict(encoder, ids):
    check(encoder, ids)


def test_pickle(encoder):
    again = pickle.loads(pickle.dumps(encoder))
    assert again.n_features == 3
    check(again, [*IDS, "x"])


def test_vectors_that_were_looked_up_are_a_copy(encoder):
    vectors, _ = encoder.look_up(IDS)
    before = encoder.vectors.copy()
    vectors += 1
    np.testing.assert_array_equal(encoder.vectors, before)


def test_ids_are_not_normalised(encoder):
    assert encoder.with_normalizer("es") is encoder
