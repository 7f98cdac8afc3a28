"""What was done with products in sessions: event after event, nothing dropped."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from .._public import public
from .._utils.factorize import Factorized, factorize
from .._utils.plain_values import PLAIN_TYPES
from .._utils.ragged import Ragged
from .._utils.renumber import renumber
from .columns import sort_labels, starts_of
from .immutable import Lacking, Record
from .quantities import read_quantities


@public
class SessionEvents(Record):
    """The events of a `Sessions`: what was done, how often and by whom.

    `Sessions.events` is such an object; do not build one. It has every row that was
    read. `Sessions` and `SessionsById` have a product once in each session. Models of
    titles and ids do not see the events.

    Attributes
    ----------
    ids : ndarray of object, shape (n_products,)
        The distinct product ids, those of `Sessions.by_id` in their order.
    codes : ndarray of int32, shape (n_events,)
        The product of each event, session after session, as a number into `ids`.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Session i has the events from `offsets[i]` up to `offsets[i + 1]`, in the order
        of time if they come from `from_events`, else as they were read.
    kinds : ndarray, shape (n_kinds,)
        The distinct kinds of events, such as "cart" and "view", sorted.
    kind_codes : ndarray of int32, shape (n_events,)
        The kind of each event as a number into `kinds`, -1 if it is not known.
    quantities : ndarray of float64, shape (n_events,)
        How many pieces, negative for returns, NaN if it is not known.
    places : ndarray of int64, shape (n_events,)
        The place of each event in the log, from 0: in the order of rows if they come
        from `from_frame`, by user and then time if from `from_events`. It shows which
        event came first if sessions overlap.
    user_ids : ndarray of object, shape (n_users,)
        The distinct users, in the order of the sessions: str or numbers, or tuples of
        these if several columns identify a user. Other types are turned into str.
    users : ndarray of int64, shape (n_sessions,)
        The user of each session as a number into `user_ids`, -1 if it is not known.
    n_events : int
        Number of events.
    """

    ids: np.ndarray
    codes: np.ndarray
    offsets: np.ndarray
    kinds: np.ndarray
    kind_codes: np.ndarray
    quantities: np.ndarray
    places: np.ndarray
    user_ids: np.ndarray
    users: np.ndarray

    __slots__ = (
        "codes",
        "ids",
        "kind_codes",
        "kinds",
        "offsets",
        "places",
        "quantities",
        "user_ids",
        "users",
    )

    __len__ = Lacking("has no length on purpose: use its attribute n_events.")

    @classmethod
    def _from_columns(cls, **columns: np.ndarray) -> SessionEvents:
        self = object.__new__(cls)
        self._fill(**columns)
        return self

    @property
    def n_events(self) -> int:
        """Number of events."""
        return len(self.codes)

    def to_lists(self) -> list[list[tuple[Any, Any, float | None]]]:
        """Give the sessions back as lists of (id, kind, quantity).

        Returns
        -------
        sessions : list of list of (str or number, str or number or None, float or None)
            The events, None for a kind or a quantity that is not known.
        """
        kinds = [*self.kinds.tolist(), None]
        rows = [
            (product, kinds[kind], None if math.isnan(quantity) else quantity)
            for product, kind, quantity in zip(
                self.ids[self.codes].tolist(),
                self.kind_codes.tolist(),
                self.quantities.tolist(),
                strict=True,
            )
        ]
        return [rows[a:b] for a, b in pairwise(self.offsets.tolist())]

    def _select(self, mask: np.ndarray, ids: np.ndarray) -> SessionEvents:
        """Keep some sessions; `ids` are those of their `SessionsById`."""
        kept = Ragged(np.arange(self.n_events), self.offsets).take(mask)
        # What is not known keeps its -1, all else is numbered anew by what is left.
        kind_codes = self.kind_codes[kept.values]
        known = kind_codes >= 0
        used, kind_codes[known] = np.unique(kind_codes[known], return_inverse=True)
        users = self.users[mask]
        known = users >= 0
        numbers = users[known]
        users[known], first = renumber(numbers)
        return self._from_columns(
            ids=ids,
            codes=renumber(self.codes[kept.values])[0].astype(np.int32),
            offsets=kept.offsets,
            kinds=self.kinds[used],
            kind_codes=kind_codes,
            quantities=self.quantities[kept.values],
            # Places without gaps, as if the rows of other sessions had not been there.
            places=_ranks(self.places[kept.values]),
            user_ids=self.user_ids[numbers[first]],
            users=users,
        )

    def _hashed(self) -> tuple[Iterable[str], Iterable[np.ndarray]]:
        texts = (self.ids, self.kinds, self.user_ids)
        numbers = (
            self.codes,
            self.offsets,
            self.kind_codes,
            self.quantities,
            self.places,
            self.users,
        )
        return [repr(column.tolist()) for column in texts], numbers

    def __repr__(self) -> str:
        return (
            f"SessionEvents(n_events={self.n_events}, n_products={len(self.ids)}, "
            f"n_sessions={len(self.offsets) - 1}, n_users={len(self.user_ids)}, "
            f"kinds={self.kinds.tolist()})"
        )


def events_from_rows(
    keys: np.ndarray,
    rows: np.ndarray,
    places: np.ndarray,
    ids: Factorized,
    products: np.ndarray,
    kinds: Factorized | None,
    quantities: Any,
    users: list[Any],
    place: Callable[[str, int], str],
) -> SessionEvents:
    """Take rows in the order of sessions and keep them all.

    Parameters
    ----------
    keys, rows, place
        As in `columns_from_rows`.
    places : ndarray of int64, shape (n_rows,)
        The place of each of `rows` in the log.
    ids : Factorized
        The product id of each row, as `read_ids` gives them.
    products : ndarray of object, shape (n_products,)
        The distinct ids, as `by_id_from_rows` has numbered them.
    kinds : Factorized or None
        What was done: str and numbers, missing values allowed.
    quantities : narwhals Series of number, of length n_rows, or None
        How many, missing values allowed.
    users : list of narwhals Series, each of length n_rows
        The columns that tell users apart, none at all if they are not known; missing
        values allowed.

    Returns
    -------
    events : SessionEvents
        The events.

    Raises
    ------
    TypeError
        If kinds are not all str or all numbers, or a quantity is no number.
    ValueError
        If a quantity is infinite, or two users are in one session.
    """
    kind_codes, distinct = sort_labels(kinds, "event", place)
    if kind_codes is None:
        kind_codes = np.full(len(keys), -1, np.int64)
    amounts = read_quantities(quantities, len(keys), place)
    user_codes, user_ids = _number_users(users, len(keys))
    offsets = starts_of(keys)
    of_session = _one_user_each(user_codes[rows], offsets, rows, user_ids, place)
    known = of_session >= 0
    numbers = of_session[known]
    of_session[known], first = renumber(numbers)
    return SessionEvents._from_columns(
        ids=products,
        # The products in order of appearance, as `by_id_from_rows` numbers them.
        codes=renumber(ids.codes[rows])[0].astype(np.int32),
        offsets=offsets,
        kinds=distinct,
        kind_codes=kind_codes[rows].astype(np.int32),
        quantities=amounts[rows],
        places=places,
        user_ids=user_ids[numbers[first]],
        users=of_session,
    )


def _ranks(numbers: np.ndarray) -> np.ndarray:
    """Give the rank of each of some distinct numbers, from 0."""
    ranks = np.empty(len(numbers), np.int64)
    ranks[np.argsort(numbers)] = np.arange(len(numbers))
    return ranks


def _number_users(columns: list[Any], n_rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the user of each row as a number, -1 where a part is missing, and all."""
    if not columns:
        return np.full(n_rows, -1, np.int64), np.empty(0, object)
    parts = [factorize(column, "A user", plain=True) for column in columns]
    codes, missing = parts[0].codes, parts[0].codes < 0
    for part, distinct in parts[1:]:
        missing |= part < 0
        codes = renumber((codes + 1) * (len(distinct) + 1) + part + 1)[0]
    numbers, first = renumber(codes[~missing])
    rows = np.flatnonzero(~missing)[first]
    names = [
        [_plain(distinct[code]) for code in part[rows]] for part, distinct in parts
    ]
    users = np.empty(len(rows), object)
    users[:] = names[0] if len(names) == 1 else list(zip(*names, strict=True))
    user_codes = np.full(n_rows, -1, np.int64)
    user_codes[~missing] = numbers
    return user_codes, users


def _plain(user: Any) -> str | float:
    return user if type(user) in PLAIN_TYPES else str(user)


def _one_user_each(
    users: np.ndarray,
    offsets: np.ndarray,
    rows: np.ndarray,
    user_ids: np.ndarray,
    place: Callable[[str, int], str],
) -> np.ndarray:
    """Give the one known user of each session, -1 if there is none."""
    found = np.maximum.reduceat(users, offsets[:-1])
    expected = np.repeat(found, np.diff(offsets))
    wrong = np.flatnonzero((users >= 0) & (users != expected))
    if len(wrong):
        same = np.searchsorted(offsets, wrong[0], side="right") - 1
        other = offsets[same] + int(
            np.argmax(users[offsets[same] : offsets[same + 1]] == found[same])
        )
        raise ValueError(
            f"A session must be of one user, but {place('user', rows[wrong[0]])} is "
            f"{user_ids[users[wrong[0]]]!r} and row {rows[other]} of the same session "
            f"has {user_ids[found[same]]!r}: name the column of users in session=[...] "
            f"too."
        )
    return found
