"""How often words meet the words of session mates."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .._utils.ragged import Ragged
from .._utils.threads import map_in_order
from .mates import Mates

# They bound the memory of what is added at once, about 150 MB in each thread.
_ROWS_PER_BLOCK = 8_192
_CONTEXTS_PER_BLOCK = 1_000
_WORDS_PER_BLOCK = 2_048
# Far below any count, far above what rounding leaves of a count of nothing.
_LEAST = 1e-10


def count_blocks(mates: Mates, n_contexts: int) -> int:
    """Give the number of blocks that `count_contexts` tells of."""
    return len(mates.blocks) * -(-n_contexts // _CONTEXTS_PER_BLOCK)


def count_contexts(
    mates: Mates, words: sparse.csr_array, contexts: sparse.csr_array
) -> np.ndarray:
    """Count how often words and the words of session mates meet.

    With x_i and z_i the rows of product i, and D as of `Mates`,

        C = sum_ij D_ij x_i z_j^T

    Parameters
    ----------
    mates : Mates
        Who was seen with whom.
    words : sparse array of float32, shape (n_products, n_words)
        The weights of words in titles.
    contexts : sparse array of float32, shape (n_products, n_contexts)
        The columns of `words` that serve as contexts.

    Returns
    -------
    counts : ndarray of float32, shape (n_words, n_contexts)
        C.
    """
    counts = np.zeros((words.shape[1], contexts.shape[1]), np.float32)
    starts = range(0, contexts.shape[1], _CONTEXTS_PER_BLOCK)
    columns = [slice(first, first + _CONTEXTS_PER_BLOCK) for first in starts]
    contexts_of = [contexts[:, block] for block in columns]

    def prepare(block: tuple[int, int]) -> list[tuple]:
        pairs = mates.rows(*block)
        starts = range(0, pairs.shape[0], _ROWS_PER_BLOCK)
        return [_prepare(pairs, words, block[0], begin) for begin in starts]

    for prepared in map_in_order(prepare, mates.blocks, tells=False):
        # Each thread has columns of its own, and adds blocks of rows in their order.
        def add(number: int, prepared: list[tuple] = prepared) -> None:
            for pairs, used, weights in prepared:
                met = (pairs @ contexts_of[number]).toarray()
                counts[used, columns[number]] += weights @ met

        for _ in map_in_order(add, range(len(columns))):
            pass
    return counts


def _prepare(
    pairs: sparse.csr_array, words: sparse.csr_array, first: int, begin: int
) -> tuple[sparse.csr_array, np.ndarray, sparse.csr_array]:
    """Give some rows of pairs, the words of their products, and these words' weights.

    Only the words that are in these titles: the table of all words is large.
    """
    some = pairs[begin : begin + _ROWS_PER_BLOCK]
    begin += first
    weights = words[begin : begin + some.shape[0]].T.tocsr()
    used = np.flatnonzero(np.diff(weights.indptr))
    return some, used, weights[used]


def count_group_contexts(
    groups: Ragged, words: sparse.csr_array, contexts: sparse.csr_array
) -> np.ndarray:
    """Count as `count_contexts` does, for few groups that are too large for pairs.

    A product of a group of n weighs 1 / (n - 1) with each other product. The counts are
    taken from the sums over each group, less what products have with themselves.

    Parameters
    ----------
    groups : Ragged of int, of length n_groups
        The products of each group, two or more, each once.
    words, contexts
        As of `count_contexts`.

    Returns
    -------
    counts : ndarray of float32, shape (n_words, n_contexts)
        As of `count_contexts`.
    """
    counts = np.empty((words.shape[1], contexts.shape[1]), np.float32)
    ones = np.ones(len(groups.values))
    shape = (len(groups), words.shape[0])
    members = sparse.csr_array((ones, groups.values, groups.offsets), shape)
    weighted = members.multiply(1 / (groups.lengths - 1)[:, None]).tocsr()
    # C = sums @ mates - own @ contexts.
    sums = (weighted @ words).T.tocsr()
    mates = members @ contexts
    own = words.multiply(weighted.sum(axis=0)[:, None]).T.tocsr()
    for first in range(0, len(counts), _WORDS_PER_BLOCK):
        rows = slice(first, first + _WORDS_PER_BLOCK)
        block = (sums[rows] @ mates - own[rows] @ contexts).toarray()
        counts[rows] = np.where(block > _LEAST, block, 0)
    return counts
