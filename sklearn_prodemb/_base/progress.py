"""Between the training loop and the user: callbacks and printed progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

_REPORTS = 10


class FitMonitor:
    """Tell scikit-learn's callbacks, and print where asked, how training goes.

    About ten steps of a fit, each epoch's last one among them, are tasks with a name
    that gives the losses since the one before: a progress bar has a line for each.

    Parameters
    ----------
    estimator : estimator
        Who is being fitted.
    context : CallbackContext or None
        The root context of the fit; None where there are no callbacks to tell.
    attributes : callable
        Turns a `TrainingResult` into the fitted attributes, for callbacks that want a
        fitted estimator.
    verbose : bool or int
        Whether to print.
    """

    def __init__(
        self,
        estimator: Any,
        context: Any,
        attributes: Callable[[Any], dict[str, Any]],
        verbose: int,
    ) -> None:
        self._estimator = estimator
        self._root = context
        self._attributes = attributes
        self._verbose = verbose
        self._epoch: Any = None
        self._step: Any = None
        self._reported = 0
        self._started = time.monotonic()

    def begin_epoch(self, epoch: int, n_steps: int) -> None:
        """Begin an epoch of `n_steps` steps."""
        self._number, self._n_steps, self._in_epoch = epoch, n_steps, 0
        reports = max(1, _REPORTS // self._estimator.max_epochs)
        every = max(1, n_steps // reports)
        self._report_at = set(range(n_steps - 1, 0, -every)) or {0}
        if self._root is not None:
            self._epoch = self._root.subcontext(task_name="epoch", max_subtasks=n_steps)
            self._epoch.call_on_fit_task_begin(estimator=self._estimator)

    def begin_step(self, step: int, losses: Callable[[], np.ndarray]) -> None:
        """Begin a step; `losses` gives those of the steps before, (step, 3)."""
        report = self._in_epoch in self._report_at and step > self._reported
        name = "step"
        if report:
            means = losses()[self._reported :].mean(axis=0)
            name = f"loss {means[0]:.3f} (BYOL {means[1]:.3f}, category {means[2]:.3f})"
            if self._verbose:
                print(
                    f"[{type(self._estimator).__name__}] epoch {self._number + 1}, "
                    f"step {self._in_epoch + 1} of {self._n_steps}: {name}, "
                    f"{time.monotonic() - self._started:.0f} s",
                    flush=True,  # a log file is read while training goes on
                )
            self._reported = step
        self._in_epoch += 1
        if self._epoch is not None:
            self._step = self._epoch.subcontext(
                task_name=name, max_subtasks=1 if report else 0
            )
            self._step.call_on_fit_task_begin(estimator=self._estimator)

    def end_step(self) -> bool:
        """End a step; True where a callback asks to stop."""
        if self._step is None:
            return False
        return bool(self._step.call_on_fit_task_end(estimator=self._estimator))

    def end_epoch(self, result: Callable[[], Any]) -> bool:
        """End an epoch; True where a callback asks to stop."""
        if self._epoch is None:
            return False
        return bool(
            self._epoch.call_on_fit_task_end(
                estimator=self._estimator,
                reconstruction_attributes=lambda: self._attributes(result()),
            )
        )
