"""The settings of Bayesian personalised ranking."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BPRConfig:
    """The settings of training, see `BPREmbedder`."""

    embedding_dim: int
    regularization: float
    learning_rate: float
    max_epochs: int
    batch_size: int
