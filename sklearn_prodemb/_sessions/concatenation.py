"""The columns of several `Sessions`, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._utils.factorize import Factorized, factorize
from .._utils.ragged import offsets_of
from .by_id import SessionsById
from .columns import sort_labels
from .events import SessionEvents

if TYPE_CHECKING:
    from .sessions import Sessions


def join_columns(
    parts: Sequence[Sessions],
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Join titles and categories.

    Parameters
    ----------
    parts : sequence of Sessions
        At least one.

    Returns
    -------
    titles, categories, title_codes, category_codes, offsets
        As `columns_from_rows` gives them of all rows.

    Raises
    ------
    TypeError
        If categories are not all str or all numbers.
    """
    # Titles of a part stand in order of appearance, and so do those of all parts.
    titles = _join([(part.titles.tolist(), part.title_codes) for part in parts])
    labels = _join([(part.categories.tolist(), part.category_codes) for part in parts])
    codes, categories = sort_labels(labels, "category", _place_of(parts))
    assert codes is not None
    return (
        titles.distinct,
        categories,
        titles.codes.astype(np.int32),
        codes.astype(np.int32),
        _join_offsets(parts),
    )


def join_by_id(parts: Sequence[Sessions]) -> SessionsById | None:
    """Join sessions of product ids.

    Parameters
    ----------
    parts : sequence of Sessions
        At least one.

    Returns
    -------
    by_id : SessionsById or None
        As `by_id_from_rows` gives them of all rows; None if no part has any.

    Raises
    ------
    ValueError
        If only some parts have any.
    """
    by_ids = [part.by_id for part in parts]
    known = _all_or_none(by_ids, "product ids", "product=...")
    if not known:
        return None
    # As `join_columns` numbers them.
    titles_of = [part.titles.tolist() for part in parts]
    codes_of = [by_id.title_codes for by_id in known]
    title_codes = _join(list(zip(titles_of, codes_of, strict=True))).codes
    joined = _join([(part.ids.tolist(), part.codes) for part in known])
    # An id has its first title, and its first category that is known.
    titles: dict[Any, str] = {}
    categories: dict[Any, Any] = {}
    # Of equal numbers, such as 1 and 1.0, the first one stands for both.
    first: dict[Any, Any] = {None: None}
    for part in known:
        rows = zip(part.ids, part.titles, part.categories, strict=True)
        for product, title, category in rows:
            titles.setdefault(product, title)
            category = first.setdefault(category, category)
            if categories.get(product) is None:
                categories[product] = category
    return SessionsById._from_columns(
        joined.distinct,
        list(titles.values()),
        list(categories.values()),
        joined.codes.astype(np.int32),
        title_codes.astype(np.int32),
        _join_offsets(known),
    )


def join_events(
    parts: Sequence[SessionEvents | None], by_id: SessionsById | None
) -> SessionEvents | None:
    """Join events.

    Parameters
    ----------
    parts : sequence of SessionEvents or None
        At least one.
    by_id : SessionsById or None
        What `join_by_id` gave; None only if no part has events.

    Returns
    -------
    events : SessionEvents or None
        As `events_from_rows` gives them of all rows; None if no part has any.

    Raises
    ------
    TypeError
        If kinds of events are not all str or all numbers.
    ValueError
        If only some parts have any.
    """
    known = _all_or_none(parts, "events", "event=..., quantity=... or user=...")
    if not known or by_id is None:
        return None
    labels = _join([(part.kinds.tolist(), part.kind_codes) for part in known])
    kind_codes, kinds = sort_labels(labels, "event", _place_of(known))
    assert kind_codes is not None
    users = _join([(part.user_ids.tolist(), part.users) for part in known])
    user_ids = np.empty(len(users.distinct), object)
    user_ids[:] = users.distinct
    starts = np.cumsum([0, *(part.n_events for part in known)])
    return SessionEvents._from_columns(
        ids=by_id.ids,
        codes=_join([(p.ids.tolist(), p.codes) for p in known]).codes.astype(np.int32),
        offsets=_join_offsets(known),
        kinds=kinds,
        kind_codes=kind_codes.astype(np.int32),
        quantities=np.concatenate([part.quantities for part in known]),
        places=np.concatenate(
            [part.places + start for part, start in zip(known, starts, strict=False)]
        ),
        user_ids=user_ids,
        users=users.codes,
    )


def _join(parts: Iterable[tuple[list[Any], np.ndarray]]) -> Factorized:
    """Give the values of all parts new numbers, in order of appearance.

    Parameters
    ----------
    parts : iterable of (list, ndarray of int)
        Distinct values, and codes into them, -1 where one is not known.

    Returns
    -------
    joined : Factorized
        The codes of all parts, one after the other, and the distinct values.
    """
    parts = list(parts)
    numbers, distinct = factorize([v for values, _ in parts for v in values], "A value")
    ends = np.cumsum([len(values) for values, _ in parts])[:-1]
    codes = [
        # What is not known keeps its -1.
        np.append(new, -1)[old]
        for new, (_, old) in zip(np.split(numbers, ends), parts, strict=True)
    ]
    return Factorized(np.concatenate(codes), distinct)


def _join_offsets(parts: Sequence[Any]) -> np.ndarray:
    return offsets_of(np.concatenate([np.diff(part.offsets) for part in parts]))


def _all_or_none(parts: Sequence[Any], what: str, names: str) -> list[Any]:
    known = [part for part in parts if part is not None]
    if 0 < len(known) < len(parts):
        has = next(i for i, part in enumerate(parts) if part is not None)
        lacks = next(i for i, part in enumerate(parts) if part is None)
        raise ValueError(
            f"Either all Sessions have {what} or none, but element {has} has them and "
            f"element {lacks} has none: read all of them with {names}, or none."
        )
    return known


def _place_of(parts: Sequence[Any]) -> Callable[[str, int], str]:
    """Give what names the place of a row among those of all parts."""

    def place(_: str, row: int) -> str:
        starts = np.cumsum([0, *(int(part.offsets[-1]) for part in parts)])
        number = int(np.searchsorted(starts, row, side="right")) - 1
        offsets = parts[number].offsets
        session = int(np.searchsorted(offsets, row - starts[number], side="right")) - 1
        return f"session {session} of element {number}"

    return place
