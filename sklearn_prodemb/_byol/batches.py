"""Batches of whole sessions, each distinct token and product once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .._sessions.pairs import pairs_of
from .._text_cnn.batches import make_title_batch
from .._text_cnn.chunks import Chunk
from .._utils.ragged import Ragged
from .objective import SessionRows


@dataclass(frozen=True)
class TrainingData:
    """Tokenised sessions of two products or more.

    Parameters
    ----------
    titles : Ragged of int32, of length n_products
        The tokens of each distinct product's title.
    products : ndarray of int32, shape (n_rows,)
        The product of each row.
    categories : ndarray of int32, shape (n_rows,)
        The category of each row, -1 if it is missing.
    rows : Ragged of int64, of length n_sessions
        The rows of each session.
    """

    titles: Ragged
    products: np.ndarray
    categories: np.ndarray
    rows: Ragged

    @property
    def pairs(self) -> np.ndarray:
        """Unordered pairs of each session, shape (n_sessions,)."""
        return pairs_of(self.rows.lengths)


@dataclass(frozen=True)
class Batch:
    """One batch, each distinct token and product once.

    Parameters
    ----------
    token_ids : Tensor of int64, shape (n_tokens,)
        The distinct tokens.
    chunks : list of Chunk
        The distinct products' titles, ordered by length, tokens numbered within
        `token_ids`.
    n_products : int
        Number of distinct products.
    rows : SessionRows
        The sessions, with products numbered in the order of `chunks`.
    n_pairs : int
        Number of unordered pairs.
    """

    token_ids: torch.Tensor
    chunks: list[Chunk]
    n_products: int
    rows: SessionRows
    n_pairs: int


def make_batch(
    data: TrainingData,
    sessions: np.ndarray,
    min_columns: int,
    device: torch.device | str = "cpu",
) -> Batch:
    """Collect the sessions of a batch.

    Parameters
    ----------
    data : TrainingData
        All sessions.
    sessions : ndarray of int64, shape (n_sessions,)
        Which of them.
    min_columns : int
        The largest kernel.
    device : torch.device or str, default="cpu"
        Where the batch is put.

    Returns
    -------
    batch : Batch
        The batch.
    """
    # The rows of these sessions, and their distinct products.
    rows = data.rows.take(sessions)
    products, row_product = np.unique(data.products[rows.values], return_inverse=True)

    # Titles are ordered by length; `rank` is a product's place among them.
    titles = make_title_batch(data.titles, products, min_columns, device)
    rank = np.empty_like(titles.order)
    rank[titles.order] = np.arange(len(products))

    return Batch(
        token_ids=titles.token_ids,
        chunks=titles.chunks,
        n_products=len(products),
        rows=SessionRows.of(
            rows, rank[row_product], data.categories[rows.values], device
        ),
        n_pairs=int(pairs_of(rows.lengths).sum()),
    )
