"""What the estimators that learn vectors of product ids have in common."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, Self

import joblib
import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from ..._base.cache import cached
from ..._base.session_routes import given_sessions, routes
from ..._base.state import PlainStateMixin, StringInputMixin
from ..._sessions.by_id import SessionsById
from ..._sessions.pairs import check_pairs, cut_sessions, pairs_of
from ..._sessions.sessions import Sessions
from ..._utils.seeds import draw_seed, seed_key
from ..._version import __version__


class ItemEmbedder(
    PlainStateMixin,
    StringInputMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Base class: from sessions of product ids to vectors of ids."""

    vectors_: np.ndarray

    # Found by scikit-learn's metadata routing: fit asks for sessions unprompted.
    __metadata_request__fit = {"sessions": True}

    _parameter_constraints: dict[str, Any] = {
        "sessions": "no_validation",  # `given_sessions` says more
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "n_negatives": [Interval(Integral, 1, None, closed="left")],
        "subsample": [Interval(Real, 0, None, closed="neither"), None],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_session_length": [Interval(Integral, 2, None, closed="left"), None],
        "handle_unknown": [StrOptions({"error", "ignore"})],
        "memory": [str, HasMethods("cache"), None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def _check(self, X: Any) -> Any:
        """Check what `transform` takes, and give it as plain lists."""
        raise NotImplementedError

    def _learn(self, by_id: SessionsById) -> dict[str, Any]:
        """Give the fitted attributes, caches included."""
        raise NotImplementedError

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: Any = None, y: Any = None, *, sessions: Sessions | None = None
    ) -> Self:
        """Learn a vector for each product id from browsing sessions.

        Parameters
        ----------
        X : Sessions, or what `transform` takes
            The sessions, with product ids. Where they come as `sessions` or from the
            constructor, `X` is what a pipeline passes on, ids, and only checked.
        y : None
            Ignored, for a pipeline's sake.
        sessions : Sessions or None, default=None
            The sessions, where `X` is ids; goes before the constructor's.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        TypeError
            Where sessions or ids are of a wrong type.
        ValueError
            Where there are no sessions, no product ids in them or no pairs, or the
            vectors are not finite. The estimator is then as it was before.
        """
        found = given_sessions(X, sessions, self.sessions, self._check)
        name = type(self).__name__
        how = (
            "Sessions.from_frame(..., product=...) or Sessions.from_events(..., "
            "product=...)"
        )
        if found is None:
            try:
                if X is not None:
                    self._check(X)
            except (TypeError, ValueError) as error:
                raise type(error)(
                    f"{error} If X is meant to be the sessions, build them with {how}."
                ) from error
            raise ValueError(routes(name, "ids"))
        if found.by_id is None:
            raise ValueError(
                f"The sessions have no product ids, which {name} learns from: name "
                f"their column with {how}."
            )
        self.__dict__.update(self._learn(found.by_id))
        return self

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        """Learn from sessions, then give the vectors of products.

        Parameters
        ----------
        X : what `transform` takes
            The products. Sessions come as `sessions` or from the constructor.
        y : None
            Ignored, for a pipeline's sake.
        **fit_params : dict
            Passed to `fit`.

        Returns
        -------
        vectors : ndarray of float32, shape (n, embedding_dim)
            As `transform` gives them.

        Raises
        ------
        TypeError, ValueError
            As `fit` and `transform`.
        """
        if isinstance(X, Sessions):
            raise TypeError(
                "fit_transform gives the vectors of products, but X holds sessions: "
                "call fit(sessions), then transform(ids)."
            )
        return super().fit_transform(X, y, **fit_params)

    @property
    def _n_features_out(self) -> int:
        return self.vectors_.shape[1]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "vectors_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def cut(
    by_id: SessionsById, max_length: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut sessions to their first products, and find those that are in a pair.

    Parameters
    ----------
    by_id : SessionsById
        The sessions.
    max_length : int or None
        The largest number of products kept; None keeps all.

    Returns
    -------
    numbers : ndarray of int64, shape (n_products,)
        The products that are left, as numbers into `by_id.ids`.
    products : ndarray of int64, shape (n_rows,)
        The product of each row that is left, as a number into `numbers`.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Where the sessions that are left begin.
    """
    rows, offsets = cut_sessions(by_id.offsets, max_length)
    check_pairs(len(by_id.offsets) - 1, offsets, "product ids")
    numbers, products = np.unique(by_id.codes[rows], return_inverse=True)
    return numbers, products, offsets


def learn_vectors(
    estimator: Any, tokens: np.ndarray, products: np.ndarray, offsets: np.ndarray
) -> dict[str, Any]:
    """Train, unless a cache has it, and give what the estimators share.

    Parameters
    ----------
    estimator : ItemEmbedder
        Whose parameters count.
    tokens, products, offsets : ndarray
        As `train_skip_gram` takes them.

    Returns
    -------
    attributes : dict of str to object
        "vectors_", of all tokens, "loss_curve_" and "n_pairs_".
    """
    from .training import SkipGramConfig, train_skip_gram

    values = {"metadata_weight": 0.0} | estimator.get_params(deep=False)
    names = [field.name for field in dataclasses.fields(SkipGramConfig)]
    config = SkipGramConfig(**{name: values[name] for name in names})
    random_state = estimator.random_state
    seed = draw_seed(random_state)
    key = None
    if estimator.memory is not None:
        # Ids are no part of it: all that training sees of them is their numbers.
        key = {
            "version": __version__,
            "skip-gram": dataclasses.asdict(config),
            "sessions": joblib.hash((tokens, products, offsets)),
            "seed": seed_key(random_state, seed),
        }

    def compute() -> tuple[Any, bool]:
        report = _reporter(estimator)
        result = train_skip_gram(
            tokens, products, offsets, config, seed=seed, report=report
        )
        return result, True

    vectors, losses = cached(estimator.memory, key, compute)
    if not np.isfinite(vectors).all():
        raise ValueError(
            f"The vectors are not finite. Lower learning_rate (now "
            f"{config.learning_rate})."
        )
    return {
        "vectors_": vectors,
        "loss_curve_": losses,
        "n_pairs_": int(pairs_of(np.diff(offsets)).sum()),
    }


def _reporter(estimator: Any) -> Callable[[int, float], None]:
    started = time.monotonic()

    def report(epoch: int, loss: float) -> None:
        if estimator.verbose:
            print(
                f"[{type(estimator).__name__}] epoch {epoch + 1} of "
                f"{estimator.max_epochs}: loss {loss:.3f}, "
                f"{time.monotonic() - started:.0f} s",
                flush=True,  # a log file is read while training goes on
            )

    return report
