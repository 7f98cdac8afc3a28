"""Checks of user input that name what is wrong and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from numbers import Real
from typing import Any

import narwhals
import narwhals.stable.v2 as nw
import numpy as np
import scipy.sparse
from narwhals.exceptions import DuplicateError
from sklearn.utils._missing import is_pandas_na, is_scalar_nan


def is_missing(value: Any) -> bool:
    """Tell whether a scalar is None, NaN, NaT or pandas.NA."""
    if value is None or is_scalar_nan(value) or is_pandas_na(value):
        return True
    return (
        type(value).__name__ == "NaTType"
        or (isinstance(value, Decimal) and value.is_nan())
        or (
            isinstance(value, (np.datetime64, np.timedelta64)) and bool(np.isnat(value))
        )
    )


def is_number(value: Any) -> bool:
    """Tell whether a value is a real number: a Decimal is, a duration is none."""
    # NumPy's durations pass for its whole numbers.
    return isinstance(value, (Real, Decimal, np.bool_)) and not isinstance(
        value, np.timedelta64
    )


def describe(value: Any) -> str:
    """Name a value for an error message."""
    if is_missing(value):
        return f"a missing value ({value!r})"
    if isinstance(value, bytes):
        return "bytes (decode them first)"
    text = repr(value)
    text = text if len(text) <= 40 else text[:37] + "..."
    return f"{text} of type {type(value).__name__}"


def first_not_str(values: Sequence[Any]) -> int | None:
    """Give the position of the first value that is not a str, or None."""
    # The set of types is a fast path: it looks at 100,000 values in a millisecond.
    if set(map(type, values)) <= {str}:
        return None
    return next((i for i, v in enumerate(values) if not isinstance(v, str)), None)


def as_list(X: Any, name: str, *, of: str = "title") -> list[Any]:
    """Turn a list, array, Series or one-column frame into a list.

    Parameters
    ----------
    X : iterable, ndarray, Series or one-column data frame
        The input.
    name : str
        What the error messages call it.
    of : str, default="title"
        What they call one of its elements.

    Returns
    -------
    values : list
        The elements, not checked.

    Raises
    ------
    ValueError
        If `X` is one bare str, or has more than one column or dimension.
    TypeError
        If `X` is no collection.
    """
    if isinstance(X, (str, bytes)):
        raise ValueError(
            f"{name} must be a list of {of}s, got one bare {type(X).__name__}: "
            f"write [{of.split()[-1]}] for a single {of}."
        )
    if isinstance(X, (list, tuple)):
        nested = next((x for x in X[:1] if isinstance(x, (list, tuple))), None)
        if nested is not None:
            raise ValueError(
                f"{name} must be a flat list of {of}s, got a list of lists (2-d "
                f"input): its first element is {describe(nested)}."
            )
        return list(X)
    if scipy.sparse.issparse(X):
        raise TypeError(f"{name} must hold {of}s; sparse input is not supported.")
    if (not isinstance(X, np.ndarray) and hasattr(X, "__array__")) or is_frame(X):
        native = as_narwhals(X)
        if isinstance(native, nw.LazyFrame):
            native = native.collect()
        if isinstance(native, nw.DataFrame):
            if native.shape[1] != 1:
                raise ValueError(
                    f"{name} must have one column of {of}s, got a frame with "
                    f"{native.shape[1]} columns: {native.columns}."
                )
            native = native.get_column(native.columns[0])
        if isinstance(native, nw.Series):
            return native.to_list()
        X = np.asarray(X)
    if isinstance(X, np.ndarray):
        if X.ndim == 2 and X.shape[1] == 1:
            X = X[:, 0]
        if X.ndim != 1:
            raise ValueError(
                f"{name} must be 1-dimensional (one {of} a row), got an array of "
                f"{X.ndim} dimensions, shape {X.shape}."
            )
        return X.tolist()
    if isinstance(X, (Mapping, Set)) or not isinstance(X, Iterable):
        raise TypeError(
            f"{name} must be a list, array, Series or one-column frame of {of}s, "
            f"got {type(X).__name__}."
        )
    return list(X)


def as_narwhals(X: Any) -> Any:
    """Wrap a data frame, Series or record batch; give all else back as it is."""
    native = nw.from_native(X, allow_series=True, pass_through=True)
    # A record batch is both an array and a stream to Arrow; a mere stream could be read
    # only once.
    if hasattr(X, "__arrow_c_array__") and hasattr(X, "__arrow_c_stream__"):
        # The stable interface could not read it in narwhals 2.0.
        table = narwhals.DataFrame.from_arrow(X, backend="pyarrow").to_native()
        return nw.from_native(table)
    return native


def read_frame(X: Any, name: str = "X") -> Any:
    """Read a data frame whose columns have names that are str.

    Parameters
    ----------
    X : object
        A data frame, or anything else.
    name : str, default="X"
        What errors call it.

    Returns
    -------
    frame : narwhals DataFrame or None
        The frame, collected if it is lazy; None if `X` is none, such as a Series.

    Raises
    ------
    ValueError
        If two columns have one name.
    """
    try:
        native = as_narwhals(X)
        if isinstance(native, nw.LazyFrame):
            native = native.collect()
        if not isinstance(native, nw.DataFrame):
            return None
        return native.rename({column: str(column) for column in native.columns})
    except DuplicateError as error:
        raise ValueError(
            f"{name} must have one column of a name, but has two columns of one, 1 and "
            f"'1' being the same: rename or drop columns. {error}"
        ) from error


def is_frame(X: Any) -> bool:
    """Tell whether `X` is a data frame or Series that narwhals reads."""
    return isinstance(as_narwhals(X), (nw.DataFrame, nw.LazyFrame, nw.Series))


def is_spark_frame(X: Any) -> bool:
    """Tell whether `X` is a frame of Spark, without an import of pyspark."""
    kind = type(X)
    return kind.__module__.startswith("pyspark.sql.") and kind.__name__ == "DataFrame"
