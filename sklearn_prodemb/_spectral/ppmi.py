"""What is seen together: positive pointwise mutual information from sessions."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from .._utils.ragged import Ragged

# Bounds the memory of counts that are not kept: most are below what chance gives.
_ROWS_PER_BLOCK = 2048
# Far below any count, far above what rounding leaves of a count of nothing.
_LEAST = 1e-10


def session_matrix(sessions: Ragged, n_products: int) -> sparse.csr_array:
    """Put the products of each session in a row.

    Parameters
    ----------
    sessions : Ragged of int, of length n_sessions
        The products of each session.
    n_products : int
        Number of products.

    Returns
    -------
    matrix : sparse array of float64, shape (n_sessions, n_products)
        1 if a session holds a product, however often.
    """
    shape = (len(sessions), n_products)
    ones = np.ones(len(sessions.values))
    matrix = sparse.csr_array((ones, sessions.values, sessions.offsets), shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def mates_ppmi(
    sessions: sparse.csr_array,
    left: sparse.csr_array,
    right: sparse.csr_array,
    *,
    smoothing: float = 1.0,
) -> sparse.csr_array:
    """Compare how often features of session mates meet with what chance gives.

    With x_i and z_i the rows of product i in `left` and `right`, and n_s the number of
    products of session s,

        C       = sum_s 1 / (n_s - 1) sum_(i != j in s) x_i z_j^T
        PPMI_ab = max(0, log(C_ab sum_c C_.c^t / (C_a. C_.b^t)))

    so that each product of a session counts once, whatever the length of the session.
    As in Levy and Goldberg, "Neural word embedding as implicit matrix factorization",
    2014, what skip-gram with negative sampling factorises; t as in Levy, Goldberg and
    Dagan, "Improving distributional similarity with lessons learned from word
    embeddings", 2015. C is taken from the sums
    over each session, less what products have with themselves, in time linear in the
    products of a session.

    Parameters
    ----------
    sessions : sparse array, shape (n_sessions, n_products)
        As from `session_matrix`.
    left : sparse array, shape (n_products, n_left)
        Features of the products: words, or the products themselves.
    right : sparse array, shape (n_products, n_right)
        Features of their session mates, the contexts.
    smoothing : float, default=1.0
        The power t. Below 1, contexts that are rare count for less.

    Returns
    -------
    ppmi : sparse array of float32, shape (n_left, n_right)
        Only what is above zero is stored.
    """
    # Sessions of two or more, each product weighing 1 / (n_s - 1).
    lengths = sessions.sum(axis=1)
    sessions = sessions[lengths > 1]
    weights = 1 / (lengths[lengths > 1] - 1)
    weighted = sessions.multiply(weights[:, None]).tocsr()
    alone = weighted.sum(axis=0)
    # C = sums @ mates - own @ right: sums over each session, less what products have
    # with themselves.
    sums = (weighted @ left).T.tocsr()
    mates = (sessions @ right).tocsr()
    own = left.multiply(alone[:, None]).T.tocsr()
    # C_a., C_.b and C_.., without C itself.
    of_left = sums @ mates.sum(axis=1) - own @ right.sum(axis=1)
    of_right = mates.T @ sums.sum(axis=0) - right.T @ own.sum(axis=0)
    total = of_left.sum()
    if smoothing != 1:
        of_right = np.maximum(of_right, 0) ** smoothing
        total = of_right.sum()
    # PPMI a block of rows at a time; only what is above chance is kept.
    blocks = []
    for first in range(0, left.shape[1], _ROWS_PER_BLOCK):
        rows = slice(first, first + _ROWS_PER_BLOCK)
        counts = (sums[rows] @ mates - own[rows] @ right).tocoo()
        chance = of_left[rows][counts.row] * of_right[counts.col] / total
        above = counts.data > np.maximum(chance, _LEAST)
        values = np.log(counts.data[above] / chance[above]).astype(np.float32)
        places = (counts.row[above], counts.col[above])
        blocks.append(sparse.csr_array((values, places), counts.shape))
    return sparse.vstack(blocks, format="csr", dtype=np.float32)
