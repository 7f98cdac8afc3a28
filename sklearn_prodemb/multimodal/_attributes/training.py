"""The training of the denoising autoencoder."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import AutoencoderConfig


class Autoencoder(nn.Module):
    """One hidden layer with ReLU from one-hot attributes, and back to them linearly.

    Parameters
    ----------
    n_values : int
        Number of values of all attributes.
    embedding_dim : int
        Number of hidden units.
    generator : torch.Generator
        The source of randomness.
    """

    def __init__(
        self, n_values: int, embedding_dim: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        scale = embedding_dim**-0.5

        def draw(*shape: int) -> nn.Parameter:
            return nn.Parameter(scale * torch.randn(shape, generator=generator))

        self.vectors = draw(n_values, embedding_dim)
        self.biases = nn.Parameter(torch.zeros(embedding_dim))
        self.decoder = draw(embedding_dim, n_values)
        self.decoder_biases = nn.Parameter(torch.zeros(n_values))

    def encode(self, columns: Tensor, present: Tensor) -> Tensor:
        """Give the hidden units (n_products, embedding_dim) of one-hot attributes.

        Parameters
        ----------
        columns : Tensor of int64, shape (n_products, n_attributes)
            The column of each value among those of all attributes.
        present : Tensor of float32, shape (n_products, n_attributes)
            1 if it is there, else 0.
        """
        summed = F.embedding_bag(
            columns, self.vectors, mode="sum", per_sample_weights=present
        )
        return F.relu(summed + self.biases)

    def decode(self, hidden: Tensor) -> Tensor:
        """Give the reconstruction, (n_products, n_values)."""
        return hidden @ self.decoder + self.decoder_biases


def reconstruction_loss(
    found: Tensor, columns: Tensor, known: Tensor, of_column: Tensor
) -> Tensor:
    """Give the squared error of the reconstruction, half its mean over products.

    J = 1 / (2 |P|) sum_i ||x_i - Dec(Enc(x_i corrupted))||^2 [1]_, where the columns of
    an attribute that is missing do not count.

    Parameters
    ----------
    found : Tensor, shape (n_products, n_values)
        The reconstruction.
    columns, known
        As `columns` and `present` of `Autoencoder.encode`, before corruption.
    of_column : Tensor of int64, shape (n_values,)
        The attribute of each column.

    Returns
    -------
    loss : Tensor, shape ()
        The loss.

    References
    ----------
    .. [1] "One embedding to do them all", 2019, arXiv:1906.12120.
    """
    truth = torch.zeros_like(found).scatter_add_(1, columns, known)
    return (((found - truth) ** 2) * known[:, of_column]).sum() / (2 * len(found))


def train(
    codes: np.ndarray,
    n_values: list[int],
    config: AutoencoderConfig,
    seed: int,
    report: Callable[[str], None],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Train a denoising autoencoder on attributes.

    In each batch an attribute of a product is taken away with probability
    `corruption`, so that it has to be told from the others.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_products, n_attributes)
        The number of each value within its attribute, -1 if it is missing.
    n_values : list of int, of length n_attributes
        Number of values of each attribute.
    config : AutoencoderConfig
        The settings.
    seed : int
        Seed of weights, order and corruption.
    report : callable
        Takes a line about each epoch.

    Returns
    -------
    vectors : ndarray of float32, shape (sum of n_values, embedding_dim)
        The encoder's weights.
    biases : ndarray of float32, shape (embedding_dim,)
        Its biases.
    losses : ndarray of float64, shape (n_epochs,)
        The mean loss of each epoch.

    Raises
    ------
    ValueError
        If a loss is not finite.
    """
    begins = np.cumsum([0, *n_values[:-1]])
    of_column = torch.from_numpy(np.repeat(np.arange(len(n_values)), n_values))
    is_known = torch.from_numpy((codes >= 0).astype(np.float32))
    # What is missing has some column of its attribute, and a weight of 0.
    all_columns = torch.from_numpy(begins + np.maximum(codes, 0))
    generator = torch.Generator().manual_seed(seed)
    losses = []
    with torch.enable_grad():
        module = Autoencoder(sum(n_values), config.embedding_dim, generator)
        optimizer = torch.optim.Adam(module.parameters(), lr=config.learning_rate)
        for epoch in range(config.max_epochs):
            order = torch.randperm(len(codes), generator=generator)
            total = 0.0
            for rows in order.split(config.batch_size):
                columns, known = all_columns[rows], is_known[rows]
                kept = torch.rand(known.shape, generator=generator)
                present = known * (kept >= config.corruption)
                found = module.decode(module.encode(columns, present))
                loss = reconstruction_loss(found, columns, known, of_column)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)
            losses.append(total / len(codes))
            if not np.isfinite(losses[-1]):
                raise ValueError(
                    f"The loss is not finite in epoch {epoch + 1}: {losses[-1]}. Lower "
                    f"learning_rate (now {config.learning_rate})."
                )
            report(f"epoch {epoch + 1}/{config.max_epochs}, loss {losses[-1]:.4f}")
    vectors, biases = (p.detach().numpy() for p in (module.vectors, module.biases))
    return vectors, biases, np.array(losses, np.float64)
