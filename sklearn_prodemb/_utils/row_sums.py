"""Sums of a table's rows, which are given by their numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from .ragged import Ragged


def count_columns(rows: Ragged, n_columns: int) -> sparse.csr_array:
    """Count the columns that rows name, float32 (n_rows, n_columns)."""
    # SciPy may sort in place: it gets offsets and columns of its own.
    ones = np.ones(len(rows.values), np.float32)
    return sparse.csr_array(
        (ones, rows.values, rows.offsets), (len(rows), n_columns), copy=True
    )


def row_adder(numbers: Ragged, n_rows: int) -> Callable[[np.ndarray], np.ndarray]:
    """Give a function that adds up rows of a table.

    Parameters
    ----------
    numbers : Ragged of int, of length n_sums
        The rows of each sum, added in this order; a row may be there several times.
    n_rows : int
        Number of rows of a table.

    Returns
    -------
    add_up : callable
        Takes a table of float32 (n_rows, n_columns), and gives the sums, float32
        (n_sums, n_columns): the same bits whatever the other sums are.
    """
    if len(numbers) != 1:
        return count_columns(numbers, n_rows).__matmul__
    # One sum takes a quarter of the time without a sparse array.
    rows = numbers.values
    if not len(rows):
        return lambda table: np.zeros((1, table.shape[1]), np.float32)

    def add_up(table: np.ndarray) -> np.ndarray:
        found = table.take(rows, 0)
        if table.shape[1] == 1:
            # One column NumPy would add up in pairs, not in order.
            return np.add.accumulate(found, 0)[-1:]
        return np.add.reduce(found, 0, keepdims=True)

    return add_up
