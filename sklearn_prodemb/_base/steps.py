"""The steps of a fit, so that one that was killed goes on behind the last of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .cache import cached
from .progress import Progress

T = TypeVar("T")


class Steps:
    """Do steps in turn; with a cache, what each gave is kept there and not done again.

    Parameters
    ----------
    progress : Progress
        Is told of each step.
    rng : RandomState
        What the steps draw from. It goes on from a step that is not done again as if
        it had been.
    memory : str, path-like, joblib.Memory or None, default=None
        The cache.
    key : dict or None, default=None
        What all steps depend on; needed with a cache.
    """

    def __init__(
        self,
        progress: Progress,
        rng: np.random.RandomState,
        memory: Any = None,
        key: dict[str, Any] | None = None,
    ) -> None:
        self._progress = progress
        self._rng = rng
        self._memory = memory
        self._key = key

    def __call__(self, name: str, compute: Callable[[], T], n_blocks: int = 0) -> T:
        """Do a step.

        Parameters
        ----------
        name : str
            Its name.
        compute : callable
            What it does; a function of the key and of random numbers.
        n_blocks : int, default=0
            As of `Progress.stage`.

        Returns
        -------
        result : object
            What `compute` gives, or gave when it was kept.
        """
        with self._progress.stage(name, n_blocks):
            if self._memory is None or self._key is None:
                return compute()

            def keep() -> tuple[tuple[T, Any], bool]:
                result = compute()
                return (result, self._rng.get_state(legacy=False)), True

            key = {**self._key, "step": name}
            result, state = cached(self._memory, key, keep)
            self._rng.set_state(state)
            return result
