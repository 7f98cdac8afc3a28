"""The settings of the denoising autoencoder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AutoencoderConfig:
    """The settings of training, see `AttributeAutoencoder`."""

    embedding_dim: int
    corruption: float
    max_epochs: int
    batch_size: int
    learning_rate: float
