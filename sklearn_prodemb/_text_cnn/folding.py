"""Convolutions over embeddings as sums of table rows, with global max pooling.

With filters W_kj for offset j of a kernel of k tokens,
conv_k(E[x])_t = sum_j W_kj E[x_(t+j)] + b. So the products of each *distinct token*
with each block (k, j) are taken once (the folded table), and the convolution of a title
is only a gather and a sum of rows of that table.

Padding has one meaning: a window that reaches past the end of a title does not exist,
unless the title is shorter than the kernel; then there is one window, the title
followed by zero vectors. A title's vector never depends on what else is in the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .chunks import Chunk
from .matmul import linear, round_up

# Results of a product stay below the size (32 MB) from which memory goes back to the
# operating system when it is freed, at the published 1,792 filters in all blocks.
_MAX_ROWS = 4096
# Far below any sum of table rows, and finite, so that no arithmetic on it gives NaN.
NO_WINDOW = -1e30


class Workspace:
    """Memory for one folded table, kept from batch to batch.

    Fresh memory of that size comes from the operating system page by page, each time,
    which takes longer than to fill it.
    """

    def __init__(self) -> None:
        self._memory: Tensor | None = None
        # glibc gives freed memory back if it exceeds a threshold, which grows with
        # the largest block it saw freed: all of a step's results are below this one,
        # which is never touched.
        torch.empty(31 << 20, dtype=torch.uint8)

    def table(self, n_rows: int, filters: Tensor) -> Tensor:
        """Give memory for a table; what was there before is lost.

        Parameters
        ----------
        n_rows : int
            Its rows.
        filters : Tensor, shape (n_blocks, n_filters, embedding_dim)
            Tell its width, type and device.

        Returns
        -------
        table : Tensor, shape (n_rows, n_blocks, n_filters)
            Not initialised.
        """
        n_blocks, n_filters = filters.shape[:2]
        size = n_rows * n_blocks * n_filters
        memory = self._memory
        if (
            memory is None
            or len(memory) < size
            or (memory.dtype, memory.device) != (filters.dtype, filters.device)
        ):
            memory = self._memory = filters.new_empty(size + size // 8)
        return memory[:size].view(n_rows, n_blocks, n_filters)


def fold(
    embeddings: Tensor,
    filters: Tensor,
    workspace: Workspace,
    *,
    precision: str = "float32",
) -> Tensor:
    """Multiply tokens with all filters: the folded table.

    Parameters
    ----------
    embeddings : Tensor, shape (n_tokens, embedding_dim)
        Token embeddings.
    filters : Tensor, shape (n_blocks, n_filters, embedding_dim)
        The filters.
    workspace : Workspace
        Where the table is put.
    precision : {"float32", "bfloat16"}, default="float32"
        As in `linear`.

    Returns
    -------
    table : Tensor, shape (n_rows, n_blocks, n_filters)
        The products, n_rows > n_tokens + 1. Token `n_tokens` is the padding, all
        zeros; the last row stands for a window that does not exist.
    """
    padded = _with_padding(embeddings)
    table = workspace.table(len(padded), filters)
    flat = filters.flatten(0, 1)
    for part in _parts(len(padded)):
        rows = linear(padded[part], flat, precision=precision)
        table[part].flatten(1).copy_(rows)
    table[-1] = NO_WINDOW
    return table


def _parts(n_rows: int) -> Iterator[slice]:
    size = round_up(-(-n_rows // -(-n_rows // _MAX_ROWS)))
    return (slice(first, first + size) for first in range(0, n_rows, size))


def _with_padding(embeddings: Tensor) -> Tensor:
    n_tokens = len(embeddings)
    return F.pad(embeddings, (0, 0, 0, round_up(n_tokens + 2) - n_tokens))


def convolve(table: Tensor, chunk: Chunk, first_block: int, size: int) -> Tensor:
    """Convolve a chunk with one kernel by summing rows of the folded table.

    Parameters
    ----------
    table : Tensor, shape (n_rows, n_blocks, n_filters)
        The folded table.
    chunk : Chunk
        The titles; their padding token is `n_tokens`.
    first_block : int
        Where the kernel's blocks begin.
    size : int
        The kernel's number of tokens.

    Returns
    -------
    windows : Tensor, shape (n_titles, n_windows, n_filters)
        The convolution without bias; -1e30 or less if there is no window.
    """
    n_blocks, n_filters = table.shape[1:]
    columns = torch.arange(chunk.tokens.shape[1], device=table.device)
    # Zeros fill a short title up to one window; any further window touches a row that
    # keeps it from winning.
    outside = columns >= chunk.lengths.clamp(min=size)[:, None]
    tokens = torch.where(outside, len(table) - 1, chunk.tokens)
    windows = (tokens * n_blocks).unfold(1, size, 1)
    blocks = torch.arange(first_block, first_block + size, device=table.device)
    rows = (windows + blocks).reshape(-1, size)
    sums = F.embedding_bag(rows, table.flatten(0, 1), mode="sum")
    return sums.view(*windows.shape[:2], n_filters)


def kernel_blocks(kernel_sizes: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
    """Give each kernel's number, first block and size."""
    first = 0
    for number, size in enumerate(kernel_sizes):
        yield number, first, size
        first += size


def pool(table: Tensor, chunk: Chunk, kernel_sizes: tuple[int, ...]) -> Tensor:
    """Take each filter's maximum over the windows of each title.

    Parameters
    ----------
    table : Tensor, shape (n_rows, n_blocks, n_filters)
        The folded table.
    chunk : Chunk
        The titles.
    kernel_sizes : tuple of int
        The number of tokens in a window, kernel after kernel.

    Returns
    -------
    pooled : Tensor, shape (n_titles, len(kernel_sizes) * n_filters)
        The maxima, without bias or ReLU.
    """
    maxima = [
        convolve(table, chunk, first, size).amax(1)
        for _, first, size in kernel_blocks(kernel_sizes)
    ]
    return torch.cat(maxima, 1)


class FoldedPool(torch.autograd.Function):
    """`pool(fold(embeddings, filters))` with a sparse gradient.

    The gradient of a maximum touches one window a filter, so the backward pass is a
    scatter of single elements into the folded table, then two matrix products.
    """

    @staticmethod
    def forward(
        ctx: Any,
        embeddings: Tensor,
        filters: Tensor,
        chunks: list[Chunk],
        n_titles: int,
        kernel_sizes: tuple[int, ...],
        workspace: Workspace,
        precision: str,
    ) -> Tensor:
        """Pool titles; see `fold` and `pool` for the arguments."""
        table = fold(embeddings, filters, workspace, precision=precision)
        shape = (n_titles, len(kernel_sizes), filters.shape[1])
        pooled = table.new_empty(shape)
        winners = torch.empty(shape, dtype=torch.int64, device=table.device)
        for chunk in chunks:
            for number, first, size in kernel_blocks(kernel_sizes):
                windows = convolve(table, chunk, first, size)
                best = windows.max(dim=1)
                pooled[chunk.rows, number] = best.values
                winners[chunk.rows, number] = best.indices
        ctx.save_for_backward(embeddings, filters, winners)
        ctx.chunks, ctx.kernel_sizes = chunks, kernel_sizes
        ctx.workspace, ctx.precision = workspace, precision
        return pooled.flatten(1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Scatter the gradient to the winning windows, then unfold it."""
        embeddings, filters, winners = ctx.saved_tensors
        n_blocks, n_filters = filters.shape[:2]
        gradient = gradients[0].view(winners.shape)
        padded = _with_padding(embeddings)
        # The folded table itself is needed no more.
        table = ctx.workspace.table(len(padded), filters).zero_().flatten(1)
        columns = torch.arange(n_filters, device=table.device)
        for chunk in ctx.chunks:
            for number, first, size in kernel_blocks(ctx.kernel_sizes):
                start = winners[chunk.rows, number]
                values = gradient[chunk.rows, number].reshape(-1)
                for offset in range(size):
                    token = chunk.tokens.gather(1, start + offset)
                    block = token * n_blocks + (first + offset)
                    element = block * n_filters + columns
                    table.view(-1).scatter_add_(0, element.view(-1), values)
        for_embeddings = torch.empty_like(padded)
        for_filters = torch.zeros_like(filters).flatten(0, 1)
        multiply = partial(linear, precision=ctx.precision)
        for part in _parts(len(padded)):
            for_embeddings[part] = multiply(table[part], filters.flatten(0, 1).T)
            for_filters += multiply(table[part].T, padded[part].T)
        return (
            for_embeddings[: len(embeddings)],
            for_filters.view_as(filters),
            None,
            None,
            None,
            None,
            None,
        )
