"""Weights of parts by what finds session mates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..._sessions.by_id import SessionsById
from ..._utils.ragged import Ragged

# What a part's length is tried with, in terms of that of the others.
_FACTORS = (0.0, 0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
_N_ROUNDS = 3
# They bound the memory of similarities to 4 bytes x queries x candidates, for each pair
# of parts.
_N_QUERIES = 1_000
_N_CANDIDATES = 2_000
_NOTHING = 1e-12


@dataclass(frozen=True)
class Queries:
    """Products whose session mates are to be found among others.

    Parameters
    ----------
    candidates : ndarray of int64, shape (n_candidates,)
        Rows of the frame.
    queries : ndarray of int64, shape (n_queries,)
        Places in `candidates`, one of each session.
    mates : ndarray of bool, shape (n_queries, n_candidates)
        Which candidates are in a query's session, itself left out.
    """

    candidates: np.ndarray
    queries: np.ndarray
    mates: np.ndarray


def draw_queries(
    by_id: SessionsById, row_of_code: np.ndarray, rng: np.random.RandomState
) -> Queries:
    """Draw queries from sessions that were held out.

    Parameters
    ----------
    by_id : SessionsById
        The sessions.
    row_of_code : ndarray of int64, shape (n_products,)
        The row of each of their products, -1 if it is not in the frame.
    rng : RandomState
        Source of randomness.

    Returns
    -------
    queries : Queries
        At least one.

    Raises
    ------
    ValueError
        If no session has two products of the frame, and leaves one out.
    """
    # Sessions of the products that the frame has, in a random order.
    rows = row_of_code[by_id.codes]
    kept = np.flatnonzero(rows >= 0)
    sessions = Ragged(rows[kept], np.searchsorted(kept, by_id.offsets))
    usable = rng.permutation(np.flatnonzero(sessions.lengths >= 2))[:_N_QUERIES]
    chosen = sessions.take(usable)
    # Candidates are the products of as many of them as there is room for.
    n_rows = int(np.searchsorted(chosen.offsets, _N_CANDIDATES, side="right")) - 1
    chosen = chosen.take(np.arange(max(n_rows, min(1, len(chosen)))))
    candidates, places = np.unique(chosen.values, return_inverse=True)
    queries = np.array(
        [
            places[a + rng.randint(b - a)]
            for a, b in zip(chosen.offsets[:-1], chosen.offsets[1:], strict=True)
        ],
        np.int64,
    )
    mates = np.zeros((len(chosen), len(candidates)), bool)
    mates[np.repeat(np.arange(len(chosen)), chosen.lengths), places] = True
    mates[np.arange(len(chosen)), queries] = False
    others = (~mates).sum(axis=1) - 1
    good = (others > 0) & mates.any(axis=1)
    if not good.any():
        raise ValueError(
            "weights='auto' needs sessions that hold two products of X and leave one "
            "out, but no session held out does: give more sessions, or weights."
        )
    return Queries(candidates, queries[good], mates[good])


def mates_auc(similarities: np.ndarray, queries: Queries) -> float:
    """Give how often a session mate is nearer than another product.

    Parameters
    ----------
    similarities : ndarray of float, shape (n_queries, n_candidates)
        Of queries and candidates.
    queries : Queries
        The queries.

    Returns
    -------
    auc : float
        The mean over queries of their AUC ROC, ties counted half.
    """
    numbers = np.arange(len(queries.queries))
    # The query itself is smaller than all, and counted out.
    similarities = similarities.copy()
    similarities[numbers, queries.queries] = -np.inf
    row, column = np.nonzero(queries.mates)
    found = similarities[row, column][:, None]
    others = ~queries.mates
    others[numbers, queries.queries] = False
    beaten = np.empty(len(row))
    for begin in range(0, len(row), 256):
        some = slice(begin, begin + 256)
        rest = similarities[row[some]]
        wins = (rest < found[some]) + 0.5 * (rest == found[some])
        beaten[some] = (wins * others[row[some]]).sum(axis=1)
    shares = beaten / others.sum(axis=1)[row]
    of_query = np.bincount(row, shares) / np.bincount(row)
    return float(of_query[np.unique(row)].mean())


class Similarities:
    """Cosines of joined vectors, for any weights.

    With x_p the vector of part p and w_p its weight, the products of joined vectors are
    sum_p w_p^2 x_p . y_p side by side, and sum_p sum_q w_p w_q x_p . y_q as a sum. So
    the products of parts are worked out once.

    Parameters
    ----------
    vectors : dict of str to ndarray of float32, shape (n_products, n_features)
        The vectors of each part.
    queries : Queries
        The queries.
    is_sum : bool
        Whether vectors are added up.
    """

    def __init__(
        self, vectors: Mapping[str, np.ndarray], queries: Queries, *, is_sum: bool
    ) -> None:
        parts = [part[queries.candidates] for part in vectors.values()]
        self._queries = queries
        self._pairs = [
            (p, q)
            for p in range(len(parts))
            for q in range(len(parts))
            if is_sum or p == q
        ]
        self._products = [
            parts[p][queries.queries] @ parts[q].T for p, q in self._pairs
        ]
        self._squares = [
            np.einsum("ij,ij->i", parts[p], parts[q]) for p, q in self._pairs
        ]

    def of(self, weights: Sequence[float]) -> np.ndarray:
        """Give the cosines (n_queries, n_candidates); 0 with a vector of zeros."""
        factors = [weights[p] * weights[q] for p, q in self._pairs]
        products = sum(f * g for f, g in zip(factors, self._products, strict=True))
        squares = sum(f * s for f, s in zip(factors, self._squares, strict=True))
        lengths = np.sqrt(np.maximum(squares, _NOTHING))
        cosines: np.ndarray = products / lengths / lengths[self._queries.queries, None]
        return cosines.round(6)


def find_weights(
    vectors: Mapping[str, np.ndarray], queries: Queries, *, is_sum: bool
) -> dict[str, float]:
    """Find the weights by which session mates are nearest.

    One weight after the other is chosen from a grid, the others as they are.

    Parameters
    ----------
    vectors : dict of str to ndarray of float32, shape (n_products, n_features)
        The vectors of each part; rows of zeros if a product lacks it.
    queries : Queries
        From sessions that the parts did not see.
    is_sum : bool
        Whether vectors are added up; else they are side by side.

    Returns
    -------
    weights : dict of str to float
        Of each part; the largest makes the part's mean length 1.
    """
    # First all parts have one length.
    lengths = {
        name: np.sqrt(np.mean(rows[np.any(rows != 0, axis=1)] ** 2) * rows.shape[1])
        if np.any(rows)
        else 1.0
        for name, rows in vectors.items()
    }
    scaled = {name: rows / lengths[name] for name, rows in vectors.items()}
    similarities = Similarities(scaled, queries, is_sum=is_sum)
    factors = [1.0] * len(vectors)
    best = mates_auc(similarities.of(factors), queries)
    for _ in range(_N_ROUNDS):
        before = list(factors)
        for part in range(len(factors)):
            for factor in _FACTORS:
                tried = [*factors[:part], factor, *factors[part + 1 :]]
                if not any(tried):
                    continue
                auc = mates_auc(similarities.of(tried), queries)
                if auc > best:
                    best, factors = auc, tried
        if factors == before:
            break
    largest = max(factors)
    return {
        name: float(factor / largest / lengths[name])
        for name, factor in zip(vectors, factors, strict=True)
    }
