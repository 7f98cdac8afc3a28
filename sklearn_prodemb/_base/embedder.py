"""What all embedders that learn from browsing sessions keep."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.validation import check_is_fitted

from .._counts.session_counts import SessionCounts
from .._sessions.sessions import Sessions
from .._titles.check import check_titles
from .._utils.seeds import draw_seed, seed_key
from .._utils.warn import warn
from .._version import __version__
from .cache import cached, normalizer_key
from .encoder import Encoder, encode_distinct
from .progress import Progress
from .session_routes import is_nested, resolve_sessions
from .state import SavableMixin, StringInputMixin
from .steps import Steps

# What the closed form depends on.
_OF_STEPS = ("vocab_size", "max_session_length", "n_components")


@dataclass(frozen=True)
class Learned:
    """What an embedder learned from sessions.

    Parameters
    ----------
    encoder : Encoder
        Becomes `encoder_`.
    results : dict of str to object
        The other fitted attributes.
    warnings : tuple of Warning, default=()
        What the user has to know of it, also when it comes from a cache.
    complete : bool, default=True
        False if the training was stopped before its end; it is not cached then.
    """

    encoder: Encoder
    results: dict[str, Any]
    warnings: tuple[Warning, ...] = ()
    complete: bool = True

    @property
    def attributes(self) -> dict[str, Any]:
        """All fitted attributes."""
        return {"encoder_": self.encoder, **self.results}


class SessionEmbedder(
    SavableMixin,
    StringInputMixin,
    ClassNamePrefixFeaturesOutMixin,
    CallbackSupportMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Base class: browsing sessions in, an encoder of titles out.

    A subclass has parameters, among them `sessions`, `memory`, `random_state` and
    `verbose`, and a method `_learn`. `_n_tasks` gives the number of tasks, stages or
    epochs, that `_learn` tells the progress of.
    """

    sessions: Sessions | None
    memory: Any
    random_state: int | np.random.RandomState | None
    verbose: bool | int
    encoder_: Any

    # What `fit` takes.
    _learns_from: tuple[type, ...] = (Sessions,)

    # What `transform` takes, for error messages.
    _samples = "titles"

    # Found by scikit-learn's metadata routing: fit asks for sessions unprompted.
    __metadata_request__fit = {"sessions": True}

    _parameter_constraints: dict[str, Any] = {
        "sessions": "no_validation",  # `resolve_sessions` says more
        "memory": [str, os.PathLike, HasMethods("cache"), None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    # Parameters that do not change what is learned, or are part of the cache's key in
    # another form.
    _not_in_key: frozenset[str] = frozenset(
        {"sessions", "memory", "verbose", "random_state", "normalizer"}
    )

    def _learn(self, sessions: Sessions, seed: int, progress: Progress) -> Learned:
        """Learn an encoder, checking everything before anything slow begins."""
        raise NotImplementedError

    @property
    def _n_tasks(self) -> int:
        raise NotImplementedError

    def _holds_sessions(self, X: Any) -> bool:
        return isinstance(X, (Sessions, SessionCounts)) or is_nested(X)

    def _find_sessions(self, X: Any, sessions: Any) -> Any:
        return resolve_sessions(
            X,
            sessions,
            self.sessions,
            type(self).__name__,
            accepted=self._learns_from,
        )

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: Any = None, y: Any = None, *, sessions: Sessions | None = None
    ) -> Self:
        """Learn the vectors from browsing sessions.

        Parameters
        ----------
        X : Sessions, nested list of str or (str, category) pairs, or what `transform` \
takes
            The sessions. If they come as `sessions` or from the constructor, `X` is
            what a pipeline passes on, and only checked.
        y : None
            Ignored, for a pipeline's sake.
        sessions : Sessions or None, default=None
            The sessions, if `X` is something else; goes before the constructor's.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        TypeError
            If sessions or titles are of a wrong type.
        ValueError
            If there are no sessions, no pairs or nothing to learn, or what was learned
            is not finite. The estimator is then as it was before.
        """
        found = self._find_sessions(X, sessions)
        context = self._init_callback_context(max_subtasks=self._n_tasks)
        attributes: dict[str, Any] = {}
        with Progress(self, context, lambda: attributes) as progress:
            attributes.update(self._learn_or_recall(found, progress).attributes)
            self.__dict__.update(attributes)
        return self

    def _learn_or_recall(self, sessions: Sessions, progress: Progress) -> Learned:
        """Learn, or take what the cache has, and warn."""
        seed = draw_seed(self.random_state)
        key = None if self.memory is None else self._key(sessions, seed)
        if key is None:
            learned = self._learn(sessions, seed, progress)
        else:
            learned = self._recall(sessions, seed, progress, key)
        for warning in learned.warnings:
            warn(warning)
        return learned

    def _recall(
        self, sessions: Sessions, seed: int, progress: Progress, key: dict[str, Any]
    ) -> Learned:
        # A callable normalizer stays out of the cache: it may not pickle.
        def compute() -> tuple[tuple[Any, ...], bool]:
            learned = self._learn(sessions, seed, progress)
            encoder = learned.encoder.with_normalizer(None)
            return (encoder, learned.results, learned.warnings), learned.complete

        encoder, results, warnings = cached(self.memory, key, compute)
        normalizer = getattr(self, "normalizer", None)
        return Learned(encoder.with_normalizer(normalizer), results, warnings)

    def _key(self, sessions: Sessions, seed: int) -> dict[str, Any] | None:
        """Give everything that `_learn` depends on; None if it cannot be cached."""
        parameters = self.get_params(deep=False)
        return {
            **self._key_of_data(sessions, seed),
            "class": type(self).__name__,
            **{k: v for k, v in parameters.items() if k not in self._not_in_key},
        }

    def _key_of_data(self, sessions: Sessions, seed: int) -> dict[str, Any]:
        """Give what stands in a key for sessions, seed and normalizer."""
        normalizer = getattr(self, "normalizer", None)
        return {
            "version": __version__,
            "sessions": self._fingerprint(sessions),
            "seed": seed_key(self.random_state, seed),
            "normalizer": normalizer_key(normalizer, sessions.titles),
        }

    def _steps(
        self, sessions: Any, seed: int, progress: Progress
    ) -> tuple[Steps, np.random.RandomState]:
        """Give what does the steps of the closed form, and what these draw from."""
        rng = np.random.RandomState(seed)
        if self.memory is None:
            return Steps(progress, rng), rng
        # Estimators that differ in nothing else share the steps.
        key = self._key_of_data(sessions, seed)
        key |= {name: getattr(self, name) for name in _OF_STEPS}
        return Steps(progress, rng, self.memory, key), rng

    def _fingerprint(self, sessions: Sessions) -> str:
        return sessions.fingerprint

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        """Learn the vectors from sessions, then give those of `X`.

        Parameters
        ----------
        X : what `transform` takes
            The titles, or ids. Sessions come as `sessions` or from the constructor.
        y : None
            Ignored, for a pipeline's sake.
        **fit_params : dict
            Passed to `fit`.

        Returns
        -------
        vectors : ndarray of float32, shape (n_samples, n_features_out)
            As `transform` gives them.

        Raises
        ------
        TypeError, ValueError
            As `fit` and `transform`, before any training if `X` is not what `transform`
            takes.
        """
        self._validate_params()
        if self._holds_sessions(X):
            raise TypeError(
                f"fit_transform gives the vectors of {self._samples}, but X holds "
                f"sessions: call fit(sessions), then transform({self._samples})."
            )
        return super().fit_transform(X, y, **fit_params)

    def transform(self, X: Any) -> np.ndarray:
        """Embed titles.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles. A title that is empty after normalisation gets the vector of a
            title without words.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features_out)
            One row for each title, whatever the other titles are.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If a title is no str; the error names its position.
        ValueError
            If `X` is one bare str, or has more than one column.
        """
        check_is_fitted(self)
        return encode_distinct(check_titles(X), self.encoder_.encode)

    @property
    def _n_features_out(self) -> int:
        return self.encoder_.n_features

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
