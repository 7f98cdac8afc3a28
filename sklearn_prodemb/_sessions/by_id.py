"""Sessions as lists of product ids, for models that know products by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .._public import public
from .._utils.factorize import Factorized, factorize_plain
from .._utils.ragged import Ragged
from .._utils.renumber import renumber
from .columns import drop_repeats, first_known
from .immutable import Record


@public
class SessionsById(Record):
    """The sessions of a `Sessions` as lists of distinct product ids.

    `Sessions.by_id` is such an object; do not build one. If an id occurs more than once
    in a session, it counts once, whatever its title. Two ids with one title are two
    products here, but `Sessions` itself has the title once.

    Attributes
    ----------
    ids : ndarray of object, shape (n_products,)
        The distinct ids, in the order of the sessions.
    titles : ndarray of object (str), shape (n_products,)
        The first title of each id.
    categories : ndarray of object, shape (n_products,)
        The first known category of each id, None if there is none.
    codes : ndarray of int32, shape (n_views,)
        The id of each row, session after session, as a number into `ids`.
    title_codes : ndarray of int32, shape (n_views,)
        The title of each row, the first one that its id has in the session, as a number
        into the titles of the `Sessions`. An id whose title was edited has several.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Session i has the rows from `offsets[i]` up to `offsets[i + 1]`.
    """

    ids: np.ndarray
    titles: np.ndarray
    categories: np.ndarray
    codes: np.ndarray
    title_codes: np.ndarray
    offsets: np.ndarray

    __slots__ = ("categories", "codes", "ids", "offsets", "title_codes", "titles")

    @classmethod
    def _from_columns(
        cls,
        ids: Sequence[Any],
        titles: Sequence[str],
        categories: Sequence[Any],
        codes: np.ndarray,
        title_codes: np.ndarray,
        offsets: np.ndarray,
    ) -> SessionsById:
        self = object.__new__(cls)
        self._fill(
            ids=np.fromiter(ids, object, len(ids)),
            titles=np.fromiter(titles, object, len(titles)),
            categories=np.fromiter(categories, object, len(categories)),
            codes=codes,
            title_codes=title_codes,
            offsets=offsets,
        )
        return self

    @property
    def n_products(self) -> int:
        """Number of distinct ids."""
        return len(self.ids)

    def to_lists(self) -> list[list[Any]]:
        """Give the sessions back as lists of ids.

        Returns
        -------
        sessions : list of list
            The ids of each session, in the order in which they were seen.
        """
        ids = self.ids[self.codes].tolist()
        ends = self.offsets.tolist()
        return [ids[a:b] for a, b in pairwise(ends)]

    def _select(self, mask: np.ndarray, new_title_codes: np.ndarray) -> SessionsById:
        """Keep some sessions, given the new number of each title that is left."""
        kept = Ragged(np.arange(len(self.codes)), self.offsets).take(mask)
        codes, first = renumber(self.codes[kept.values])
        numbers = self.codes[kept.values[first]]
        return self._from_columns(
            self.ids[numbers].tolist(),
            self.titles[numbers].tolist(),
            self.categories[numbers].tolist(),
            codes.astype(np.int32),
            new_title_codes[self.title_codes[kept.values]].astype(np.int32),
            kept.offsets,
        )

    def _hashed(self) -> tuple[Iterable[str], Iterable[np.ndarray]]:
        others = map(repr, (self.ids.tolist(), self.categories.tolist()))
        return (*self.titles, *others), (self.codes, self.title_codes, self.offsets)

    def __repr__(self) -> str:
        n_sessions = len(self.offsets) - 1
        return f"SessionsById(n_sessions={n_sessions}, n_products={self.n_products})"


def read_ids(values: Any, place: Callable[[str, int], str]) -> Factorized:
    """Give product ids numbers in order of appearance.

    Parameters
    ----------
    values : narwhals Series of str or number, of length n_rows
        The product id of each row. Other types are refused: a saved file cannot hold
        them.
    place : callable
        Turns a role, here "product", and a row into what error messages call it.

    Returns
    -------
    ids : Factorized
        The id of each row as a number, and the distinct ids.

    Raises
    ------
    TypeError
        If an id is neither a str nor a number.
    ValueError
        If an id is missing.
    """
    ids = factorize_plain(values, "A product id", lambda row: place("product", row))
    missing = np.flatnonzero(ids.codes < 0)
    if len(missing):
        raise ValueError(
            f"{len(missing)} of {len(ids.codes)} product ids are missing, the first of "
            f"them {place('product', missing[0])}: drop such rows, or name no column "
            f"of ids."
        )
    return ids


def by_id_from_rows(
    keys: np.ndarray,
    rows: np.ndarray,
    ids: Factorized,
    titles: Factorized,
    categories: Factorized | None,
) -> SessionsById:
    """Take rows in the order of sessions and drop the ids that repeat within one.

    Parameters
    ----------
    keys, rows, titles, categories
        As in `columns_from_rows`.
    ids : Factorized
        The product id of each row, as `read_ids` gives them.

    Returns
    -------
    by_id : SessionsById
        The sessions.
    """
    id_of_row = ids.codes[rows]
    codes, first = renumber(id_of_row)
    # Numbered in order of appearance, as `columns_from_rows` numbers them.
    title_codes, _ = renumber(titles.codes[rows])
    kept, offsets, _ = drop_repeats(keys, codes)
    labels: list[Any] = [None] * len(first)
    if categories is not None:
        names = [*categories.distinct, None]
        known = first_known(categories.codes[rows], codes, len(first))
        labels = [names[code] for code in known]
    return SessionsById._from_columns(
        [ids.distinct[code] for code in id_of_row[first]],
        [titles.distinct[code] for code in titles.codes[rows[first]]],
        labels,
        codes[kept].astype(np.int32),
        title_codes[kept].astype(np.int32),
        offsets,
    )
