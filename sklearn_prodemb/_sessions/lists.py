"""Read sessions from nested lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MappingView, Set
from typing import Any

import narwhals.stable.v2 as nw

from .._utils.validation import as_narwhals, describe


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
        If a session is a bare title, a tuple, a mapping, a set or a data frame, or an
        element is neither a str nor a pair of a str and a category.
    ValueError
        If there is no session.
    """
    sessions = _items(sessions, "The list of sessions")
    if isinstance(sessions, (str, bytes)) or not isinstance(sessions, Iterable):
        raise TypeError(f"Expected a list of sessions, got {describe(sessions)}.")
    keys: list[int] = []
    titles: list[str] = []
    categories: list[Any] = []
    number = -1
    # Types of sessions that need no change: asking narwhals takes a while.
    as_they_are: set[type] = {list}
    for number, session in enumerate(sessions):
        if type(session) not in as_they_are:
            items = _items(session, f"Session {number}")
            if items is session:
                as_they_are.add(type(session))
            session = items
        # A tuple of two titles looks like a pair that lacks its session.
        pair = isinstance(session, tuple)
        text = isinstance(session, (str, bytes))
        if pair or text or not isinstance(session, Iterable):
            raise TypeError(
                f"Session {number} must be a list of titles or of (title, category) "
                f"pairs, got {describe(session)}"
                + (
                    "; a tuple is a (title, category) pair, and groups of a data frame "
                    "are read by Sessions.from_frame."
                    if pair
                    else "."
                )
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


def _items(values: Any, what: str) -> Any:
    """Give what can be iterated over, and refuse what has no order or no titles."""
    if isinstance(values, Mapping):
        raise TypeError(
            f"{what} is a {type(values).__name__}, whose keys would be taken for its "
            f"content: pass a list of what it holds."
        )
    # The views of a mapping are sets to Python, but they have its order.
    if isinstance(values, Set) and not isinstance(values, MappingView):
        raise TypeError(
            f"{what} is a {type(values).__name__}, which has no order: pass a list, "
            f"such as sorted(values)."
        )
    if hasattr(values, "tolist"):
        # NumPy's and Arrow's scalars become Python's.
        return values.tolist()
    native = as_narwhals(values)
    if isinstance(native, (nw.DataFrame, nw.LazyFrame)):
        raise TypeError(
            f"{what} is a data frame: pass one frame of all rows to "
            f"Sessions.from_frame(frame, session=..., title=...)."
        )
    return native.to_list() if isinstance(native, nw.Series) else values
