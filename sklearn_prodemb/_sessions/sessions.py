"""Browsing sessions: an immutable, columnar record of who saw what together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.utils import check_random_state

from .._public import public
from .._utils.factorize import Factorized, factorize_plain
from .._utils.ragged import Ragged
from .by_id import SessionsById, by_id_from_rows, read_ids
from .columns import (
    LABELS,
    columns_from_rows,
    in_session_order,
    read_titles,
    renumber,
)
from .events import SessionEvents, events_from_rows
from .frames import number_keys, read_columns
from .gaps import session_keys
from .html import html_of_sessions
from .immutable import Lacking, Record
from .lists import read_lists
from .pairs import pairs_of
from .stamps import check_gap


@public
class Sessions(Record):
    """Browsing sessions: which products were seen together.

    A session is the set of distinct products that one user visited in one go. A
    product is a title and, if known, a category. Build one with `from_frame`,
    `from_events` or `from_lists`; the constructor is not meant to be called.

    The object is immutable and columnar: each distinct title is stored once. It has
    no length, shape or array form on purpose: scikit-learn's cross-validation cuts
    every fit parameter that has as many elements as there are samples, and clones
    every constructor parameter. Sessions pass through both untouched.

    Within a session, a title that occurs again is dropped; the first known category
    among its occurrences is kept. Product ids change nothing in this: models of titles
    never see them. Models of ids take the same sessions from `by_id`. What was done
    with the products, row by row, is in `events`, which changes neither.

    Attributes
    ----------
    titles : ndarray of object (str), shape (n_products,)
        The distinct titles, in the order in which the sessions bring them.
    categories : ndarray, shape (n_categories,)
        The distinct categories, sorted.
    title_codes : ndarray of int32, shape (n_views,)
        The title of each row, session after session, as a number into `titles`.
    category_codes : ndarray of int32, shape (n_views,)
        The category of each row as a number into `categories`, -1 if it is missing.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Session i has the rows from `offsets[i]` up to `offsets[i + 1]`.
    by_id : SessionsById or None
        The same sessions as lists of distinct product ids, with a title and a category
        for each id; None if no column of ids was named.
    events : SessionEvents or None
        The rows as they were read, with the kind, the quantity and the user of each;
        None if no column of these was named.
    n_sessions : int
        Number of sessions, those of a single product included.
    n_products : int
        Number of distinct products, that is of distinct titles.
    n_views : int
        Number of (session, product) rows after duplicates were dropped.
    n_pairs : int
        Number of unordered pairs of distinct products within the sessions.
    n_categories : int
        Number of distinct categories.

    See Also
    --------
    ProductEmbedder : Learns title vectors from sessions.

    Examples
    --------
    >>> from sklearn_prodemb import Sessions
    >>> Sessions.from_lists([
    ...     [("Zapatillas Nike Air", "Calzado"), ("Medias deportivas", None)],
    ...     [("Funda iPhone 12", "Fundas"), ("Vidrio templado iPhone 12", "Vidrios")],
    ... ])
    Sessions(n_sessions=2, n_products=4, n_pairs=2, n_categories=3)
    """

    titles: np.ndarray
    categories: np.ndarray
    title_codes: np.ndarray
    category_codes: np.ndarray
    offsets: np.ndarray
    by_id: SessionsById | None
    events: SessionEvents | None

    __slots__ = (
        "by_id",
        "categories",
        "category_codes",
        "events",
        "offsets",
        "title_codes",
        "titles",
    )

    __len__ = Lacking(
        "has no length on purpose: use n_sessions, n_products or n_views."
    )
    __getitem__ = Lacking(
        "cannot be indexed: use to_lists()[i], or split() to hold some sessions out."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError(
            "Sessions is built with Sessions.from_frame(df, session=..., title=..., "
            "category=...), Sessions.from_events(events, user=..., time=..., "
            "title=...) or Sessions.from_lists([[title, ...], ...])."
        )

    # Ways in ------------------------------------------------------------------

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        *,
        session: Hashable | list[Any],
        title: Hashable,
        category: Hashable = None,
        product: Hashable = None,
        event: Hashable = None,
        quantity: Hashable = None,
        user: Hashable | list[Any] = None,
    ) -> Sessions:
        """Build sessions from a data frame with one row a product seen.

        Parameters
        ----------
        frame : data frame of n_rows rows
            Any eager or lazy frame that narwhals reads: pandas, polars, pyarrow,
            DuckDB and others.
        session : str or list of str
            The column that tells which session a row belongs to; of several columns,
            such as a user and a number, rows of one session agree in all. They need
            not be neighbours. This and all other names are as the frame has them: of
            pandas they may be ints or tuples.
        title : str
            The column of titles.
        category : str or None, default=None
            The column of categories: all str or all numbers. Missing values are
            allowed.
        product : str or None, default=None
            The column of product ids, str or numbers, for models that know products by
            their ids. Ids of other types, such as UUID, have to be turned into str.
        event : str or None, default=None
            The column that tells what was done, such as "view", "cart" and "purchase":
            all str or all numbers. Missing values are allowed. This and the next two
            need `product`; they are in the attribute `events`, and add nothing to
            titles and ids.
        quantity : str or None, default=None
            The column of quantities: numbers, negative for what was returned. Missing
            values are allowed.
        user : str, list of str or None, default=None
            The column that tells users apart, or several that do so together. A session
            has one user; missing values are allowed.

        Returns
        -------
        sessions : Sessions
            The sessions, in order of appearance.

        Raises
        ------
        TypeError
            If `frame` is no data frame, a title is no str, a category, product id or
            event is neither a str nor a number, or a quantity is no number.
        ValueError
            If a column does not exist, a session or product id is missing, there is no
            row, a quantity is infinite, a session has two users, or events, quantities
            or users have no `product`.

        Examples
        --------
        >>> import pandas as pd
        >>> from sklearn_prodemb import Sessions
        >>> df = pd.DataFrame({
        ...     "visit": [1, 1, 2, 2],
        ...     "title": ["Mate de calabaza", "Bombilla", "Termo 1 L", "Bombilla"],
        ... })
        >>> Sessions.from_frame(df, session="visit", title="title")
        Sessions(n_sessions=2, n_products=3, n_pairs=2, n_categories=0)
        """
        names: dict[str, Any] = {
            "session": session,
            "title": title,
            "category": category,
            "product": product,
            "event": event,
            "quantity": quantity,
        }
        if user is not None:
            names["user"] = user
        columns = _read(frame, names, ("event", "quantity", "user"))
        advice = ", or give each a value of its own"
        keys = number_keys(columns["session"], "session", "rows", advice)
        return cls._from_series(keys, columns)

    @classmethod
    def from_events(
        cls,
        events: Any,
        *,
        user: Hashable | list[Any],
        time: Hashable,
        title: Hashable,
        category: Hashable = None,
        product: Hashable = None,
        event: Hashable = None,
        quantity: Hashable = None,
        gap: Any = "30min",
    ) -> Sessions:
        """Cut an event log into sessions where a user pauses for longer than `gap`.

        Parameters
        ----------
        events : data frame of n_events rows
            Any eager or lazy frame that narwhals reads, in any order.
        user : str or list of str
            The column that tells users apart, or several that do so together.
        time : str
            The column of time stamps: datetimes, dates or numbers. They are compared
            exactly, whatever their unit.
        title : str
            The column of titles.
        category : str or None, default=None
            The column of categories. Missing values are allowed.
        product : str or None, default=None
            The column of product ids, as in `from_frame`.
        event : str or None, default=None
            The column that tells what was done, as in `from_frame`.
        quantity : str or None, default=None
            The column of quantities, as in `from_frame`.
        gap : str, timedelta or number, default="30min"
            The longest pause within a session: an event that comes later than `gap`
            after the user's previous one begins a new session. A str is a number and
            a unit, one of "s", "min", "h" and "d". If the time column holds
            numbers, `gap` is a number in the same unit.

        Returns
        -------
        sessions : Sessions
            The sessions, ordered by user (in order of appearance), then time.

        Raises
        ------
        TypeError
            If `events` is no data frame, the time column is of text, `gap` does
            not fit it, a title is no str, a category, product id or event is neither a
            str nor a number, or a quantity is no number.
        ValueError
            If a column does not exist, a user, time or product id is missing, some
            times have a time zone and others none, `gap` cannot be read or is negative,
            a quantity is infinite, or events or quantities have no `product`.

        Examples
        --------
        >>> import pandas as pd
        >>> from sklearn_prodemb import Sessions
        >>> events = pd.DataFrame({
        ...     "user": ["ana", "ana", "ana", "leo"],
        ...     "time": pd.to_datetime([
        ...         "2026-03-01 10:00", "2026-03-01 10:20", "2026-03-01 12:00",
        ...         "2026-03-01 10:00",
        ...     ]),
        ...     "title": ["Carpa 4 personas", "Bolsa de dormir", "Mouse", "Teclado"],
        ... })
        >>> Sessions.from_events(events, user="user", time="time", title="title")
        Sessions(n_sessions=3, n_products=4, n_pairs=1, n_categories=0)
        """
        names = {
            "user": user,
            "time": time,
            "title": title,
            "category": category,
            "product": product,
            "event": event,
            "quantity": quantity,
        }
        check_gap(gap)
        columns = _read(events, names, ("event", "quantity"))
        keys, order = session_keys(columns["user"], columns["time"][0], gap)
        return cls._from_series(keys, columns, order)

    @classmethod
    def from_lists(cls, sessions: Iterable[Iterable[Any]]) -> Sessions:
        """Build sessions from nested lists, without product ids.

        Parameters
        ----------
        sessions : iterable of iterable of str or (str, category) pairs
            One inner list a session; each element is a title, or a title and its
            category (None where unknown).

        Returns
        -------
        sessions : Sessions
            The sessions, in order.

        Raises
        ------
        TypeError
            If a session is a bare title, a tuple, a mapping, a set or a data frame, or
            an element is neither a str nor a pair of a str and a category.
        ValueError
            If there is no session.

        Examples
        --------
        >>> from sklearn_prodemb import Sessions
        >>> Sessions.from_lists([["Yerba mate 1 kg", "Mate", "Bombilla"], ["Termo"]])
        Sessions(n_sessions=2, n_products=4, n_pairs=3, n_categories=0)
        """
        keys, titles, categories = read_lists(sessions)

        def place(_: str, row: int) -> str:
            return f"position {row - keys.index(keys[row])} of session {keys[row]}"

        in_order, rows = in_session_order(np.array(keys, np.int64))
        return cls._from_columns(
            *columns_from_rows(
                in_order,
                rows,
                read_titles(titles, place),
                factorize_plain(
                    categories,
                    LABELS["category"][0],
                    lambda row: place("category", row),
                ),
                place,
            )
        )

    @classmethod
    def _from_series(
        cls, keys: np.ndarray, columns: Any, order: np.ndarray | None = None
    ) -> Sessions:
        def place(role: str, row: int) -> str:
            return f"row {row} of column {columns[role][0].name!r}"

        def labels(role: str) -> Factorized | None:
            if role not in columns:
                return None
            one = LABELS[role][0]
            return factorize_plain(columns[role][0], one, lambda row: place(role, row))

        titles, categories = read_titles(columns["title"][0], place), labels("category")
        keys, rows = in_session_order(keys, order)
        of_titles = columns_from_rows(keys, rows, titles, categories, place)
        by_id = events = None
        if "product" in columns:
            ids = read_ids(columns["product"][0], place)
            by_id = by_id_from_rows(keys, rows, ids, titles, categories)
            # `from_events` needs users: they alone are no reason to keep every row.
            asked = {"event", "quantity"} | (
                {"user"} if "session" in columns else set()
            )
            if columns.keys() & asked:
                # Where a row stands in the order: the inverse of which stands where.
                places = rows if order is None else np.argsort(order)[rows]
                events = events_from_rows(
                    keys,
                    rows,
                    places,
                    ids,
                    by_id.ids,
                    labels("event"),
                    columns.get("quantity", [None])[0],
                    columns.get("user", []),
                    place,
                )
        return cls._from_columns(*of_titles, by_id, events)

    @classmethod
    def _from_columns(
        cls,
        titles: Sequence[str],
        categories: np.ndarray,
        title_codes: np.ndarray,
        category_codes: np.ndarray,
        offsets: np.ndarray,
        by_id: SessionsById | None = None,
        events: SessionEvents | None = None,
    ) -> Self:
        self = object.__new__(cls)
        distinct = np.empty(len(titles), object)
        distinct[:] = titles
        self._fill(
            titles=distinct,
            categories=categories,
            title_codes=title_codes,
            category_codes=category_codes,
            offsets=offsets,
            by_id=by_id,
            events=events,
        )
        return self

    @property
    def n_sessions(self) -> int:
        """Number of sessions, those of a single product included."""
        return len(self.offsets) - 1

    @property
    def n_products(self) -> int:
        """Number of distinct products, that is of distinct titles."""
        return len(self.titles)

    @property
    def n_views(self) -> int:
        """Number of (session, product) rows after duplicates were dropped."""
        return len(self.title_codes)

    @property
    def n_pairs(self) -> int:
        """Number of unordered pairs of distinct products within the sessions."""
        return int(pairs_of(np.diff(self.offsets)).sum())

    @property
    def n_categories(self) -> int:
        """Number of distinct categories."""
        return len(self.categories)

    def to_lists(self, n_sessions: int | None = None) -> list[list[tuple[str, Any]]]:
        """Give the first sessions back as nested lists of (title, category).

        Parameters
        ----------
        n_sessions : int or None, default=None
            How many sessions; None gives all.

        Returns
        -------
        sessions : list of list of (str, category or None)
            What `from_lists` takes.
        """
        end = (
            self.n_sessions if n_sessions is None else min(n_sessions, self.n_sessions)
        )
        names = [*self.categories.tolist(), None]
        return [
            [
                (self.titles[t], names[c])
                for t, c in zip(
                    self.title_codes[a:b], self.category_codes[a:b], strict=True
                )
            ]
            for a, b in zip(self.offsets[:end], self.offsets[1 : end + 1], strict=True)
        ]

    def split(
        self,
        held_out: float = 0.1,
        *,
        by_user: bool = False,
        random_state: int | np.random.RandomState | None = None,
    ) -> tuple[Self, Self]:
        """Hold some sessions out, to choose on or to evaluate with.

        Parameters
        ----------
        held_out : float, default=0.1
            Share of the sessions that are held out, above 0 and below 1; with `by_user`
            the share of the users.
        by_user : bool, default=False
            Whether all sessions of a user are on one side. A session whose user is not
            known then counts as one of a user of its own. It needs sessions read with
            users and events, see `from_frame`.
        random_state : int, RandomState instance or None, default=None
            Seed of the choice.

        Returns
        -------
        train, held_out : tuple of Sessions
            The others, and those that are held out, each in the order they were in.

        Raises
        ------
        ValueError
            If either part would hold no session, or users are not known.

        Examples
        --------
        >>> from sklearn_prodemb import Sessions
        >>> sessions = Sessions.from_lists([["Mate", "Termo"], ["Carpa"], ["Mouse"]])
        >>> sessions.split(0.3, random_state=0)
        (Sessions(n_sessions=2, n_products=3, n_pairs=1, n_categories=0),
         Sessions(n_sessions=1, n_products=1, n_pairs=0, n_categories=0))
        """
        if not isinstance(held_out, Real) or not 0 < held_out < 1:
            raise ValueError(
                f"held_out must be a share between 0 and 1, got {held_out!r}."
            )
        groups = self._users() if by_user else np.arange(self.n_sessions)
        n_groups = int(groups.max()) + 1
        n = round(float(held_out) * n_groups)
        if not 0 < n < n_groups:
            raise ValueError(
                f"held_out={held_out} of {n_groups} "
                f"{'users' if by_user else 'sessions'} leaves a part without any."
            )
        chosen = check_random_state(random_state).permutation(n_groups)[:n]
        mask = np.isin(groups, chosen)
        return self._select(~mask), self._select(mask)

    def _users(self) -> np.ndarray:
        """Give the user of each session as a number, one of its own if not known."""
        if self.events is None or not len(self.events.user_ids):
            raise ValueError(
                "by_user=True needs the users of sessions: name their columns, as in "
                "Sessions.from_frame(frame, user=..., product=...) or "
                "Sessions.from_events(events, user=..., event=..., product=...)."
            )
        users = self.events.users.copy()
        unknown = users < 0
        users[unknown] = len(self.events.user_ids) + np.arange(unknown.sum())
        return users

    def _select(self, mask: np.ndarray) -> Self:
        kept = Ragged(np.arange(self.n_views), self.offsets).take(mask)
        rows = kept.values
        # Titles and categories are numbered anew by what is left.
        title_codes, first = renumber(self.title_codes[rows])
        category_codes = self.category_codes[rows]
        known = category_codes >= 0
        used, renumbered = np.unique(category_codes[known], return_inverse=True)
        category_codes[known] = renumbered
        by_id = None if self.by_id is None else self.by_id._select(mask)
        events = None
        if self.events is not None and by_id is not None:
            events = self.events._select(mask, by_id.ids)
        return self._from_columns(
            self.titles[self.title_codes[rows][first]].tolist(),
            self.categories[used],
            title_codes.astype(np.int32),
            category_codes,
            kept.offsets,
            by_id,
            events,
        )

    # Ids and events are no part of the fingerprint: what an embedder learns from
    # titles, and what a cache keeps of it, does not depend on them.
    def _hashed(self) -> tuple[Iterable[str], Iterable[np.ndarray]]:
        texts = (*self.titles, repr(self.categories.tolist()))
        return texts, (self.title_codes, self.category_codes, self.offsets)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sessions):
            return NotImplemented
        same_titles = super().__eq__(other)
        return same_titles and (self.by_id, self.events) == (other.by_id, other.events)

    def __hash__(self) -> int:
        return super().__hash__()

    def __repr__(self) -> str:
        ids = "" if self.by_id is None else f", n_ids={self.by_id.n_products}"
        events = "" if self.events is None else f", n_events={self.events.n_events}"
        return (
            f"Sessions(n_sessions={self.n_sessions}, n_products={self.n_products}, "
            f"n_pairs={self.n_pairs}, n_categories={self.n_categories}{ids}{events})"
        )

    def _repr_html_(self) -> str:
        names = ("sessions", "products", "pairs", "categories")
        counts = {name: getattr(self, f"n_{name}") for name in names}
        if self.events is not None:
            counts["events"] = self.events.n_events
        return html_of_sessions(counts, self.to_lists(3))


def _read(
    frame: Any, names: dict[str, Any], roles: tuple[str, ...]
) -> dict[str, list[Any]]:
    """Read columns, and refuse those of events if no column of ids is named."""
    named = [role for role in roles if names.get(role) is not None]
    if named and names["product"] is None:
        raise ValueError(
            f"{named[0]}={names[named[0]]!r} needs the ids of products: name their "
            f"column with product=..."
        )
    return read_columns(frame, names)
