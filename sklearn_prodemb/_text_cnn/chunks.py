"""Titles of similar length, padded to one length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .._utils.ragged import Ragged

# Read off a sweep on two cores: a chunk's windows stay in the second-level cache.
_TOKENS_PER_CHUNK = 8192


@dataclass(frozen=True)
class Chunk:
    """Titles that are pooled together, padded to one length.

    Parameters
    ----------
    rows : slice
        Which titles, in order of length.
    tokens : Tensor of int64, shape (n_titles, n_columns)
        Their tokens; past a title's end the padding token.
    lengths : Tensor of int64, shape (n_titles,)
        Their numbers of tokens.
    """

    rows: slice
    tokens: Tensor
    lengths: Tensor


def chunks_by_length(
    titles: Ragged,
    order: np.ndarray,
    padding: int,
    min_columns: int,
    device: torch.device | str = "cpu",
) -> Iterator[Chunk]:
    """Cut titles, already ordered by length, into padded chunks.

    Parameters
    ----------
    titles : Ragged of int, of length n_titles
        The tokens of each title.
    order : ndarray of int64, shape (n_titles,)
        The titles by increasing length.
    padding : int
        The padding token.
    min_columns : int
        The largest kernel: a chunk is at least that wide.
    device : torch.device or str, default="cpu"
        Where the chunks are put.

    Yields
    ------
    chunk : Chunk
        The next chunk; its rows count in the order of `order`.
    """
    lengths = titles.lengths[order]
    starts = titles.offsets[:-1][order]
    n_tokens = len(titles.values)
    padded = np.append(titles.values, padding).astype(np.int64)
    begin = 0
    while begin < len(order):
        # The first title that would make the chunk too large: titles grow, so the
        # width of a chunk is the length of its last one.
        widths = np.maximum(lengths[begin : begin + _TOKENS_PER_CHUNK], min_columns)
        sizes = widths * np.arange(1, len(widths) + 1)
        n = max(1, int(np.searchsorted(sizes, _TOKENS_PER_CHUNK, side="right")))
        rows = slice(begin, begin + n)
        columns = np.arange(widths[n - 1])
        position = starts[rows, None] + columns
        position[columns >= lengths[rows, None]] = n_tokens
        yield Chunk(
            rows,
            torch.from_numpy(padded[position]).to(device),
            torch.from_numpy(lengths[rows]).to(device),
        )
        begin += n
