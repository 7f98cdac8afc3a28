"""The columns of `Sessions`, and what can be told from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Self

import numpy as np

from ._record import Record
from ._sessions_by_id import SessionsById


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
        lengths = np.diff(self.offsets)
        return int((lengths * (lengths - 1) // 2).sum())

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
