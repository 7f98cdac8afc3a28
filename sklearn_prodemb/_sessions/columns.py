"""Rows of products seen in, the deduplicated columns of `Sessions` out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._utils.factorize import factorize, factorize_plain
from .._utils.validation import describe, first_not_str, is_missing


def columns_from_rows(
    keys: np.ndarray,
    titles: Sequence[Any],
    categories: Sequence[Any] | None,
    place: Callable[[str, int], str],
    order: np.ndarray | None = None,
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Order rows by session and drop what repeats within one.

    Parameters
    ----------
    keys : ndarray of int64, shape (n_rows,)
        The session of each row, in the order of `order`.
    titles : sequence of str, of length n_rows
        The title of each row.
    categories : sequence, of length n_rows, or None
        The category of each row, missing values allowed.
    place : callable
        Turns "title" or "category" and a row into what error messages call it.
    order : ndarray of int64, shape (n_rows,), or None, default=None
        The order in which rows are taken; None: as they come.

    Returns
    -------
    titles : list of str
        The distinct titles, in order of appearance.
    categories : ndarray, shape (n_categories,)
        The distinct categories, sorted.
    title_codes, category_codes : ndarray of int32, shape (n_views,)
        Title and category of each row that is kept, session after session.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Where the sessions begin.

    Raises
    ------
    TypeError
        If a title is no str, or categories are not all str or all numbers.
    ValueError
        If there is no row.
    """
    if len(keys) == 0:
        raise ValueError("There is no session: no row holds a product.")
    _check_titles(titles, place)
    # Titles and categories become numbers.
    title_codes, distinct_titles = factorize(titles, "A title")
    category_codes, distinct_categories = sort_labels(
        categories, len(keys), "category", place
    )
    # Rows are put in the order of sessions, and a title that repeats is dropped.
    keys, rows = in_session_order(keys, order)
    title_codes, category_codes = title_codes[rows], category_codes[rows]
    kept, offsets, view_of_row = drop_repeats(keys, title_codes)
    # A view has the first known category of its rows: written backwards, it stays.
    category_of_view = np.full(len(kept), -1, np.int64)
    known = np.flatnonzero(category_codes >= 0)[::-1]
    category_of_view[view_of_row[known]] = category_codes[known]
    # Titles and categories are numbered anew by what is kept, and in its order, so
    # that equal sessions have equal columns.
    title_of_view = title_codes[kept]
    title_codes, first = renumber(title_of_view)
    has_category = category_of_view >= 0
    used, renumbered = np.unique(category_of_view[has_category], return_inverse=True)
    category_of_view[has_category] = renumbered
    return (
        [distinct_titles[i] for i in title_of_view[first]],
        distinct_categories[used],
        title_codes.astype(np.int32),
        category_of_view.astype(np.int32),
        offsets,
    )


def _check_titles(titles: Sequence[Any], place: Callable[[str, int], str]) -> None:
    row = first_not_str(titles)
    if row is not None:
        n_missing = sum(map(is_missing, titles))
        also = f" ({n_missing} titles are missing in all)" if n_missing else ""
        raise TypeError(
            f"Titles must be of type str, but {place('title', row)} is "
            f"{describe(titles[row])}{also}: drop such rows, or turn them into str."
        )


def in_session_order(
    keys: np.ndarray, order: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Sort rows by session, and within one as they come.

    Parameters
    ----------
    keys, order
        As in `columns_from_rows`.

    Returns
    -------
    keys, rows : ndarray of int64, shape (n_rows,)
        The session and the number of each row, in order.
    """
    rows = np.arange(len(keys)) if order is None else order
    if np.any(np.diff(keys) < 0):
        by_key = np.argsort(keys, kind="stable")
        keys, rows = keys[by_key], rows[by_key]
    return keys, rows


def drop_repeats(
    keys: np.ndarray, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the first row of each product in each session.

    Parameters
    ----------
    keys, codes : ndarray of int64, shape (n_rows,)
        Session and product of each row, sessions in ascending order.

    Returns
    -------
    kept : ndarray of int64, shape (n_views,)
        The rows that stay.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Where the sessions begin among them.
    view_of_row : ndarray of int64, shape (n_rows,)
        Which of the kept rows has a row's session and product.
    """
    # One number for each pair of session and product, in order of appearance.
    view_of_row, kept = renumber(keys * (codes.max() + 1) + codes)
    # A session begins with its first kept row.
    _, starts = np.unique(keys[kept], return_index=True)
    return kept, np.append(starts, len(kept)).astype(np.int64), view_of_row


def renumber(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give codes new numbers in order of appearance, and the first row of each."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    # The k-th value to appear has rank k.
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[inverse], first[order]


# What errors call one label, and several.
_LABELS = {"category": ("A category", "Categories"), "event": ("An event", "Events")}


def sort_labels(
    labels: Sequence[Any] | None,
    n_rows: int,
    role: str,
    place: Callable[[str, int], str],
) -> tuple[np.ndarray, np.ndarray]:
    """Give the distinct labels numbers in sorted order, missing ones -1.

    Parameters
    ----------
    labels : sequence, of length n_rows, or None
        The label of each row, missing values allowed; None if there are none.
    n_rows : int
        Number of rows.
    role : {"category", "event"}
        What the labels are.
    place : callable
        As in `columns_from_rows`.

    Returns
    -------
    codes : ndarray of int64, shape (n_rows,)
        The label of each row as a number.
    distinct : ndarray, shape (n_labels,)
        The labels, sorted.

    Raises
    ------
    TypeError
        If they are not all str or all numbers.
    """
    if labels is None:
        return np.full(n_rows, -1, np.int64), np.empty(0, object)
    one, several = _LABELS[role]
    codes, distinct = factorize_plain(labels, one, lambda row: place(role, row))
    others = [i for i, v in enumerate(distinct) if not isinstance(v, str)]
    if 0 < len(others) < len(distinct):
        row = int(np.argmax(codes == others[0]))
        raise TypeError(
            f"{several} must be all str or all numbers, but {place(role, row)} "
            f"has {describe(distinct[others[0]])} among str."
        )
    rank = sorted(range(len(distinct)), key=distinct.__getitem__)
    renumber = np.empty(len(distinct) + 1, np.int64)
    renumber[rank] = np.arange(len(distinct))
    renumber[-1] = -1
    return renumber[codes], _as_array([distinct[i] for i in rank])


def _as_array(labels: list[Any]) -> np.ndarray:
    if not labels or isinstance(labels[0], str):
        return np.array(labels, object)
    array = np.array(labels)
    # Large whole numbers would become floats, and lose digits.
    return array if array.tolist() == labels else np.array(labels, object)
