"""What both text CNNs share: parameters, outputs, state."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from ..._base.state import PlainStateMixin, StringInputMixin
from ..._utils.validation import check_titles

# A chunk bounds the memory of predict: its tokens and vectors, a few tens of MB.
_TITLES_PER_CHUNK = 8192


class BaseTextCNN(PlainStateMixin, StringInputMixin, BaseEstimator):
    """Parameters, outputs and state of both text CNNs."""

    _caches = ("_encoder",)

    _parameter_constraints: dict[str, Any] = {
        "normalizer": [StrOptions({"es", "pt", "en", "basic"}), callable, None],
        "vocab_size": [Interval(Integral, 2, None, closed="left")],
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "kernel_sizes": [tuple, list],
        "n_filters": [Interval(Integral, 1, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "device": [str],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        normalizer: str | Callable[[str], str] | None = "es",
        vocab_size: int = 30_000,
        embedding_dim: int = 512,
        kernel_sizes: tuple[int, ...] = (2, 3, 4, 5),
        n_filters: int = 128,
        dropout: float = 0.5,
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-5,
        batch_size: int = 64,
        max_epochs: int = 25,
        n_iter_no_change: int = 5,
        validation_fraction: float = 0.1,
        device: str = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.normalizer = normalizer
        self.vocab_size = vocab_size
        self.embedding_dim = embedding_dim
        self.kernel_sizes = kernel_sizes
        self.n_filters = n_filters
        self.dropout = dropout
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.n_iter_no_change = n_iter_no_change
        self.validation_fraction = validation_fraction
        self.device = device
        self.random_state = random_state

    def _outputs(self, X: Any) -> np.ndarray:
        """Give the output layer's values, float64 (n_titles, n_outputs)."""
        check_is_fitted(self)
        titles = check_titles(X)
        # In double precision sums do not depend on how many titles are in a chunk.
        weights = self.output_weights_.astype(np.float64)
        outputs = np.empty((len(titles), len(weights)))
        for start in range(0, len(titles), _TITLES_PER_CHUNK):
            rows = slice(start, start + _TITLES_PER_CHUNK)
            vectors = self._encoder(*self.tokenizer_.encode(titles[rows]))
            outputs[rows] = vectors @ weights.T + self.output_biases_
        return outputs

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "tokenizer_")

    def _make_caches(self) -> dict[str, Any]:
        from ..._text_cnn_embedder import make_encoder

        return {"_encoder": make_encoder(self)}
