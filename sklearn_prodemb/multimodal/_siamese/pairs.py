"""Pairs of session mates, drawn anew for each epoch."""

from __future__ import annotations

import numpy as np

from ..._sessions.by_id import SessionsById
from ..._sessions.pairs import paired_rows
from ..._utils.ragged import Ragged


def known_mates(
    by_id: SessionsById, codes: np.ndarray, max_session_length: int | None
) -> Ragged:
    """Give sessions as rows of a frame, as far as it has their products.

    Parameters
    ----------
    by_id : SessionsById
        The sessions.
    codes : ndarray of int64, shape (n_rows,)
        The product of each row of the frame as a number in `by_id`, or -1. The first
        row of a product stands for it.
    max_session_length : int or None
        Sessions are cut to their first so many products before.

    Returns
    -------
    mates : Ragged of int64, of length n_sessions
        The rows of each session that has two or more.
    """
    row_of = np.full(by_id.n_products, -1)
    linked = np.flatnonzero(codes >= 0)
    # Written from the end, so that the first row of a product is left.
    row_of[codes[linked[::-1]]] = linked[::-1]
    kept = paired_rows(by_id.offsets, max_session_length)
    rows = row_of[by_id.codes[kept.values]]
    lengths = np.bincount(kept.row_numbers[rows >= 0], minlength=len(kept))
    known = Ragged.from_lengths(rows[rows >= 0], lengths)
    return known.take(known.lengths >= 2)


def draw_pairs(mates: Ragged, rng: np.random.Generator) -> np.ndarray:
    """Draw a mate for each product of each session.

    Parameters
    ----------
    mates : Ragged of int64, of length n_sessions
        The products of sessions, each two or more.
    rng : numpy Generator
        The source of randomness.

    Returns
    -------
    pairs : ndarray of int64, shape (n_pairs, 2)
        The products and their mates, in random order.
    """
    begins = np.repeat(mates.offsets[:-1], mates.lengths)
    lengths = np.repeat(mates.lengths, mates.lengths)
    own = np.arange(len(mates.values)) - begins
    # Any place of the session but the product's own.
    places = rng.integers(lengths - 1)
    places += places >= own
    pairs = np.stack([mates.values, mates.values[begins + places]], axis=1)
    return pairs[rng.permutation(len(pairs))]
