"""Batches of titles, each distinct token once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .._utils.ragged import Ragged
from .chunks import Chunk, chunks_by_length


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
    titles: Ragged,
    rows: np.ndarray,
    min_columns: int,
    device: torch.device | str = "cpu",
) -> TitleBatch:
    """Collect the titles of a batch.

    Parameters
    ----------
    titles : Ragged of int32, of length n_all_titles
        The tokens of each title.
    rows : ndarray of int64, shape (n_titles,)
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
    # Tokens are numbered within the batch.
    chosen = titles.take(rows)
    token_ids, numbers = np.unique(chosen.values, return_inverse=True)
    # Titles of similar length share a chunk.
    order = np.argsort(chosen.lengths, kind="stable")
    chunks = chunks_by_length(
        chosen.replace(numbers),
        order,
        padding=len(token_ids),
        min_columns=min_columns,
        device=device,
    )
    ids = torch.from_numpy(token_ids.astype(np.int64)).to(device)
    return TitleBatch(ids, list(chunks), order)
