"""How well the mates of a new product are predicted."""

from __future__ import annotations

import numpy as np
import torch
from scipy import sparse

from .batches import NetworkBatch, make_batch
from .config import NetworkConfig
from .data import NetworkData
from .module import NetworkModule
from .objective import mate_log_likelihoods

_MAX_SESSIONS = 1_200
_SESSIONS_PER_BATCH = 300


class Validation:
    """Scores what is predicted for products that are held out.

    Parameters
    ----------
    data : NetworkData
        Sessions that hold some of the products held out.
    held : ndarray of bool, shape (n_products,)
        Which products are held out.
    coefficients : ndarray of float32, shape (n_sub_words, n_outputs)
        A ridge regression that has not seen them: what is predicted without a network,
        and half of what is predicted with one.
    config : NetworkConfig
        Everything else.
    seed : int
        Seed of sessions and views, which are the same at each call.
    """

    def __init__(
        self,
        data: NetworkData,
        held: np.ndarray,
        coefficients: np.ndarray,
        config: NetworkConfig,
        seed: int,
    ) -> None:
        self._data = data
        self._held = held
        self._coefficients = coefficients
        self._config = config
        self._seed = seed

    @torch.no_grad()
    def score(self, network: NetworkModule | None) -> float:
        """Give the mean log likelihood of a held product's mates; higher is better.

        Parameters
        ----------
        network : NetworkModule or None
            The network; None to score the start.

        Returns
        -------
        score : float
            The mean over the pairs of a product held out and a session mate of
            log softmax(s)[mate], among the products of some sessions; see
            `contrastive_loss`.
        """
        rng = np.random.default_rng((self._seed, 2))
        sessions = rng.permutation(len(self._data.sessions))[:_MAX_SESSIONS]
        n_batches = -(-len(sessions) // _SESSIONS_PER_BATCH)
        total, n_pairs = 0.0, 0.0
        for part in np.array_split(sessions, n_batches):
            batch = make_batch(self._data, part, self._config.session_length, rng)
            keys = np.flatnonzero(self._held[batch.products])
            prediction = self._predict(batch.products, rng, network)
            likelihoods = mate_log_likelihoods(
                torch.from_numpy(prediction),
                torch.from_numpy(self._data.targets[batch.products]),
                batch,
                self._config.scale,
            )
            pairs = _count_pairs(batch)[keys]
            total += float((pairs * likelihoods.numpy()[keys]).sum())
            n_pairs += float(pairs.sum())
        return total / n_pairs

    def _predict(
        self,
        products: np.ndarray,
        rng: np.random.Generator,
        network: NetworkModule | None,
    ) -> np.ndarray:
        # A word that is in one product alone is left out: it would be unknown.
        dropout = (0.0, 0.0)
        if not self._data.with_mates:
            # A product is found by another view of it.
            dropout = (self._config.word_dropout, self._config.ngram_dropout)
        view = self._data.views.draw(products, rng, *dropout)
        prediction = self._data.views.tf_idf(view) @ self._coefficients
        if network is None:
            return prediction
        features, _ = network(view)
        return (prediction + features.cpu().numpy()) / 2


def _count_pairs(batch: NetworkBatch) -> np.ndarray:
    """Count in how many sessions two products are, (n_products, n_products)."""
    session, product = batch.rows.session.numpy(), batch.rows.product.numpy()
    shape = (len(batch.rows.starts), len(batch.products))
    of = sparse.csr_array((np.ones(len(session)), (session, product)), shape)
    pairs = (of.T @ of).toarray()
    np.fill_diagonal(pairs, 0)
    return pairs
