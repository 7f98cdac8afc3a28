"""Kernel sizes are positive ints."""

import re

import numpy as np
import pytest

from sklearn_prodemb._text_cnn.kernel_sizes import check_kernel_sizes


@pytest.mark.parametrize(
    "sizes", [(1,), [2, 3, 4, 5], (5, 2), (3, 3), np.array([2, 3]), (np.int64(7),)]
)
def test_positive_ints(sizes):
    check_kernel_sizes(sizes)


@pytest.mark.parametrize("sizes", [(0,), [2, -1], (2.0,), (True,), ("3",), (2, None)])
def test_others(sizes):
    match = re.escape(f"kernel_sizes must be positive ints, got {sizes!r}.")
    with pytest.raises(ValueError, match=match):
        check_kernel_sizes(sizes)


@pytest.mark.parametrize("sizes", [(), [], np.array([], int)])
def test_none(sizes):
    with pytest.raises(ValueError, match="kernel_sizes must not be empty"):
        check_kernel_sizes(sizes)
