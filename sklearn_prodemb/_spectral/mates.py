"""Who was seen with whom: weighted pairs of products, some rows at a time."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy import sparse

from .._utils.ragged import Ragged

# Bounds the memory of pairs that are counted at once, a few tens of MB in each thread.
_PAIRS_PER_BLOCK = 1_000_000
_ROWS_PER_BLOCK = 8_192


class Mates(Protocol):
    """Weighted pairs of session mates: a symmetric matrix D, too large to be held.

    With n_s the number of titles of session s,

        D_ij = sum_(s with i and j) 1 / (n_s - 1)

    so that each title of a session counts once, whatever the length of the session. The
    diagonal is zero: a product is not its own mate.

    Attributes
    ----------
    n_products : int
        Number of rows and of columns.
    counts : ndarray of float64, shape (n_products,)
        In how many sessions of two titles or more each product is. It is the sum of a
        row of D if no session has two titles of one product.
    blocks : list of (int, int)
        First row and end of each block; they follow one another.
    """

    n_products: int
    counts: np.ndarray
    blocks: list[tuple[int, int]]

    def rows(self, first: int, end: int) -> sparse.csr_array:
        """Give the rows of a block, float32 (end - first, n_products).

        Safe to be called from several threads.
        """
        ...


class SessionMates:
    """The mates of sessions that are in memory; see `Mates`.

    Parameters
    ----------
    sessions : Ragged of int, of length n_sessions
        The titles of each session, distinct, as numbers.
    of_title : ndarray of int, shape (n_titles,)
        The product of each title, -1 if it is none.
    n_products : int
        Number of products.
    """

    def __init__(self, sessions: Ragged, of_title: np.ndarray, n_products: int) -> None:
        sessions = sessions.take(sessions.lengths > 1)
        weights = np.repeat(self._weigh(sessions.lengths), sessions.lengths)
        products = of_title[sessions.values]
        kept = products >= 0
        places = (sessions.row_numbers[kept], products[kept])
        shape = (len(sessions), n_products)
        ones = np.ones(len(products), np.float32)
        self._sessions = sparse.csr_array((ones[kept], places), shape)
        weighted = sparse.csr_array((weights[kept].astype(np.float32), places), shape)
        self._weighted = weighted.T.tocsr()
        self.n_products = n_products
        self.counts = np.bincount(products[kept], minlength=n_products).astype(float)
        n_pairs = self._weighted.astype(bool).astype(float) @ sessions.lengths
        self.blocks = cut_blocks(n_pairs)

    @staticmethod
    def _weigh(lengths: np.ndarray) -> np.ndarray:
        """Give the weight of a pair in sessions of these lengths."""
        return 1 / (lengths - 1)

    def rows(self, first: int, end: int) -> sparse.csr_array:
        """Count the pairs of some products, see `Mates`."""
        return without_diagonal(self._weighted[first:end] @ self._sessions, first)


def cut_blocks(n_pairs: np.ndarray) -> list[tuple[int, int]]:
    """Cut rows with so many pairs into blocks that are bounded in both."""
    blocks = []
    ends = np.append(0.0, np.cumsum(n_pairs))
    first = 0
    while first < len(n_pairs):
        end = int(np.searchsorted(ends, ends[first] + _PAIRS_PER_BLOCK, "right")) - 1
        end = min(max(end, first + 1), first + _ROWS_PER_BLOCK)
        blocks.append((first, end))
        first = end
    return blocks


def without_diagonal(rows: sparse.csr_array, first: int) -> sparse.csr_array:
    """Take out what products have with themselves; row i is product first + i."""
    own = np.arange(first, first + rows.shape[0])
    rows.data[rows.indices == np.repeat(own, np.diff(rows.indptr))] = 0
    rows.eliminate_zeros()
    return rows
