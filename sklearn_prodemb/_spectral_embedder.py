"""From an estimator's parameters and sessions to spectral fitted attributes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from ._base.cache import cached, normalizer_key
from ._sessions.pairs import check_pairs, cut_sessions, pairs_of
from ._sessions.sessions import Sessions
from ._spectral.learning import PARTS, SpectralEncoder, SpectralTables, learn_tables
from ._titles.words import WordTokenizer
from ._utils.seeds import draw_seed, seed_key
from ._version import __version__

N_STAGES = len(PARTS)


def fit_spectral(embedder: Any, sessions: Sessions, context: Any) -> dict[str, Any]:
    """Learn spectral vectors and give the fitted attributes.

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
    rows, offsets = cut_sessions(sessions.offsets, embedder.max_session_length)
    check_pairs(sessions.n_sessions, offsets)
    seed = draw_seed(embedder.random_state)

    def compute() -> tuple[tuple[bytes, SpectralTables], bool]:
        titles = sessions.titles.tolist()
        tokenizer = WordTokenizer.train(
            titles, normalizer=embedder.normalizer, vocab_size=embedder.vocab_size
        )
        stages = _Stages(embedder, context)
        tables = learn_tables(
            tokenizer.encode(titles),
            sessions.title_codes[rows],
            offsets,
            tokenizer.vocab_size,
            embedder.n_components,
            np.random.RandomState(seed),
            stages.begin,
        )
        stages.end()
        # A callable normalizer stays out of the cache: it may not pickle.
        return (tokenizer.vocabulary, tables), True

    memory = embedder.memory
    key = None if memory is None else _key(embedder, sessions, seed)
    vocabulary, tables = cached(memory, key, compute)
    return {
        "tokenizer_": WordTokenizer(embedder.normalizer, vocabulary),
        "word_vectors_": tables.word_vectors,
        "context_vectors_": tables.context_vectors,
        "product_keys_": tables.product_keys,
        "product_vectors_": tables.product_vectors,
        "categories_": sessions.categories,
        "n_pairs_": int(pairs_of(np.diff(offsets)).sum()),
        "_encoder": SpectralEncoder(tables),
    }


def make_encoder(embedder: Any) -> SpectralEncoder:
    """Build the encoder of a fitted estimator."""
    return SpectralEncoder(
        SpectralTables(
            embedder.word_vectors_,
            embedder.context_vectors_,
            embedder.product_keys_,
            embedder.product_vectors_,
        )
    )


def _key(embedder: Any, sessions: Sessions, seed: int) -> dict[str, Any]:
    """Collect everything that the tables depend on."""
    return {
        "version": __version__,
        "method": "spectral",
        "sessions": sessions.fingerprint,
        "seed": seed_key(embedder.random_state, seed),
        "normalizer": normalizer_key(embedder.normalizer, sessions.titles),
        "vocab_size": embedder.vocab_size,
        "n_components": embedder.n_components,
        "max_session_length": embedder.max_session_length,
    }


class _Stages:
    """Tell scikit-learn's callbacks, and print where asked, what is being learned."""

    def __init__(self, embedder: Any, context: Any) -> None:
        self._embedder, self._root = embedder, context
        self._stage: Any = None
        self._name = ""

    def begin(self, name: str) -> None:
        self.end()
        self._name, self._started = name, time.monotonic()
        self._stage = self._root.subcontext(task_name=name, max_subtasks=1)
        self._stage.call_on_fit_task_begin(estimator=self._embedder)

    def end(self) -> None:
        if self._stage is None:
            return
        self._stage.call_on_fit_task_end(estimator=self._embedder)
        self._stage = None
        if self._embedder.verbose:
            print(
                f"[{type(self._embedder).__name__}] {self._name}: "
                f"{time.monotonic() - self._started:.1f} s",
                flush=True,  # a log file is read while training goes on
            )
