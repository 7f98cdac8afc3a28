"""Ways for sessions into the columns of `Sessions`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Self

import numpy as np

from .._utils.factorize import Factorized, factorize_plain
from .by_id import by_id_from_rows, read_ids
from .columns import LABELS, columns_from_rows, in_session_order, read_titles
from .events import events_from_rows
from .frames import number_keys, read_columns
from .gaps import session_keys
from .immutable import Record
from .lists import read_lists
from .stamps import check_gap


class SessionSources(Record):
    """The ways in: data frames, event logs, files and lists."""

    __slots__ = ()

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
    ) -> Self:
        """Build sessions from a data frame with one row for each product seen.

        Parameters
        ----------
        frame : data frame of n_rows rows, str or path-like
            Any eager or lazy frame that narwhals reads: pandas, polars, pyarrow,
            DuckDB, Spark and others. Or the path of a Parquet or CSV file, or a glob of
            such files, which are read in the order of their names. This needs the extra
            `duckdb`, and reads only the columns that are named. Titles of a CSV file
            are text, whatever they look like. The types of its other columns are found
            from all rows.
        session : str or list of str
            The column that identifies the session of a row, or several columns that do
            so together, such as a user and a number. Rows of one session need not be
            neighbours. All names of columns are as in the frame: with pandas they may
            be ints or tuples.
        title : str
            The column of titles.
        category : str or None, default=None
            The column of categories: all str or all numbers. Missing values are
            allowed.
        product : str or None, default=None
            The column of product ids, str or numbers, for models of ids, and for
            embedders of titles, which find edited titles by them. Turn ids of other
            types, such as UUID, into str.
        event : str or None, default=None
            The column of kinds of events, such as "view", "cart" and "purchase": all
            str or all numbers. Missing values are allowed. `event`, `quantity` and
            `user` need `product`. They are in the attribute `events`, and change
            neither titles nor ids.
        quantity : str or None, default=None
            The column of quantities: numbers, negative for returns. Missing values are
            allowed.
        user : str, list of str or None, default=None
            The column that identifies a user, or several that do so together. A session
            has one user; missing values are allowed.

        Returns
        -------
        sessions : Sessions
            The sessions, in order of appearance.

        Raises
        ------
        TypeError
            If `frame` is no data frame or path, a title is no str, a category, product
            id or event is neither a str nor a number, or a quantity is no number.
        ValueError
            If a column does not exist, a session or product id is missing, there is no
            row, a quantity is infinite, a session has two users, or events, quantities
            or users have no `product`; or a path has another ending.
        OSError
            If there is no such file, it is a folder, or it cannot be read.
        InvalidFileError
            If a file is damaged.
        ImportError
            If files are to be read, and DuckDB is not installed.

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
    ) -> Self:
        """Split an event log into sessions, at pauses longer than `gap`.

        Parameters
        ----------
        events : data frame of n_events rows, str or path-like
            Any eager or lazy frame that narwhals reads, or the path of files, as in
            `from_frame`; rows in any order.
        user : str or list of str
            The column that identifies a user, or several that do so together.
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
            The column of kinds of events, as in `from_frame`.
        quantity : str or None, default=None
            The column of quantities, as in `from_frame`.
        gap : str, timedelta or number, default="30min"
            The longest pause within a session: an event that comes later than `gap`
            after the user's previous one begins a new session. A str is a number and
            a unit, one of "s", "min", "h" and "d". If the time column holds
            numbers, `gap` is a number in the same unit. 0 keeps events of one time
            together, such as the lines of an invoice.

        Returns
        -------
        sessions : Sessions
            The sessions, ordered by user (in order of appearance), then time.

        Raises
        ------
        TypeError
            If `events` is no data frame or path, the time column is of text, `gap` does
            not fit it, a title is no str, a category, product id or event is neither a
            str nor a number, or a quantity is no number.
        ValueError
            If a column does not exist, a user, time or product id is missing, some
            times have a time zone and others none, `gap` cannot be read or is negative,
            a quantity is infinite, events or quantities have no `product`, or a path
            has another ending.
        OSError
            If there is no such file, it is a folder, or it cannot be read.
        InvalidFileError
            If a file is damaged.
        ImportError
            If files are to be read, and DuckDB is not installed.

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
    def from_lists(cls, sessions: Iterable[Iterable[Any]]) -> Self:
        """Build sessions from nested lists, without product ids.

        Parameters
        ----------
        sessions : iterable of iterable of str or (str, category) pairs
            One inner list for each session. Each element is a title, or a title and its
            category (None if it is not known).

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
    ) -> Self:
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
    def _from_columns(cls, *columns: Any) -> Self:
        raise NotImplementedError


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
