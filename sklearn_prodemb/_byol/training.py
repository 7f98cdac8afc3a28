"""The training loop: optimiser, target network, schedules, checkpoints."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from .._text_cnn.encoder import EncoderWeights
from .._text_cnn.folding import Workspace
from .batches import TrainingData, make_batch, plan_batches
from .checkpoint import Checkpoint
from .heads import Head, TextCNN
from .objective import byol_loss, category_loss
from .schedules import learning_rate_factor, target_decay

# On a GPU reading a loss waits for the device, so losses are read many at a time.
_STEPS_BETWEEN_READS = 32
LOSSES = ("loss", "byol", "category")


@dataclass(frozen=True)
class TrainingConfig:
    """What training depends on, besides the sessions; see `ProductEmbedder`."""

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


@dataclass(frozen=True)
class TrainingResult:
    """What training gives.

    Parameters
    ----------
    weights : EncoderWeights
        The trained encoder.
    losses : ndarray of float64, shape (n_steps, 3)
        Loss, BYOL part and category part of each step, a mean over its pairs.
    n_steps : int
        Steps that were planned; fewer losses tell of a training that was stopped.
    interrupted : bool, default=False
        Whether it was stopped by the keyboard.
    """

    weights: EncoderWeights
    losses: np.ndarray
    n_steps: int
    interrupted: bool = False


class Monitor(Protocol):
    """Who watches the training; a method that gives True stops it."""

    def begin_epoch(self, epoch: int, n_steps: int) -> None: ...

    def begin_step(self, step: int, losses: Callable[[], np.ndarray]) -> None: ...

    def end_step(self) -> bool: ...

    def end_epoch(self, result: Callable[[], TrainingResult]) -> bool: ...


class _Learner:
    """Networks, optimiser and one step of training."""

    def __init__(
        self,
        weights: EncoderWeights,
        n_categories: int,
        config: TrainingConfig,
        generator: torch.Generator,
    ) -> None:
        self.config = config
        n_features, n_hidden = weights.n_features, config.hidden_dim
        workspace = Workspace()
        self.online = nn.ModuleDict({"encoder": TextCNN(weights, workspace)})
        self.target: nn.ModuleDict | None = None
        size = config.projection_dim
        if config.alpha > 0:
            self.online["projector"] = Head(n_features, n_hidden, size, generator)
            # The workspace is one for both: they work one after the other.
            memo = {id(workspace): workspace}
            self.target = copy.deepcopy(self.online, memo).requires_grad_(False)
            self.online["predictor"] = Head(size, n_hidden, size, generator)
            self.target.to(config.device)
        if config.alpha < 1 and n_categories:
            self.online["category"] = Head(
                n_features, n_hidden, n_categories, generator
            )
        self.online.to(config.device)
        parameters = list(self.online.parameters())
        common: dict[str, Any] = {
            "lr": config.learning_rate,
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

    def step(
        self, data: TrainingData, sessions: np.ndarray, step: int, n_steps: int
    ) -> torch.Tensor:
        """Learn from one batch; gives the three losses (3,)."""
        config, online = self.config, self.online
        batch = make_batch(
            data, sessions, max(self.encoder.kernel_sizes), config.device
        )
        tokens = self.encoder.embeddings.detach()[batch.token_ids].requires_grad_()
        y = self.encoder(tokens, batch.chunks, batch.n_products)
        weights = batch.rows.weights(batch.n_products, y.dtype)

        byol = category = y.new_zeros(())
        if self.target is not None:
            prediction = online["predictor"](online["projector"](y, weights), weights)
            byol = byol_loss(prediction, self._project(batch, weights), batch.rows)
        if "category" in online:
            category = category_loss(online["category"](y, weights), batch.rows)
        byol, category = byol / batch.n_pairs, category / batch.n_pairs
        loss = config.alpha * byol + (1 - config.alpha) * category

        loss.backward()
        self._set_embedding_gradient(batch.token_ids, tokens)
        factor = learning_rate_factor(step, n_steps, config.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = config.learning_rate * factor
        self.optimizer.step()
        self._clear_gradients(batch.token_ids)
        self._move_target(target_decay(step, n_steps, config.tau))
        return torch.stack([loss, byol, category]).detach()

    @torch.no_grad()
    def _project(self, batch: Any, weights: torch.Tensor) -> torch.Tensor:
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

    @torch.no_grad()
    def _move_target(self, tau: float) -> None:
        if self.target is None:
            return
        for name, module in self.target.items():
            torch._foreach_lerp_(
                list(module.parameters()),
                list(self.online[name].parameters()),
                1 - tau,
            )

    def state(self) -> dict[str, Any]:
        """Give everything that a later process needs to go on."""
        return {
            "online": self.online.state_dict(),
            "target": None if self.target is None else self.target.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from `state`."""
        self.online.load_state_dict(state["online"])
        if self.target is not None:
            self.target.load_state_dict(state["target"])
        self.optimizer.load_state_dict(state["optimizer"])


def train(
    data: TrainingData,
    weights: EncoderWeights,
    n_categories: int,
    config: TrainingConfig,
    *,
    seed: int,
    monitor: Monitor,
    checkpoint: Checkpoint | None = None,
) -> TrainingResult:
    """Train an encoder.

    Parameters
    ----------
    data : TrainingData
        The tokenised sessions.
    weights : EncoderWeights
        The encoder to start from.
    n_categories : int
        Number of categories.
    config : TrainingConfig
        Everything else.
    seed : int
        Seed of the heads' weights and of the order of the sessions.
    monitor : Monitor
        Who watches.
    checkpoint : Checkpoint or None, default=None
        Where the state is kept while training lasts.

    Returns
    -------
    result : TrainingResult
        The trained encoder and its losses.

    Raises
    ------
    ValueError
        Where the loss or the weights are not finite.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.enable_grad():
        learner = _Learner(weights, n_categories, config, generator)
    # Epochs differ in their number of batches where sessions exceed a batch.
    n_steps = sum(
        len(_plan(data, config, seed, epoch)) for epoch in range(config.max_epochs)
    )
    losses = np.full((n_steps, len(LOSSES)), np.nan)
    done = 0
    state = checkpoint.read() if checkpoint is not None else None
    if state is not None:
        learner.restore(state)
        done = state["step"]
        losses[:done] = state["losses"].numpy()

    def result(interrupted: bool = False) -> TrainingResult:
        return TrainingResult(
            learner.encoder.export(), losses[:done].copy(), n_steps, interrupted
        )

    def losses_so_far() -> np.ndarray:
        reader.flush()
        return losses[:done]

    def snapshot() -> dict[str, Any]:
        so_far = torch.tensor(losses_so_far())
        return {**learner.state(), "seed": seed, "step": done, "losses": so_far}

    reader = _LossReader(losses, config)
    step = 0
    try:
        for epoch in range(config.max_epochs):
            plan = _plan(data, config, seed, epoch)
            if step + len(plan) <= done:
                step += len(plan)
                continue
            monitor.begin_epoch(epoch, len(plan))
            stop = False
            for sessions in plan:
                if step >= done:
                    monitor.begin_step(step, losses_so_far)
                    with torch.enable_grad():
                        values = learner.step(data, sessions, step, n_steps)
                    reader.add(step, values)
                    done = step + 1
                    if checkpoint is not None:
                        checkpoint.write_if_due(snapshot)
                    stop = monitor.end_step()
                step += 1
                if stop:
                    break
            reader.flush()
            if monitor.end_epoch(result) or stop:
                break
    except KeyboardInterrupt:
        reader.flush()
        return result(interrupted=True)
    final = result()
    _check_weights(final.weights, done, config)
    if checkpoint is not None:
        checkpoint.remove()
    return final


def _plan(
    data: TrainingData, config: TrainingConfig, seed: int, epoch: int
) -> list[np.ndarray]:
    # A generator of its own for each epoch: a resumed training draws the same batches.
    rng = np.random.default_rng((seed, epoch))
    return plan_batches(data.pairs, config.batch_size, rng)


class _LossReader:
    """Reads losses from the device, at once on a CPU, else many at a time."""

    def __init__(self, losses: np.ndarray, config: TrainingConfig) -> None:
        self._losses = losses
        self._config = config
        self._waiting: list[tuple[int, torch.Tensor]] = []
        on_cpu = torch.device(config.device).type == "cpu"
        self._patience = 1 if on_cpu else _STEPS_BETWEEN_READS

    def add(self, step: int, values: torch.Tensor) -> None:
        self._waiting.append((step, values))
        if len(self._waiting) >= self._patience:
            self.flush()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        for step, values in waiting:
            self._losses[step] = values.cpu().numpy()
            if not np.isfinite(self._losses[step, 0]):
                parts = dict(zip(LOSSES, self._losses[step].tolist(), strict=True))
                raise ValueError(
                    f"The loss is not finite at step {step + 1}: {parts}. "
                    f"{advice(self._config)}"
                )


def _check_weights(weights: EncoderWeights, done: int, config: TrainingConfig) -> None:
    arrays = (weights.token_embeddings, weights.filters, weights.biases)
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError(
            f"The weights are not finite after step {done}. {advice(config)}"
        )


def advice(config: TrainingConfig) -> str:
    """Say what to change where numbers are not finite."""
    return (
        f"Lower learning_rate (now {config.learning_rate}) or raise warmup (now "
        f"{config.warmup})."
    )
