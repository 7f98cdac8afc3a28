"""The weights of the text CNN as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True)
class EncoderWeights:
    """The weights of the text CNN as plain arrays.

    Parameters
    ----------
    token_embeddings : ndarray of float32, shape (vocab_size, embedding_dim)
        One row for each token.
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
        """Number of columns of a title's vector."""
        return len(self.biases)

    def are_finite(self) -> bool:
        """Tell whether all weights are finite."""
        arrays = (self.token_embeddings, self.filters, self.biases)
        return all(bool(np.isfinite(array).all()) for array in arrays)


def init_weights(
    vocab_size: int,
    embedding_dim: int,
    n_filters: int,
    kernel_sizes: tuple[int, ...],
    seed: int | torch.Generator,
) -> EncoderWeights:
    """Draw weights as `nn.Embedding` and `nn.Conv1d` do.

    Parameters
    ----------
    vocab_size, embedding_dim, n_filters : int
        The sizes.
    kernel_sizes : tuple of int
        The number of tokens in a window, kernel after kernel.
    seed : int or torch.Generator
        The source of randomness.

    Returns
    -------
    weights : EncoderWeights
        Embeddings from N(0, 1); filters and biases uniform within
        1 / sqrt(embedding_dim * kernel_size) of zero.
    """
    generator = torch.Generator().manual_seed(seed) if isinstance(seed, int) else seed
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
