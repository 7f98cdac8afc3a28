"""From the parameters of a text CNN, titles and targets to fitted attributes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import torch
from sklearn.model_selection import train_test_split

from ..._text_cnn.encoder import FoldedEncoder, init_weights
from ..._text_cnn_embedder import check_kernel_sizes
from ..._titles.normalize import TitleTokenizer
from ..._utils.devices import resolve_device
from ..._utils.seeds import draw_seed
from .training import LabelledTitles, TextCNNConfig, train_text_cnn


def fit_text_cnn(
    estimator: Any, titles: list[str], targets: np.ndarray, n_outputs: int
) -> dict[str, Any]:
    """Train a text CNN and give the fitted attributes.

    Parameters
    ----------
    estimator : TextCNNClassifier or TextCNNRegressor
        Whose parameters count; it is not changed.
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
    check_kernel_sizes(estimator.kernel_sizes)
    names = {field.name for field in dataclasses.fields(TextCNNConfig)}
    values = {name: getattr(estimator, name) for name in names - {"device"}}
    config = TextCNNConfig(device=resolve_device(estimator.device), **values)
    seed = draw_seed(estimator.random_state)
    parts = _split(targets, estimator.validation_fraction, seed)
    texts = [[titles[row] for row in rows] for rows in parts]
    # Tokens of the validation part alone would never be trained.
    tokenizer = TitleTokenizer.train(
        texts[0],
        np.ones(len(texts[0]), np.int64),
        normalizer=estimator.normalizer,
        vocab_size=estimator.vocab_size,
    )
    generator = torch.Generator().manual_seed(seed)
    weights = init_weights(
        tokenizer.vocab_size,
        estimator.embedding_dim,
        estimator.n_filters,
        tuple(estimator.kernel_sizes),
        generator,
    )
    training, validation = (
        LabelledTitles(*tokenizer.encode(text), targets[rows])
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
        "token_embeddings_": result.encoder.token_embeddings,
        "filters_": result.encoder.filters,
        "biases_": result.encoder.biases,
        "kernel_sizes_": result.encoder.kernel_sizes,
        "output_weights_": result.output_weights,
        "output_biases_": result.output_biases,
        "tokenizer_": tokenizer,
        "loss_curve_": result.losses,
        "validation_scores_": result.validation_scores,
        "n_iter_": len(result.losses),
        "_encoder": FoldedEncoder(result.encoder),
    }


def _split(
    targets: np.ndarray, validation_fraction: float, seed: int
) -> list[np.ndarray]:
    """Draw the rows to learn from and those to watch; by class where that can be."""
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
