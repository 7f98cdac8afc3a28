"""One seed a fit, drawn from `random_state`."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from sklearn.utils import check_random_state


def draw_seed(random_state: Any) -> int:
    """Draw the seed of a fit: equal ints give equal seeds."""
    return int(check_random_state(random_state).randint(2**31 - 1))


def seed_key(random_state: Any, seed: int) -> int | None:
    """Give what stands for a seed in a cache's key: None where chance chose it."""
    return seed if isinstance(random_state, Integral) else None
