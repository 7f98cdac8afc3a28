"""Batches of sessions: each distinct product once, and the pairs between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .._byol.objective import SessionRows
from .._sessions.pairs import pairs_of
from .._utils.ragged import Ragged
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
    rows: Ragged = draw_rows(data.sessions.take(sessions), max_length, rng)
    lengths, of_row = rows.lengths, data.products[rows.values]
    if data.with_mates:
        products, row_product = np.unique(of_row, return_inverse=True)
    else:
        products, row_product = of_row, np.arange(len(of_row))

    def tensor(values: np.ndarray) -> Tensor:
        return torch.from_numpy(values.astype(np.int64)).to(device)

    return NetworkBatch(
        products,
        SessionRows(
            product=tensor(row_product),
            session=tensor(rows.row_numbers),
            category=tensor(data.categories[rows.values]),
            mates=tensor(np.repeat(lengths - 1, lengths)),
            starts=tensor(rows.offsets[:-1]),
        ),
        int(pairs_of(lengths).sum()),
    )
