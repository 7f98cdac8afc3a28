"""Bayesian personalised ranking of products, a session being a user.

The score of product p for user u and the loss of all parameters T are

    x_up = b_p + g_u . g_p
    L    = sum over (u, i, j) of -ln s(x_ui - x_uj) + l ||T_uij||^2

with s the logistic function, i a product that u has, j one that u has not, and T_uij
the parameters of the three (Rendle et al. 2009, arXiv 1205.2618). What scores have in
common, alpha and the bias of the user, cancels in the difference.

For each product of each session one j is drawn an epoch, as often as products occur. A
triple whose j the user has is left out.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..._utils.ragged import Ragged
from .config import BPRConfig


class Progress(Protocol):
    """What is told how training goes."""

    def epoch(
        self, number: int, n_epochs: int, n_steps: int
    ) -> AbstractContextManager[Any]: ...

    def report(self, text: str) -> None: ...


class Taken:
    """Which products users have, to draw those that they have not.

    Parameters
    ----------
    sessions : Ragged of int64, of length n_users
        The distinct products of each user, as numbers.
    n_products : int
        Number of products.

    Attributes
    ----------
    users, products : ndarray of int64, shape (n_taken,)
        All pairs of a user and a product, ascending.
    """

    def __init__(self, sessions: Ragged, n_products: int) -> None:
        self._n_products = n_products
        self._keys = np.sort(sessions.row_numbers * n_products + sessions.values)
        self.users, self.products = np.divmod(self._keys, n_products)

    def __len__(self) -> int:
        return len(self._keys)

    def has(self, users: np.ndarray, products: np.ndarray) -> np.ndarray:
        """Tell whether users have products, bool (n,)."""
        keys = users * self._n_products + products
        places = np.searchsorted(self._keys, keys)
        return self._keys[np.minimum(places, len(self._keys) - 1)] == keys

    def draw(
        self, pairs: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw a product that the user has not for each of some pairs.

        Parameters
        ----------
        pairs : ndarray of int64, shape (n,)
            Numbers of pairs, ascending.
        rng : numpy Generator
            The source of randomness.

        Returns
        -------
        users, positives, negatives : ndarray of int64, shape (n_triples,)
            Users, ascending, with a product they have and one they have not.
        """
        users, positives = self.users[pairs], self.products[pairs]
        # A product of any pair: products are drawn as often as they occur.
        negatives = self.products[rng.integers(len(self), size=len(pairs))]
        kept = ~self.has(users, negatives)
        return users[kept], positives[kept], negatives[kept]


class BPR:
    """The parameters, and their steps of gradient descent.

    Parameters
    ----------
    n_users, n_products : int
        Number of users and of products.
    config : BPRConfig
        Everything else.
    rng : numpy Generator
        The source of the first vectors.

    Attributes
    ----------
    users : Tensor, shape (n_users, embedding_dim + 1)
        The vectors of users, and a 1 that meets the biases of products.
    products : Tensor, shape (n_products, embedding_dim + 1)
        The vectors of products and their biases.
    """

    def __init__(
        self, n_users: int, n_products: int, config: BPRConfig, rng: np.random.Generator
    ) -> None:
        self.config = config
        size = config.embedding_dim

        def draw(n: int, last: float) -> Tensor:
            table = torch.full((n, size + 1), last)
            table[:, :size] = torch.from_numpy(
                (rng.random((n, size), np.float32) - 0.5) / size
            )
            return table

        self.users, self.products = draw(n_users, 1.0), draw(n_products, 0.0)

    def step(
        self, users: np.ndarray, positives: np.ndarray, negatives: np.ndarray
    ) -> float:
        """Learn from triples, and give the sum of their -ln s(x_ui - x_uj)."""
        loss, *gradients = self.gradients(users, positives, negatives)
        for table, (rows, gradient) in zip(
            (self.users, self.products), gradients, strict=True
        ):
            table[rows] -= self.config.learning_rate * gradient
        return loss

    def gradients(
        self, users: np.ndarray, positives: np.ndarray, negatives: np.ndarray
    ) -> tuple[float, tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """Give the loss of triples, without its penalty, and the whole's gradients.

        Parameters
        ----------
        users : ndarray of int64, shape (n_triples,)
            The users, ascending.
        positives, negatives : ndarray of int64, shape (n_triples,)
            A product that each of them has, and one that they have not.

        Returns
        -------
        loss : float
            The sum of -ln s(x_ui - x_uj).
        users, products : tuple of Tensor of int64, shape (n,), and Tensor, shape \
(n, embedding_dim + 1)
            The distinct rows that have a gradient, ascending, and the gradient.
        """
        # x_ui - x_uj, the biases included.
        u = self.users.index_select(0, torch.from_numpy(users))
        i = self.products.index_select(0, torch.from_numpy(positives))
        j = self.products.index_select(0, torch.from_numpy(negatives))
        differences = (u * (i - j)).sum(1)
        # The derivative by x_ui, and by x_uj, of each triple.
        slopes = torch.sigmoid(-differences)
        slopes = torch.stack([-slopes, slopes], dim=1).view(-1)
        # By the user: its products, one and the other, times their slopes.
        products = np.stack([positives, negatives], axis=1).ravel()
        owners = users.repeat(2)
        of_users = self._sum(self.products, owners, products, slopes, self.users)
        of_users[1][:, -1] = 0
        # By the product: its users in the same way.
        order = np.argsort(products, kind="stable")
        of_products = self._sum(
            self.users,
            products[order],
            owners[order],
            slopes[torch.from_numpy(order)],
            self.products,
        )
        return float(F.softplus(-differences).sum()), of_users, of_products

    def _sum(
        self,
        others: Tensor,
        owners: np.ndarray,
        rows: np.ndarray,
        slopes: Tensor,
        table: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Add up rows of `others` times slopes by their owners, and the penalty.

        Parameters
        ----------
        others : Tensor, shape (n_others, embedding_dim + 1)
            The parameters on the other side of the score.
        owners : ndarray of int64, shape (n,)
            Rows of `table`, ascending.
        rows : ndarray of int64, shape (n,)
            The row of `others` that each of them meets.
        slopes : Tensor, shape (n,)
            The derivative by the score.
        table : Tensor, shape (n_rows, embedding_dim + 1)
            The parameters that the gradient is of.

        Returns
        -------
        distinct : Tensor of int64, shape (n_distinct,)
            The distinct owners.
        gradient : Tensor, shape (n_distinct, embedding_dim + 1)
            The gradient. The sums are made in one order whatever the threads.
        """
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        distinct = torch.from_numpy(owners[starts])
        gradient = F.embedding_bag(
            torch.from_numpy(rows),
            others,
            torch.from_numpy(starts),
            mode="sum",
            per_sample_weights=slopes,
        )
        # A user is in two rows a triple, but has one penalty.
        counts = np.diff(starts, append=len(owners)) / (2 if table is self.users else 1)
        penalty = 2 * self.config.regularization * counts[:, None]
        gradient += torch.from_numpy(penalty).to(gradient.dtype) * table[distinct]
        return distinct, gradient


def train_bpr(
    sessions: Ragged,
    n_products: int,
    config: BPRConfig,
    *,
    seed: int,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Learn a vector for each product.

    Parameters
    ----------
    sessions : Ragged of int64, of length n_users
        The distinct products of each user, as numbers.
    n_products : int
        Number of products.
    config : BPRConfig
        Everything else.
    seed : int
        Seed of first vectors, order and products that users have not.
    progress : Progress
        What is told of epochs, and can stop the training after one.

    Returns
    -------
    vectors : ndarray of float32, shape (n_products, embedding_dim)
        The vectors of the products, without their biases.
    losses : ndarray of float64, shape (n_epochs,)
        The mean of -ln s(x_ui - x_uj) of each epoch; NaN if it had no triple. Less than
        `max_epochs` if the training was stopped.

    Raises
    ------
    ValueError
        If every session holds all products.
    """
    if (sessions.lengths == n_products).all():
        raise ValueError(
            f"Each of the {len(sessions)} sessions holds all {n_products} products, so "
            f"there is none that a user did not take."
        )
    rng = np.random.default_rng(seed)
    taken = Taken(sessions, n_products)
    model = BPR(len(sessions), n_products, config, rng)
    losses = np.full(config.max_epochs, np.nan)
    for epoch in range(config.max_epochs):
        with progress.epoch(epoch, config.max_epochs, 0) as in_epoch:
            order = rng.permutation(len(taken))
            total, n_triples = 0.0, 0
            for first in range(0, len(order), config.batch_size):
                # In ascending order users are looked up, and added up, fast.
                pairs = np.sort(order[first : first + config.batch_size])
                triples = taken.draw(pairs, rng)
                if len(triples[0]):
                    total += model.step(*triples)
                    n_triples += len(triples[0])
            if n_triples:
                losses[epoch] = total / n_triples
            progress.report(
                f"epoch {epoch + 1} of {config.max_epochs}: loss {losses[epoch]:.3f}"
            )
        if in_epoch.stopped:
            losses = losses[: epoch + 1]
            break
    return model.products[:, : config.embedding_dim].numpy().copy(), losses
