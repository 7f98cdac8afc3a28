"""The closed form of vectors of product ids: a truncated SVD of smoothed PPMI."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._spectral.encoder import scale_rows
from ..._spectral.learning import find_often
from ..._spectral.mates import SessionMates
from ..._spectral.ppmi import ProductPPMI
from ..._spectral.svd import left_vectors, truncated_svd
from ..._utils.ragged import Ragged
from ..._utils.threads import blocks_in_threads

STAGES = ("associations", "vectors")


@dataclass(frozen=True)
class ClickConfig:
    """What the closed form depends on, besides the sessions and their seed.

    Parameters
    ----------
    n_components : int
        Number of columns of a vector.
    smoothing : float, default=0.75
        The power of the contexts' counts, see `ProductPPMI`. Without it, rare products
        are near each other by chance.
    singular_value_power : float, default=0.75
        The power of the singular values. Smaller ones suit long sessions, larger ones
        short sessions.
    max_contexts : int, default=20_000
        The most seen products that serve as contexts.
    n_power_iterations : int, default=4
        Power iterations of the randomised SVD.
    """

    n_components: int
    smoothing: float = 0.75
    singular_value_power: float = 0.75
    max_contexts: int = 20_000
    n_power_iterations: int = 4


def learn_vectors(
    sessions: Ragged,
    n_products: int,
    config: ClickConfig,
    rng: np.random.RandomState,
    stage: Callable[[str, int], AbstractContextManager[Any]],
) -> np.ndarray:
    """Learn a vector for each product.

    Parameters
    ----------
    sessions : Ragged of int, of length n_sessions
        The distinct products of each session, as numbers.
    n_products : int
        Number of products.
    config : ClickConfig
        Everything else.
    rng : RandomState
        Seed of the randomised SVD.
    stage : callable
        Called with the name of each of `STAGES`, and the number of blocks that
        `told_of_blocks` tells of meanwhile; gives the context in which it is done.

    Returns
    -------
    vectors : ndarray of float32, shape (n_products, n_components)
        Of unit length, or zero if a product is seen with nothing more often than chance
        would have it. Columns past the rank of what was seen are zero.
    """
    mates = SessionMates(sessions, np.arange(n_products), n_products)
    n_blocks = len(mates.blocks)
    with stage(STAGES[0], n_blocks), blocks_in_threads():
        contexts = find_often(mates.counts, config.max_contexts)
        association = ProductPPMI(mates, contexts, smoothing=config.smoothing)
    # The passes of the SVD, and one for the products' rows.
    n_passes = config.n_power_iterations + 2
    with stage(STAGES[1], n_passes * n_blocks), blocks_in_threads():
        values, right = truncated_svd(
            association,
            config.n_components,
            rng,
            n_power_iterations=config.n_power_iterations,
        )
        power = config.singular_value_power
        left = left_vectors(association, values, right, power=power)
        return scale_rows(np.concatenate(list(left)), 1.0)
