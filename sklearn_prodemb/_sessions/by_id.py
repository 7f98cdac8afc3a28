"""Sessions as lists of product ids, for models that know products by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .._public import public
from .._utils.factorize import factorize_plain
from .._utils.ragged import Ragged
from .columns import drop_repeats, in_session_order, renumber
from .immutable import Record


@public
class SessionsById(Record):
    """The sessions of a `Sessions` as lists of distinct product ids.

    It is what `Sessions.by_id` holds; it is not meant to be built otherwise. Within a
    session an id that occurs again is dropped, whatever its title. Two ids with one
    title stay two products here, where `Sessions` itself keeps the title once.

    Attributes
    ----------
    ids : ndarray of object, shape (n_products,)
        The distinct ids, in the order in which the sessions bring them.
    titles : ndarray of object (str), shape (n_products,)
        The first title of each id.
    categories : ndarray of object, shape (n_products,)
        The first known category of each id, None if there is none.
    codes : ndarray of int32, shape (n_views,)
        The id of each row, session after session, as a number into `ids`.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Session i has the rows from `offsets[i]` up to `offsets[i + 1]`.
    """

    ids: np.ndarray
    titles: np.ndarray
    categories: np.ndarray
    codes: np.ndarray
    offsets: np.ndarray

    __slots__ = ("categories", "codes", "ids", "offsets", "titles")

    @classmethod
    def _from_columns(
        cls,
        ids: Sequence[Any],
        titles: Sequence[str],
        categories: Sequence[Any],
        codes: np.ndarray,
        offsets: np.ndarray,
    ) -> SessionsById:
        self = object.__new__(cls)
        self._fill(
            ids=np.fromiter(ids, object, len(ids)),
            titles=np.fromiter(titles, object, len(titles)),
            categories=np.fromiter(categories, object, len(categories)),
            codes=codes,
            offsets=offsets,
        )
        return self

    @property
    def n_products(self) -> int:
        """Number of distinct ids."""
        return len(self.ids)

    def to_lists(self) -> list[list[Any]]:
        """Give the sessions back as lists of ids."""
        ids = self.ids[self.codes].tolist()
        ends = self.offsets.tolist()
        return [ids[a:b] for a, b in pairwise(ends)]

    def _select(self, mask: np.ndarray) -> SessionsById:
        kept = Ragged(self.codes, self.offsets).take(mask)
        codes, first = renumber(kept.values)
        numbers = kept.values[first]
        return self._from_columns(
            self.ids[numbers].tolist(),
            self.titles[numbers].tolist(),
            self.categories[numbers].tolist(),
            codes.astype(np.int32),
            kept.offsets,
        )

    def _hashed(self) -> tuple[Iterable[str], Iterable[np.ndarray]]:
        others = map(repr, (self.ids.tolist(), self.categories.tolist()))
        return (*self.titles, *others), (self.codes, self.offsets)

    def __repr__(self) -> str:
        n_sessions = len(self.offsets) - 1
        return f"SessionsById(n_sessions={n_sessions}, n_products={self.n_products})"


def by_id_from_rows(
    keys: np.ndarray,
    ids: Sequence[Any],
    titles: Sequence[str],
    categories: Sequence[Any] | None,
    place: Callable[[str, int], str],
    order: np.ndarray | None = None,
) -> SessionsById:
    """Order rows by session and drop the ids that repeat within one.

    Parameters
    ----------
    keys, titles, categories, place, order
        As in `columns_from_rows`, which has checked them.
    ids : sequence of str or number, of length n_rows
        The product id of each row. Other types are refused: a saved file cannot hold
        them.

    Returns
    -------
    by_id : SessionsById
        The sessions.

    Raises
    ------
    TypeError
        If an id is neither a str nor a number.
    ValueError
        If an id is missing.
    """
    codes, distinct = factorize_plain(
        ids, "A product id", lambda row: place("product", row)
    )
    missing = np.flatnonzero(codes < 0)
    if len(missing):
        raise ValueError(
            f"{len(missing)} of {len(codes)} product ids are missing, the first of "
            f"them {place('product', missing[0])}: drop such rows, or name no column "
            f"of ids."
        )
    keys, rows = in_session_order(keys, order)
    id_codes = codes[rows]
    codes, first = renumber(id_codes)
    kept, offsets, _ = drop_repeats(keys, codes)
    return SessionsById._from_columns(
        [distinct[i] for i in id_codes[first]],
        [titles[row] for row in rows[first]],
        _first_known(codes, len(first), categories, rows, place),
        codes[kept].astype(np.int32),
        offsets,
    )


def _first_known(
    codes: np.ndarray,
    n_codes: int,
    categories: Sequence[Any] | None,
    rows: np.ndarray,
    place: Callable[[str, int], str],
) -> list[Any]:
    first: list[Any] = [None] * n_codes
    if categories is not None:
        category_codes, names = factorize_plain(
            categories, "A category", lambda row: place("category", row)
        )
        known = category_codes[rows] >= 0
        found, at = np.unique(codes[known], return_index=True)
        for code, category in zip(
            found.tolist(), category_codes[rows][known][at], strict=True
        ):
            first[code] = names[category]
    return first
