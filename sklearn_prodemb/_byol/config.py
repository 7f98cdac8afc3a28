"""What training by BYOL depends on, besides the sessions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrainingConfig:
    """What training depends on, besides the sessions; see `TextCNNEmbedder`."""

    alpha: float
    hidden_dim: int
    projection_dim: int
    tau: float
    optimizer: str
    learning_rate: float
    momentum: float
    weight_decay: float
    warmup: float
    max_epochs: int
    batch_size: int
    device: str
    precision: str

    @property
    def advice(self) -> str:
        """What to change if numbers are not finite."""
        return (
            f"Lower learning_rate (now {self.learning_rate}) or raise warmup (now "
            f"{self.warmup})."
        )
