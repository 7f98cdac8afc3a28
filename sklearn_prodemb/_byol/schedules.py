"""BYOL's schedules (Grill et al. 2020, arXiv 2006.07733, section 3.2)."""

from __future__ import annotations

import math


def learning_rate_factor(step: int, n_steps: int, warmup: float) -> float:
    """Give the factor on the learning rate: linear warm-up, then cosine to 0.

    Parameters
    ----------
    step : int
        The step, from 0.
    n_steps : int
        Number of steps in all.
    warmup : float
        The share of the steps over which the factor climbs to 1.

    Returns
    -------
    factor : float
        Between 0 and 1, and above 0 at every step.
    """
    n_warmup = warmup * n_steps
    if step < n_warmup:
        return min(1.0, (step + 1) / n_warmup)
    return (1 + math.cos(math.pi * (step - n_warmup) / (n_steps - n_warmup))) / 2


def target_decay(step: int, n_steps: int, base: float) -> float:
    """Give tau, the target network's decay: from `base` to 1 on a cosine.

    Parameters
    ----------
    step : int
        The step, from 0.
    n_steps : int
        Number of steps in all.
    base : float
        tau at the first step.

    Returns
    -------
    tau : float
        1 - (1 - base) * (cos(pi * step / n_steps) + 1) / 2.
    """
    return 1 - (1 - base) * (math.cos(math.pi * step / n_steps) + 1) / 2
