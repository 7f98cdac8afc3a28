"""Browsing sessions: an immutable, columnar record of who saw what together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np

from .._public import public
from .._utils.most_frequent import most_frequent
from .._utils.ragged import Ragged
from .._utils.renumber import renumber
from .._utils.validation import describe
from .by_id import SessionsById
from .choice import as_mask, draw_sessions, draw_share, groups_by_user
from .concatenation import join_by_id, join_columns, join_events
from .events import SessionEvents
from .html import html_of_sessions
from .immutable import Lacking
from .on_disk import load_sessions, save_sessions
from .pairs import pairs_of
from .session_sources import SessionSources


@public
class Sessions(SessionSources):
    """Browsing sessions: which products were seen together.

    A session is the set of distinct products that one user visited in one go. A
    product is a title and, if known, a category. Build one with `from_frame`,
    `from_events` or `from_lists`; the constructor is not meant to be called. `save`
    and `load` keep one on disk.

    The object is immutable and columnar: each distinct title is stored once. It has no
    `len`, shape or array form on purpose. scikit-learn's cross-validation splits every
    fit parameter that has as many elements as there are samples, and clones every
    constructor parameter. It leaves `Sessions` as they are.

    If a title occurs more than once in a session, it counts once, with the first known
    category. Product ids do not change this. Models of ids take the same sessions from
    `by_id`, and so do embedders of titles that find edited titles by ids. `events`
    holds row by row what was done with the products, and changes neither.

    Attributes
    ----------
    titles : ndarray of object (str), shape (n_products,)
        The distinct titles, in the order of the sessions.
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
        Number of sessions, including those of a single product.
    n_products : int
        Number of distinct titles, which are the products.
    n_views : int
        Number of (session, product) rows after duplicates were dropped.
    n_pairs : int
        Number of unordered pairs of distinct products within the sessions.
    n_categories : int
        Number of distinct categories.
    lengths : ndarray of int64, shape (n_sessions,)
        Number of products of each session.

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
            "title=...) or Sessions.from_lists([[title, ...], ...]), or read from a "
            "folder with Sessions.load(folder)."
        )

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
        """Number of sessions, including those of a single product."""
        return len(self.offsets) - 1

    @property
    def n_products(self) -> int:
        """Number of distinct titles, which are the products."""
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

    @property
    def lengths(self) -> np.ndarray:
        """Number of products of each session, int64 (n_sessions,)."""
        return np.diff(self.offsets)

    def most_frequent(self, n: int = 10) -> dict[str, int]:
        """Give the titles that most sessions have.

        Parameters
        ----------
        n : int, default=10
            How many titles, 1 or more.

        Returns
        -------
        n_sessions : dict of str to int
            The number of sessions of each title, the largest first; equal ones in the
            order of `titles`.

        Raises
        ------
        TypeError
            If `n` is no whole number.
        ValueError
            If it is below 1.

        Examples
        --------
        >>> from sklearn_prodemb import Sessions
        >>> sessions = Sessions.from_lists([["Mate", "Termo"], ["Termo"], ["Mouse"]])
        >>> sessions.most_frequent(2)
        {'Termo': 2, 'Mate': 1}
        """
        # A session has a title once.
        counts = np.bincount(self.title_codes, minlength=self.n_products)
        return most_frequent(self.titles, counts, n)

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
            Whether all sessions of a user are on one side. A session without a known
            user counts as a user of its own. The sessions must be read with users and
            events, see `from_frame`.
        random_state : int, RandomState instance or None, default=None
            Seed of the choice.

        Returns
        -------
        train, held_out : tuple of Sessions
            The sessions that remain and the sessions that are held out, each in their
            old order.

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
        groups, what = np.arange(self.n_sessions), "sessions"
        if by_user:
            groups, what = groups_by_user(self.events), "users"
        mask = draw_share(held_out, groups, what, random_state)
        return self._select(~mask), self._select(mask)

    def sample(
        self, n: int, *, random_state: int | np.random.RandomState | None = None
    ) -> Self:
        """Draw some sessions without replacement.

        Parameters
        ----------
        n : int
            How many, from 1 to `n_sessions`.
        random_state : int, RandomState instance or None, default=None
            Seed of the choice.

        Returns
        -------
        sessions : Sessions
            The sessions that were drawn, in their old order.

        Raises
        ------
        TypeError
            If `n` is no whole number.
        ValueError
            If there are fewer sessions, or none is asked for.

        Examples
        --------
        >>> from sklearn_prodemb import Sessions
        >>> sessions = Sessions.from_lists([["Mate", "Termo"], ["Carpa"], ["Mouse"]])
        >>> sessions.sample(2, random_state=0)
        Sessions(n_sessions=2, n_products=2, n_pairs=0, n_categories=0)
        """
        return self._select(draw_sessions(n, self.n_sessions, random_state))

    def filter(self, keep: Any) -> Self:
        """Keep some sessions.

        Parameters
        ----------
        keep : array-like of bool, shape (n_sessions,)
            Whether to keep each session.

        Returns
        -------
        sessions : Sessions
            The sessions that are kept, in their old order. Titles, ids and users that
            are in none of them are removed.

        Raises
        ------
        TypeError
            If `keep` does not hold bool.
        ValueError
            If it has another shape, or no session would be left.

        Examples
        --------
        >>> from sklearn_prodemb import Sessions
        >>> sessions = Sessions.from_lists([["Mate", "Termo"], ["Carpa"], ["Mouse"]])
        >>> sessions.filter(sessions.lengths >= 2)
        Sessions(n_sessions=1, n_products=2, n_pairs=1, n_categories=0)
        """
        return self._select(as_mask(keep, self.n_sessions))

    @classmethod
    def concatenate(cls, parts: Iterable[Sessions]) -> Self:
        """Put the sessions of several `Sessions` one after the other.

        Parameters
        ----------
        parts : iterable of Sessions
            At least one. Either all of them have product ids or none has, and the same
            for events. An id or a user that is in two of them is the same.

        Returns
        -------
        sessions : Sessions
            The sessions of the first, then those of the second, and so on, as if they
            had been read at once.

        Raises
        ------
        TypeError
            If a part is no `Sessions`, or categories or kinds of events are neither all
            str nor all numbers.
        ValueError
            If there is no part, or only some have ids or events.

        Examples
        --------
        >>> from sklearn_prodemb import Sessions
        >>> monday = Sessions.from_lists([["Mate", "Termo"], ["Carpa"]])
        >>> tuesday = Sessions.from_lists([["Termo", "Bombilla"]])
        >>> Sessions.concatenate([monday, tuesday])
        Sessions(n_sessions=3, n_products=4, n_pairs=2, n_categories=0)
        """
        if isinstance(parts, Sessions) or not isinstance(parts, Iterable):
            raise TypeError(f"Expected a list of Sessions, got {describe(parts)}.")
        parts = list(parts)
        for number, part in enumerate(parts):
            if not isinstance(part, Sessions):
                raise TypeError(
                    f"Expected a list of Sessions, but element {number} is "
                    f"{describe(part)}."
                )
        if not parts:
            raise ValueError("There is no session: the list of Sessions is empty.")
        by_id = join_by_id(parts)
        return cls._from_columns(
            *join_columns(parts),
            by_id,
            join_events([part.events for part in parts], by_id),
        )

    # On disk ------------------------------------------------------------------

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write the sessions to a folder that `load` maps into memory.

        Parameters
        ----------
        folder : str or path-like
            The folder. It is made if it does not exist, but its parent must exist. If
            it holds sessions already, they stay until the new ones are complete.

        Raises
        ------
        OSError
            If the folder cannot be written, or holds anything else. Its content is then
            unchanged.

        See Also
        --------
        load : Reads what this has written.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from sklearn_prodemb import Sessions
        >>> sessions = Sessions.from_lists([["Mate", "Termo"], ["Carpa"]])
        >>> with tempfile.TemporaryDirectory() as place:
        ...     folder = pathlib.Path(place) / "sessions"
        ...     sessions.save(folder)
        ...     again = Sessions.load(folder)
        >>> again == sessions
        True
        """
        save_sessions(self, Path(folder))

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Self:
        """Read sessions that `save` wrote.

        Columns of numbers are mapped into memory: the system reads them when they are
        used, and processes that load one folder share them. Each file is read once
        before, to check it. Nothing in the files is run.

        Parameters
        ----------
        folder : str or path-like
            The folder.

        Returns
        -------
        sessions : Sessions
            The sessions that were saved. A pickle of them does not need the folder.

        Raises
        ------
        FileNotFoundError
            If there is no such folder.
        InvalidFileError
            If a file is damaged or missing, or the folder holds no sessions; the error
            names it.

        See Also
        --------
        save : Writes what this reads; it has an example.
        """
        return cls._from_columns(*load_sessions(Path(folder)))

    def _select(self, mask: np.ndarray) -> Self:
        kept = Ragged(np.arange(self.n_views), self.offsets).take(mask)
        rows = kept.values
        # Titles and categories are numbered anew by what is left.
        title_codes, first = renumber(self.title_codes[rows])
        category_codes = self.category_codes[rows]
        known = category_codes >= 0
        used, renumbered = np.unique(category_codes[known], return_inverse=True)
        category_codes[known] = renumbered
        by_id = None
        if self.by_id is not None:
            new_title_codes = np.full(self.n_products, -1)
            new_title_codes[self.title_codes[rows]] = title_codes
            by_id = self.by_id._select(mask, new_title_codes)
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

    # Ids and events are no part of the fingerprint: `by_id` has its own, for embedders
    # that learn from them.
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
        return html_of_sessions(
            counts, self.lengths, self.most_frequent(5), self.to_lists(3)
        )
