"""The settings of a siamese network."""

from __future__ import annotations

from dataclasses import dataclass

LOSSES = ("triplet", "info_nce")


@dataclass(frozen=True)
class SiameseConfig:
    """The settings of training, see `SiameseImageEmbedder` for those without a comment.

    The defaults were chosen on validation products of H&M.
    """

    embedding_dim: int
    loss: str
    max_epochs: int
    pairs_per_batch: int
    learning_rate: float
    # Units of the hidden layer.
    hidden_dim: int = 256
    # The probability with which a feature, or a hidden unit, is taken away in training.
    dropout: float = 0.2
    # By how much a mate's cosine should exceed those of others ("triplet").
    margin: float = 0.2
    # What the softmax of "info_nce" divides cosines by.
    temperature: float = 0.1
