"""What both text CNNs share: parameters, outputs, state."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from ..._base.state import SavableMixin, StringInputMixin
from ..._text_cnn.kernel_sizes import check_kernel_sizes
from ..._titles.check import check_titles
from ..._titles.pieces import PieceTokenizer
from ..._utils.description import Curve, Description, Part, Whole
from ..._utils.devices import resolve_device
from ..._utils.seeds import draw_seed
from .config import TextCNNConfig

if TYPE_CHECKING:
    from ..._text_cnn.encoder import TextCNNEncoder

# A chunk bounds the memory of the vectors.
_TITLES_PER_CHUNK = 8192


class BaseTextCNN(SavableMixin, StringInputMixin, BaseEstimator):
    """Parameters, outputs and state of both text CNNs."""

    encoder_: TextCNNEncoder
    output_weights_: np.ndarray
    output_biases_: np.ndarray

    _fitted: ClassVar[Description] = {
        "encoder_": Part("TextCNNEncoder", n_features="n_features"),
        "loss_curve_": Curve("n_iter"),
        "n_iter_": Whole(size="n_iter"),
        "validation_scores_": Curve("n_iter"),
    }

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
        normalizer: str | Callable[[str], str] | None = "basic",
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

    def _learn(
        self, titles: list[str], targets: np.ndarray, n_outputs: int
    ) -> dict[str, Any]:
        """Train a text CNN and give the fitted attributes.

        Parameters
        ----------
        titles : list of str, of length n_titles
            The titles.
        targets : ndarray of int64 or float32, shape (n_titles,)
            Numbers of classes, or standardised targets of a regression.
        n_outputs : int
            Number of classes, or 1.

        Returns
        -------
        attributes : dict of str to object
            The fitted attributes.
        """
        # Torch is imported when something is trained: an estimator alone is light.
        import torch

        from ..._text_cnn.encoder import TextCNNEncoder
        from ..._text_cnn.weights import init_weights
        from .training import LabelledTitles, train_text_cnn

        config = self._config()
        seed = draw_seed(self.random_state)
        parts = _split(targets, self.validation_fraction, seed)
        texts = [[titles[row] for row in rows] for rows in parts]
        # Tokens of the validation part alone would never be trained.
        tokenizer = PieceTokenizer.train(
            texts[0],
            np.ones(len(texts[0]), np.int64),
            normalizer=self.normalizer,
            vocab_size=self.vocab_size,
        )
        generator = torch.Generator().manual_seed(seed)
        weights = init_weights(
            tokenizer.vocab_size,
            self.embedding_dim,
            self.n_filters,
            tuple(self.kernel_sizes),
            generator,
        )
        training, validation = (
            LabelledTitles(tokenizer.encode(text), targets[rows])
            for text, rows in zip(texts, parts, strict=True)
        )
        result = train_text_cnn(
            training,
            validation,
            weights,
            n_outputs,
            config,
            seed=seed,
            generator=generator,
        )
        return {
            "encoder_": TextCNNEncoder.from_weights(tokenizer, result.encoder),
            "output_weights_": result.output_weights,
            "output_biases_": result.output_biases,
            "loss_curve_": result.losses,
            "validation_scores_": result.validation_scores,
            "n_iter_": len(result.losses),
        }

    def _config(self) -> TextCNNConfig:
        check_kernel_sizes(self.kernel_sizes)
        names = {field.name for field in dataclasses.fields(TextCNNConfig)}
        values = {name: getattr(self, name) for name in names - {"device"}}
        return TextCNNConfig(device=resolve_device(self.device), **values)

    def _outputs(self, X: Any) -> np.ndarray:
        """Give the output layer's values, float64 (n_titles, n_outputs)."""
        check_is_fitted(self)
        titles = check_titles(X)
        # In double precision sums do not depend on how many titles are in a chunk.
        weights = self.output_weights_.astype(np.float64)
        outputs = np.empty((len(titles), len(weights)))
        for start in range(0, len(titles), _TITLES_PER_CHUNK):
            rows = slice(start, start + _TITLES_PER_CHUNK)
            vectors = self.encoder_.encode(titles[rows])
            outputs[rows] = vectors @ weights.T + self.output_biases_
        return outputs

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")


def _split(
    targets: np.ndarray, validation_fraction: float, seed: int
) -> list[np.ndarray]:
    """Draw the rows to learn from and those to watch; by class if that can be."""
    n = len(targets)
    if n < 2:
        raise ValueError(
            f"Training needs two titles or more, one of them for validation, but got "
            f"{n}."
        )
    n_validation = min(n - 1, int(np.ceil(validation_fraction * n)))
    stratify = None
    if targets.dtype.kind == "i":
        sizes = np.bincount(targets)
        if sizes.min() >= 2 and min(n_validation, n - n_validation) >= len(sizes):
            stratify = targets
    return train_test_split(
        np.arange(n), test_size=n_validation, stratify=stratify, random_state=seed
    )
