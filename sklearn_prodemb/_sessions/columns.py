"""Rows of products seen in, the deduplicated columns of `Sessions` out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .._utils.chunks import Chunk, chunks, value_at
from .._utils.factorize import Factorized, factorize
from .._utils.renumber import renumber
from .._utils.validation import describe, first_not_str, is_missing


def read_titles(values: Any, place: Callable[[str, int], str]) -> Factorized:
    """Give titles numbers in order of appearance.

    Parameters
    ----------
    values : narwhals Series or sequence of str, of length n_rows
        The title of each row.
    place : callable
        Turns a role, here "title", and a row into what error messages call it.

    Returns
    -------
    titles : Factorized
        The title of each row as a number, and the distinct titles.

    Raises
    ------
    TypeError
        If a title is no str; the error names its row.
    """

    def check(chunk: Chunk) -> None:
        if first_not_str(chunk.values) is None:
            return
        others = [i for i, v in enumerate(chunk.values) if not isinstance(v, str)]
        row = min(map(chunk.first_row, others))
        n_missing = sum(
            int(chunk.spread(np.array([is_missing(v) for v in chunk.values])).sum())
            for chunk in chunks(values)
        )
        also = f" ({n_missing} titles are missing in all)" if n_missing else ""
        raise TypeError(
            f"Titles must be of type str, but {place('title', row)} is "
            f"{describe(value_at(values, row))}{also}: drop such rows, or turn them "
            f"into str."
        )

    return factorize(values, "A title", check=check)


def columns_from_rows(
    keys: np.ndarray,
    rows: np.ndarray,
    titles: Factorized,
    categories: Factorized | None,
    place: Callable[[str, int], str],
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Take rows in the order of sessions and drop what repeats within one.

    Parameters
    ----------
    keys, rows : ndarray of int64, shape (n_rows,)
        The session and the number of each row, in the order of `in_session_order`.
    titles : Factorized
        The title of each row, none missing.
    categories : Factorized or None
        The category of each row: str and numbers, missing values allowed.
    place : callable
        Turns "category" and a row into what error messages call it.

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
        If categories are not all str or all numbers.
    ValueError
        If there is no row.
    """
    if len(keys) == 0:
        raise ValueError("There is no session: no row holds a product.")
    labels, distinct_categories = sort_labels(categories, "category", place)
    # A title that repeats in a session is dropped.
    kept, offsets, view_of_row = drop_repeats(keys, titles.codes[rows])
    if labels is None:
        category_of_view = np.full(len(kept), -1, np.int64)
    else:
        # A view has the first known category of its rows.
        category_of_view = first_known(labels[rows], view_of_row(), len(kept))
    # Titles and categories are numbered anew by what is kept, and in its order, so
    # that equal sessions have equal columns.
    title_of_view = titles.codes[rows[kept]]
    title_codes, first = renumber(title_of_view)
    has_category = category_of_view >= 0
    used, renumbered = np.unique(category_of_view[has_category], return_inverse=True)
    category_of_view[has_category] = renumbered
    return (
        [titles.distinct[i] for i in title_of_view[first]],
        distinct_categories[used],
        title_codes.astype(np.int32),
        category_of_view.astype(np.int32),
        offsets,
    )


def first_known(codes: np.ndarray, groups: np.ndarray, n_groups: int) -> np.ndarray:
    """Give the first code of each group that is not -1.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_rows,)
        The codes, -1 if one is not known.
    groups : ndarray of int64, shape (n_rows,)
        The group of each row, a number from 0.
    n_groups : int
        Number of groups.

    Returns
    -------
    first : ndarray of int64, shape (n_groups,)
        The code of each group, -1 if none is known.
    """
    first = np.full(n_groups, -1, np.int64)
    # Written backwards, the first one stays.
    known = np.flatnonzero(codes >= 0)[::-1]
    first[groups[known]] = codes[known]
    return first


def in_session_order(
    keys: np.ndarray, order: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Sort rows by session, and within one as they come.

    Parameters
    ----------
    keys : ndarray of int64, shape (n_rows,)
        The session of each row, in the order of `order`.
    order : ndarray of int64, shape (n_rows,), or None, default=None
        The order in which rows are taken; None: as they come.

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
) -> tuple[np.ndarray, np.ndarray, Callable[[], np.ndarray]]:
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
    view_of_row : callable
        Gives which of the kept rows has a row's session and product, an ndarray of
        int64 of shape (n_rows,).
    """
    # One number for each pair of session and product: equal ones become neighbours,
    # in their order.
    pairs = keys * (int(codes.max()) + 1) + codes
    order = np.argsort(pairs, kind="stable")
    is_first = np.ones(len(pairs), bool)
    pairs = pairs[order]
    np.not_equal(pairs[1:], pairs[:-1], out=is_first[1:])
    del pairs
    is_kept = np.zeros(len(keys), bool)
    is_kept[order[is_first]] = True
    kept = np.flatnonzero(is_kept)

    def view_of_row() -> np.ndarray:
        # The k-th row to be kept is view k, and so are its repeats.
        number = np.cumsum(is_kept) - 1
        views = np.empty(len(keys), np.int64)
        views[order] = number[order[is_first]][np.cumsum(is_first) - 1]
        return views

    # A session begins with its first kept row.
    return kept, starts_of(keys[kept]), view_of_row


def starts_of(keys: np.ndarray) -> np.ndarray:
    """Give where runs of equal keys begin, and the end, int64 (n_runs + 1,)."""
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    return np.append(starts, len(keys)).astype(np.int64)


# What errors call one label, and several.
LABELS = {"category": ("A category", "Categories"), "event": ("An event", "Events")}


def sort_labels(
    labels: Factorized | None, role: str, place: Callable[[str, int], str]
) -> tuple[np.ndarray | None, np.ndarray]:
    """Give the distinct labels numbers in sorted order, missing ones -1.

    Parameters
    ----------
    labels : Factorized or None
        The label of each row, str and numbers, missing values allowed; None if there
        are none.
    role : {"category", "event"}
        What the labels are.
    place : callable
        As in `columns_from_rows`.

    Returns
    -------
    codes : ndarray of int64, shape (n_rows,), or None
        The label of each row as a number; None if there are none.
    distinct : ndarray, shape (n_labels,)
        The labels, sorted.

    Raises
    ------
    TypeError
        If they are not all str or all numbers.
    """
    if labels is None:
        return None, np.empty(0, object)
    codes, distinct = labels
    others = [i for i, v in enumerate(distinct) if not isinstance(v, str)]
    if 0 < len(others) < len(distinct):
        row = int(np.argmax(codes == others[0]))
        raise TypeError(
            f"{LABELS[role][1]} must be all str or all numbers, but {place(role, row)} "
            f"has {describe(distinct[others[0]])} among str."
        )
    rank = sorted(range(len(distinct)), key=distinct.__getitem__)
    number = np.empty(len(distinct) + 1, np.int64)
    number[rank] = np.arange(len(distinct))
    number[-1] = -1
    return number[codes], _as_array([distinct[i] for i in rank])


def _as_array(labels: list[Any]) -> np.ndarray:
    if not labels or isinstance(labels[0], str):
        return np.array(labels, object)
    array = np.array(labels)
    # Large whole numbers would become floats, and lose digits.
    return array if array.tolist() == labels else np.array(labels, object)
