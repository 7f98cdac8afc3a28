"""The columns of `Sessions`, and what can be told from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.utils import check_random_state

from .by_id import SessionsById
from .columns import renumber, rows_of
from .immutable import Record
from .pairs import pairs_of


class SessionColumns(Record):
    """Everything about `Sessions`, which documents it, but the ways in."""

    titles: np.ndarray
    categories: np.ndarray
    title_codes: np.ndarray
    category_codes: np.ndarray
    offsets: np.ndarray
    by_id: SessionsById | None

    __slots__ = (
        "by_id",
        "categories",
        "category_codes",
        "offsets",
        "title_codes",
        "titles",
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
        random_state: int | np.random.RandomState | None = None,
    ) -> tuple[Self, Self]:
        """Hold some sessions out, to choose on or to evaluate with.

        Parameters
        ----------
        held_out : float, default=0.1
            Share of the sessions that are held out, above 0 and below 1.
        random_state : int, RandomState instance or None, default=None
            Seed of the choice.

        Returns
        -------
        train, held_out : tuple of Sessions
            The others, and those that are held out, each in the order they were in.

        Raises
        ------
        ValueError
            Where either part would hold no session.

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
        n = round(float(held_out) * self.n_sessions)
        if not 0 < n < self.n_sessions:
            raise ValueError(
                f"held_out={held_out} of {self.n_sessions} sessions leaves a part "
                f"without any."
            )
        chosen = check_random_state(random_state).permutation(self.n_sessions)[:n]
        mask = np.zeros(self.n_sessions, bool)
        mask[chosen] = True
        return self._select(~mask), self._select(mask)

    def _select(self, mask: np.ndarray) -> Self:
        rows, offsets = rows_of(mask, self.offsets)
        title_codes, first = renumber(self.title_codes[rows])
        category_codes = self.category_codes[rows]
        known = category_codes >= 0
        used, renumbered = np.unique(category_codes[known], return_inverse=True)
        category_codes[known] = renumbered
        return self._from_columns(
            self.titles[self.title_codes[rows][first]].tolist(),
            self.categories[used],
            title_codes.astype(np.int32),
            category_codes,
            offsets,
            None if self.by_id is None else self.by_id._select(mask),
        )

    # Ids are no part of the fingerprint: what an embedder learns from titles, and what
    # a cache keeps of it, does not depend on them.
    def _hashed(self) -> tuple[Iterable[str], Iterable[np.ndarray]]:
        texts = (*self.titles, repr(self.categories.tolist()))
        return texts, (self.title_codes, self.category_codes, self.offsets)

    def __reduce__(self) -> tuple[Any, ...]:
        columns = (self.title_codes, self.category_codes, self.offsets)
        return (
            type(self)._from_columns,
            (
                list(self.titles),
                self.categories.copy(),
                *(c.copy() for c in columns),
                self.by_id,
            ),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SessionColumns):
            return NotImplemented
        return super().__eq__(other) and self.by_id == other.by_id

    def __hash__(self) -> int:
        return super().__hash__()

    def __repr__(self) -> str:
        ids = "" if self.by_id is None else f", n_ids={self.by_id.n_products}"
        return (
            f"Sessions(n_sessions={self.n_sessions}, n_products={self.n_products}, "
            f"n_pairs={self.n_pairs}, n_categories={self.n_categories}{ids})"
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
