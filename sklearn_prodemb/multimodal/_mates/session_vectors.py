"""Vectors of product ids by what they are seen with, to be told from other data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from ..._sessions.by_id import SessionsById
from ..._sessions.pairs import check_pairs, paired_rows
from ..._utils.factorize import factorize_plain
from ..._utils.plain_values import plain_values, type_names
from .._clicks.learning import ClickConfig, learn_vectors

# As targets, vectors without smoothing were better on products that sessions lack.
_SMOOTHING = 1.0
_SINGULAR_VALUE_POWER = 1.0


def learn_session_vectors(
    by_id: SessionsById,
    n_components: int,
    max_session_length: int | None,
    rng: np.random.RandomState,
    stage: Callable[[str, int], AbstractContextManager[Any]],
) -> np.ndarray:
    """Learn vectors of product ids, as `ClickEmbedder` does, but without smoothing.

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
    stage : callable
        As of `learn_vectors`.

    Returns
    -------
    vectors : ndarray of float32, shape (n_products, n_components)
        One row for each id, of unit length, or zeros if it has no session mate.

    Raises
    ------
    ValueError
        If no session has two products.
    """
    rows = paired_rows(by_id.offsets, max_session_length)
    check_pairs(len(by_id.offsets) - 1, rows, "product ids")
    products = rows.replace(by_id.codes[rows.values])
    config = ClickConfig(n_components, _SMOOTHING, _SINGULAR_VALUE_POWER)
    return learn_vectors(products, by_id.n_products, config, rng, stage)


def find_products(by_id: SessionsById, ids: Sequence[Any], column: str) -> np.ndarray:
    """Find products among those of sessions.

    Parameters
    ----------
    by_id : SessionsById
        The sessions.
    ids : sequence, of length n_products
        The ids of products; they may be missing.
    column : str
        The column that holds them, for errors.

    Returns
    -------
    codes : ndarray of int64, shape (n_products,)
        Their numbers in `by_id.ids`, -1 if no session has them.

    Raises
    ------
    TypeError
        If one is neither a str nor a number; the error names its row.
    """
    numbers, distinct = factorize_plain(ids, f"An id of {column!r}", _row)
    number_of = {value: code for code, value in enumerate(by_id.ids.tolist())}
    known = [number_of.get(value, -1) for value in distinct]
    # The number of a missing id is -1, the last one.
    return np.array([*known, -1], np.int64)[numbers]


def link_products(by_id: SessionsById, ids: Sequence[Any], column: str) -> np.ndarray:
    """Find products among those of sessions, which have at least one of them.

    Parameters
    ----------
    by_id, ids, column
        As of `find_products`.

    Returns
    -------
    codes : ndarray of int64, shape (n_products,)
        As of `find_products`.

    Raises
    ------
    TypeError
        As `find_products`.
    ValueError
        If no session has any of them.
    """
    codes = find_products(by_id, ids, column)
    if (codes < 0).all():
        kinds = [
            " and ".join(type_names(values))
            for values in (plain_values(ids), by_id.ids.tolist())
        ]
        raise ValueError(
            f"None of the {len(codes)} product ids of column {column!r} is in a "
            f"session. They are of type {kinds[0]}, those of the sessions of type "
            f"{kinds[1]}."
        )
    return codes


def _row(row: int) -> str:
    return f"row {row}"
