"""The network in numpy, against plain loops."""

import pickle

import numpy as np
import pytest

from sklearn_prodemb.encoders import SiameseEncoder
from sklearn_prodemb.exceptions import InvalidFileError

RNG = np.random.default_rng(0)


def encoder(scale=1.0):
    shapes = ((5,), (5, 7), (7,), (7, 3))
    return SiameseEncoder(
        *(np.float32(scale * RNG.normal(size=shape)) for shape in shapes)
    )


def plain(of, features):
    rows = []
    for x in features.astype(float):
        hidden = np.maximum((x - of.mean) @ of.hidden_weights + of.biases, 0)
        row = hidden @ of.weights
        length = np.linalg.norm(row)
        rows.append(row / length if length else row)
    return np.array(rows)


def test_the_plain_form():
    of, features = encoder(), RNG.normal(size=(5000, 5)).astype(np.float32)
    vectors = of.project(features)
    assert vectors.dtype == np.float32
    assert of.n_features == 3
    np.testing.assert_allclose(vectors, plain(of, features), atol=2e-5)
    one_by_one = np.concatenate([of.project(features[i : i + 1]) for i in range(50)])
    np.testing.assert_allclose(one_by_one, vectors[:50], atol=1e-6)
    assert of.project(features[:0]).shape == (0, 3)


def test_units_that_are_all_off_give_zeros():
    of = encoder()
    of.biases[:] = -100
    assert not of.project(np.zeros((2, 5), np.float32)).any()


def test_the_largest_numbers_of_a_file_give_unit_vectors():
    of = encoder()
    for name in of._state:
        setattr(of, name, np.sign(getattr(of, name)) * np.float32(1e8))
    features = RNG.normal(size=(20, 5)).astype(np.float32) * np.float32(1e8)
    lengths = np.linalg.norm(of.project(features), axis=1)
    assert np.isfinite(lengths).all()
    assert (np.isclose(lengths, 1, atol=1e-5) | (lengths == 0)).all()


def test_state():
    of, features = encoder(), RNG.normal(size=(4, 5)).astype(np.float32)
    again = pickle.loads(pickle.dumps(of))
    assert again.project(features).tobytes() == of.project(features).tobytes()
    state = of.__getstate__() | {"biases": of.biases[:-1]}
    with pytest.raises(InvalidFileError, match=r"SiameseEncoder\.biases must have"):
        of.__setstate__(state)
