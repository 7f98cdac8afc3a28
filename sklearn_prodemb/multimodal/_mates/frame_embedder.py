"""What embedders of products' data keep that learn from sessions, too."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from ..._base.progress import Progress
from ..._base.session_routes import given_sessions
from ..._base.state import FrameInputMixin, SavableMixin
from ..._sessions.by_id import SessionsById
from ..._sessions.pairs import check_pairs, paired_rows
from ..._sessions.sessions import Sessions
from ..._utils.seeds import draw_seed
from ..._utils.validation import describe, is_missing, read_frame
from .session_vectors import link_products

_ROUTES = """{learner} learns from browsing sessions, beside the data of products. \
Give it the sessions in one of three ways:
1. pass them to fit: {learner}().fit(X, sessions=sessions), and in a Pipeline \
pipe.fit(X, y, <step name>__sessions=sessions);
2. pass them to the constructor: {learner}(sessions=sessions);
3. fit it first, then freeze it: \
FrozenEstimator({learner}().fit(X, sessions=sessions))."""


@dataclass(frozen=True)
class Inputs:
    """What was read of products.

    Parameters
    ----------
    features : ndarray or sparse array of float32, shape (n_products, n_features_in)
        Their features.
    present : ndarray of bool, shape (n_products,)
        Which have any data. The others get vectors of zeros.
    attributes : dict of str to object, default={}
        Fitted attributes that tell how it was read.
    """

    features: Any
    present: np.ndarray
    attributes: dict[str, Any] = field(default_factory=dict)


class FrameEmbedder(
    SavableMixin,
    FrameInputMixin,
    ClassNamePrefixFeaturesOutMixin,
    CallbackSupportMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Base class: a frame of products' data and sessions in, vectors out.

    One column of the frame holds product ids, which link it with the sessions. A
    subclass has parameters, among them `product`, `sessions`, `max_session_length`,
    `random_state` and `verbose`, and the methods below.
    """

    product: str
    sessions: Sessions | None
    max_session_length: int | None
    random_state: int | np.random.RandomState | None
    verbose: bool | int
    encoder_: Any

    # What products have, for error messages.
    _what = "data"

    # Found by scikit-learn's metadata routing: fit asks for sessions unprompted.
    __metadata_request__fit = {"sessions": True}

    _parameter_constraints: dict[str, Any] = {
        "product": [str],
        "sessions": "no_validation",  # `given_sessions` says more
        "max_session_length": [Interval(Integral, 2, None, closed="left"), None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def _read_inputs(self, data: Any, progress: Progress) -> Inputs:
        """Read what `fit` learns from, checking everything before anything slow begins.

        Parameters
        ----------
        data : narwhals DataFrame of n_products rows
            The columns but that of ids.
        progress : Progress
            What is told of it.
        """
        raise NotImplementedError

    def _has_data(self, data: Any) -> np.ndarray:
        """Tell which products may have data, bool (n_products,), at no cost.

        By default all; `_read_inputs` then tells.
        """
        return np.ones(len(data), bool)

    def _check_linked(self, codes: np.ndarray, by_id: SessionsById) -> None:
        """Raise a ValueError if the sessions have nothing to learn of these products.

        Parameters
        ----------
        codes, by_id
            As of `_learn`.
        """
        if (codes < 0).all():
            raise ValueError(
                f"No product that is in a session has {self._what}: there is nothing "
                f"to learn from."
            )

    def _read_again(self, data: Any) -> Inputs:
        """Read what `transform` needs, in the terms of `fit`."""
        raise NotImplementedError

    def _learn(
        self,
        inputs: Inputs,
        codes: np.ndarray,
        by_id: SessionsById,
        seed: int,
        progress: Progress,
    ) -> dict[str, Any]:
        """Learn an encoder.

        Parameters
        ----------
        inputs : Inputs
            The products' features.
        codes : ndarray of int64, shape (n_products,)
            The products' numbers in `by_id`, -1 if no session has them or there is
            nothing to learn from; at least one is neither.
        by_id : SessionsById
            The sessions.
        seed : int
            Seed of all that is random.
        progress : Progress
            What is told of the parts of the fit.

        Returns
        -------
        attributes : dict of str to object
            The fitted attributes, "encoder_" among them.
        """
        raise NotImplementedError

    @property
    def _n_tasks(self) -> int:
        raise NotImplementedError

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None, *, sessions: Sessions | None = None) -> Self:
        """Learn from products' data, and from what they were seen with.

        Parameters
        ----------
        X : data frame of n_products rows
            The products: a column of ids, named by `product`, and their data. Products
            that no session has help with what needs no sessions.
        y : None
            Ignored, for a pipeline's sake.
        sessions : Sessions or None, default=None
            The sessions, built with `product=...`; goes before the constructor's.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        TypeError
            If X is no data frame, sessions are none, or a cell is of a wrong type; the
            error names row and column.
        ValueError
            If there are no sessions, they have no product ids or no pairs, an id is
            missing, or no session has any of the products. The estimator is then as it
            was before.
        """
        self._fit(X, sessions)
        return self

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(
        self, X: Any, y: Any = None, *, sessions: Sessions | None = None
    ) -> np.ndarray:
        """Learn, and give the vectors of the same products.

        Data that are slow to read, such as pictures, are read once.

        Parameters
        ----------
        X : data frame of n_products rows
            As of `fit`.
        y : None
            Ignored, for a pipeline's sake.
        sessions : Sessions or None, default=None
            As of `fit`.

        Returns
        -------
        vectors : ndarray of float32, shape (n_products, n_features_out)
            As `transform` gives them.

        Raises
        ------
        TypeError, ValueError
            As `fit`.
        """
        return self._encode(self._fit(X, sessions))

    def _fit(self, X: Any, sessions: Any) -> Inputs:
        """Learn, and give what was read of X."""
        frame = self._read(X)
        found = self._find_sessions(sessions)
        if self.product not in frame.columns:
            raise ValueError(
                f"product={self.product!r} is no column of X; its columns are "
                f"{frame.columns}."
            )
        if not len(frame):
            raise ValueError("X has no row: there is no product to learn from.")
        ids = frame.get_column(self.product).to_list()
        missing = next((row for row, i in enumerate(ids) if is_missing(i)), None)
        if missing is not None:
            raise ValueError(
                f"Row {missing} of column {self.product!r} has no product id: drop it."
            )
        assert found.by_id is not None
        by_id = found.by_id
        rows = paired_rows(by_id.offsets, self.max_session_length)
        check_pairs(len(by_id.offsets) - 1, rows, "product ids")
        codes = link_products(by_id, ids, self.product)
        data = frame.drop(self.product)
        # What is slow to read is read once it is sure that there is something to learn.
        codes[~self._has_data(data)] = -1
        self._check_linked(codes, by_id)
        context = self._init_callback_context(max_subtasks=self._n_tasks)
        attributes: dict[str, Any] = {}
        with Progress(self, context, lambda: attributes) as progress:
            inputs = self._read_inputs(data, progress)
            codes[~inputs.present] = -1
            self._check_linked(codes, by_id)
            seed = draw_seed(self.random_state)
            learned = self._learn(inputs, codes, by_id, seed, progress)
            attributes.update(inputs.attributes, **learned)
            attributes["n_linked_"] = int((codes >= 0).sum())
            self.__dict__.update(attributes)
        return inputs

    def transform(self, X: Any) -> np.ndarray:
        """Give the vectors of products, whether or not a session has them.

        Parameters
        ----------
        X : data frame of n_products rows
            The columns of `fit`, in any order. That of ids may be left out.

        Returns
        -------
        vectors : ndarray of float32, shape (n_products, n_features_out)
            One row for each product, whatever the other products are.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError, ValueError
            If X is no data frame of these columns, or a cell is of a wrong type; the
            error names row and column.
        """
        check_is_fitted(self)
        frame = self._read(X)
        data = frame.drop([name for name in frame.columns if name == self.product])
        return self._encode(self._read_again(data))

    def _encode(self, inputs: Inputs) -> np.ndarray:
        vectors = self.encoder_.project(inputs.features)
        vectors[~inputs.present] = 0
        return vectors

    def _find_sessions(self, argument: Any) -> Sessions:
        name = type(self).__name__
        found = given_sessions(None, argument, self.sessions, lambda X: None)
        if found is None:
            raise ValueError(_ROUTES.format(learner=name))
        if found.by_id is None:
            raise ValueError(
                f"The sessions have no product ids, by which {name} finds the products "
                f"of X in them: name their column with Sessions.from_frame(..., "
                f"product=...) or Sessions.from_events(..., product=...)."
            )
        return found

    def _read(self, X: Any) -> Any:
        if isinstance(X, Sessions):
            raise TypeError(
                f"X must be a data frame of products, but is Sessions: call "
                f"{type(self).__name__}().fit(X, sessions=sessions)."
            )
        frame = read_frame(X)
        if frame is None:
            raise TypeError(
                f"X must be a data frame with a column {self.product!r} of ids and "
                f"columns of products' data, but is {describe(X)}."
            )
        return frame

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Give the names of the columns of vectors.

        Parameters
        ----------
        input_features : object, default=None
            Ignored: a `ColumnTransformer` names the column of ids, too.

        Returns
        -------
        names : ndarray of object, shape (n_features_out,)
            The name of the class and a number.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        names: np.ndarray = super().get_feature_names_out()
        return names

    @property
    def _n_features_out(self) -> int:
        return self.encoder_.n_features

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
