"""What the supervised text CNN's training depends on, besides the titles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextCNNConfig:
    """What training depends on, besides the titles; see `TextCNNClassifier`."""

    learning_rate: float
    weight_decay: float
    dropout: float
    batch_size: int
    max_epochs: int
    n_iter_no_change: int
    device: str
