"""Matrices in blocks of rows."""

import numpy as np
import pytest
from scipy import sparse

from sklearn_prodemb._spectral.blocks import SlicedRows

MATRIX = np.arange(21, dtype=np.float32).reshape(7, 3)


@pytest.mark.parametrize("rows_per_block", [1, 3, 7, 100])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_array])
def test_blocks_follow_one_another(rows_per_block, kind):
    matrix = SlicedRows(kind(MATRIX), rows_per_block)
    assert matrix.shape == (7, 3)
    blocks = [matrix.block(number) for number in range(matrix.n_blocks)]
    found = [b if isinstance(b, np.ndarray) else b.toarray() for b in blocks]
    np.testing.assert_array_equal(np.concatenate(found), MATRIX)
    assert max(map(len, found)) <= rows_per_block


def test_dense_blocks_are_views():
    matrix = SlicedRows(MATRIX.copy(), 2)
    matrix.block(1)[:] = -1
    assert (matrix.matrix[2:4] == -1).all()


def test_no_rows():
    assert SlicedRows(MATRIX[:0]).n_blocks == 0
