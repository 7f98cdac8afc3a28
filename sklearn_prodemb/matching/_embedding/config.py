"""The settings of training."""

from __future__ import annotations

from dataclasses import dataclass

LOSSES = ("cosine_margin", "info_nce", "arcface")
GRADIENTS = ("own", "joint", "worst")


@dataclass(frozen=True)
class EmbeddingConfig:
    """The settings of training, see `EmbeddingMatcher` for those without a comment."""

    loss: str
    gradient: str
    embedding_dim: int
    max_iter: int
    batch_size: int
    learning_rate: float
    # What the softmax of "info_nce" divides cosines by.
    temperature: float = 0.1
    # Offers of two products should have a lower cosine than this ("cosine_margin").
    margin: float = 0.3
    # The angle in radians by which "arcface" wants offers nearer to their own product,
    # and what its softmax multiplies cosines by.
    angle: float = 0.3
    scale: float = 20.0
