"""What skip-gram's training depends on, besides the sessions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SkipGramConfig:
    """The parameters of skip-gram's training; see `MetaProd2Vec`."""

    embedding_dim: int
    metadata_weight: float
    n_negatives: int
    subsample: float | None
    learning_rate: float
    max_epochs: int
    batch_size: int
