"""Single draws from a `RandomState` at the price of a list's `pop`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")

# A RandomState's scalar draws cost some 50 times as much as one number of a block.
_BLOCK = 8192


class Dice:
    """Uniform draws, taken from the random state in blocks.

    Parameters
    ----------
    random_state : RandomState
        The only source of randomness.
    """

    def __init__(self, random_state: np.random.RandomState) -> None:
        self._random_state = random_state
        self._block: list[float] = []

    def unit(self) -> float:
        """Draw from [0, 1)."""
        if not self._block:
            self._block = self._random_state.random_sample(_BLOCK).tolist()
        return self._block.pop()

    def chance(self, probability: float) -> bool:
        """Say yes with a probability."""
        return self.unit() < probability

    def below(self, n: int) -> int:
        """Draw one of 0, ..., n - 1."""
        return int(self.unit() * n)

    def pick(self, choices: Sequence[T]) -> T:
        """Draw an element."""
        return choices[int(self.unit() * len(choices))]

    def pick_early(self, choices: Sequence[T]) -> T:
        """Draw an element, the first ones more often."""
        return choices[int(self.unit() ** 1.7 * len(choices))]

    def some(self, choices: Sequence[T], n: int) -> list[T]:
        """Draw up to `n` distinct elements, the first ones more often."""
        left = list(choices)
        return [
            left.pop(int(self.unit() ** 1.3 * len(left)))
            for _ in range(min(n, len(left)))
        ]
