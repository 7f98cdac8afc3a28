"""Vectors of attributes against the formula."""

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb.encoders import AttributeEncoder
from sklearn_prodemb.exceptions import InvalidFileError

VALUES = {"a": np.array(["x", "y"], object), "b": np.array([1, 2, 3], object)}
RNG = np.random.default_rng(0)
VECTORS = RNG.standard_normal((5, 4)).astype(np.float32)
BIASES = RNG.standard_normal(4).astype(np.float32)
ENCODER = AttributeEncoder(VALUES, VECTORS, BIASES)


def test_the_formula():
    frame = pd.DataFrame({"b": [3, 1, None, 7], "a": ["y", None, None, "x"]})
    v = VECTORS
    sums = [v[1] + v[4], v[2], np.zeros(4), v[0]]
    expected = np.maximum(np.array(sums) + BIASES, 0)
    found = ENCODER.encode(frame)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found.dtype == np.float32
    assert ENCODER.encode(frame[:0]).shape == (0, ENCODER.n_features)


def test_a_vector_a_value():
    ENCODER._check_together()
    with pytest.raises(InvalidFileError, match="must be 5"):
        AttributeEncoder(VALUES, VECTORS[:-1], BIASES)._check_together()
