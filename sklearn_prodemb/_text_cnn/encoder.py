"""The text CNN: token embeddings, convolutions over tokens, global max pooling."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .folding import NO_WINDOW, chunks_by_length, pool
from .matmul import linear

# Large enough for its matrix product to run at full rate.
_FOLD_BLOCK = 64


@dataclass(frozen=True)
class EncoderWeights:
    """The weights of the text CNN as plain arrays.

    Parameters
    ----------
    token_embeddings : ndarray of float32, shape (vocab_size, embedding_dim)
        One row a token.
    filters : ndarray of float32, shape (sum(kernel_sizes), n_filters, embedding_dim)
        Kernel after kernel, offset after offset: the block of offset j of a kernel is
        what `Conv1d` stores as `weight[:, :, j]`.
    biases : ndarray of float32, shape (len(kernel_sizes) * n_filters,)
        Kernel after kernel.
    kernel_sizes : tuple of int
        The number of tokens in a window, kernel after kernel.
    """

    token_embeddings: np.ndarray
    filters: np.ndarray
    biases: np.ndarray
    kernel_sizes: tuple[int, ...]

    @property
    def n_features(self) -> int:
        """Length of a title's vector."""
        return len(self.biases)


def init_weights(
    vocab_size: int,
    embedding_dim: int,
    n_filters: int,
    kernel_sizes: tuple[int, ...],
    generator: torch.Generator,
) -> EncoderWeights:
    """Draw weights as `nn.Embedding` and `nn.Conv1d` do.

    Parameters
    ----------
    vocab_size, embedding_dim, n_filters : int
        The sizes.
    kernel_sizes : tuple of int
        The number of tokens in a window, kernel after kernel.
    generator : torch.Generator
        The source of randomness.

    Returns
    -------
    weights : EncoderWeights
        Embeddings from N(0, 1); filters and biases uniform within
        1 / sqrt(embedding_dim * kernel_size) of zero.
    """
    embeddings = torch.randn(vocab_size, embedding_dim, generator=generator)
    filters, biases = [], []
    for size in kernel_sizes:
        bound = (embedding_dim * size) ** -0.5
        shape = (size, n_filters, embedding_dim)
        filters.append((torch.rand(shape, generator=generator) * 2 - 1) * bound)
        biases.append((torch.rand(n_filters, generator=generator) * 2 - 1) * bound)
    return EncoderWeights(
        embeddings.numpy(),
        torch.cat(filters).numpy(),
        torch.cat(biases).numpy(),
        tuple(kernel_sizes),
    )


class FoldedEncoder:
    """Titles' tokens to vectors, for inference.

    The folded table is filled as tokens are met, in blocks of tokens of a fixed size:
    a block's products do not depend on the call that asked for them, so vectors are the
    same bytes in every process. Safe to use from several threads.

    Parameters
    ----------
    weights : EncoderWeights
        The weights; memory maps are read only where their tokens are met.
    """

    def __init__(self, weights: EncoderWeights) -> None:
        self._weights = weights
        self._lock = threading.Lock()
        self._table: Tensor | None = None

    @property
    def n_features(self) -> int:
        """Length of a title's vector."""
        return self._weights.n_features

    def __call__(
        self, tokens: np.ndarray, offsets: np.ndarray, out: np.ndarray | None = None
    ) -> np.ndarray:
        """Encode titles.

        Parameters
        ----------
        tokens : ndarray of int32, shape (n_tokens,)
            The tokens of all titles, one after the other.
        offsets : ndarray of int64, shape (n_titles + 1,)
            Title i has `tokens[offsets[i]:offsets[i + 1]]`.
        out : ndarray of float32, shape (n_titles, n_features), or None, default=None
            Where the vectors are written.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features)
            ReLU of bias plus the maximum over windows; `out` where it is given.
        """
        weights = self._weights
        order = np.argsort(np.diff(offsets), kind="stable")
        if out is None:
            out = np.empty((len(order), weights.n_features), np.float32)
        with torch.inference_mode():
            biases = torch.tensor(weights.biases)
            table = self._filled_table(tokens)
            for chunk in chunks_by_length(
                tokens,
                offsets,
                order,
                padding=len(weights.token_embeddings),
                min_columns=max(weights.kernel_sizes),
            ):
                vectors = pool(table, chunk, weights.kernel_sizes).add_(biases).relu_()
                out[order[chunk.rows]] = vectors.numpy()
        return out

    def _filled_table(self, tokens: np.ndarray) -> Tensor:
        embeddings, filters = self._weights.token_embeddings, self._weights.filters
        n_tokens = len(embeddings)
        with self._lock:
            if self._table is None:
                self._filters = torch.tensor(filters).flatten(0, 1)
                self._folded = np.zeros(-(-n_tokens // _FOLD_BLOCK), bool)
                # Pages that are never filled take no memory.
                table = torch.empty(n_tokens + 2, *filters.shape[:2])
                table[n_tokens] = 0
                table[n_tokens + 1] = NO_WINDOW
                self._table = table
            wanted = np.zeros(len(self._folded), bool)
            wanted[tokens // _FOLD_BLOCK] = True
            for block in np.flatnonzero(wanted & ~self._folded):
                end = min((block + 1) * _FOLD_BLOCK, n_tokens)
                rows = slice(block * _FOLD_BLOCK, end)
                # A copy, since torch takes no read-only arrays such as memory maps.
                part = torch.from_numpy(np.array(embeddings[rows]))
                self._table[rows].flatten(1)[:] = linear(part, self._filters)
                self._folded[block] = True
            return self._table
