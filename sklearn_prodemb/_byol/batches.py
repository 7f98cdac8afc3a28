"""Batches of whole sessions, filled up to a number of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .._sessions.pairs import pairs_of, ranges
from .._text_cnn.folding import Chunk, chunks_by_length
from .objective import SessionRows


@dataclass(frozen=True)
class TrainingData:
    """Tokenised sessions of two products or more.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_tokens,)
        The tokens of all distinct titles, one after the other.
    token_offsets : ndarray of int64, shape (n_products + 1,)
        Product i has `tokens[token_offsets[i]:token_offsets[i + 1]]`.
    products : ndarray of int32, shape (n_rows,)
        The product of each row, session after session.
    categories : ndarray of int32, shape (n_rows,)
        The category of each row, -1 where missing.
    session_offsets : ndarray of int64, shape (n_sessions + 1,)
        Session i has rows `session_offsets[i]` to `session_offsets[i + 1]`.
    """

    tokens: np.ndarray
    token_offsets: np.ndarray
    products: np.ndarray
    categories: np.ndarray
    session_offsets: np.ndarray

    @property
    def pairs(self) -> np.ndarray:
        """Unordered pairs of each session, shape (n_sessions,)."""
        return pairs_of(np.diff(self.session_offsets))


def plan_batches(
    pairs: np.ndarray, batch_size: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Shuffle the sessions and deal them out into batches of about `batch_size` pairs.

    Parameters
    ----------
    pairs : ndarray of int64, shape (n_sessions,)
        Unordered pairs of each session, all positive.
    batch_size : int
        The aim in pairs. The batches of an epoch are made equally large, so that none
        is left over small; a session larger than the aim is a batch of its own.
    rng : numpy Generator
        The source of randomness.

    Returns
    -------
    batches : list of ndarray of int64
        The sessions of each batch.
    """
    order = rng.permutation(len(pairs))
    ends = np.cumsum(pairs[order])
    n_batches = max(1, round(ends[-1] / batch_size))
    # A session belongs to the batch in which its middle pair falls.
    middles = ends - pairs[order] / 2
    numbers = (middles * n_batches / ends[-1]).astype(np.int64)
    return np.split(order, np.flatnonzero(np.diff(numbers)) + 1)


@dataclass(frozen=True)
class TitleBatch:
    """Titles of one batch, each distinct token once.

    Parameters
    ----------
    token_ids : Tensor of int64, shape (n_tokens,)
        The distinct tokens.
    chunks : list of Chunk
        The titles, ordered by length, tokens numbered within `token_ids`.
    order : ndarray of int64, shape (n_titles,)
        Which of the batch's titles each row of `chunks` is.
    """

    token_ids: torch.Tensor
    chunks: list[Chunk]
    order: np.ndarray


def make_title_batch(
    tokens: np.ndarray,
    offsets: np.ndarray,
    titles: np.ndarray,
    min_columns: int,
    device: torch.device | str = "cpu",
) -> TitleBatch:
    """Collect the titles of a batch.

    Parameters
    ----------
    tokens : ndarray of int32, shape (n_tokens,)
        The tokens of all titles, one after the other.
    offsets : ndarray of int64, shape (n_all_titles + 1,)
        Title i has `tokens[offsets[i]:offsets[i + 1]]`.
    titles : ndarray of int64, shape (n_titles,)
        Which of them.
    min_columns : int
        The largest kernel.
    device : torch.device or str, default="cpu"
        Where the batch is put.

    Returns
    -------
    batch : TitleBatch
        The batch.
    """
    starts = offsets[titles]
    lengths = offsets[titles + 1] - starts
    token_ids, numbers = np.unique(tokens[ranges(starts, lengths)], return_inverse=True)
    order = np.argsort(lengths, kind="stable")
    chunks = chunks_by_length(
        numbers,
        np.append(0, np.cumsum(lengths)),
        order,
        padding=len(token_ids),
        min_columns=min_columns,
        device=device,
    )
    ids = torch.from_numpy(token_ids.astype(np.int64)).to(device)
    return TitleBatch(ids, list(chunks), order)


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
    starts = data.session_offsets[sessions]
    lengths = data.session_offsets[sessions + 1] - starts
    rows = ranges(starts, lengths)
    products, row_product = np.unique(data.products[rows], return_inverse=True)

    titles = make_title_batch(
        data.tokens, data.token_offsets, products, min_columns, device
    )
    rank = np.empty_like(titles.order)
    rank[titles.order] = np.arange(len(products))

    def tensor(values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(values.astype(np.int64)).to(device)

    return Batch(
        token_ids=titles.token_ids,
        chunks=titles.chunks,
        n_products=len(products),
        rows=SessionRows(
            product=tensor(rank[row_product]),
            session=tensor(np.repeat(np.arange(len(sessions)), lengths)),
            category=tensor(data.categories[rows]),
            mates=tensor(np.repeat(lengths - 1, lengths)),
            starts=tensor(np.cumsum(lengths) - lengths),
        ),
        n_pairs=int(pairs_of(lengths).sum()),
    )
