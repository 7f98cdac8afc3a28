"""Checks of what predictors learn: labels and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from .plain_values import plain_values
from .validation import describe, is_missing, is_number


def check_labels(y: Any, n_titles: int) -> tuple[np.ndarray, np.ndarray]:
    """Turn labels into classes and their numbers.

    Parameters
    ----------
    y : array-like of str, int or bool, of length n_titles
        The labels.
    n_titles : int
        Number of titles.

    Returns
    -------
    classes : ndarray, shape (n_classes,)
        The distinct labels, sorted.
    codes : ndarray of int64, shape (n_titles,)
        The label of each title as a number into `classes`.

    Raises
    ------
    TypeError
        If some labels are str and others numbers.
    ValueError
        If `y` is missing, of another length, has a missing value, is no set of
        classes, or has a single class.
    """
    y, values = _column(y, n_titles, "label")
    text = isinstance(values[0], str)
    row = next((i for i, v in enumerate(values) if isinstance(v, str) != text), None)
    if row is not None:
        raise TypeError(
            f"Labels must be all str or all numbers, but position 0 of y is "
            f"{describe(values[0])} and position {row} is {describe(values[row])}."
        )
    if y.dtype == object and not text:
        y = np.array(plain_values(values))
    check_classification_targets(y)
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"A classifier needs labels of two classes or more, but y holds only one "
            f"class: {classes.tolist()[0]!r}."
        )
    return classes, codes.astype(np.int64)


def check_numbers(y: Any, n_titles: int) -> np.ndarray:
    """Turn the targets of a regression into floats.

    Parameters
    ----------
    y : array-like of float, of length n_titles
        The targets.
    n_titles : int
        Number of titles.

    Returns
    -------
    targets : ndarray of float64, shape (n_titles,)
        The targets.

    Raises
    ------
    ValueError
        If `y` is missing, of another length, has a missing or infinite value, or
        one that is no number; the error names its position.
    """
    y, values = _column(y, n_titles, "target")
    if y.dtype.kind not in "biuf":
        row = next((i for i, v in enumerate(values) if not is_number(v)), None)
        if row is not None:
            raise ValueError(
                f"The targets in y must be numbers, but position {row} is "
                f"{describe(values[row])}."
            )
    targets = y.astype(np.float64)
    rows = np.flatnonzero(~np.isfinite(targets))
    if len(rows):
        raise ValueError(f"The target at position {rows[0]} of y is {y[rows[0]]}.")
    return targets


def _column(y: Any, n_titles: int, what: str) -> tuple[np.ndarray, list[Any]]:
    """Give `y` as an array, and as the values that it was given as."""
    if y is None:
        raise ValueError(
            f"This estimator requires y to be passed, but the target y is None: give "
            f"one {what} a title."
        )
    if isinstance(y, (str, bytes)):
        raise ValueError(f"y must hold one {what} a title, got {describe(y)}.")
    # NumPy would turn a list of str with a gap into an array of str, "nan" one of them.
    values = list(y) if isinstance(y, (list, tuple)) else None
    if isinstance(y, np.ma.MaskedArray) and y.ndim == 1:
        values = y.tolist()  # None if it is masked
    y = column_or_1d(y, warn=True)
    values = list(y) if values is None else values
    if len(y) != n_titles:
        raise ValueError(
            f"X and y have inconsistent lengths: {n_titles} titles, but {len(y)} "
            f"{what}s."
        )
    if n_titles == 0:
        raise ValueError("There is no title to learn from: X is empty.")
    row = next((i for i, v in enumerate(values) if is_missing(v)), None)
    if row is not None:
        raise ValueError(
            f"The {what} at position {row} of y is {describe(values[row])}: drop "
            f"titles without a {what}."
        )
    return y, values
