"""What the estimators that learn vectors of product ids have in common."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._base.embedder import SessionEmbedder
from .._base.session_routes import given_sessions, routes
from .._sessions.by_id import SessionsById
from .._sessions.pairs import check_pairs, paired_rows
from .._sessions.sessions import Sessions
from .._utils.description import Description, Whole
from .._utils.plain_values import plain_values, type_names
from .._utils.ragged import Ragged
from .._utils.warn import warn
from .products import check_ids, unseen_error


class ItemEmbedder(SessionEmbedder):
    """Base class: from sessions of product ids to vectors of ids."""

    max_session_length: int | None
    handle_unknown: str

    _fitted: ClassVar[Description] = {"n_pairs_": Whole()}

    _parameter_constraints: dict[str, Any] = {
        **SessionEmbedder._parameter_constraints,
        "max_session_length": [Interval(Integral, 2, None, closed="left"), None],
        "handle_unknown": [StrOptions({"error", "ignore"})],
    }

    _samples = "ids"

    _not_in_key = SessionEmbedder._not_in_key | {"handle_unknown"}

    def _check(self, X: Any) -> list[list[Any]]:
        """Check what `transform` takes, and give its columns: ids, then metadata."""
        return [check_ids(X)]

    def _holds_sessions(self, X: Any) -> bool:
        # Nested lists may be rows of ids and metadata.
        return isinstance(X, Sessions)

    def _find_sessions(self, X: Any, sessions: Any) -> Sessions:
        name = type(self).__name__
        how = (
            "Sessions.from_frame(..., product=...) or Sessions.from_events(..., "
            "product=...)"
        )
        found = given_sessions(X, sessions, self.sessions, self._check)
        if found is None:
            try:
                if X is not None:
                    self._check(X)
            except (TypeError, ValueError) as error:
                raise type(error)(
                    f"{error} If X is meant to be the sessions, build them with {how}."
                ) from error
            raise ValueError(routes(name, self._samples))
        if found.by_id is None:
            raise ValueError(
                f"The sessions have no product ids, which {name} learns from: name "
                f"their column with {how}."
            )
        return found

    def _fingerprint(self, sessions: Sessions) -> str:
        assert sessions.by_id is not None
        return sessions.by_id.fingerprint

    def _paired_products(self, by_id: SessionsById) -> tuple[np.ndarray, Ragged]:
        """Cut sessions to their first products, and find those that are in a pair.

        Parameters
        ----------
        by_id : SessionsById
            The sessions.

        Returns
        -------
        numbers : ndarray of int64, shape (n_products,)
            The products that are left, as numbers into `by_id.ids`.
        sessions : Ragged of int64, of length n_sessions
            The products of each session that is left, as numbers into `numbers`.
        """
        rows = paired_rows(by_id.offsets, self.max_session_length)
        check_pairs(len(by_id.offsets) - 1, rows, "product ids")
        numbers, products = np.unique(by_id.codes[rows.values], return_inverse=True)
        return numbers, rows.replace(products)

    def transform(self, X: Any) -> np.ndarray:
        """Give the vectors of products.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of ids, of length n
            The ids.

        Returns
        -------
        vectors : ndarray of float32, shape (n, n_features_out)
            One row for each id.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If `X` is no collection, or an id cannot be hashed.
        ValueError
            If an id has no vector, unless `handle_unknown` is "ignore", or `X` is
            one bare str or has more than one column.
        """
        return self._look_up(X)

    def _look_up(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        # `handle_unknown` may be set anew after `fit`.
        self._validate_params()
        columns = self._check(X)
        vectors, known = self.encoder_.look_up(*columns)
        if self.handle_unknown == "error" and not known.all():
            unseen = np.flatnonzero(~known)
            raise ValueError(unseen_error(columns[0], unseen, self.encoder_.ids))
        if len(known) and not known.any():
            self._warn_of_types(columns[0])
        return vectors

    def _warn_of_types(self, ids: list[Any]) -> None:
        """Warn if ids that have no vector are of other types than those that have."""
        here = type_names(plain_values(ids))
        there = type_names(self.encoder_.ids.tolist())
        if not {*here} & {*there}:
            warn(
                UserWarning(
                    f"No id has a vector: they are of type {' and '.join(here)}, "
                    f"those of the sessions of {' and '.join(there)}."
                )
            )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = True
        return tags
