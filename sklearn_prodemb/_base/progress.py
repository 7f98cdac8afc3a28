"""Between what is learned and the user: callbacks and printed lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from sklearn.callback import AutoPropagatedCallback

from .._utils.threads import told_of_blocks

_REPORTS = 10


class Task:
    """A part of a fit that scikit-learn's callbacks are told of; a context manager.

    Parameters
    ----------
    estimator : estimator
        The estimator that is being fitted.
    context : CallbackContext or None
        The task's context; None if there are no callbacks to tell.
    attributes : callable or None, default=None
        Gives the fitted attributes at the end of the task, for callbacks that want a
        fitted estimator.

    Attributes
    ----------
    stopped : bool
        Whether a callback asked to stop when the task ended.
    """

    def __init__(
        self,
        estimator: Any,
        context: Any,
        attributes: Callable[[], dict[str, Any]] | None = None,
    ) -> None:
        self.stopped = False
        self._estimator = estimator
        self._context = context
        self._attributes = attributes

    def __enter__(self) -> Self:
        if self._context is not None:
            self._context.call_on_fit_task_begin(estimator=self._estimator)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # A task that failed has no end to tell of.
        if self._context is not None and kind is None:
            self.stopped = bool(
                self._context.call_on_fit_task_end(
                    estimator=self._estimator,
                    reconstruction_attributes=self._attributes,
                )
            )

    def _tell_of(self, n_blocks: int) -> Callable[[], None] | None:
        """Give what tells of one block more, up to so many."""
        if self._context is None:
            return None
        left = iter(range(n_blocks))

        def tell() -> None:
            if next(left, None) is not None:
                with Task(self._estimator, self._subcontext("block", 0)):
                    pass

        return tell

    def _subcontext(self, name: str, n_tasks: int) -> Any:
        if self._context is None:
            return None
        return self._context.subcontext(task_name=name, max_subtasks=n_tasks)


class Progress(Task):
    """A whole fit, which tells callbacks of its parts and prints lines if asked.

    A progress bar is for one fit: it is taken off at the end. No step of a pipeline may
    have one, not even a frozen one, and a fitted estimator is what becomes a step.

    Parameters
    ----------
    estimator : estimator
        The estimator that is being fitted; prints if its `verbose` is true.
    context : CallbackContext or None, default=None
        The root context of the fit; None if there are no callbacks to tell.
    attributes : callable or None, default=None
        As of `Task`.
    """

    def __init__(
        self,
        estimator: Any,
        context: Any = None,
        attributes: Callable[[], dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(estimator, context, attributes)
        self._started = time.monotonic()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, traceback)
        # Bars of a meta-estimator are its own.
        if self._context is not None and kind is None and self._context.parent is None:
            take_bars_off(self._estimator)

    def report(self, text: str, since: float | None = None) -> None:
        """Print a line, if `verbose` asks, with the seconds `since` or since the start.

        Parameters
        ----------
        text : str
            What happened.
        since : float or None, default=None
            A time of `time.monotonic`; None is the beginning of the fit.
        """
        if self._estimator.verbose:
            seconds = time.monotonic() - (self._started if since is None else since)
            # A log file is read while training goes on.
            print(
                f"[{type(self._estimator).__name__}] {text}, {seconds:.1f} s",
                flush=True,
            )

    @contextmanager
    def stage(self, name: str, n_blocks: int = 0) -> Iterator[None]:
        """Tell of a named part of the fit, and print how long it took.

        Parameters
        ----------
        name : str
            Its name.
        n_blocks : int, default=0
            How many blocks it is done in, as `told_of_blocks` tells of them; they are
            its tasks. Those beyond that number are not told of.
        """
        began = time.monotonic()
        stage = Task(self._estimator, self._subcontext(name, max(1, n_blocks)))
        with stage, told_of_blocks(stage._tell_of(n_blocks)):
            yield
        self.report(name, began)

    def epoch(
        self,
        number: int,
        n_epochs: int,
        n_steps: int,
        attributes: Callable[[], dict[str, Any]] | None = None,
    ) -> Epoch:
        """Tell of an epoch.

        Parameters
        ----------
        number, n_epochs : int
            The number of the epoch, from 0, and of epochs in all.
        n_steps : int
            Its number of steps; 0 if they are not told of.
        attributes : callable or None, default=None
            As of `Task`.

        Returns
        -------
        epoch : Epoch
            A context manager.
        """
        context = self._subcontext("epoch", n_steps)
        return Epoch(self, context, number, n_epochs, n_steps, attributes)


class Epoch(Task):
    """An epoch of a fit; see `Progress.epoch`."""

    def __init__(
        self,
        progress: Progress,
        context: Any,
        number: int,
        n_epochs: int,
        n_steps: int,
        attributes: Callable[[], dict[str, Any]] | None,
    ) -> None:
        super().__init__(progress._estimator, context, attributes)
        self._progress, self._number, self._n_steps = progress, number, n_steps
        # About ten steps of a fit, each epoch's last one among them.
        every = max(1, n_steps // max(1, _REPORTS // n_epochs))
        self._described = set(range(n_steps - 1, 0, -every)) or {0}

    def step(self, number: int, describe: Callable[[], str | None]) -> Task:
        """Tell of a step; about ten steps of a fit are described.

        Parameters
        ----------
        number : int
            The number of the step within the epoch, from 0.
        describe : callable
            Gives the losses as text, or None if there is nothing new. The text becomes
            the name of the step, so that a progress bar has a line for it.

        Returns
        -------
        step : Task
            A context manager.
        """
        text = describe() if number in self._described else None
        if text is None:
            return Task(self._estimator, self._subcontext("step", 0))
        self._progress.report(
            f"epoch {self._number + 1}, step {number + 1} of {self._n_steps}: {text}"
        )
        return Task(self._estimator, self._subcontext(text, 1))


def take_bars_off(estimator: Any) -> None:
    """Take off what scikit-learn refuses to have on a step of a pipeline."""
    # There is no public way to ask for them.
    callbacks = getattr(estimator, "_skl_callbacks", [])
    kept = [c for c in callbacks if not isinstance(c, AutoPropagatedCallback)]
    if len(kept) < len(callbacks):
        estimator.set_callbacks(*kept)
