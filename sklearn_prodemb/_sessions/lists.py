"""Read sessions from nested lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._utils.validation import describe


def read_lists(
    sessions: Iterable[Iterable[Any]],
) -> tuple[list[int], list[str], list[Any]]:
    """Flatten nested lists of titles or (title, category) pairs.

    Parameters
    ----------
    sessions : iterable of iterable of str or (str, category) pairs
        One inner list a session.

    Returns
    -------
    keys : list of int, of length n_rows
        The session of each row.
    titles : list of str, of length n_rows
        The title of each row.
    categories : list, of length n_rows
        The category of each row, None if there is none.

    Raises
    ------
    TypeError
        If a session is a bare title or a tuple, or an element is neither a str nor a
        pair of a str and a category.
    ValueError
        If there is no session.
    """
    if isinstance(sessions, (str, bytes)) or not isinstance(sessions, Iterable):
        raise TypeError(f"Expected a list of sessions, got {describe(sessions)}.")
    keys: list[int] = []
    titles: list[str] = []
    categories: list[Any] = []
    number = -1
    for number, session in enumerate(sessions):
        # A tuple of two titles looks like a pair that lacks its session.
        pair = isinstance(session, tuple)
        text = isinstance(session, (str, bytes))
        if pair or text or not isinstance(session, Iterable):
            raise TypeError(
                f"Session {number} must be a list of titles or of (title, category) "
                f"pairs, got {describe(session)}"
                + ("; a tuple is a (title, category) pair." if pair else ".")
            )
        for position, item in enumerate(session):
            title, category = item, None
            if isinstance(item, tuple) and len(item) == 2:
                title, category = item
            if not isinstance(title, str):
                raise TypeError(
                    f"Position {position} of session {number} must be a title (a str) "
                    f"or a (title, category) pair, got {describe(item)}."
                )
            keys.append(number)
            titles.append(title)
            categories.append(category)
    if number < 0:
        raise ValueError("There is no session: the list is empty.")
    return keys, titles, categories
