"""Groups from the similarities of pairs: clustering of a sparse graph."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# Pairs below it change no group, and are nine of ten.
_LEAST = 0.02


class Pairs(NamedTuple):
    """Pairs of offers, and how similar they are.

    Parameters
    ----------
    left, right : ndarray of int64, shape (n_pairs,)
        The offers of each pair; no pair occurs twice.
    similarities : ndarray of float64, shape (n_pairs,)
        Their similarity; that of all other pairs is 0.
    """

    left: np.ndarray
    right: np.ndarray
    similarities: np.ndarray


@dataclass(frozen=True)
class Tree:
    """Which groups were joined, in order.

    Parameters
    ----------
    n_offers : int
        Number of offers, the leaves.
    children : ndarray of int64, shape (n_joins, 2)
        The two groups of each join; join i makes group `n_offers + i`.
    similarities : ndarray of float64, shape (n_joins,)
        How similar they were.
    """

    n_offers: int
    children: np.ndarray
    similarities: np.ndarray

    def cut(self, threshold: float) -> np.ndarray:
        """Give the groups of the joins of this similarity or more.

        Parameters
        ----------
        threshold : float
            The least similarity.

        Returns
        -------
        groups : ndarray of int64, shape (n_offers,)
            A number a group, from 0 on, in the order in which groups appear.
        """
        n_joins = len(self.children)
        top = np.arange(self.n_offers + n_joins)
        for join in range(n_joins):
            if self.similarities[join] >= threshold:
                top[self.children[join]] = self.n_offers + join
        # From the last join down, each group's top is that of the group above it.
        for group in range(len(top) - 1, -1, -1):
            top[group] = top[top[group]]
        _, first, groups = np.unique(
            top[: self.n_offers], return_index=True, return_inverse=True
        )
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first)] = np.arange(len(first))
        return rank[groups]


def link(n_offers: int, pairs: Pairs, linkage: str) -> Tree:
    """Join the two most similar groups again and again.

    Parameters
    ----------
    n_offers : int
        Number of offers.
    pairs : Pairs
        Pairs of them.
    linkage : {"average", "single"}
        Whether groups are as similar as the mean of their pairs, or as the best.

    Returns
    -------
    tree : Tree
        All joins of groups that are similar at all.
    """
    chosen = np.flatnonzero(pairs.similarities > _LEAST)
    queue = list(
        zip(
            (-pairs.similarities[chosen]).tolist(),
            pairs.left[chosen].tolist(),
            pairs.right[chosen].tolist(),
            strict=True,
        )
    )
    # For each group that is there the others and the sum (the best) of the pairs.
    others: list[dict[int, float]] = [{} for _ in range(n_offers)]
    for negative, a, b in queue:
        others[a][b] = others[b][a] = -negative
    sizes = [1] * n_offers
    children, heights = [], []
    heapq.heapify(queue)
    while queue:
        negative, a, b = heapq.heappop(queue)
        # Pairs of groups that were joined to others meanwhile are out of date.
        if not sizes[a] or not sizes[b]:
            continue
        new = len(others)
        children.append((a, b))
        heights.append(-negative)
        sizes.append(sizes[a] + sizes[b])
        sizes[a] = sizes[b] = 0
        joined = _joined(others[a], others[b], average=linkage == "average")
        others[a], others[b] = {}, {}
        joined.pop(a)
        joined.pop(b)
        others.append(joined)
        for other, total in joined.items():
            row = others[other]
            row.pop(a, None)
            row.pop(b, None)
            row[new] = total
            n_pairs = sizes[new] * sizes[other] if linkage == "average" else 1
            heapq.heappush(queue, (-total / n_pairs, other, new))
    return Tree(
        n_offers,
        np.array(children, np.int64).reshape(-1, 2),
        np.array(heights, np.float64),
    )


def _joined(
    a: dict[int, float], b: dict[int, float], *, average: bool
) -> dict[int, float]:
    """Join two groups' rows, in place of the longer one."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    for other, value in short.items():
        before = long.get(other, 0.0)
        long[other] = before + value if average else max(before, value)
    return long
