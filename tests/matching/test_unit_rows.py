"""Rows of length 1, and what has no rows."""

import numpy as np
import pytest

from sklearn_prodemb.matching._unit_rows import unit_rows


def test_rows_keep_their_direction():
    rows = np.array([[3, 4], [0, 0], [1e-15, 0]], np.float32)
    found = unit_rows(rows)
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, 0], [1, 0]], atol=1e-6)
    assert found.dtype == np.float32


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_nothing(shape):
    assert unit_rows(np.zeros(shape, np.float32)).shape == shape
