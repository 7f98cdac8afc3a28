"""The training loop: epochs, checkpoints, losses and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from .checkpoint import Checkpoint
from .state import check_entries

# On a GPU reading a loss waits for the device, so losses are read many at a time.
_STEPS_BETWEEN_READS = 32
_TITLES = {"byol": "BYOL"}


@dataclass(frozen=True)
class TrainingResult:
    """What training gives.

    Parameters
    ----------
    weights : Weights
        What was trained.
    losses : ndarray of float64, shape (n_steps, n_losses)
        The learner's losses of each step.
    n_steps : int
        Steps that were planned; fewer losses tell of a training that was stopped.
    interrupted : bool, default=False
        Whether it was stopped by the keyboard.
    """

    weights: Any
    losses: np.ndarray
    n_steps: int
    interrupted: bool = False


class Weights(Protocol):
    """What a learner exports."""

    def are_finite(self) -> bool: ...


class Learner(Protocol):
    """Networks, an optimiser and sessions; what `train` goes through step by step.

    `losses` names what a step gives, the loss itself first. `plan` gives the sessions
    of each batch of an epoch, the same ones whenever it is asked.
    """

    device: str

    @property
    def losses(self) -> tuple[str, ...]: ...

    @property
    def advice(self) -> str: ...

    def plan(self, epoch: int) -> list[np.ndarray]: ...

    def step(self, sessions: np.ndarray, step: int, n_steps: int) -> torch.Tensor: ...

    def end_epoch(self) -> None: ...

    def export(self) -> Weights: ...

    def state(self) -> dict[str, Any]: ...

    def restore(self, state: dict[str, Any]) -> None: ...


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
    learner: Learner,
    max_epochs: int,
    *,
    seed: int,
    progress: Progress,
    attributes: Callable[[TrainingResult], dict[str, Any]],
    checkpoint: Checkpoint | None = None,
) -> TrainingResult:
    """Train a network.

    Parameters
    ----------
    learner : Learner
        The network, and what it learns from.
    max_epochs : int
        Number of epochs.
    seed : int
        The learner's seed, which a checkpoint keeps.
    progress : Progress
        What is told of epochs and steps, and can stop the training.
    attributes : callable
        Turns a result into fitted attributes, for callbacks that want them.
    checkpoint : Checkpoint or None, default=None
        Where the state is kept while training lasts.

    Returns
    -------
    result : TrainingResult
        What was trained, and its losses.

    Raises
    ------
    InvalidFileError
        If the checkpoint is damaged, or belongs to another training.
    ValueError
        If the loss or the weights are not finite.
    KeyboardInterrupt
        If the keyboard interrupts before the first step is done. Later it ends
        training, and the result tells.
    """
    # Epochs differ in their number of batches if sessions exceed a batch.
    lengths = [len(learner.plan(epoch)) for epoch in range(max_epochs)]
    n_steps = sum(lengths)
    losses = np.full((n_steps, len(learner.losses)), np.nan)
    done = described = n_ended = 0
    state = checkpoint.read() if checkpoint is not None else None
    if checkpoint is not None and state is not None:
        try:
            _check_counts(state, lengths, len(learner.losses))
            learner.restore(state)
        except ValueError as error:
            raise checkpoint.invalid(error) from error
        done, n_ended = state["step"], state["n_ended"]
        losses[:done] = state["losses"].numpy()

    def result(interrupted: bool = False) -> TrainingResult:
        return TrainingResult(
            learner.export(), losses[:done].copy(), n_steps, interrupted
        )

    def losses_so_far() -> np.ndarray:
        reader.flush()
        return losses[:done]

    def describe() -> str | None:
        # The mean losses since the last time this was asked.
        nonlocal described
        if done == described:
            return None
        means = losses_so_far()[described:].mean(axis=0).tolist()
        described = done
        loss, *parts = zip(learner.losses, means, strict=True)
        named = ", ".join(
            f"{_TITLES.get(name, name)} {mean:.3f}" for name, mean in parts
        )
        return f"loss {loss[1]:.3f} ({named})"

    def snapshot() -> dict[str, Any]:
        so_far = torch.tensor(losses_so_far())
        return {
            **learner.state(),
            "seed": seed,
            "step": done,
            "n_ended": n_ended,
            "losses": so_far,
        }

    reader = _LossReader(losses, learner)
    step = 0
    try:
        for epoch in range(max_epochs):
            plan = learner.plan(epoch)
            if epoch < n_ended:
                step += len(plan)
                continue
            stop = False
            with progress.epoch(
                epoch, max_epochs, len(plan), lambda: attributes(result())
            ) as in_epoch:
                for number, sessions in enumerate(plan):
                    if step >= done:
                        with in_epoch.step(number, describe) as in_step:
                            with torch.enable_grad():
                                values = learner.step(sessions, step, n_steps)
                            reader.add(step, values)
                            done = step + 1
                            if checkpoint is not None:
                                checkpoint.write_if_due(snapshot)
                        stop = in_step.stopped
                    step += 1
                    if stop:
                        break
                reader.flush()
                learner.end_epoch()
                n_ended = epoch + 1
            if stop or in_epoch.stopped:
                break
    except KeyboardInterrupt:
        if not done:
            raise  # nothing was trained that could be kept
        reader.flush()
        return result(interrupted=True)
    final = result()
    if not final.weights.are_finite():
        raise ValueError(
            f"The weights are not finite after step {done}. {learner.advice}"
        )
    if checkpoint is not None:
        checkpoint.remove()
    return final


def _check_counts(state: dict[str, Any], lengths: list[int], n_losses: int) -> None:
    """Raise a ValueError unless a state stands at a step of these epochs."""
    check_entries(state, {"seed": 0, "step": 0, "n_ended": 0})
    step, n_ended = state["step"], state["n_ended"]
    # It was written after a step of the epoch that follows those that have ended.
    if not 0 <= n_ended < len(lengths):
        raise ValueError(f"n_ended is {n_ended} of {len(lengths)} epochs")
    start = sum(lengths[:n_ended])
    if not start < step <= start + lengths[n_ended]:
        raise ValueError(f"step {step} is not one of epoch {n_ended + 1}")
    losses = torch.empty((step, n_losses), dtype=torch.float64)
    check_entries(state, {"losses": losses})


class _LossReader:
    """Reads losses from the device, at once on a CPU, else many at a time."""

    def __init__(self, losses: np.ndarray, learner: Learner) -> None:
        self._losses = losses
        self._learner = learner
        self._waiting: list[tuple[int, torch.Tensor]] = []
        on_cpu = torch.device(learner.device).type == "cpu"
        self._patience = 1 if on_cpu else _STEPS_BETWEEN_READS

    def add(self, step: int, values: torch.Tensor) -> None:
        self._waiting.append((step, values))
        if len(self._waiting) >= self._patience:
            self.flush()

    def flush(self) -> None:
        # One by one: after an interrupt in here, the rest is read by the next call.
        while self._waiting:
            step, values = self._waiting[0]
            self._losses[step] = values.cpu().numpy()
            del self._waiting[0]
            if not np.isfinite(self._losses[step, 0]):
                values = self._losses[step].tolist()
                parts = dict(zip(self._learner.losses, values, strict=True))
                raise ValueError(
                    f"The loss is not finite at step {step + 1}: {parts}. "
                    f"{self._learner.advice}"
                )
