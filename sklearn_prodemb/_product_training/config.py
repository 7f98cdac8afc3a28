"""What the training of ProductEmbedder's network depends on, besides the sessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

# The loss, and its parts: the published two, then the one that is added.
LOSSES = ("loss", "byol", "category", "regression")


@dataclass(frozen=True)
class NetworkConfig:
    """What training depends on, besides the sessions; see `ProductEmbedder`.

    Parameters
    ----------
    alpha, regression_weight, max_epochs, early_stopping, validation_fraction, device
        As of `ProductEmbedder`.
    n_hidden : int, default=256
        Hidden units of the network and of the heads.
    tau : float, default=0.996
        Decay of the target network at the first step; a cosine takes it to 1.
    learning_rate : float, default=2e-3
        AdamW's learning rate after warm-up; a cosine takes it to 0.
    weight_decay : float, default=0.01
        AdamW's weight decay.
    warmup : float, default=0.05
        Share of the steps over which the learning rate climbs from 0.
    sessions_per_epoch : int, default=5_000
        Sessions that are drawn for an epoch, if there are more.
    sessions_per_batch : int, default=120
        Sessions a step, about.
    session_length : int, default=10
        Products that are drawn from a session, if it has more.
    further_products : int, default=500
        Products a step, any of the log, for the regression alone: so that those which
        are seldom in sessions are learned too.
    word_dropout : float, default=0.1
        Share of words that are left out of a title. A word of n titles is left out
        with 1 / n at the least: what the closed form knows of it, it has from them.
    ngram_dropout : float, default=0.3
        Share of character n-grams that are left out.
    """

    alpha: float
    regression_weight: float
    max_epochs: int
    early_stopping: bool
    validation_fraction: float
    device: str
    n_hidden: int = 256
    tau: float = 0.996
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    warmup: float = 0.05
    sessions_per_epoch: int = 5_000
    sessions_per_batch: int = 120
    session_length: int = 10
    further_products: int = 500
    word_dropout: float = 0.1
    ngram_dropout: float = 0.3

    def for_pairs(self, pairs_per_session: int | None) -> Self:
        """Give the same for sessions of two, so many of which stand for a session."""
        if pairs_per_session is None:
            return self
        return replace(
            self,
            sessions_per_epoch=self.sessions_per_epoch * pairs_per_session,
            sessions_per_batch=self.sessions_per_batch * pairs_per_session,
        )
