"""Groups from the similarities of pairs: clustering of a sparse graph."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

# Pairs below it change no group, and are nine of ten.
_LEAST = 0.02
# By so much a similarity may be too low: the cosine of equal texts is not always 1.
_ROUNDING = 1e-6


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

    def between(self, nodes: np.ndarray) -> Pairs:
        """Give the pairs of nodes, as similar as their offers are on average.

        Parameters
        ----------
        nodes : ndarray of int64, shape (n_offers,)
            The node of each offer as a number, from 0 on.

        Returns
        -------
        pairs : Pairs
            Pairs of two nodes.
        """
        n_nodes = int(nodes.max(initial=-1)) + 1
        if n_nodes == len(nodes):
            return self
        a, b = nodes[self.left], nodes[self.right]
        kept = np.flatnonzero(a != b)
        low, high = np.minimum(a, b)[kept], np.maximum(a, b)[kept]
        return _means(low, high, self.similarities[kept], n_nodes)

    def onto(self, nodes: np.ndarray) -> Pairs:
        """Give the pairs of offers with nodes of a reference, in the same way.

        Parameters
        ----------
        nodes : ndarray of int64, shape (n_reference,)
            The node of each offer of the reference, which is right in a pair.

        Returns
        -------
        pairs : Pairs
            Pairs of an offer and a node.
        """
        n_nodes = int(nodes.max(initial=-1)) + 1
        if n_nodes == len(nodes):
            return self._replace(right=nodes[self.right])
        return _means(self.left, nodes[self.right], self.similarities, n_nodes)


def _means(left: np.ndarray, right: np.ndarray, values: np.ndarray, n: int) -> Pairs:
    """Give each pair once, with its mean; right numbers are below n."""
    keys, places = np.unique(left * n + right, return_inverse=True)
    sums = np.bincount(places, values, len(keys))
    counts = np.bincount(places, minlength=len(keys))
    return Pairs(keys // max(n, 1), keys % max(n, 1), sums / counts)


def reach(similarities: np.ndarray, threshold: float) -> np.ndarray:
    """Tell which similarities are a threshold or more, but for rounding."""
    return similarities >= threshold - _ROUNDING


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
        for join in np.flatnonzero(reach(self.similarities, threshold)).tolist():
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


def link(n_offers: int, pairs: Pairs, linkage: str, least: float = _LEAST) -> Tree:
    """Join the two most similar groups again and again.

    Parameters
    ----------
    n_offers : int
        Number of offers.
    pairs : Pairs
        Pairs of them.
    linkage : {"average", "single"}
        Whether groups are as similar as the mean of their pairs, or as the best.
    least : float, default=0.02
        The lowest threshold that the tree will be cut at: the large groups below it
        take most of the time.

    Returns
    -------
    tree : Tree
        All joins of groups of this similarity or more.
    """
    chosen = np.flatnonzero(pairs.similarities > min(_LEAST, least / 2))
    pairs = Pairs(*(of[chosen] for of in pairs))
    children, heights = (_link_best if linkage == "single" else _link_means)(
        n_offers, pairs, least
    )
    return Tree(
        n_offers,
        np.array(children, np.int64).reshape(-1, 2),
        np.array(heights, np.float64),
    )


_Joins = tuple[list[tuple[int, int]], list[float]]


def _link_best(n_offers: int, pairs: Pairs, least: float) -> _Joins:
    """Join groups by their best pairs: each pair joins the groups that it is of."""
    # Of a chain of groups, each in the next, the last one that is known.
    above = list(range(n_offers))

    def top(group: int) -> int:
        while above[group] != group:
            above[group] = above[above[group]]
            group = above[group]
        return group

    children, heights = [], []
    kept = np.flatnonzero(reach(pairs.similarities, least))
    order = kept[np.argsort(-pairs.similarities[kept], kind="stable")]
    for left, right, similarity in zip(
        *(of[order].tolist() for of in pairs), strict=True
    ):
        a, b = top(left), top(right)
        if a != b:
            above[a] = above[b] = len(above)
            above.append(len(above))
            children.append((a, b))
            heights.append(similarity)
    return children, heights


def _link_means(n_offers: int, pairs: Pairs, least: float) -> _Joins:
    """Join the two groups of the highest mean again and again."""
    left, right, values = (of.tolist() for of in pairs)
    # For each group that is there the others and the sum of the pairs.
    others: list[dict[int, float]] = [{} for _ in range(n_offers)]
    for a, b, value in zip(left, right, values, strict=True):
        others[a][b] = others[b][a] = value
    sizes = [1] * n_offers
    children, heights = [], []
    # A mean that is too low rises only if one of the groups is joined to another.
    lowest = least - _ROUNDING
    queue = [
        (-value, a, b)
        for a, b, value in zip(left, right, values, strict=True)
        if value >= lowest
    ]
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
        joined = _joined(others[a], others[b])
        others[a], others[b] = {}, {}
        joined.pop(a)
        joined.pop(b)
        others.append(joined)
        for other, total in joined.items():
            row = others[other]
            row.pop(a, None)
            row.pop(b, None)
            row[new] = total
            mean = total / (sizes[new] * sizes[other])
            if mean >= lowest:
                heapq.heappush(queue, (-mean, other, new))
    return children, heights


def _joined(a: dict[int, float], b: dict[int, float]) -> dict[int, float]:
    """Add up two groups' rows, in place of the longer one."""
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    for other, value in short.items():
        long[other] = long.get(other, 0.0) + value
    return long
