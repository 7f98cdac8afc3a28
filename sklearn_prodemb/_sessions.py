"""Browsing sessions: an immutable, columnar record of who saw what together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np

from ._columns import columns_from_rows
from ._event_log import forbid_missing, read_columns, session_keys
from ._validation import describe, factorize


class Sessions:
    """Browsing sessions: which products were seen together.

    A session is the set of distinct products that one user visited in one go. A
    product is a title and, if known, a category. Build one with `from_frame`,
    `from_events` or `from_lists`; the constructor is not meant to be called.

    The object is immutable and columnar: each distinct title is stored once. It has
    no length, shape or array form on purpose: scikit-learn's cross-validation cuts
    every fit parameter that has as many elements as there are samples, and clones
    every constructor parameter. Sessions pass through both untouched.

    Within a session, a title that occurs again is dropped; the first known category
    among its occurrences is kept.

    Attributes
    ----------
    titles : ndarray of object (str), shape (n_products,)
        The distinct titles, in the order in which the sessions bring them.
    categories : ndarray, shape (n_categories,)
        The distinct categories, sorted.
    title_codes : ndarray of int32, shape (n_views,)
        The title of each row, session after session, as a number into `titles`.
    category_codes : ndarray of int32, shape (n_views,)
        The category of each row as a number into `categories`, -1 where missing.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Session i has the rows from `offsets[i]` up to `offsets[i + 1]`.
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
    _fingerprint: str | None

    __slots__ = (
        "__weakref__",
        "_fingerprint",
        "categories",
        "category_codes",
        "offsets",
        "title_codes",
        "titles",
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
        cls, frame: Any, *, session: str, title: str, category: str | None = None
    ) -> Sessions:
        """Build sessions from a data frame with one row a product seen.

        Parameters
        ----------
        frame : data frame of n_rows rows
            Any eager or lazy frame that narwhals reads: pandas, polars, pyarrow,
            DuckDB and others.
        session : str
            The column that tells which session a row belongs to. Rows of one session
            need not be neighbours.
        title : str
            The column of titles.
        category : str or None, default=None
            The column of categories: all str or all numbers. Missing values are
            allowed.

        Returns
        -------
        sessions : Sessions
            The sessions, in order of appearance.

        Raises
        ------
        TypeError
            Where `frame` is no data frame, or a title is no str.
        ValueError
            Where a column does not exist, a session is missing or there is no row.

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
        columns = read_columns(
            frame, {"session": session, "title": title, "category": category}
        )
        keys, _ = factorize(columns["session"].to_list(), "A session")
        advice = ", or give each a value of its own"
        forbid_missing(keys < 0, "rows", "session", session, advice)
        return cls._from_series(keys, columns)

    @classmethod
    def from_events(
        cls,
        events: Any,
        *,
        user: str,
        time: str,
        title: str,
        category: str | None = None,
        gap: Any = "30min",
    ) -> Sessions:
        """Cut an event log into sessions where a user pauses for longer than `gap`.

        Parameters
        ----------
        events : data frame of n_events rows
            Any eager or lazy frame that narwhals reads, in any order.
        user : str
            The column that tells users apart.
        time : str
            The column of time stamps: datetimes, dates or numbers.
        title : str
            The column of titles.
        category : str or None, default=None
            The column of categories. Missing values are allowed.
        gap : str, timedelta or number, default="30min"
            The longest pause within a session: an event that comes later than `gap`
            after the user's previous one begins a new session. A str is a number and
            a unit, one of "s", "min", "h" and "d". Where the time column holds
            numbers, `gap` is a number in the same unit.

        Returns
        -------
        sessions : Sessions
            The sessions, ordered by user (in order of appearance), then time.

        Raises
        ------
        TypeError
            Where `events` is no data frame, the time column is of text, `gap` does
            not fit it, or a title is no str.
        ValueError
            Where a column does not exist, a user or time is missing, or `gap` cannot
            be read or is negative.

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
        columns = read_columns(
            events, {"user": user, "time": time, "title": title, "category": category}
        )
        keys, order = session_keys(columns["user"], columns["time"], gap)
        return cls._from_series(keys, columns, order)

    @classmethod
    def from_lists(cls, sessions: Iterable[Iterable[Any]]) -> Sessions:
        """Build sessions from nested lists.

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
            Where a session is a bare title or a tuple, or an element is neither a str
            nor a pair of a str and a category.
        ValueError
            Where there is no session.

        Examples
        --------
        >>> from sklearn_prodemb import Sessions
        >>> Sessions.from_lists([["Yerba mate 1 kg", "Mate", "Bombilla"], ["Termo"]])
        Sessions(n_sessions=2, n_products=4, n_pairs=3, n_categories=0)
        """
        keys: list[int] = []
        titles: list[str] = []
        categories: list[Any] = []
        number = -1
        if isinstance(sessions, (str, bytes)) or not isinstance(sessions, Iterable):
            raise TypeError(f"Expected a list of sessions, got {describe(sessions)}.")
        for number, session in enumerate(sessions):
            # A tuple of two titles looks like a pair that lacks its session.
            pair = isinstance(session, tuple)
            text = isinstance(session, (str, bytes))
            if pair or text or not isinstance(session, Iterable):
                raise TypeError(
                    f"Session {number} must be a list of titles or of (title, "
                    f"category) pairs, got {describe(session)}"
                    + ("; a tuple is a (title, category) pair." if pair else ".")
                )
            for position, item in enumerate(session):
                title, category = item, None
                if isinstance(item, tuple) and len(item) == 2:
                    title, category = item
                if not isinstance(title, str):
                    raise TypeError(
                        f"Position {position} of session {number} must be a title (a "
                        f"str) or a (title, category) pair, got {describe(item)}."
                    )
                keys.append(number)
                titles.append(title)
                categories.append(category)
        if number < 0:
            raise ValueError("There is no session: the list is empty.")

        def place(_: str, row: int) -> str:
            return f"position {row - keys.index(keys[row])} of session {keys[row]}"

        return cls._from_columns(
            *columns_from_rows(np.array(keys, np.int64), titles, categories, place)
        )

    # The columns --------------------------------------------------------------

    @classmethod
    def _from_series(
        cls, keys: np.ndarray, columns: Any, order: np.ndarray | None = None
    ) -> Sessions:
        titles = columns["title"].to_list()
        categories = columns["category"].to_list() if "category" in columns else None

        def place(role: str, row: int) -> str:
            return f"row {row} of column {columns[role].name!r}"

        return cls._from_columns(
            *columns_from_rows(keys, titles, categories, place, order)
        )

    @classmethod
    def _from_columns(
        cls,
        titles: Sequence[str],
        categories: np.ndarray,
        title_codes: np.ndarray,
        category_codes: np.ndarray,
        offsets: np.ndarray,
    ) -> Sessions:
        self = object.__new__(cls)
        distinct = np.empty(len(titles), object)
        distinct[:] = titles
        for name, value in (
            ("titles", distinct),
            ("categories", categories),
            ("title_codes", title_codes),
            ("category_codes", category_codes),
            ("offsets", offsets),
        ):
            value.flags.writeable = False
            object.__setattr__(self, name, value)
        object.__setattr__(self, "_fingerprint", None)
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
        lengths = np.diff(self.offsets)
        return int((lengths * (lengths - 1) // 2).sum())

    @property
    def n_categories(self) -> int:
        """Number of distinct categories."""
        return len(self.categories)

    @property
    def fingerprint(self) -> str:
        """A hash of the content, equal for equal sessions in every process."""
        if self._fingerprint is None:
            digest = hashlib.blake2b(digest_size=16)
            for text in (*self.titles, repr(self.categories.tolist())):
                data = text.encode("utf-8", "surrogatepass")
                digest.update(len(data).to_bytes(8, "little") + data)
            for column in (self.title_codes, self.category_codes, self.offsets):
                digest.update(np.ascontiguousarray(column).data)
            object.__setattr__(self, "_fingerprint", digest.hexdigest())
        assert self._fingerprint is not None
        return self._fingerprint

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

    # Behaviour as a value -----------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"Sessions is immutable: cannot set {name!r}.")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Sessions is immutable: cannot delete {name!r}.")

    def __sklearn_clone__(self) -> Sessions:
        return self

    def __copy__(self) -> Sessions:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Sessions:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        columns = (self.title_codes, self.category_codes, self.offsets)
        return (
            Sessions._from_columns,
            (list(self.titles), self.categories.copy(), *(c.copy() for c in columns)),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sessions):
            return NotImplemented
        return self is other or self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return (
            f"Sessions(n_sessions={self.n_sessions}, n_products={self.n_products}, "
            f"n_pairs={self.n_pairs}, n_categories={self.n_categories})"
        )

    def _repr_html_(self) -> str:
        counts = "".join(
            f"<td>{getattr(self, name):,} {name[2:]}</td>"
            for name in ("n_sessions", "n_products", "n_pairs", "n_categories")
        )
        rows = []
        for number, session in enumerate(self.to_lists(3)):
            titles = " · ".join(
                escape(title) + ("" if c is None else f" <i>({escape(str(c))})</i>")
                for title, c in session[:5]
            )
            more = " …" if len(session) > 5 else ""
            rows.append(
                f"<tr><td>session {number}</td>"
                f'<td colspan="4" style="text-align:left">{titles}{more}</td></tr>'
            )
        return (
            f"<table><thead><tr><th>Sessions</th>{counts}</tr></thead>"
            f"<tbody>{''.join(rows)}</tbody></table>"
        )
