"""The training loop: epochs, checkpoints, losses and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from .._sessions.batches import plan_batches
from .._text_cnn.weights import EncoderWeights
from .batches import TrainingData
from .checkpoint import Checkpoint
from .config import TrainingConfig
from .learner import LOSSES, Learner

# On a GPU reading a loss waits for the device, so losses are read many at a time.
_STEPS_BETWEEN_READS = 32


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


class Task(Protocol):
    """A part of the training; once it has ended, `stopped` tells whether to stop."""

    stopped: bool


class Epoch(Task, Protocol):
    """An epoch; `step` begins a step and may ask how the losses are."""

    def step(
        self, number: int, describe: Callable[[], str | None]
    ) -> AbstractContextManager[Task]: ...


class Progress(Protocol):
    """What is told how training goes."""

    def epoch(
        self,
        number: int,
        n_epochs: int,
        n_steps: int,
        attributes: Callable[[], dict[str, Any]],
    ) -> AbstractContextManager[Epoch]: ...


def train(
    data: TrainingData,
    weights: EncoderWeights,
    n_categories: int,
    config: TrainingConfig,
    *,
    seed: int,
    progress: Progress,
    attributes: Callable[[TrainingResult], dict[str, Any]],
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
    progress : Progress
        What is told of epochs and steps, and can stop the training.
    attributes : callable
        Turns a result into fitted attributes, for callbacks that want them.
    checkpoint : Checkpoint or None, default=None
        Where the state is kept while training lasts.

    Returns
    -------
    result : TrainingResult
        The trained encoder and its losses.

    Raises
    ------
    ValueError
        If the loss or the weights are not finite.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.enable_grad():
        learner = Learner(weights, n_categories, config, generator)
    # Epochs differ in their number of batches if sessions exceed a batch.
    n_steps = sum(
        len(_plan(data, config, seed, epoch)) for epoch in range(config.max_epochs)
    )
    losses = np.full((n_steps, len(LOSSES)), np.nan)
    done = described = 0
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

    def describe() -> str | None:
        # The mean losses since the last time this was asked.
        nonlocal described
        if done == described:
            return None
        means = losses_so_far()[described:].mean(axis=0)
        described = done
        return f"loss {means[0]:.3f} (BYOL {means[1]:.3f}, category {means[2]:.3f})"

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
            stop = False
            with progress.epoch(
                epoch, config.max_epochs, len(plan), lambda: attributes(result())
            ) as in_epoch:
                for number, sessions in enumerate(plan):
                    if step >= done:
                        with in_epoch.step(number, describe) as in_step:
                            with torch.enable_grad():
                                values = learner.step(data, sessions, step, n_steps)
                            reader.add(step, values)
                            done = step + 1
                            if checkpoint is not None:
                                checkpoint.write_if_due(snapshot)
                        stop = in_step.stopped
                    step += 1
                    if stop:
                        break
                reader.flush()
            if stop or in_epoch.stopped:
                break
    except KeyboardInterrupt:
        reader.flush()
        return result(interrupted=True)
    final = result()
    if not final.weights.are_finite():
        raise ValueError(
            f"The weights are not finite after step {done}. {config.advice}"
        )
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
                    f"{self._config.advice}"
                )
