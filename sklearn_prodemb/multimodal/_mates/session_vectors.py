"""Vectors of product ids by what they are seen with, to be told from other data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from ..._sessions.by_id import SessionsById
from ..._sessions.pairs import check_pairs, paired_rows
from ..._spectral.learning import SpectralConfig, truncated_svd
from ..._spectral.ppmi import mates_ppmi, session_matrix
from ..._utils.plain_values import plain_values


def learn_session_vectors(
    by_id: SessionsById,
    n_components: int,
    max_session_length: int | None,
    rng: np.random.RandomState,
) -> np.ndarray:
    """Learn a vector for each product id from the sessions that it is in.

    A truncated SVD of the positive pointwise mutual information of session mates, see
    `mates_ppmi`.

    Parameters
    ----------
    by_id : SessionsById
        The sessions.
    n_components : int
        Number of columns.
    max_session_length : int or None
        Sessions are cut to their first so many products.
    rng : RandomState
        Seed of the randomised SVD.

    Returns
    -------
    vectors : ndarray of float64, shape (n_products, n_components)
        One row an id, zeros if it has no session mate.

    Raises
    ------
    ValueError
        If no session has two products.
    """
    rows = paired_rows(by_id.offsets, max_session_length)
    check_pairs(len(by_id.offsets) - 1, rows, "product ids")
    seen = session_matrix(rows.replace(by_id.codes[rows.values]), by_id.n_products)
    itself = sparse.csr_array(sparse.eye_array(by_id.n_products))
    ppmi = mates_ppmi(seen, itself, itself)
    vectors, _ = truncated_svd(ppmi, n_components, SpectralConfig(), rng)
    return vectors


def link_products(by_id: SessionsById, ids: Sequence[Any], column: str) -> np.ndarray:
    """Find products among those of sessions.

    Parameters
    ----------
    by_id : SessionsById
        The sessions.
    ids : sequence, of length n_products
        The ids of products.
    column : str
        The column that holds them, for errors.

    Returns
    -------
    codes : ndarray of int64, shape (n_products,)
        Their numbers in `by_id.ids`, -1 if no session has them.

    Raises
    ------
    ValueError
        If no session has any of them.
    """
    number_of = {value: code for code, value in enumerate(by_id.ids.tolist())}
    codes = np.array([number_of.get(i, -1) for i in plain_values(ids)], np.int64)
    if (codes < 0).all():
        kinds = [
            " and ".join(sorted({type(value).__name__ for value in values}))
            for values in (plain_values(ids), by_id.ids.tolist())
        ]
        raise ValueError(
            f"None of the {len(codes)} product ids of column {column!r} is in a "
            f"session. They are of type {kinds[0]}, those of the sessions of type "
            f"{kinds[1]}."
        )
    return codes
