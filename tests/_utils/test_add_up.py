"""Sums of rows against `np.add.at`."""

import numpy as np
import torch

from sklearn_prodemb._utils.add_up import add_up


def test_sums_by_index():
    index = np.array([2, 0, 2, 1, 0, 2])
    rows = torch.arange(12.0).view(6, 2)
    expected = np.zeros((3, 2))
    np.add.at(expected, index, rows.numpy())
    np.testing.assert_array_equal(add_up(rows, index, 3), expected)
