"""Batches of sessions: each distinct product once, and the pairs between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .._byol.objective import SessionRows
from .._sessions.pairs import pairs_of
from .data import NetworkData, draw_rows


@dataclass(frozen=True)
class NetworkBatch:
    """Some sessions.

    Parameters
    ----------
    products : ndarray of int64, shape (n_products,)
        The distinct products; without session mates, the product of each row.
    rows : SessionRows
        The sessions, with products numbered in this order.
    n_pairs : int
        Number of unordered pairs.
    """

    products: np.ndarray
    rows: SessionRows
    n_pairs: int


def make_batch(
    data: NetworkData,
    sessions: np.ndarray,
    max_length: int,
    rng: np.random.Generator,
    device: torch.device | str = "cpu",
) -> NetworkBatch:
    """Collect the sessions of a batch.

    Parameters
    ----------
    data : NetworkData
        All sessions.
    sessions : ndarray of int64, shape (n_sessions,)
        Which of them.
    max_length : int
        Products that are drawn from a session, if it has more.
    rng : numpy Generator
        The source of randomness.
    device : torch.device or str, default="cpu"
        Where the batch is put.

    Returns
    -------
    batch : NetworkBatch
        The batch.
    """
    rows = draw_rows(data.sessions.take(sessions), max_length, rng)
    of_row = data.products[rows.values]
    if data.with_mates:
        products, row_product = np.unique(of_row, return_inverse=True)
    else:
        products, row_product = of_row, np.arange(len(of_row))

    return NetworkBatch(
        products,
        SessionRows.of(rows, row_product, data.categories[rows.values], device),
        int(pairs_of(rows.lengths).sum()),
    )
