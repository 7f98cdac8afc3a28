"""Titles as users give them, checked and turned into a list."""

from __future__ import annotations

from typing import Any

from .._utils.validation import as_list, describe, first_not_str


def check_titles(X: Any, *, name: str = "X") -> list[str]:
    """Turn a list, array, Series or one-column frame of titles into a list of str.

    Parameters
    ----------
    X : iterable of str, ndarray, Series or one-column data frame
        The titles.
    name : str, default="X"
        What the error messages call the input.

    Returns
    -------
    titles : list of str, of length n_titles
        The titles, in order.

    Raises
    ------
    ValueError
        If `X` is one bare string, or has more than one column or dimension.
    TypeError
        If `X` is no collection of titles, or one of them is no str.
    """
    titles = as_list(X, name)
    position = first_not_str(titles)
    if position is not None:
        raise TypeError(
            f"{name} must hold titles of type str, but position {position} of "
            f"{len(titles)} is {describe(titles[position])}."
        )
    return titles
