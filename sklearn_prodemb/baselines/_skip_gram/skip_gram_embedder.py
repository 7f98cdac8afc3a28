"""What the estimators that train skip-gram have in common."""

from __future__ import annotations

import dataclasses
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..._base.progress import Progress
from ..._items.item_embedder import ItemEmbedder
from ..._sessions.pairs import pairs_of
from ..._utils.description import Curve, Description
from ..._utils.ragged import Ragged
from .config import SkipGramConfig


class SkipGramEmbedder(ItemEmbedder):
    """Base class: vectors of ids, and of metadata beside them, by skip-gram."""

    max_epochs: int

    _fitted: ClassVar[Description] = {
        **ItemEmbedder._fitted,
        "loss_curve_": Curve("n_epochs"),
    }

    _parameter_constraints: dict[str, Any] = {
        **ItemEmbedder._parameter_constraints,
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "n_negatives": [Interval(Integral, 1, None, closed="left")],
        "subsample": [Interval(Real, 0, None, closed="neither"), None],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
    }

    @property
    def _n_tasks(self) -> int:
        return self.max_epochs

    def _learn_vectors(
        self, tokens: np.ndarray, sessions: Ragged, seed: int, progress: Progress
    ) -> tuple[np.ndarray, dict[str, Any], bool]:
        """Train skip-gram.

        Parameters
        ----------
        tokens : ndarray of int64, shape (n_products, n_kinds)
            The tokens of each product, the id first; -1 if metadata is missing.
        sessions : Ragged of int64, of length n_sessions
            The products of each session.
        seed : int
            Seed of vectors, order and negatives.
        progress : Progress
            What is told of epochs.

        Returns
        -------
        vectors : ndarray of float32, shape (n_tokens, embedding_dim)
            The vectors of all tokens.
        results : dict of str to object
            "loss_curve_" and "n_pairs_".
        complete : bool
            Whether training came to its end.
        """
        # Torch is imported when something is trained: an estimator alone is light.
        from .training import train_skip_gram

        values = {"metadata_weight": 0.0} | self.get_params(deep=False)
        names = [field.name for field in dataclasses.fields(SkipGramConfig)]
        config = SkipGramConfig(**{name: values[name] for name in names})
        vectors, losses = train_skip_gram(
            tokens, sessions, config, seed=seed, progress=progress
        )
        if not np.isfinite(vectors).all():
            raise ValueError(
                f"The vectors are not finite. Lower learning_rate (now "
                f"{config.learning_rate})."
            )
        results = {
            "loss_curve_": losses,
            "n_pairs_": int(pairs_of(sessions.lengths).sum()),
        }
        return vectors, results, len(losses) == config.max_epochs
