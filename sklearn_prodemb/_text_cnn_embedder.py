"""From an estimator's parameters and sessions to an encoder trained by BYOL."""

from __future__ import annotations

import dataclasses
import hashlib
import warnings
from numbers import Integral
from typing import Any

import numpy as np
import torch

from ._base.cache import cached, normalizer_key
from ._base.progress import FitMonitor
from ._byol.batches import TrainingData
from ._byol.checkpoint import Checkpoint
from ._byol.collapse import spread, warn_if_collapsed
from ._byol.training import LOSSES, TrainingConfig, TrainingResult, advice, train
from ._sessions.pairs import check_pairs, cut_sessions, pairs_of
from ._sessions.sessions import Sessions
from ._text_cnn.encoder import EncoderWeights, FoldedEncoder, init_weights
from ._titles.normalize import TitleTokenizer
from ._utils.devices import resolve_device
from ._utils.seeds import draw_seed, seed_key
from ._version import __version__
from .exceptions import InterruptedTrainingWarning

_TITLES_FOR_SPREAD = 2000


def fit_byol(embedder: Any, sessions: Sessions, context: Any) -> dict[str, Any]:
    """Train an encoder and give the fitted attributes.

    Parameters
    ----------
    embedder : ProductEmbedder
        Whose parameters count; it is not changed.
    sessions : Sessions
        What to learn from.
    context : CallbackContext
        The root context of the fit.

    Returns
    -------
    attributes : dict of str to object
        The fitted attributes.
    """
    config = _config(embedder)
    problem = _Problem(embedder, sessions, config)
    if embedder.warm_start and embedder.__sklearn_is_fitted__():
        _check_same_architecture(embedder)
        start = embedder
    else:
        start = None
    seed = draw_seed(embedder.random_state)
    from_scratch = start is None
    memory = embedder.memory if from_scratch else None
    key = None
    if memory is not None or (from_scratch and embedder.checkpoint is not None):
        key = _key(embedder, sessions, config, seed)

    def compute() -> tuple[tuple[bytes, TrainingResult], bool]:
        tokenizer, result = problem.solve(seed, start, context, key)
        # A callable normalizer stays out of the cache: it may not pickle.
        return (tokenizer.model, result), len(result.losses) == result.n_steps

    model, result = cached(memory, key, compute)
    tokenizer = TitleTokenizer(embedder.normalizer, model)
    attributes = problem.attributes(tokenizer, result)
    problem.check(result, attributes)
    return attributes


def fit_further(embedder: Any, sessions: Sessions) -> dict[str, Any]:
    """Train an encoder further and give the fitted attributes.

    Parameters
    ----------
    embedder : ProductEmbedder
        Whose parameters and encoder count; it is not changed.
    sessions : Sessions
        What to learn from.

    Returns
    -------
    attributes : dict of str to object
        The fitted attributes.
    """
    problem = _Problem(embedder, sessions, _config(embedder))
    fitted = embedder.__sklearn_is_fitted__()
    categories = sessions.categories
    if fitted:
        _check_same_architecture(embedder)
        categories = _all_categories(embedder.categories_, categories)
    seed = draw_seed(embedder.random_state)
    start = embedder if fitted else None
    tokenizer, result = problem.solve(seed, start, None, None)
    attributes = problem.attributes(tokenizer, result)
    problem.check(result, attributes)
    if fitted:
        attributes["n_iter_"] += embedder.n_iter_
        attributes["n_pairs_"] += embedder.n_pairs_
        attributes["loss_curve_"] = {
            name: np.append(embedder.loss_curve_[name], curve)
            for name, curve in attributes["loss_curve_"].items()
        }
        attributes["categories_"] = categories
    return attributes


def make_encoder(embedder: Any) -> FoldedEncoder:
    """Build the encoder of a fitted estimator."""
    return FoldedEncoder(weights_of(embedder))


class _Problem:
    """One training: checked before anything slow begins."""

    def __init__(
        self, embedder: Any, sessions: Sessions, config: TrainingConfig
    ) -> None:
        self.embedder, self.sessions, self.config = embedder, sessions, config
        rows, offsets = cut_sessions(sessions.offsets, embedder.max_session_length)
        self.products = sessions.title_codes[rows]
        self.categories = sessions.category_codes[rows]
        self.session_offsets = offsets
        if config.max_epochs == 0:
            return
        check_pairs(sessions.n_sessions, offsets)
        if config.alpha == 0 and (self.categories < 0).all():
            raise ValueError(
                "alpha=0 learns from categories alone, but no product of the sessions "
                "has one: name a category column, or set alpha above 0."
            )

    def solve(
        self, seed: int, start: Any, context: Any, key: dict[str, Any] | None
    ) -> tuple[TitleTokenizer, TrainingResult]:
        embedder, sessions = self.embedder, self.sessions
        checkpoint = None
        if embedder.checkpoint is not None and key is not None:
            checkpoint = Checkpoint(embedder.checkpoint, _digest(key))
            state = checkpoint.read()
            seed = seed if state is None else state["seed"]
        if start is None:
            tokenizer = TitleTokenizer.train(
                sessions.titles,
                np.bincount(sessions.title_codes, minlength=sessions.n_products),
                normalizer=embedder.normalizer,
                vocab_size=embedder.vocab_size,
            )
            weights = init_weights(
                tokenizer.vocab_size,
                embedder.embedding_dim,
                embedder.n_filters,
                tuple(embedder.kernel_sizes),
                torch.Generator().manual_seed(seed),
            )
        else:
            tokenizer, weights = start.tokenizer_, weights_of(start)
        if self.config.max_epochs == 0:
            losses = np.empty((0, len(LOSSES)))
            return tokenizer, TrainingResult(weights, losses, n_steps=0)
        tokens, token_offsets = tokenizer.encode(sessions.titles.tolist())
        data = TrainingData(
            tokens,
            token_offsets,
            self.products,
            self.categories,
            self.session_offsets,
        )
        monitor = FitMonitor(
            embedder,
            context,
            lambda result: self.attributes(tokenizer, result),
            embedder.verbose,
        )
        n_categories = sessions.n_categories if (self.categories >= 0).any() else 0
        result = train(
            data,
            weights,
            n_categories,
            self.config,
            seed=seed,
            monitor=monitor,
            checkpoint=checkpoint,
        )
        return tokenizer, result

    def attributes(
        self, tokenizer: TitleTokenizer, result: TrainingResult
    ) -> dict[str, Any]:
        return {
            "token_embeddings_": result.weights.token_embeddings,
            "filters_": result.weights.filters,
            "biases_": result.weights.biases,
            "kernel_sizes_": result.weights.kernel_sizes,
            "tokenizer_": tokenizer,
            "categories_": self.sessions.categories,
            "loss_curve_": dict(zip(LOSSES, result.losses.T.copy(), strict=True)),
            "n_iter_": len(result.losses),
            "n_pairs_": int(pairs_of(np.diff(self.session_offsets)).sum()),
            "_encoder": FoldedEncoder(result.weights),
        }

    def check(self, result: TrainingResult, attributes: dict[str, Any]) -> None:
        if result.interrupted:
            warnings.warn(
                f"Training was interrupted after {len(result.losses)} steps; the "
                f"estimator holds what was trained so far.",
                InterruptedTrainingWarning,
                stacklevel=6,
            )
        if len(result.losses):
            rng = np.random.default_rng(0)
            products = np.unique(self.products)
            n = min(_TITLES_FOR_SPREAD, len(products))
            sample = self.sessions.titles[rng.choice(products, n, replace=False)]
            tokens = attributes["tokenizer_"].encode(sample.tolist())
            vectors = attributes["_encoder"](*tokens)
            if not np.isfinite(vectors).all():
                raise ValueError(
                    f"Vectors are not finite after {len(result.losses)} steps. "
                    f"{advice(self.config)}"
                )
            warn_if_collapsed(spread(vectors), self.config.alpha)


def _config(embedder: Any) -> TrainingConfig:
    names = {field.name for field in dataclasses.fields(TrainingConfig)}
    values = {name: getattr(embedder, name) for name in names - {"device"}}
    check_kernel_sizes(embedder.kernel_sizes)
    return TrainingConfig(device=resolve_device(embedder.device), **values)


def check_kernel_sizes(kernel_sizes: Any) -> None:
    """Raise a ValueError where `kernel_sizes` are no positive ints."""
    for size in kernel_sizes:
        if isinstance(size, bool) or not isinstance(size, Integral) or size < 1:
            raise ValueError(
                f"kernel_sizes must be positive ints, got {kernel_sizes!r}."
            )
    if not len(kernel_sizes):
        raise ValueError("kernel_sizes must not be empty.")


def _key(
    embedder: Any, sessions: Sessions, config: TrainingConfig, seed: int
) -> dict[str, Any]:
    """Collect everything that a training from scratch depends on."""
    return {
        "version": __version__,
        "config": dataclasses.asdict(config),
        "max_session_length": embedder.max_session_length,
        "sessions": sessions.fingerprint,
        "seed": seed_key(embedder.random_state, seed),
        "normalizer": normalizer_key(embedder.normalizer, sessions.titles),
        "vocab_size": embedder.vocab_size,
        "embedding_dim": embedder.embedding_dim,
        "kernel_sizes": tuple(embedder.kernel_sizes),
        "n_filters": embedder.n_filters,
    }


def _all_categories(before: np.ndarray, further: np.ndarray) -> np.ndarray:
    if not len(before) or not len(further):
        return before if len(before) else further
    try:
        return np.union1d(before, further)
    except TypeError as error:
        raise TypeError(
            f"Categories must be all str or all numbers: the estimator was fitted on "
            f"{before.tolist()[0]!r} and others, the further sessions have "
            f"{further.tolist()[0]!r}."
        ) from error


def _check_same_architecture(embedder: Any) -> None:
    if not hasattr(embedder, "filters_"):
        raise ValueError(
            "Vectors learned with method='spectral' cannot be trained further: fit "
            "anew with warm_start=False."
        )
    wanted = (sum(embedder.kernel_sizes), embedder.n_filters, embedder.embedding_dim)
    if (
        embedder.filters_.shape != wanted
        or tuple(embedder.kernel_sizes) != embedder.kernel_sizes_
        or embedder.normalizer != embedder.tokenizer_.normalizer
    ):
        raise ValueError(
            "An encoder cannot be trained further with another normalizer, "
            "embedding_dim, n_filters or kernel_sizes than it has: fit anew with "
            "warm_start=False."
        )


def weights_of(embedder: Any) -> EncoderWeights:
    """Give the weights of a fitted estimator."""
    return EncoderWeights(
        embedder.token_embeddings_,
        embedder.filters_,
        embedder.biases_,
        embedder.kernel_sizes_,
    )


def _digest(key: dict[str, Any]) -> str:
    return hashlib.blake2b(repr(key).encode(), digest_size=16).hexdigest()
