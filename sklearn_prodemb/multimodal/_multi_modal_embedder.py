"""One vector a product from all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from numbers import Real
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn import get_config
from sklearn.base import TransformerMixin, _fit_context, clone
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import StrOptions
from sklearn.utils._repr_html.estimator import _VisualBlock
from sklearn.utils.metaestimators import _BaseComposition
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    has_fit_parameter,
)

from .._base.fitted import Estimators
from .._base.progress import Progress
from .._base.session_routes import given_sessions
from .._base.state import FrameInputMixin, SavableMixin
from .._public import public
from .._sessions.sessions import Sessions
from .._utils.description import LARGEST, ByName, Labels, Number, Whole
from .._utils.plain_values import as_objects
from .._utils.seeds import draw_seed
from .._utils.validation import describe, read_frame
from ..exceptions import InvalidFileError
from ._mates.session_vectors import find_products, link_products
from ._union.columns import PartInput, select_part
from ._union.weights import draw_queries, find_weights

_HELD_OUT = 0.1
_FEWEST_SESSIONS = 20
# How errors name a row of a list or frame.
_ROWS = re.compile(r"\b((?:[Rr]ow|[Pp]osition) )(\d+)\b")


@public
class MultiModalEmbedder(
    SavableMixin,
    FrameInputMixin,
    CallbackSupportMixin,
    TransformerMixin,
    _BaseComposition,
):
    """Join the vectors of several embedders: titles, attributes, pictures, clicks.

    A `FeatureUnion` on columns of a frame, with weights. If a product lacks a value,
    such as a picture, it has zeros in that block. The embedders are trained separately,
    and then weighted [1]_.

    Parameters
    ----------
    embedders : list of (str, estimator, str or list of str)
        Name, unfitted embedder and columns of each block. An embedder gets one column
        as a list, and a list of columns as a frame. Any transformer that gives dense
        vectors may be an embedder. If its `fit` takes `sessions`, it gets them, unless
        it has its own. Steps of a `Pipeline` get them too.
    weights : dict of str to float, "auto" or None, default=None
        A factor for the vectors of each block; 1 if it is not named. Vectors with a
        larger norm count more in distances and in linear models. "auto" finds the
        weights with which session mates are nearest: it holds out a tenth of the
        sessions, and fits all embedders twice. Embedders that are frozen, or have their
        own sessions, may know the sessions that were held out, and then get too much
        weight.
    combine : {"concat", "sum"}, default="concat"
        Whether vectors are put side by side or added up [1]_. To be added up, they must
        have the same number of columns.
    product : str or None, default=None
        The column of product ids, by which `weights="auto"` finds the rows of `X` in
        the sessions.
    sessions : Sessions or None, default=None
        The sessions that embedders learn from. A fitted estimator is pickled and saved
        without them.
    random_state : int, RandomState instance or None, default=None
        Seed of the sessions that `weights="auto"` holds out; embedders have their own.
    verbose : bool or int, default=False
        Whether to print how long each step took.

    Attributes
    ----------
    embedders_ : list of (str, estimator, str or list of str)
        The fitted embedders.
    weights_ : dict of str to float
        The weight of each.
    widths_ : dict of str to int
        The number of columns of each.
    feature_names_in_ : ndarray of object, shape (`n_features_in_`,)
        The columns that the embedders get.
    n_features_in_ : int
        Their number.

    See Also
    --------
    sklearn.compose.ColumnTransformer : The same without weights, sessions and missing
        blocks.

    References
    ----------
    .. [1] "One embedding to do them all", 2019, arXiv:1906.12120.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions, SpectralEmbedder
    >>> from sklearn_prodemb.multimodal import AttributeEmbedder, MultiModalEmbedder
    >>> products = pd.DataFrame({
    ...     "product_id": [1, 2, 3, 4],
    ...     "title": ["Boot", "Winter boot", "Sandal", None],
    ...     "type": ["shoe", "shoe", "sandal", "shirt"],
    ... })
    >>> log = pd.DataFrame({
    ...     "visit": [1, 1, 2, 2],
    ...     "product_id": [1, 2, 3, 4],
    ...     "title": ["Boot", "Winter boot", "Sandal", "Shirt"],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     log, session="visit", title="title", product="product_id"
    ... )
    >>> embedder = MultiModalEmbedder(
    ...     [
    ...         ("title", SpectralEmbedder(normalizer="en"), "title"),
    ...         ("attributes", AttributeEmbedder(), ["product_id", "type"]),
    ...     ],
    ...     sessions=sessions,
    ... )
    >>> embedder.fit_transform(products).shape
    (4, 768)
    """

    _fitted = {
        "embedders_": Estimators(),
        "weights_": ByName(Number(0, LARGEST["float32"]), fewest=1),
        "widths_": ByName(Whole(1), fewest=1),
        "feature_names_in_": Labels("n_features_in", "object", of=str, fewest=1),
        "n_features_in_": Whole(1, size="n_features_in"),
    }

    # Found by scikit-learn's metadata routing: fit asks for sessions unprompted.
    __metadata_request__fit = {"sessions": True}

    _parameter_constraints: dict[str, Any] = {
        "embedders": [list],
        "weights": [Mapping, StrOptions({"auto"}), None],
        "combine": [StrOptions({"concat", "sum"})],
        "product": [str, None],
        "sessions": "no_validation",  # `given_sessions` says more
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        embedders: list[tuple[str, Any, str | list[str]]],
        *,
        weights: Mapping[str, float] | str | None = None,
        combine: str = "concat",
        product: str | None = None,
        sessions: Sessions | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.embedders = embedders
        self.weights = weights
        self.combine = combine
        self.product = product
        self.sessions = sessions
        self.random_state = random_state
        self.verbose = verbose

    # What `_BaseComposition` reads and sets: pairs of names and estimators.
    @property
    def _embedders(self) -> Any:
        try:
            return [(name, embedder) for name, embedder, _ in self.embedders]
        except (TypeError, ValueError):
            return self.embedders

    @_embedders.setter
    def _embedders(self, pairs: list[tuple[str, Any]]) -> None:
        self.embedders = [
            (name, embedder, columns)
            for (name, embedder), (_, _, columns) in zip(
                pairs, self.embedders, strict=True
            )
        ]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the parameters, those of embedders as `<name>__<parameter>`.

        Parameters
        ----------
        deep : bool, default=True
            Whether to give those of embedders.

        Returns
        -------
        params : dict of str to object
            The parameters.
        """
        params: dict[str, Any] = self._get_params("_embedders", deep=deep)
        return params

    def set_params(self, **params: Any) -> Self:
        """Set parameters, those of embedders as `<name>__<parameter>`.

        Parameters
        ----------
        **params : dict
            The parameters.

        Returns
        -------
        self : MultiModalEmbedder
            The estimator.
        """
        self._set_params("_embedders", **params)
        return self

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Any, y: Any = None, *, sessions: Sessions | None = None) -> Self:
        """Fit the embedders, and find weights if asked.

        Parameters
        ----------
        X : data frame of n_products rows
            The products, with the columns of all embedders. Cells may be missing.
        y : array-like of length n_products or None, default=None
            Passed to the embedders.
        sessions : Sessions or None, default=None
            The sessions to learn from, in place of the constructor's.

        Returns
        -------
        self : MultiModalEmbedder
            The fitted estimator.

        Raises
        ------
        TypeError
            If X is no data frame, or `embedders` are not as described.
        ValueError
            If a name or column is missing or there twice, a weight is of no embedder,
            no product has a part, vectors that are added up differ in length, or an
            embedder gives numbers that are not finite; and what embedders raise. The
            estimator is then as it was before.
        """
        self._fit(X, y, sessions, transform=False)
        return self

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=False)
    def fit_transform(
        self, X: Any, y: Any = None, *, sessions: Sessions | None = None
    ) -> np.ndarray:
        """Fit the embedders, and give the vectors of the same products.

        Data that are slow to read, such as pictures, are read once.

        Parameters
        ----------
        X, y, sessions
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
        parts = self._fit(X, y, sessions, transform=True)
        return self._join(parts)

    def _fit(
        self, X: Any, y: Any, sessions: Any, *, transform: bool
    ) -> dict[str, np.ndarray]:
        """Fit, and give the vectors of each part if they are asked for."""
        self._check_embedders()
        frame = self._read(X)
        if not len(frame):
            raise ValueError("X has no row: there is no product to learn from.")
        if y is not None:
            check_consistent_length(frame, y)
        given = given_sessions(None, sessions, self.sessions, lambda X: None)
        inputs = {
            name: select_part(frame, name, columns)
            for name, _, columns in self.embedders
        }
        for name, part in inputs.items():
            if not len(part.rows):
                raise ValueError(f"No product of X has what embedder {name!r} takes.")
        weights = self._given_weights(frame, given)
        is_auto = weights is None
        context = self._init_callback_context(
            max_subtasks=len(self.embedders) * (1 + is_auto) + is_auto
        )
        attributes: dict[str, Any] = {}
        with Progress(self, context, lambda: attributes) as progress:
            if weights is None:
                weights = self._find_weights(frame, inputs, y, given, progress)
            fitted, parts, widths = self._fit_parts(
                inputs, len(frame), y, given, progress, transform=transform
            )
            if self.combine == "sum":
                self._check_widths(widths)
            used = _columns_of(fitted)
            attributes.update(
                embedders_=fitted,
                weights_=weights,
                widths_=widths,
                feature_names_in_=as_objects(used),
                n_features_in_=len(used),
            )
            self.__dict__.update(attributes)
        return parts

    def _fit_parts(
        self,
        inputs: dict[str, PartInput],
        n_products: int,
        y: Any,
        sessions: Sessions | None,
        progress: Progress,
        *,
        transform: bool,
    ) -> tuple[list[Any], dict[str, np.ndarray], dict[str, int]]:
        """Fit a clone of each embedder; give them, their vectors and widths."""
        fitted, parts, widths = [], {}, {}
        for name, unfitted, columns in self.embedders:
            part = inputs[name]
            labels = None if y is None else _safe_indexing(y, part.rows)
            params = _session_params(unfitted, sessions)
            embedder = clone(unfitted)
            with progress.stage(name), _naming(name, part):
                if transform and hasattr(embedder, "fit_transform"):
                    found = embedder.fit_transform(part.values, labels, **params)
                else:
                    embedder.fit(part.values, labels, **params)
                    # One product tells how many columns there are.
                    part = part if transform else part.first()
                    found = embedder.transform(part.values)
            parts[name] = _spread(found, part.rows, n_products, name, None)
            widths[name] = parts[name].shape[1]
            fitted.append((name, embedder, columns))
        return fitted, parts, widths

    def _find_weights(
        self,
        frame: Any,
        inputs: dict[str, PartInput],
        y: Any,
        sessions: Sessions | None,
        progress: Progress,
    ) -> dict[str, float]:
        """Find weights by sessions that embedders did not see."""
        assert sessions is not None
        assert sessions.by_id is not None
        rng = np.random.RandomState(draw_seed(self.random_state))
        learned, held_out = sessions.split(_HELD_OUT, random_state=rng)
        assert held_out.by_id is not None
        ids = frame.get_column(self.product).to_list()
        codes = find_products(held_out.by_id, ids, str(self.product))
        row_of_code = np.full(held_out.by_id.n_products, -1)
        # Of rows of one id the first, which is written last.
        rows = np.flatnonzero(codes >= 0)[::-1]
        row_of_code[codes[rows]] = rows
        queries = draw_queries(held_out.by_id, row_of_code, rng)
        _, parts, _ = self._fit_parts(
            inputs, len(frame), y, learned, progress, transform=True
        )
        with progress.stage("weights"):
            return find_weights(parts, queries, is_sum=self.combine == "sum")

    def transform(self, X: Any) -> np.ndarray:
        """Give the vectors of products.

        Parameters
        ----------
        X : data frame of n_products rows
            The columns of all embedders, in any order. Cells may be missing.

        Returns
        -------
        vectors : ndarray of float32, shape (n_products, n_features_out)
            One row for each product, zeros in the blocks that it lacks.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError, ValueError
            If X is no data frame with these columns; and what embedders raise.
        """
        check_is_fitted(self)
        frame = self._read(X)
        parts = {}
        for name, embedder, columns in self.embedders_:
            # An embedder of frames learned from the ids, but does not need them.
            part = select_part(frame, name, columns, getattr(embedder, "product", None))
            width = self.widths_[name]
            found = np.zeros((0, width), np.float32)
            if len(part.rows):
                with _naming(name, part):
                    found = embedder.transform(part.values)
            parts[name] = _spread(found, part.rows, len(frame), name, width)
        return self._join(parts)

    def _join(self, parts: dict[str, np.ndarray]) -> np.ndarray:
        """Weigh the vectors of parts, and join them."""
        weighted = [np.float32(self.weights_[name]) * parts[name] for name in parts]
        if self.combine == "sum":
            self._check_widths(self.widths_)
            return np.asarray(np.sum(weighted, axis=0, dtype=np.float32))
        return np.concatenate(weighted, axis=1)

    def _check_widths(self, widths: dict[str, int]) -> None:
        if len(set(widths.values())) > 1:
            raise ValueError(
                f"combine='sum' needs vectors of one length, but embedders give "
                f"{widths}: set their lengths, or combine='concat'."
            )

    def _check_embedders(self) -> None:
        if not self.embedders:
            raise ValueError("embedders is empty: give (name, embedder, columns).")
        for number, row in enumerate(self.embedders):
            is_right = (
                isinstance(row, tuple) and len(row) == 3 and isinstance(row[0], str)
            )
            columns = row[2] if is_right else None
            several = _as_list(columns)
            if not several or not all(isinstance(column, str) for column in several):
                raise TypeError(
                    f"Element {number} of embedders must be (name, embedder, column or "
                    f"list of columns), but is {describe(row)}."
                )
            is_transformer = all(hasattr(row[1], m) for m in ("fit", "transform"))
            if not is_transformer or isinstance(row[1], type):
                raise TypeError(
                    f"Embedder {row[0]!r} must be an object with the methods fit and "
                    f"transform, but is {describe(row[1])}."
                )
        self._validate_names([name for name, _, _ in self.embedders])

    def _given_weights(
        self, frame: Any, sessions: Sessions | None
    ) -> dict[str, float] | None:
        """Give the weight of each part, None if they are to be found; checks both."""
        names = [name for name, _, _ in self.embedders]
        if self.weights == "auto":
            if self.product is None or self.product not in frame.columns:
                raise ValueError(
                    f"weights='auto' needs the column of product ids: product="
                    f"{self.product!r} is none of {frame.columns}."
                )
            if sessions is None or sessions.by_id is None:
                what = "no sessions" if sessions is None else "sessions without ids"
                raise ValueError(
                    f"weights='auto' needs sessions with product ids, but there are "
                    f"{what}: give sessions=Sessions.from_frame(..., product=...)."
                )
            ids = frame.get_column(self.product).to_list()
            link_products(sessions.by_id, ids, self.product)
            if sessions.n_sessions < _FEWEST_SESSIONS:
                raise ValueError(
                    f"weights='auto' holds a tenth of the sessions out, and needs "
                    f"{_FEWEST_SESSIONS}, but there are {sessions.n_sessions}: give "
                    f"weights."
                )
            return None
        weights = dict(self.weights) if isinstance(self.weights, Mapping) else {}
        unknown = [name for name in weights if name not in names]
        if unknown:
            raise ValueError(
                f"weights has {unknown}, but the embedders are {names}: leave them out."
            )
        for name, weight in weights.items():
            is_number = isinstance(weight, Real) and not isinstance(weight, bool)
            if not is_number or not 0 <= weight <= LARGEST["float32"]:
                raise ValueError(
                    f"The weight of {name!r} must be a number from 0 to "
                    f"{LARGEST['float32']:g}, but is {describe(weight)}."
                )
        return {name: float(weights.get(name, 1.0)) for name in names}

    def _read(self, X: Any) -> Any:
        frame = read_frame(X)
        if frame is None:
            raise TypeError(
                f"X must be a data frame with the columns of the embedders, but is "
                f"{describe(X)}."
            )
        return frame

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Give names of columns.

        Parameters
        ----------
        input_features : None
            Not used.

        Returns
        -------
        names : ndarray of object, shape (n_features_out,)
            `<name of the embedder>__<number>`; `sum__<number>` if vectors are added up.
        """
        check_is_fitted(self)
        widths = self.widths_
        if self.combine == "sum":
            widths = {"sum": next(iter(widths.values()))}
        return as_objects(
            [f"{name}__{i}" for name, width in widths.items() for i in range(width)]
        )

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if self.__sklearn_is_fitted__():
            # Fitted embedders stand for the unfitted ones, which may hold sessions.
            state["embedders"] = None
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if state.get("embedders") is None and "embedders_" in state:
            state = {**state, "embedders": state["embedders_"]}
        super().__setstate__(state)

    def _for_file(self) -> Self:
        stripped = super()._for_file()
        stripped.embedders_ = [
            (name, embedder._for_file(), columns)
            if isinstance(embedder, SavableMixin)
            else (name, embedder, columns)
            for name, embedder, columns in self.embedders_
        ]
        return stripped

    def _check_together(self) -> None:
        if self.embedders is not self.embedders_:
            raise InvalidFileError(
                "MultiModalEmbedder.embedders must be its embedders_ in a file"
            )
        names = [name for name, _, _ in self.embedders_]
        for attribute in ("weights_", "widths_"):
            if list(getattr(self, attribute)) != names:
                raise InvalidFileError(
                    f"MultiModalEmbedder.{attribute} must be of {names}"
                )
        for name, embedder, columns in self.embedders_:
            width = getattr(embedder, "_n_features_out", None)
            if width != self.widths_[name]:
                raise InvalidFileError(
                    f"MultiModalEmbedder.widths_ of {name} must be {width}"
                )
            wanted = getattr(embedder, "feature_names_in_", None)
            given = {*_as_list(columns)} - {getattr(embedder, "product", None)}
            if wanted is not None and given != {*wanted.tolist()}:
                raise InvalidFileError(
                    f"MultiModalEmbedder.embedders_ gives {name} other columns than "
                    f"its {wanted.tolist()}"
                )
        if self.feature_names_in_.tolist() != _columns_of(self.embedders_):
            raise InvalidFileError(
                "MultiModalEmbedder.feature_names_in_ are not those of its embedders_"
            )
        if self.combine == "sum" and len(set(self.widths_.values())) > 1:
            raise InvalidFileError(
                "MultiModalEmbedder.widths_ must be equal if vectors are added up"
            )

    @property
    def _n_features_out(self) -> int:
        return len(self.get_feature_names_out())

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "embedders_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _sk_visual_block_(self) -> Any:
        names, embedders, columns = zip(*self.embedders, strict=True)
        return _VisualBlock(
            "parallel", embedders, names=names, name_details=list(map(str, columns))
        )


def _as_list(columns: Any) -> list[Any]:
    return columns if isinstance(columns, list) else [columns]


def _columns_of(embedders: list[Any]) -> list[str]:
    """Give the columns of all embedders, each once."""
    lists = (_as_list(columns) for _, _, columns in embedders)
    return list(dict.fromkeys(chain.from_iterable(lists)))


def _session_params(embedder: Any, sessions: Sessions | None) -> dict[str, Any]:
    """Give the parameters by which `fit` of an embedder gets sessions.

    One that has sessions of its own keeps them; a pipeline passes them to its steps.
    """
    if sessions is None or getattr(embedder, "sessions", None) is not None:
        return {}
    if not isinstance(embedder, Pipeline):
        return {"sessions": sessions} if has_fit_parameter(embedder, "sessions") else {}
    steps = {
        f"{name}__{key}": value
        for name, step in embedder.steps
        for key, value in _session_params(step, sessions).items()
    }
    if steps and get_config()["enable_metadata_routing"]:
        return {"sessions": sessions}
    return steps


@contextmanager
def _naming(name: str, part: PartInput) -> Iterator[None]:
    """Name the embedder in its errors, and call rows as X does."""
    try:
        yield
    except (TypeError, ValueError) as error:

        def in_x(match: re.Match[str]) -> str:
            row = int(match[2])
            return f"{match[1]}{part.rows[row] if row < len(part.rows) else row}"

        if len(error.args) == 1 and isinstance(error.args[0], str):
            error.args = (f"Embedder {name!r}: {_ROWS.sub(in_x, error.args[0])}",)
        raise


def _spread(
    found: Any, rows: np.ndarray, n_products: int, name: str, width: int | None
) -> np.ndarray:
    """Put the vectors of a part into the rows of its products, zeros elsewhere."""
    if sparse.issparse(found):
        raise TypeError(
            f"Embedder {name!r} gives sparse vectors: put TruncatedSVD behind it."
        )
    found = np.asarray(found)
    if found.ndim != 2 or len(found) != len(rows):
        raise ValueError(
            f"Embedder {name!r} must give {len(rows)} vectors, but gives an array of "
            f"shape {found.shape}."
        )
    if width is not None and found.shape[1] != width:
        raise ValueError(
            f"Embedder {name!r} gives {found.shape[1]} columns, but gave {width} when "
            f"it was fitted."
        )
    with np.errstate(over="ignore"):
        found = found.astype(np.float32)
    broken = np.flatnonzero(~np.isfinite(found).all(axis=1))
    if len(broken):
        raise ValueError(
            f"Embedder {name!r} gives numbers that are not finite as float32 for row "
            f"{rows[broken[0]]}."
        )
    vectors = np.zeros((n_products, found.shape[1]), np.float32)
    vectors[rows] = found
    return vectors
