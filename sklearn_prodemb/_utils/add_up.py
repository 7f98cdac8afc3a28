"""Sums of rows that share a number, equal to the bit whatever the threads."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F


def add_up(rows: Tensor, index: np.ndarray, n: int) -> Tensor:
    """Sum rows by `index`, in one order whatever the threads.

    Parameters
    ----------
    rows : Tensor, shape (n_rows, n_features)
        The rows.
    index : ndarray of int, shape (n_rows,)
        The number of each row, 0 to n - 1, each met.
    n : int
        Number of sums.

    Returns
    -------
    sums : Tensor, shape (n, n_features)
        The sum of the rows of each number.
    """
    order = np.argsort(index, kind="stable")
    starts = np.searchsorted(index[order], np.arange(n))
    return F.embedding_bag(
        torch.from_numpy(order), rows, torch.from_numpy(starts), mode="sum"
    )
