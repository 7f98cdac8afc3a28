"""The mates that `SessionCounts` keeps on disk."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .._counts.folder import Part
from .._counts.session_counts import SessionCounts
from .mates import without_diagonal


class CountMates:
    """Mates that are read from disk, a part at a time; see `Mates`.

    Parameters
    ----------
    session_counts : SessionCounts
        The counts.
    of_title : ndarray of int64, shape (n_titles,)
        The product of each title, -1 if it is none; products are numbered in the order
        in which titles bring them.
    n_products : int
        Number of products.
    """

    def __init__(
        self, session_counts: SessionCounts, of_title: np.ndarray, n_products: int
    ) -> None:
        self.n_products = n_products
        self._session_counts = session_counts
        self._of_title = of_title
        known = of_title >= 0
        self.counts = np.bincount(
            of_title[known],
            session_counts.sessions_of_titles()[known],
            minlength=n_products,
        )
        # A product's first title comes in the order of products: a part of titles has
        # the rows of consecutive products, but for those of further titles.
        _, first = np.unique(of_title[known], return_index=True)
        self._is_first = np.zeros(len(of_title), bool)
        self._is_first[np.flatnonzero(known)[first]] = True
        ends = np.append(0, np.cumsum(self._is_first))
        self._parts: dict[tuple[int, int], Part] = {}
        for part in session_counts.parts:
            block = (int(ends[part.first]), int(ends[part.end]))
            if block[0] < block[1]:
                self._parts[block] = part
        self.blocks = list(self._parts)
        self._further = self._read_further(known & ~self._is_first)

    def rows(self, first: int, end: int) -> sparse.csr_array:
        """Read the pairs of some products, see `Mates`."""
        rows = self._read(self._parts[first, end], self._is_first, first, end)
        if self._further is not None:
            rows = rows + self._further[first:end]
        return without_diagonal(rows, first)

    def _read(
        self, part: Part, chosen: np.ndarray, first: int, end: int
    ) -> sparse.csr_array:
        """Read the rows of chosen titles, as rows of products `first` to `end`."""
        left, right, weight = self._session_counts.read_part(part)
        rows, columns = self._of_title[left], self._of_title[right]
        kept = chosen[left] & (columns >= 0)
        places = (rows[kept] - first, columns[kept])
        shape = (end - first, self.n_products)
        # Pairs of titles of the same two products are added up.
        return sparse.csr_array((weight[kept], places), shape)

    def _read_further(self, chosen: np.ndarray) -> sparse.csr_array | None:
        """Read the rows of titles that are equal to another once normalised."""
        total = None
        for part in self._session_counts.parts:
            if chosen[part.first : part.end].any():
                rows = self._read(part, chosen, 0, self.n_products)
                total = rows if total is None else total + rows
        return total
