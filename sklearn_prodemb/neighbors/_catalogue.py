"""The products of an index: titles, ids, and what else is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import narwhals.stable.v2 as nw
import numpy as np

from .._titles.check import check_titles
from .._utils.plain_values import as_objects, plain_values, type_names
from .._utils.validation import describe, is_missing, read_frame

# Columns that an answer has beside those of the catalogue.
ANSWER = ("query", "rank", "similarity")
_SHOWN = 5


class Catalogue:
    """Products in the order in which they came.

    Parameters
    ----------
    titles : list of str, of length n_products
        The titles.
    ids : list or None
        The ids, all different; None if a product is known by its title.
    frame : data frame or None
        All columns, as they came; None if titles alone came.
    title : str
        The name of the column of titles.
    """

    def __init__(
        self, titles: list[str], ids: list[Any] | None, frame: Any, title: str
    ) -> None:
        self.titles = titles
        self.ids = ids
        self.frame = frame
        self.title = title

    @classmethod
    def read(cls, X: Any, title: str, product: str | None) -> Self:
        """Read a catalogue, checking everything.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_products
            The titles, or a frame with a column of them.
        title : str
            The column of titles of a frame.
        product : str or None
            The column of ids of a frame; None if it has none.

        Raises
        ------
        TypeError
            If a title is no str, or an id cannot be hashed.
        ValueError
            If there is no product, a column is missing or has a name that an answer
            needs, an id is missing or occurs twice, or so does a title without ids.
        """
        frame = read_frame(X)
        if frame is None:
            if product is not None:
                raise ValueError(
                    f"product={product!r} names a column of ids, but X is no data "
                    f"frame. It is {type(X).__name__}: leave product out, or give a "
                    f"frame with the columns {title!r} and {product!r}."
                )
            titles, ids = check_titles(X), None
        else:
            taken = [name for name in ANSWER if name in frame.columns]
            if taken:
                raise ValueError(
                    f"X must not have a column {taken[0]!r}, which answers have beside "
                    f"the columns of X: rename it."
                )
            titles = check_titles(
                _column(frame, title, "title"), name=f"Column {title!r} of X"
            )
            ids = None
            if product is not None:
                column = _column(frame, product, "product")
                ids = _check_ids(column, f"Column {product!r} of X")
        if not titles:
            raise ValueError("X has no product: an index needs one at least.")
        if ids is None:
            _check_distinct(
                titles,
                "titles",
                "keep the first of each, or give a data frame and name its column of "
                "product ids (product=...)",
            )
        native = None if frame is None else frame.to_native()
        return cls(titles, ids, native, title)

    def __len__(self) -> int:
        return len(self.titles)

    @cached_property
    def _rows_of_titles(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, title in enumerate(self.titles):
            rows.setdefault(title, []).append(row)
        return rows

    @cached_property
    def _row_of_id(self) -> dict[Any, int]:
        assert self.ids is not None
        return {product: row for row, product in enumerate(self.ids)}

    def rows_of_titles(self, titles: Sequence[str]) -> list[list[int]]:
        """Give the rows that have each of these very titles, if any."""
        return [self._rows_of_titles.get(title, []) for title in titles]

    def rows_of_ids(self, ids: Sequence[Any]) -> list[int]:
        """Give the row of each product id.

        Raises
        ------
        ValueError
            If there are no ids, or one of them is unknown; the error names it.
        """
        if self.ids is None:
            raise ValueError(
                "The index has no product ids: fit it on a data frame, and name the "
                "column of ids (product=...)."
            )
        ids = plain_values(ids)
        rows = [self._row_of_id.get(i, -1) if _has_hash(i) else -1 for i in ids]
        unknown = [place for place, row in enumerate(rows) if row < 0]
        if unknown:
            first = ", ".join(
                f"{ids[i]!r} (position {i})" for i in unknown[:_SHOWN]
            ) + (", ..." if len(unknown) > _SHOWN else "")
            (wrong,) = type_names([ids[unknown[0]]])
            known = type_names(self.ids)
            hint = (
                ""
                if wrong in known
                else f" Those of the catalogue are of type {' and '.join(known)}, not "
                f"{wrong}."
            )
            raise ValueError(
                f"{len(unknown)} of {len(ids)} product ids are not in the catalogue: "
                f"{first}.{hint}"
            )
        return rows

    def answer(
        self,
        queries: Sequence[Any],
        ranks: np.ndarray,
        rows: np.ndarray,
        similarities: np.ndarray,
    ) -> Any:
        """Put the products that were found into a table.

        Parameters
        ----------
        queries : sequence of length n_found
            What was asked for.
        ranks : ndarray of int64, shape (n_found,)
            The place of a product in the answer to its query, from 1 on.
        rows : ndarray of int64, shape (n_found,)
            The products.
        similarities : ndarray of float32, shape (n_found,)
            How similar they are.

        Returns
        -------
        table : data frame or dict of str to ndarray
            A row a product; of the kind of frame that was read, or of arrays if titles
            alone were.
        """
        found = {
            "query": as_objects(queries),
            "rank": ranks,
            "similarity": similarities,
        }
        if self.frame is None:
            titles = [self.titles[row] for row in rows.tolist()]
            return {**found, self.title: as_objects(titles)}
        frame = nw.from_native(self.frame, eager_only=True)
        products = nw.maybe_reset_index(frame[rows.tolist()])
        # An array of object would be of no type for some frames.
        columns = {**found, "query": list(plain_values(queries))}
        left = nw.from_dict(columns, backend=frame.implementation)
        return nw.concat([left, products], how="horizontal").to_native()


def _column(frame: Any, name: str, parameter: str) -> Any:
    if name not in frame.columns:
        raise ValueError(
            f"{parameter}={name!r} is no column of X; its columns are {frame.columns}."
        )
    return frame.get_column(name).to_list()


def _check_ids(ids: list[Any], name: str) -> list[Any]:
    missing = next((row for row, value in enumerate(ids) if is_missing(value)), None)
    if missing is not None:
        raise ValueError(f"{name} has no product id in row {missing}: drop the row.")
    ids = list(plain_values(ids))
    wrong = next((row for row, value in enumerate(ids) if not _has_hash(value)), None)
    if wrong is not None:
        raise TypeError(
            f"{name} must hold product ids that can be hashed, such as str or int, but "
            f"row {wrong} is {describe(ids[wrong])}."
        )
    _check_distinct(ids, "product ids", "keep one row of each")
    return ids


def _check_distinct(values: list[Any], what: str, advice: str) -> None:
    if len(set(values)) == len(values):
        return
    first: dict[Any, int] = {}
    again = [row for row, v in enumerate(values) if first.setdefault(v, row) != row]
    row = again[0]
    raise ValueError(
        f"{len(again)} of {len(values)} {what} are in the catalogue already, such as "
        f"{values[row]!r} (rows {first[values[row]]} and {row}): {advice}."
    )


def _has_hash(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
