"""What is seen together more often than chance has it: PPMI from counts.

With C the counts of rows (words or products) and of their contexts,

    PPMI_ab = max(0, log(C_ab sum_c C_.c^t / (C_a. C_.b^t)))

as in Levy and Goldberg, "Neural word embedding as implicit matrix factorization", 2014,
what skip-gram with negative sampling factorises; the power t as in Levy, Goldberg and
Dagan, "Improving distributional similarity with lessons learned from word embeddings",
2015: below 1, contexts that are rare count for less.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .._utils.threads import map_in_order
from .blocks import SlicedRows
from .mates import Mates

# Counts of pairs that are kept in memory; what is beyond is counted in each pass anew.
_PAIRS_KEPT = 64_000_000


def compare_in_place(counts: np.ndarray) -> SlicedRows:
    """Turn a table of counts into PPMI.

    Parameters
    ----------
    counts : ndarray of float32, shape (n_rows, n_contexts)
        C; it holds the PPMI afterwards.

    Returns
    -------
    ppmi : SlicedRows of float32, shape (n_rows, n_contexts)
        The same table.
    """
    table = SlicedRows(counts)
    of_row = counts.sum(axis=1, dtype=np.float64)
    chance = _chance(counts.sum(axis=0, dtype=np.float64))

    def compare(number: int) -> None:
        rows = table.slice(number)
        block = counts[rows]
        # Where there are no counts, 0 / 0 and log(0) are meant to end as 0.
        with np.errstate(divide="ignore", invalid="ignore"):
            block /= of_row[rows, None].astype(np.float32) * chance.astype(np.float32)
            np.log(block, out=block)
        np.fmax(block, 0, out=block)

    for _ in map_in_order(compare, range(table.n_blocks)):
        pass
    return table


class ProductPPMI:
    """PPMI of products and of the session mates that serve as contexts.

    Parameters
    ----------
    mates : Mates
        Who was seen with whom.
    contexts : ndarray of int, shape (n_contexts,)
        The products that serve as contexts.
    smoothing : float, default=1.0
        The power t.

    Attributes
    ----------
    shape, n_blocks
        As of `RowBlocks`; blocks are those of `mates`.
    """

    def __init__(
        self, mates: Mates, contexts: np.ndarray, *, smoothing: float = 1.0
    ) -> None:
        self.shape = (mates.n_products, len(contexts))
        self.n_blocks = len(mates.blocks)
        self._mates = mates
        self._contexts = contexts
        kept: list[sparse.csr_array] = []
        of_column = np.zeros(len(contexts))
        n_kept = 0
        for counts in map_in_order(self._count, range(self.n_blocks)):
            of_column += counts.sum(axis=0, dtype=np.float64)
            n_kept += counts.nnz
            if n_kept <= _PAIRS_KEPT:
                kept.append(counts)
        self._chance = _chance(of_column, smoothing)
        self._kept = list(map_in_order(self._compare, kept, tells=False))

    def block(self, number: int) -> sparse.csr_array:
        """Give the PPMI of some products, float32 (n_block_rows, n_contexts).

        Only what is above zero is stored.
        """
        if number < len(self._kept):
            return self._kept[number]
        return self._compare(self._count(number))

    def _count(self, number: int) -> sparse.csr_array:
        return self._mates.rows(*self._mates.blocks[number])[:, self._contexts]

    def _compare(self, counts: sparse.csr_array) -> sparse.csr_array:
        """Turn counts into PPMI, in place."""
        of_row = counts.sum(axis=1, dtype=np.float64)
        expected = np.repeat(of_row, np.diff(counts.indptr))
        expected *= self._chance[counts.indices]
        counts.data = np.log(np.maximum(counts.data / expected, 1)).astype(np.float32)
        counts.eliminate_zeros()
        return counts


def _chance(of_column: np.ndarray, smoothing: float = 1.0) -> np.ndarray:
    """Give the share that chance gives each context, float64 (n_contexts,)."""
    smoothed = of_column**smoothing
    total = smoothed.sum()
    return smoothed / total if total else smoothed
