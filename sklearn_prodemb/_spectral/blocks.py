"""Matrices whose rows are at hand only some at a time."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from scipy import sparse

Rows: TypeAlias = np.ndarray | sparse.csr_array


class RowBlocks(Protocol):
    """A matrix in blocks of rows.

    Attributes
    ----------
    shape : tuple of two int
        Number of rows and of columns.
    n_blocks : int
        Number of blocks.
    """

    shape: tuple[int, int]
    n_blocks: int

    def block(self, number: int) -> Rows:
        """Give the rows of a block, float32 (n_block_rows, n_columns).

        Blocks follow one another. Safe to be called from several threads.
        """
        ...


class SlicedRows:
    """A matrix in memory, in blocks of rows.

    Parameters
    ----------
    matrix : ndarray or sparse array of float32, shape (n_rows, n_columns)
        The matrix.
    rows_per_block : int, default=1024
        Rows of each block but the last.
    """

    def __init__(self, matrix: Rows, rows_per_block: int = 1024) -> None:
        self.matrix = matrix
        self.shape = matrix.shape
        self._rows_per_block = rows_per_block
        self.n_blocks = -(-matrix.shape[0] // rows_per_block)

    def slice(self, number: int) -> slice:
        """Give the rows of a block."""
        first = number * self._rows_per_block
        return slice(first, first + self._rows_per_block)

    def block(self, number: int) -> Rows:
        """Give the rows of a block, a view if the matrix is dense."""
        return self.matrix[self.slice(number)]
