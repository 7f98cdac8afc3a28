"""The training of a siamese network on features of pictures.

Both products of a pair go through one network,

    v(x) = normalised(W2' relu(W1' z + b)),    z = (x - mean) / std

with dropout of z and of the hidden layer. The others of a batch are what mates are to
be told from.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..._utils.ragged import Ragged
from .config import SiameseConfig
from .encoder import SiameseEncoder
from .losses import LOSS
from .pairs import draw_pairs

# A feature that hardly changes is not blown up.
_SMALLEST_SHARE = 0.01


class Progress(Protocol):
    """What is told how training goes."""

    def epoch(
        self, number: int, n_epochs: int, n_steps: int
    ) -> AbstractContextManager[Any]: ...

    def report(self, text: str) -> None: ...


class SiameseModule(nn.Module):
    """The network in training.

    Parameters
    ----------
    mean, std : ndarray of float32, shape (n_features_in,)
        Mean and standard deviation of features.
    config : SiameseConfig
        The settings.
    generator : torch.Generator
        The source of randomness.
    """

    def __init__(
        self,
        mean: np.ndarray,
        std: np.ndarray,
        config: SiameseConfig,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.mean, self.std = torch.from_numpy(mean), torch.from_numpy(std)
        self.dropout, self.generator = config.dropout, generator

        def draw(n_in: int, n_out: int) -> nn.Parameter:
            drawn = torch.randn((n_in, n_out), generator=generator)
            return nn.Parameter(n_in**-0.5 * drawn)

        self.hidden_weights = draw(len(mean), config.hidden_dim)
        self.biases = nn.Parameter(torch.zeros(config.hidden_dim))
        self.weights = draw(config.hidden_dim, config.embedding_dim)

    def forward(self, features: Tensor) -> Tensor:
        """Give unit vectors (n_products, embedding_dim) of features."""
        scaled = self._dropped((features - self.mean) / self.std)
        hidden = self._dropped(F.relu(scaled @ self.hidden_weights + self.biases))
        return F.normalize(hidden @ self.weights, dim=1)

    def export(self) -> SiameseEncoder:
        """Give the weights as plain arrays; the standard deviations go into them."""
        scaled = self.hidden_weights.detach() / self.std[:, None]
        arrays = (self.mean, scaled, self.biases.detach(), self.weights.detach())
        return SiameseEncoder(*(array.numpy().copy() for array in arrays))

    def _dropped(self, units: Tensor) -> Tensor:
        if not self.training or not self.dropout:
            return units
        drawn = torch.rand(units.shape, generator=self.generator)
        return units * (drawn >= self.dropout) / (1 - self.dropout)


def train_siamese(
    features: np.ndarray,
    mates: Ragged,
    config: SiameseConfig,
    *,
    seed: int,
    progress: Progress,
) -> tuple[SiameseEncoder, np.ndarray]:
    """Train a network on pairs of session mates.

    Parameters
    ----------
    features : ndarray of float32, shape (n_products, n_features_in)
        The features of pictures.
    mates : Ragged of int64, of length n_sessions
        The products of sessions as rows of features, each two or more.
    config : SiameseConfig
        The settings.
    seed : int
        Seed of weights, pairs, order and dropout.
    progress : Progress
        What is told of epochs, and can stop the training after one.

    Returns
    -------
    encoder : SiameseEncoder
        The trained network.
    losses : ndarray of float64, shape (n_epochs,)
        The mean loss of each epoch. Less than `max_epochs` if the training was stopped.

    Raises
    ------
    ValueError
        If a loss is not finite.
    """
    rng = np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    # Features are scaled as those of the products that are learned from.
    mean, std = _moments(features[np.unique(mates.values)])
    losses: list[float] = []
    with torch.enable_grad():
        module = SiameseModule(mean, std, config, generator)
        optimizer = torch.optim.Adam(module.parameters(), lr=config.learning_rate)
        for epoch in range(config.max_epochs):
            with progress.epoch(epoch, config.max_epochs, 0) as in_epoch:
                pairs = draw_pairs(mates, rng)
                total = 0.0
                for begin in range(0, len(pairs), config.pairs_per_batch):
                    batch = pairs[begin : begin + config.pairs_per_batch]
                    loss = pair_loss(module, features, batch, config)
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    total += loss.item() * len(batch)
                losses.append(total / len(pairs))
                if not np.isfinite(losses[-1]):
                    raise ValueError(
                        f"The loss is not finite in epoch {epoch + 1}: {losses[-1]}. "
                        f"Lower learning_rate (now {config.learning_rate})."
                    )
                progress.report(
                    f"epoch {epoch + 1} of {config.max_epochs}: loss {losses[-1]:.3f}"
                )
            if in_epoch.stopped:
                break
    return module.export(), np.array(losses, np.float64)


def pair_loss(
    module: SiameseModule,
    features: np.ndarray,
    pairs: np.ndarray,
    config: SiameseConfig,
) -> Tensor:
    """Give the loss of a batch.

    Parameters
    ----------
    module : SiameseModule
        The network.
    features : ndarray of float32, shape (n_products, n_features_in)
        The features of pictures.
    pairs : ndarray of int64, shape (n_pairs, 2)
        Products and their mates, as rows of features.
    config : SiameseConfig
        The loss.

    Returns
    -------
    loss : Tensor, shape ()
        The loss.
    """
    # A product goes through the network once, however many pairs it is in.
    products, places = np.unique(pairs, return_inverse=True)
    vectors = module(torch.from_numpy(features[products]))
    first, second = torch.from_numpy(places.reshape(-1, 2)).unbind(1)
    cosines = vectors[first] @ vectors[second].T
    return LOSS[config.loss](cosines, torch.from_numpy(others(pairs)), config)


def others(pairs: np.ndarray) -> np.ndarray:
    """Tell which products of a batch are neither a product itself nor its mate.

    Parameters
    ----------
    pairs : ndarray of int64, shape (n_pairs, 2)
        Products and their mates.

    Returns
    -------
    is_other : ndarray of bool, shape (n_pairs, n_pairs)
        Whether the mate of pair j is other than both products of pair i.
    """
    first, second = pairs.T
    result: np.ndarray = (second != first[:, None]) & (second != second[:, None])
    return result


def _moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = features.mean(axis=0, dtype=np.float64)
    std = features.std(axis=0, dtype=np.float64)
    lowest = max(_SMALLEST_SHARE * np.sqrt(np.mean(std**2)), 1e-6)
    return mean.astype(np.float32), np.maximum(std, lowest).astype(np.float32)
