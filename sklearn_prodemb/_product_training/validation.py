"""How well the features of a new product are predicted."""

from __future__ import annotations

import numpy as np
import torch

from .config import NetworkConfig
from .data import NetworkData
from .module import NetworkModule


class Validation:
    """Scores what is predicted for products that are held out.

    Parameters
    ----------
    data : NetworkData
        The products.
    held : ndarray of int64, shape (n_held,)
        Those that are held out.
    coefficients : ndarray of float32, shape (n_sub_words, n_outputs)
        A ridge regression that has not seen them: what is predicted without a network,
        and half of what is predicted with one.
    config : NetworkConfig
        Everything else.
    seed : int
        Seed of the views, which are the same at each call.
    """

    def __init__(
        self,
        data: NetworkData,
        held: np.ndarray,
        coefficients: np.ndarray,
        config: NetworkConfig,
        seed: int,
    ) -> None:
        # A word that one product alone has is left out: it would be unknown.
        dropout = (0.0, 0.0)
        if not data.with_mates:
            # The product itself is known as it is; another view of it is not.
            dropout = (config.word_dropout, config.ngram_dropout)
        rng = np.random.default_rng((seed, 2))
        self._view = data.views.draw(held, rng, *dropout)
        self._start = data.views.tf_idf(self._view) @ coefficients
        self._closed_form = data.targets[held]

    @torch.no_grad()
    def score(self, network: NetworkModule | None) -> float:
        """Give the mean cosine of prediction and closed form; higher is better.

        Parameters
        ----------
        network : NetworkModule or None
            The network; None to score the start.

        Returns
        -------
        score : float
            The mean over the products held out; a prediction of nothing counts 0.
        """
        predicted = self._start
        if network is not None:
            predicted = (predicted + network(self._view)[0].cpu().numpy()) / 2
        dots = np.einsum("ij,ij->i", predicted, self._closed_form)
        lengths = np.linalg.norm(predicted, axis=1)
        lengths *= np.linalg.norm(self._closed_form, axis=1)
        cosines = np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)
        return float(cosines.mean(dtype=np.float64))
