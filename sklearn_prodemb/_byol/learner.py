"""BYOL's networks and one step of their training."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from .._sessions.batches import plan_batches
from .._text_cnn.folding import Workspace
from .._text_cnn.module import TextCNN
from .._text_cnn.weights import EncoderWeights
from .batches import Batch, TrainingData, make_batch
from .config import TrainingConfig
from .heads import Head
from .objective import byol_loss, category_loss
from .schedules import learning_rate_factor, target_decay
from .state import check_networks_state, networks_state, restore_networks
from .target import move_target


class Learner:
    """The networks, the optimiser, and one step of training.

    Parameters
    ----------
    data : TrainingData
        The tokenised sessions.
    weights : EncoderWeights
        The encoder to start from.
    n_categories : int
        Number of categories; with none there is no category predictor.
    config : TrainingConfig
        Everything else.
    seed : int
        Seed of the heads' weights and of the order of the sessions.
    """

    losses = ("loss", "byol", "category")

    @torch.enable_grad()
    def __init__(
        self,
        data: TrainingData,
        weights: EncoderWeights,
        n_categories: int,
        config: TrainingConfig,
        seed: int,
    ) -> None:
        self.data = data
        self.config = config
        self.device = config.device
        self._seed = seed
        generator = torch.Generator().manual_seed(seed)
        n_features, n_hidden = weights.n_features, config.hidden_dim
        workspace = Workspace()
        encoder = TextCNN(weights, workspace, precision=config.precision)
        self.online = nn.ModuleDict({"encoder": encoder})
        head = partial(Head, generator=generator, precision=config.precision)
        self.target: nn.ModuleDict | None = None
        size = config.projection_dim
        if config.alpha > 0:
            self.online["projector"] = head(n_features, n_hidden, size)
            # The workspace is one for both: they work one after the other.
            memo = {id(workspace): workspace}
            self.target = copy.deepcopy(self.online, memo).requires_grad_(False)
            self.online["predictor"] = head(size, n_hidden, size)
            self.target.to(config.device)
        if config.alpha < 1 and n_categories:
            self.online["category"] = head(n_features, n_hidden, n_categories)
        self.online.to(config.device)
        parameters = list(self.online.parameters())
        common: dict[str, Any] = {
            "lr": float(config.learning_rate),
            "weight_decay": config.weight_decay,
            "fused": config.device.startswith(("cpu", "cuda")),
        }
        self.optimizer: torch.optim.Optimizer
        if config.optimizer == "sgd":
            self.optimizer = torch.optim.SGD(
                parameters, momentum=config.momentum, **common
            )
        else:
            self.optimizer = torch.optim.AdamW(parameters, **common)
        self.encoder: TextCNN = self.online["encoder"]  # type: ignore[assignment]
        self.encoder.embeddings.grad = torch.zeros_like(self.encoder.embeddings)

    @property
    def advice(self) -> str:
        """What to change if numbers are not finite."""
        return self.config.advice

    def plan(self, epoch: int) -> list[np.ndarray]:
        """Deal all sessions out into batches."""
        # A generator of its own for each epoch: a resumed training draws the same ones.
        rng = np.random.default_rng((self._seed, epoch))
        return plan_batches(self.data.pairs, self.config.batch_size, rng)

    def step(self, sessions: np.ndarray, step: int, n_steps: int) -> torch.Tensor:
        """Learn from one batch.

        Parameters
        ----------
        sessions : ndarray of int64, shape (n_sessions,)
            Which sessions.
        step, n_steps : int
            The number of the step, from 0, and of steps in all.

        Returns
        -------
        losses : Tensor, shape (3,)
            The values of `losses`, each a mean over the batch's pairs.
        """
        config, online = self.config, self.online
        # The representation y of each distinct product; only the rows of the batch's
        # distinct tokens take part in the graph.
        batch = make_batch(
            self.data, sessions, max(self.encoder.kernel_sizes), config.device
        )
        tokens = self.encoder.embeddings.detach()[batch.token_ids].requires_grad_()
        y = self.encoder(tokens, batch.chunks, batch.n_products)
        weights = batch.rows.weights(batch.n_products, y.dtype)

        # The losses, see `objective`.
        byol = category = y.new_zeros(())
        if self.target is not None:
            prediction = online["predictor"](online["projector"](y, weights), weights)
            byol = byol_loss(prediction, self._project(batch, weights), batch.rows)
        if "category" in online:
            category = category_loss(online["category"](y, weights), batch.rows)
        byol, category = byol / batch.n_pairs, category / batch.n_pairs
        loss = config.alpha * byol + (1 - config.alpha) * category

        # One step of the optimiser, at the schedule's learning rate.
        loss.backward()
        self._set_embedding_gradient(batch.token_ids, tokens)
        factor = learning_rate_factor(step, n_steps, config.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * factor
        self.optimizer.step()
        self._clear_gradients(batch.token_ids)
        # The target network follows.
        if self.target is not None:
            tau = target_decay(step, n_steps, config.tau)
            move_target(self.target, online, tau)
        return torch.stack([loss, byol, category]).detach()

    def end_epoch(self) -> None:
        """Do nothing: the last state is the one that is kept."""

    def export(self) -> EncoderWeights:
        """Give the encoder's weights as plain arrays."""
        return self.encoder.export()

    @torch.no_grad()
    def _project(self, batch: Batch, weights: torch.Tensor) -> torch.Tensor:
        assert self.target is not None
        encoder: TextCNN = self.target["encoder"]  # type: ignore[assignment]
        tokens = encoder.embeddings[batch.token_ids]
        y = encoder(tokens, batch.chunks, batch.n_products)
        return self.target["projector"](y, weights)

    def _set_embedding_gradient(self, ids: torch.Tensor, tokens: torch.Tensor) -> None:
        gradient = self.encoder.embeddings.grad
        assert gradient is not None
        assert tokens.grad is not None
        gradient[ids] = tokens.grad

    def _clear_gradients(self, ids: torch.Tensor) -> None:
        # The token table's gradient is nearly all zeros: only the batch's rows are
        # cleared, and the memory is kept.
        gradient = self.encoder.embeddings.grad
        self.optimizer.zero_grad()
        assert gradient is not None
        gradient[ids] = 0
        self.encoder.embeddings.grad = gradient

    def state(self) -> dict[str, Any]:
        """Give everything that a later process needs to go on."""
        return networks_state(*self._networks)

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`; raise a ValueError, and change nothing, if it is none."""
        check_networks_state(state, *self._networks)
        restore_networks(state, *self._networks)

    @property
    def _networks(self) -> tuple[nn.Module, nn.Module | None, torch.optim.Optimizer]:
        return self.online, self.target, self.optimizer
