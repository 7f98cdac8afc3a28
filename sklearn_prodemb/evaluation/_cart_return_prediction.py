"""Returns predicted from the lines of carts and the vectors of their products."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions, validate_params

from .._public import public
from .._utils.factorize import factorize
from .._utils.renumber import renumber
from .._utils.validation import describe, is_missing, is_number, read_frame
from ._scores import class_scores
from ._vectors import product_vectors

_NEEDED = ("user", "returned")


@validate_params(
    {
        "products": [str, list],
        "features": [list, tuple],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "shared_users": [StrOptions({"error", "allow"})],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
@public
def cart_return_prediction(
    transformer: Any,
    train: Any,
    test: Any,
    *,
    products: str | list[str] = "title",
    features: Sequence[str] = ("quantity", "cart_size"),
    n_components: int | None = 32,
    shared_users: str = "error",
    head: Any = None,
    random_state: int | np.random.RandomState | None = None,
) -> dict[str, float]:
    """Predict which lines of carts come back.

    A head learns from the vectors of products and from other columns of lines [1]_, and
    is scored on other lines.

    Parameters
    ----------
    transformer : estimator or None
        A fitted transformer of products: anything with a method `transform` that gives
        a dense or sparse row for each product. Fit it on the sessions of the training
        lines. None takes the features alone.
    train, test : data frame of n_train and n_test rows
        The lines to learn from and to score on, as `cart_lines` gives them, with
        further columns. Split the sessions before, so that no label leaks: by user with
        `sessions.split(by_user=True)`, or by time, if you read the rows before a day
        and the rows after it apart.
    products : str or list of str, default="title"
        The column that the transformer takes as a list, such as "title" or "product". A
        list of columns gives it a frame.
    features : list of str, default=("quantity", "cart_size")
        The columns of numbers that the head takes beside the vectors; missing values
        are allowed if the head takes them, as the default does.
    n_components : int or None, default=32
        The vectors are reduced to this many columns by a PCA of the products of the
        training lines. None keeps all columns, and so does a number that is too large
        for the products.
    shared_users : {"error", "allow"}, default="error"
        What to do if a user is in both parts; missing users do not count. "allow" suits
        a split by time. With any other split the head would know the users of the test
        lines.
    head : classifier or None, default=None
        The model that predicts returns; None is a `HistGradientBoostingClassifier`.
    random_state : int, RandomState instance or None, default=None
        Seed of PCA and default head.

    Returns
    -------
    scores : dict of str to float
        "auc_roc" of the test lines.

    Raises
    ------
    TypeError
        If the lines are no data frames.
    ValueError
        If a column is missing or a feature is not of numbers, a value of "returned" is
        missing or neither a bool nor 0 or 1, a part has only lines that were returned
        or only lines that were not, a user is in both parts, or a parameter is not
        valid.

    See Also
    --------
    cart_lines : The lines of sessions.

    References
    ----------
    .. [1] "One embedding to do them all", 2019, arXiv:1906.12120.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn_prodemb.evaluation import cart_return_prediction
    >>> lines = pd.DataFrame({
    ...     "user": np.arange(400),
    ...     "title": ["mate de vidrio", "termo", "bombilla", "yerba"] * 100,
    ...     "quantity": 1,
    ...     "cart_size": 1,
    ...     "returned": [True, False, False, False] * 100,
    ... })
    >>> words = TfidfVectorizer().fit(lines["title"])
    >>> cart_return_prediction(words, lines[:200], lines[200:], random_state=0)
    {'auc_roc': 1.0}
    """
    columns = [products] if isinstance(products, str) else [*products]
    needed = [*_NEEDED, *features, *(columns if transformer is not None else [])]
    frames = [
        _read(lines, n, needed) for n, lines in (("train", train), ("test", test))
    ]
    if transformer is None and not features:
        raise ValueError(
            "There is nothing to learn from: give a transformer or features."
        )
    if shared_users == "error":
        _forbid_shared_users(*frames)
    labels = [_labels(f, n) for n, f in zip(("train", "test"), frames, strict=True)]
    rng = check_random_state(random_state)
    X = [
        np.column_stack([np.empty((len(f), 0)), *(_numbers(f, n) for n in features)])
        for f in frames
    ]
    if transformer is not None:
        vectors = [_vectors(transformer, frame, products) for frame in frames]
        reduced = _reduce(vectors, n_components, rng)
        X = [np.hstack([numbers, of]) for numbers, of in zip(X, reduced, strict=True)]
    model = _default_head(rng) if head is None else clone(head)
    model.fit(X[0], labels[0])
    scores = class_scores(model, X[1])[:, 1]
    return {"auc_roc": float(roc_auc_score(labels[1], scores))}


def _default_head(rng: np.random.RandomState) -> HistGradientBoostingClassifier:
    # Returns are rare and hard to predict: many small trees, each split among a part of
    # the columns, are better than few large ones.
    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=300,
        max_leaf_nodes=15,
        l2_regularization=10,
        max_features=0.3,
        random_state=rng,
    )


def _read(lines: Any, part: str, needed: list[str]) -> Any:
    frame = read_frame(lines, part)
    if frame is None:
        raise TypeError(
            f"{part} must be a data frame of lines, as cart_lines gives it, got "
            f"{type(lines).__name__}."
        )
    for name in needed:
        if name not in frame.columns:
            raise ValueError(
                f"{part} has no column {name!r}; its columns are {frame.columns}."
            )
    return frame


def _forbid_shared_users(train: Any, test: Any) -> None:
    # A missing user is nobody known, and so no one that both parts share.
    users = [
        {user for user in frame.get_column("user").to_list() if not is_missing(user)}
        for frame in (train, test)
    ]
    shared = users[0] & users[1]
    if shared:
        raise ValueError(
            f"{len(shared)} of {len(users[1])} users of test are in train too, one of "
            f"them {next(iter(shared))!r}: split with sessions.split(by_user=True), or "
            f"allow it with shared_users='allow' if the parts were split by time."
        )


def _labels(frame: Any, part: str) -> np.ndarray:
    cells = frame.get_column("returned").to_list()
    for row, cell in enumerate(cells):
        # A missing value or a text would pass for True.
        if not is_number(cell) or cell not in (0, 1):
            raise ValueError(
                f"Returns must be bool, or 0 and 1, but row {row} of column 'returned' "
                f"of {part} is {describe(cell)}: drop such lines, or correct them."
            )
    labels = np.array(cells, bool)
    if labels.all() or not labels.any():
        what = "came back" if len(labels) and labels.all() else "came not back"
        raise ValueError(
            f"All {len(labels)} lines of {part} {what}: there is nothing to tell apart."
        )
    return labels


def _numbers(frame: Any, name: str) -> np.ndarray:
    column = frame.get_column(name)
    if not (column.dtype.is_numeric() or column.dtype == nw.Boolean):
        raise ValueError(
            f"Feature {name!r} must be a column of numbers, but is of {column.dtype}."
        )
    return column.cast(nw.Float64).to_numpy()


def _vectors(
    transformer: Any, frame: Any, products: str | list[str]
) -> tuple[Any, np.ndarray]:
    """Give the vectors of distinct products, and which of them a line has."""
    names = [products] if isinstance(products, str) else products
    codes = np.zeros(len(frame), np.int64)
    for name in names:
        part, distinct = factorize(frame.get_column(name).to_list(), "A product")
        codes = renumber(codes * (len(distinct) + 1) + part)[0]
    codes, first = renumber(codes)
    if isinstance(products, str):
        of_products = frame.get_column(products).to_list()
        given = [of_products[row] for row in first]
    else:
        given = frame.select(products)[first.tolist()].to_native()
    vectors = product_vectors(transformer, given, len(first))
    return vectors, codes


def _reduce(
    parts: list[tuple[Any, np.ndarray]],
    n_components: int | None,
    rng: np.random.RandomState,
) -> list[np.ndarray]:
    (learned, _), _ = parts
    if n_components is None or n_components >= min(np.shape(learned)):
        dense = [v.toarray() if issparse(v) else v for v, _ in parts]
    else:
        pca = PCA(n_components, random_state=rng).fit(learned)
        dense = [pca.transform(vectors) for vectors, _ in parts]
    return [v[codes] for v, (_, codes) in zip(dense, parts, strict=True)]
