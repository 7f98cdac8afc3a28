"""Skip-gram with negative sampling over whole sessions of products and metadata.

A product is a row of tokens: its id, then its metadata, all in one vocabulary. A token
has an input vector u, which is kept, and an output vector v. For an ordered pair (a, b)
of tokens of one session, k negatives n drawn with the tokens' counts to the power 0.75
(Mikolov et al. 2013, arXiv 1310.4546, eq. 4),

    L(a, b) = -log s(u_a . v_b) - k E_n log s(-u_a . v_n),   s the logistic function

and the loss is the sum of w(a, b) L(a, b), the weights w being those of `pair_weights`.
A session's positive pairs are one product of matrices. The expectation is estimated by
negatives drawn once for all pairs of a batch, which is unbiased as drawing k for each
pair is, and one more product of matrices.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..._sessions.batches import plan_batches
from ..._sessions.pairs import paired_rows, pairs_of
from ..._utils.add_up import add_up
from ..._utils.ragged import Ragged
from .config import SkipGramConfig

_NOISE_EXPONENT = 0.75
_NEGATIVES_PER_BATCH = 256


class Progress(Protocol):
    """What is told how training goes."""

    def epoch(
        self, number: int, n_epochs: int, n_steps: int
    ) -> AbstractContextManager[Any]: ...

    def report(self, text: str) -> None: ...


def pair_weights(length: int, n_kinds: int, metadata_weight: float) -> Tensor:
    """Give the weight of each ordered pair of tokens of a session.

    With I and X two products, M and M' their metadata, X given I weighs 1, and each of
    X given M, M' given I, M' given M and I given M (the product's own) weighs
    `metadata_weight` (Vasile et al. 2016, arXiv 1607.07326).

    Parameters
    ----------
    length : int
        Number of products.
    n_kinds : int
        Tokens a product: its id and kinds of metadata.
    metadata_weight : float
        The weight lambda.

    Returns
    -------
    weights : Tensor of float32, shape (length * n_kinds, length * n_kinds)
        Row: the token given; column: the token predicted. Product after product, the
        id first.
    """
    others = torch.full((n_kinds, n_kinds), float(metadata_weight))
    others[0, 0] = 1
    own = torch.zeros(n_kinds, n_kinds)
    own[1:, 0] = metadata_weight
    same = torch.eye(length)
    return torch.kron(1 - same, others) + torch.kron(same, own)


def positive_part(
    u: Tensor, v: Tensor, weights: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Sum -w log s(u_a . v_b) over the pairs of each session.

    Parameters
    ----------
    u, v : Tensor, shape (n_sessions, n_tokens, embedding_dim)
        Input and output vectors of the tokens of sessions of one length.
    weights : Tensor, shape (n_sessions, n_tokens, n_tokens)
        The weight of each pair.

    Returns
    -------
    loss : Tensor, scalar
        The sum.
    u_gradient, v_gradient : Tensor, shape (n_sessions, n_tokens, embedding_dim)
        Its gradients.
    """
    scores = u @ v.mT
    gradient = (scores.sigmoid() - 1) * weights
    loss = (F.softplus(-scores) * weights).sum()
    return loss, gradient @ v, gradient.mT @ u


def negative_part(
    u: Tensor, v: Tensor, weights: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Sum -w log s(-u_a . v_n) over tokens a and negatives n.

    Parameters
    ----------
    u : Tensor, shape (n_tokens, embedding_dim)
        Input vectors.
    v : Tensor, shape (n_negatives, embedding_dim)
        Output vectors.
    weights : Tensor, shape (n_tokens, 1)
        The weight of each token with each negative.

    Returns
    -------
    loss, u_gradient, v_gradient : Tensor
        As of `positive_part`.
    """
    scores = u @ v.T
    gradient = scores.sigmoid() * weights
    loss = (F.softplus(scores) * weights).sum()
    return loss, gradient @ v, gradient.T @ u


class SkipGram:
    """Vectors and their optimiser, AdaGrad.

    A step changes only the vectors of the batch's tokens, each as fast as its own past
    gradients allow: products are seen once or ten thousand times.

    Parameters
    ----------
    tokens : ndarray of int64, shape (n_products, n_kinds)
        The tokens of each product, the id first; -1 where metadata is missing.
    counts : ndarray of int, shape (n_products,)
        How often each product occurs.
    config : SkipGramConfig
        Everything else.
    rng : numpy Generator
        The source of the first vectors and of the negatives.
    """

    def __init__(
        self,
        tokens: np.ndarray,
        counts: np.ndarray,
        config: SkipGramConfig,
        rng: np.random.Generator,
    ) -> None:
        self.tokens, self.config, self.rng = tokens, config, rng
        known = tokens >= 0
        occurrences = np.broadcast_to(counts[:, None], tokens.shape)[known]
        noise = np.bincount(tokens[known], occurrences) ** _NOISE_EXPONENT
        self._noise = np.cumsum(noise / noise.sum())
        shape = (len(noise), config.embedding_dim)
        first = (rng.random(shape, np.float32) - 0.5) / config.embedding_dim
        self.inputs, self.outputs = torch.from_numpy(first), torch.zeros(shape)
        self._squares = torch.zeros(shape), torch.zeros(shape)

    def step(self, products: np.ndarray, lengths: np.ndarray, share: float) -> Tensor:
        """Learn from a batch; `share` of the learning rate is taken.

        Parameters
        ----------
        products : ndarray of int64, shape (n_rows,)
            The products, session after session, sessions in ascending length.
        lengths : ndarray of int64, shape (n_sessions,)
            Products of each session.
        share : float
            What the learning rate is multiplied by.

        Returns
        -------
        totals : Tensor, shape (2,)
            The loss, and the sum of the weights.
        """
        # Negatives are drawn with the tokens' counts to the power 0.75.
        negatives = np.searchsorted(
            self._noise[:-1], self.rng.random(_NEGATIVES_PER_BATCH), side="right"
        )
        totals, *gradients = self.gradients(products, lengths, negatives)
        # AdaGrad, on the rows that have a gradient.
        rate = self.config.learning_rate * share
        for table, squares, (rows, gradient) in zip(
            (self.inputs, self.outputs), self._squares, gradients, strict=True
        ):
            sums = squares[rows] + gradient * gradient
            squares[rows] = sums
            table[rows] -= rate * gradient / (sums.sqrt() + 1e-10)
        return totals

    def gradients(
        self, products: np.ndarray, lengths: np.ndarray, negatives: np.ndarray
    ) -> tuple[Tensor, tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """Give the loss of a batch and its gradients, with the negatives given.

        Returns
        -------
        totals : Tensor, shape (2,)
            The loss, and the sum of the weights.
        inputs, outputs : tuple of Tensor of int64, shape (n,), and Tensor, shape \
(n, embedding_dim)
            The distinct tokens that have a gradient, and the gradient.
        """
        # The tokens of the batch, session after session.
        tokens = self.tokens[products]
        present = torch.from_numpy(tokens >= 0).float()
        # What stands in for a missing token has weight 0 in every pair.
        tokens = np.where(tokens >= 0, tokens, tokens[:, :1]).ravel()
        # Each distinct token's vectors are read once, then spread to its rows.
        n_kinds, size = self.tokens.shape[1], self.config.embedding_dim
        given, row = np.unique(tokens, return_inverse=True)
        predicted, column = np.unique(np.append(tokens, negatives), return_inverse=True)
        u = self.inputs[torch.from_numpy(given)]
        v = self.outputs[torch.from_numpy(predicted)]
        u_rows, v_rows = u[torch.from_numpy(row)], v[torch.from_numpy(column)]
        # Positive pairs: one product of matrices for all sessions of one length.
        u_gradient, v_gradient = torch.empty_like(u_rows), torch.empty_like(v_rows)
        weight = torch.empty(len(tokens), 1)
        loss = torch.zeros(())
        end = 0
        for length, n_sessions in zip(
            *np.unique(lengths, return_counts=True), strict=True
        ):
            n_tokens = int(length) * n_kinds
            part = slice(end, end := end + n_tokens * int(n_sessions))
            shape = (int(n_sessions), n_tokens, size)
            here = present.view(-1)[part].view(shape[:2])
            weights = pair_weights(int(length), n_kinds, self.config.metadata_weight)
            weights = weights * here[:, :, None] * here[:, None, :]
            of_part, of_u, of_v = positive_part(
                u_rows[part].view(shape), v_rows[part].view(shape), weights
            )
            u_gradient[part], v_gradient[part] = (
                of_u.view(-1, size),
                of_v.view(-1, size),
            )
            weight[part] = weights.sum(2).view(-1, 1)
            loss += of_part
        # Negatives: each given token with each of them, as often as it is in a pair.
        share = self.config.n_negatives / len(negatives)
        of_negatives, of_u, v_gradient[end:] = negative_part(
            u, v_rows[end:], add_up(weight, row, len(given)) * share
        )
        # Rows of one token are added up.
        return (
            torch.stack([loss + of_negatives, weight.sum()]),
            (torch.from_numpy(given), add_up(u_gradient, row, len(given)) + of_u),
            (torch.from_numpy(predicted), add_up(v_gradient, column, len(predicted))),
        )


def train_skip_gram(
    tokens: np.ndarray,
    sessions: Ragged,
    config: SkipGramConfig,
    *,
    seed: int,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Learn a vector for each token.

    Parameters
    ----------
    tokens : ndarray of int64, shape (n_products, n_kinds)
        The tokens of each product, the id first; -1 where metadata is missing.
    sessions : Ragged of int, of length n_sessions
        The products of each session.
    config : SkipGramConfig
        Everything else.
    seed : int
        Seed of vectors, order and negatives.
    progress : Progress
        What is told of epochs, and can stop the training after one.

    Returns
    -------
    vectors : ndarray of float32, shape (n_tokens, embedding_dim)
        The input vectors.
    losses : ndarray of float64, shape (n_epochs,)
        The loss of each epoch, a mean over the weights of its pairs; NaN if the epoch
        had no pair. Less than `max_epochs` if the training was stopped.
    """
    products = sessions.values
    rng = np.random.default_rng(seed)
    counts = np.bincount(products, minlength=len(tokens))
    model = SkipGram(tokens, counts, config, rng)
    kept = np.ones(len(tokens))
    if config.subsample is not None:
        kept = np.sqrt(config.subsample * len(products) / np.maximum(counts, 1))
    losses = np.full(config.max_epochs, np.nan)
    for epoch in range(config.max_epochs):
        with progress.epoch(epoch, config.max_epochs, 0) as in_epoch:
            # The rows that subsampling keeps, of sessions that still have a pair.
            rows = np.flatnonzero(rng.random(len(products)) < kept[products])
            chosen = paired_rows(np.searchsorted(rows, sessions.offsets), None)
            if len(chosen):
                batches = chosen.replace(products[rows[chosen.values]])
                losses[epoch] = _train_epoch(model, batches, epoch, rng)
                progress.report(
                    f"epoch {epoch + 1} of {config.max_epochs}: loss "
                    f"{losses[epoch]:.3f}"
                )
        if in_epoch.stopped:
            losses = losses[: epoch + 1]
            break
    return model.inputs.numpy(), losses


def _train_epoch(
    model: SkipGram, sessions: Ragged, epoch: int, rng: np.random.Generator
) -> float:
    """Learn from all sessions once, and give the loss."""
    config, lengths = model.config, sessions.lengths
    plan = plan_batches(pairs_of(lengths), config.batch_size, rng)
    totals = torch.zeros(2, dtype=torch.float64)
    for number, rows in enumerate(plan):
        # Sessions of one length are worked on together.
        batch = sessions.take(rows[np.argsort(lengths[rows], kind="stable")])
        done = (epoch + number / len(plan)) / config.max_epochs
        totals += model.step(batch.values, batch.lengths, 1 - done)
    return float(totals[0] / totals[1])
