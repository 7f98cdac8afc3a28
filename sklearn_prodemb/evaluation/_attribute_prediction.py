"""Attributes of products told from their vectors by a linear head."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from numbers import Integral, Real
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

from .._public import public
from .._utils.factorize import factorize
from .._utils.validation import as_list, as_narwhals, read_frame
from ._vectors import product_vectors


@validate_params(
    {
        "test": [Interval(Real, 0, 1, closed="neither"), "array-like"],
        "train_size": [Interval(Integral, 2, None, closed="left"), None],
        "hidden": [Mapping, None],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
@public
def attribute_prediction(
    transformer: Any,
    X: Any,
    attributes: Any,
    *,
    groups: Any = None,
    test: Any = 0.4,
    train_size: int | None = None,
    hidden: Mapping[str, Any] | None = None,
    head: Any = None,
    random_state: int | np.random.RandomState | None = None,
) -> dict[str, float]:
    """Predict attributes of new products from their vectors.

    A linear head learns an attribute from the vectors of some products, and is scored
    on others [1]_. While an attribute is predicted, its column is hidden from the
    transformer. The transformer must not have learned the answers: fit it without the
    attributes of the test products, also as categories of sessions.

    Parameters
    ----------
    transformer : estimator
        A fitted transformer of products: anything with a method `transform` that gives
        a dense or sparse row for each product.
    X : list, ndarray, Series or data frame, of length n_products
        The products as the transformer takes them: titles, ids, pictures, rows of
        numbers or a frame.
    attributes : data frame or dict of str to array-like, each of length n_products
        The attributes to predict, one in each column. A product without a value is left
        out for that attribute.
    groups : array-like of length n_products or None, default=None
        Products of one group, such as those of one title, are on one side. A product
        without a group is a group of its own. With None, equal titles or ids are a
        group. Each missing value, each picture or other value that cannot be hashed,
        and each row of a frame or of numbers is then a group of its own.
    test : float or array-like of bool of length n_products, default=0.4
        Share of the groups to score on, above 0 and below 1. Or a mask of the products
        to score on, such as those that the transformer was not fitted on. Other
        products of their groups are then not used in training.
    train_size : int or None, default=None
        Number of labelled products, drawn from the others; None takes all.
    hidden : dict of str to str or list of str, or None, default=None
        For an attribute, further columns of a frame `X` that are hidden from the
        transformer: those that give it away, such as a finer or a translated form.
    head : classifier or None, default=None
        The model that predicts the attribute from vectors; None is a
        `LogisticRegression`.
    random_state : int, RandomState instance or None, default=None
        Seed of the split and the draw.

    Returns
    -------
    scores : dict of str to float
        The accuracy for each attribute. A test product of a class that no training
        product has counts as wrong, as it would be in use.

    Raises
    ------
    TypeError
        If `attributes` are neither a frame nor a dict.
    ValueError
        If lengths differ, another column of `X` has the values of an attribute under
        other names, an attribute has no test product or a single class to learn from,
        or a parameter is not valid.

    Notes
    -----
    A hidden column is replaced by missing values, so that the transformer finds all
    columns that it was fitted on.

    References
    ----------
    .. [1] "One embedding to do them all", 2019, arXiv:1906.12120.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn_prodemb.evaluation import attribute_prediction
    >>> titles = [f"{thing} {i}" for i in range(20) for thing in ("mate", "funda")]
    >>> words = TfidfVectorizer().fit(titles)
    >>> attributes = {"aisle": ["kitchen", "phones"] * 20}
    >>> attribute_prediction(words, titles, attributes, random_state=0)
    {'aisle': 1.0}
    """
    frame = read_frame(X) if _is_table(X) else None
    # A table goes to the transformer as it is, all else as a list.
    is_table = frame is not None or _is_table_of_numbers(X)
    rows = None if is_table else as_list(X, "X", of="product")
    n_products = len(X if frame is None else frame) if rows is None else len(rows)
    named = _read_attributes(attributes, n_products)
    hidden = _columns_to_hide(hidden or {}, named, frame)
    rng = check_random_state(random_state)
    group_codes = _group_codes(groups, rows, n_products)
    is_test, is_train = _sides(test, group_codes, rng)

    columns = {} if frame is None else _factorize_columns(frame)
    found, vectors = {}, None
    for name, values in named.items():
        codes, _ = factorize(values, f"A value of attribute {name!r}")
        _forbid_copies(columns, name, hidden[name], codes)
        if hidden[name]:
            without = _without(X, hidden[name])
            of_attribute = product_vectors(transformer, without, n_products)
        else:
            if vectors is None:
                given = X if rows is None else rows
                vectors = product_vectors(transformer, given, n_products)
            of_attribute = vectors
        known = codes >= 0
        train, asked = np.flatnonzero(is_train & known), np.flatnonzero(is_test & known)
        if train_size is not None:
            if train_size > len(train):
                raise ValueError(
                    f"train_size={train_size}, but attribute {name!r} is known of "
                    f"{len(train)} training products only."
                )
            train = rng.choice(train, train_size, replace=False)
        n_classes = len(np.unique(codes[train]))
        if not len(asked) or n_classes < 2:
            raise ValueError(
                f"Attribute {name!r} has {len(asked)} test products and {n_classes} "
                f"classes among {len(train)} training products: at least 1 and 2 are "
                f"needed."
            )
        model = LogisticRegression(max_iter=1000) if head is None else clone(head)
        model.fit(of_attribute[train], codes[train])
        right = model.predict(of_attribute[asked]) == codes[asked]
        found[name] = float(right.mean())
    return found


def _is_table(X: Any) -> bool:
    return not isinstance(X, (list, tuple, np.ndarray)) and read_frame(X) is not None


def _is_table_of_numbers(X: Any) -> bool:
    # A single column is one of ids.
    return (
        isinstance(X, np.ndarray)
        and X.dtype.kind in "biuf"
        and X.ndim >= 2
        and (X.ndim > 2 or X.shape[1] != 1)
    )


def _read_attributes(attributes: Any, n_products: int) -> dict[str, list[Any]]:
    frame = None if isinstance(attributes, Mapping) else read_frame(attributes)
    if frame is not None:
        named = {name: frame.get_column(name).to_list() for name in frame.columns}
    elif isinstance(attributes, Mapping):
        named = {
            str(name): as_list(values, f"attributes[{name!r}]", of="value")
            for name, values in attributes.items()
        }
    else:
        raise TypeError(
            f"attributes must be a data frame or a dict of str to values, got "
            f"{type(attributes).__name__}: write {{'colour': values}} for one."
        )
    if not named:
        raise ValueError("There is no attribute to predict: attributes is empty.")
    for name, values in named.items():
        if len(values) != n_products:
            raise ValueError(
                f"Attribute {name!r} must have a value for each of the {n_products} "
                f"products of X, got {len(values)}."
            )
    return named


def _columns_to_hide(
    hidden: Mapping[str, Any], named: dict[str, list[Any]], frame: Any
) -> dict[str, list[str]]:
    """Give the columns of the frame to take away for each attribute."""
    more = {n: [c] if isinstance(c, str) else list(c) for n, c in hidden.items()}
    for name, columns in more.items():
        if name not in named:
            raise ValueError(
                f"hidden has {name!r}, which is none of the attributes {list(named)}."
            )
        for column in columns:
            if frame is None or column not in frame.columns:
                has = "is no frame" if frame is None else f"has columns {frame.columns}"
                raise ValueError(f"hidden[{name!r}] has {column!r}, but X {has}.")
    present = [] if frame is None else frame.columns
    return {
        name: [c for c in present if c == name or c in more.get(name, [])]
        for name in named
    }


def _group_codes(groups: Any, rows: list[Any] | None, n_products: int) -> np.ndarray:
    if groups is None:
        if rows is None:
            return np.arange(n_products)
        try:
            return _group_by_value(rows, "A product")
        except TypeError:
            # Pictures cannot be hashed.
            return np.arange(n_products)
    values = as_list(groups, "groups", of="group")
    if len(values) != n_products:
        raise ValueError(
            f"groups must have a value for each of the {n_products} products of X, got "
            f"{len(values)}."
        )
    return _group_by_value(values, "A group")


def _group_by_value(values: list[Any], what: str) -> np.ndarray:
    codes, distinct = factorize(values, what)
    # A product of no group is one of its own.
    alone = codes < 0
    codes[alone] = len(distinct) + np.arange(alone.sum())
    return codes


def _sides(
    test: Any, groups: np.ndarray, rng: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Give which products are scored on and which learned from, a group on one side."""
    if isinstance(test, Real):
        distinct = np.unique(groups)
        n = round(float(test) * len(distinct))
        if not 0 < n < len(distinct):
            raise ValueError(
                f"test={test} of {len(distinct)} groups of products leaves a side "
                f"without any."
            )
        is_test = np.isin(groups, rng.permutation(distinct)[:n])
        return is_test, ~is_test
    is_test = np.asarray(test)
    if is_test.dtype != bool or is_test.shape != groups.shape:
        raise ValueError(
            f"test must be a share or a bool for each of the {len(groups)} products, "
            f"got an array of dtype {is_test.dtype} and shape {is_test.shape}."
        )
    return is_test, ~np.isin(groups, groups[is_test])


def _factorize_columns(frame: Any) -> dict[str, np.ndarray]:
    """Give the columns as numbers, without those of values that cannot be hashed."""
    columns = {}
    for name in frame.columns:
        # Pictures, as arrays or as objects, cannot be hashed.
        with suppress(TypeError):
            columns[name], _ = factorize(frame.get_column(name).to_list(), "A value")
    return columns


def _forbid_copies(
    columns: dict[str, np.ndarray], name: str, hidden: list[str], codes: np.ndarray
) -> None:
    """Raise a ValueError if a column that is left tells the attribute one to one."""
    for column, others in columns.items():
        if column in hidden:
            continue
        both = (codes >= 0) & (others >= 0)
        n_values = others.max(initial=-1) + 1
        pairs = len(np.unique(codes[both] * n_values + others[both]))
        classes = len(np.unique(codes[both]))
        if 1 < classes < both.sum() and pairs == classes == len(
            np.unique(others[both])
        ):
            raise ValueError(
                f"Column {column!r} of X tells attribute {name!r} one to one: hide it "
                f"with hidden={{{name!r}: [{column!r}]}}, or leave it out."
            )


def _without(X: Any, columns: list[str]) -> Any:
    """Give the frame with missing values in some columns, as what it came as."""
    native = as_narwhals(X)
    names = [n for n in native.collect_schema().names() if str(n) in columns]
    return native.with_columns(nw.lit(None).alias(name) for name in names).to_native()
