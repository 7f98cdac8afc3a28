"""Boosted trees as plain arrays."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from scipy.special import expit

from .._public import public
from .._utils.description import LARGEST, Array, Number, Whole, Wrong
from .._utils.plain_state import PlainStateMixin
from ..exceptions import InvalidFileError

# Each leaf of a tree has a bit of its own.
_MOST_LEAVES = 32
# Tables grow with the number of splits times that of trees.
_MOST_TREES = 1_000
_ALL = np.uint32(2**_MOST_LEAVES - 1)
# Rows of a chunk: the bits of their leaves stay in the processor's cache.
_CHUNK = 256
_LARGEST = LARGEST["float64"]


def _check_trees(features: np.ndarray) -> None:
    is_leaf = features < 0
    left = np.append(0, np.cumsum(np.where(is_leaf, -1, 1)))
    # Nothing may follow the leaf that ends the last tree.
    if left[-1] >= left[:-1].min(initial=0):
        raise Wrong("must hold whole trees, but does not")
    n_leaves = np.bincount(_tree_numbers(features)[is_leaf])
    if len(n_leaves) > _MOST_TREES or n_leaves.max() > _MOST_LEAVES:
        raise Wrong(
            f"must hold at most {_MOST_TREES} trees of {_MOST_LEAVES} leaves, but "
            f"holds {len(n_leaves)} of up to {n_leaves.max()}"
        )


def _tree_numbers(features: np.ndarray) -> np.ndarray:
    """Give the number of each node's tree, int64 (n_nodes,)."""
    # A split leaves one more place to fill, a leaf fills one: a tree has one too few.
    left = np.append(0, np.cumsum(np.where(features < 0, -1, 1)))
    return -np.minimum.accumulate(left[:-1])


class _Table(NamedTuple):
    """For each bin of a feature the leaves of each tree that it leaves possible."""

    feature: int
    thresholds: np.ndarray
    leaves: np.ndarray


@public
class BoostedTrees(PlainStateMixin):
    """The trees of gradient boosting for two classes, as plain arrays.

    The nodes of a tree are in depth-first order: a split, all nodes of its left side,
    all nodes of its right side. So the positions of the leaves give the shape of all
    trees.

    Prediction visits no nodes. Each leaf of a tree is a bit. For each value of a
    feature a table has the bits of the leaves that can still be reached. All features
    agree on one leaf, and the row ends there [1]_.

    Parameters
    ----------
    features : ndarray of int32, shape (n_nodes,)
        The number of the feature of a split; -1 for a leaf.
    values : ndarray of float64, shape (n_nodes,)
        The threshold of a split: rows of this value or less go left. For a leaf, the
        number that it adds to the log-odds.
    missing_go_left : ndarray of bool, shape (n_nodes,)
        Whether rows go left if the feature is missing.
    baseline : float
        The log-odds without any tree.
    n_features : int
        Number of features.

    References
    ----------
    .. [1] Lucchese et al., "QuickScorer: a fast algorithm to rank documents with
       additive ensembles of regression trees", 2015.
    """

    _state = {
        "features": Array("int32", ("n_nodes",), least=-1, check=_check_trees),
        "values": Array("float64", ("n_nodes",)),
        "missing_go_left": Array("bool", ("n_nodes",)),
        "baseline": Number(-_LARGEST, _LARGEST),
        "n_features": Whole(1),
    }

    def __init__(
        self,
        features: np.ndarray,
        values: np.ndarray,
        missing_go_left: np.ndarray,
        baseline: float,
        n_features: int,
    ) -> None:
        self.features = features
        self.values = values
        self.missing_go_left = missing_go_left
        self.baseline = baseline
        self.n_features = n_features

    def _check_together(self) -> None:
        highest = self.features.max()
        if highest >= self.n_features:
            raise InvalidFileError(
                f"BoostedTrees.features must be below {self.n_features}, but holds "
                f"{highest}"
            )

    @classmethod
    def from_classifier(cls, classifier: Any) -> Self:
        """Take the trees of scikit-learn's gradient boosting.

        Parameters
        ----------
        classifier : HistGradientBoostingClassifier
            Fitted to two classes without categorical features. A threshold beyond 1e100
            counts as 1e100.

        Returns
        -------
        trees : BoostedTrees
            Trees that give the same probabilities.

        Raises
        ------
        ValueError
            If there are more than two classes, a categorical split, or too many trees
            or leaves.
        """
        # scikit-learn has no public way to its trees.
        predictors = classifier._predictors
        if len(predictors[0]) != 1:
            raise ValueError("There must be two classes, but there are more.")
        nodes = np.concatenate([_in_order(of[0].nodes) for of in predictors])
        is_leaf = nodes["is_leaf"].astype(bool)
        if nodes["is_categorical"][~is_leaf].any():
            raise ValueError("A split is categorical.")
        thresholds = np.minimum(nodes["num_threshold"], _LARGEST)
        trees = cls(
            np.where(is_leaf, -1, nodes["feature_idx"]).astype(np.int32),
            np.where(is_leaf, nodes["value"], thresholds),
            nodes["missing_go_to_left"].astype(bool) & ~is_leaf,
            float(classifier._baseline_prediction.item()),
            int(classifier.n_features_in_),
        )
        try:
            _check_trees(trees.features)
        except Wrong as wrong:
            raise ValueError(f"The classifier {wrong}.") from None
        return trees

    @property
    def n_trees(self) -> int:
        """Number of trees."""
        return int(_tree_numbers(self.features)[-1]) + 1

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Give the probability of both classes.

        Parameters
        ----------
        X : ndarray of float32 or float64, shape (n_rows, n_features)
            The features, NaN where one is missing.

        Returns
        -------
        probabilities : ndarray of float64, shape (n_rows, 2)
            The probabilities; each row adds up to 1.

        Raises
        ------
        ValueError
            If there is another number of features.
        """
        if X.ndim != 2 or X.shape[1] != self.n_features:
            raise ValueError(
                f"X must be of shape (n_rows, {self.n_features}), but is of {X.shape}."
            )
        bins = [_bins(table.thresholds, X[:, table.feature]) for table in self._tables]
        log_odds = np.empty(len(X))
        for begin in range(0, len(X), _CHUNK):
            part = slice(begin, min(begin + _CHUNK, len(X)))
            log_odds[part] = self._add_up([b[part] for b in bins], part)
        second = expit(log_odds)
        return np.stack([1 - second, second], axis=1)

    def _add_up(self, bins: list[np.ndarray], part: slice) -> np.ndarray:
        """Give the log-odds of a chunk of rows, whose bins of each table are known."""
        leaves = np.repeat(self._all_leaves[None], part.stop - part.start, axis=0)
        possible = np.empty_like(leaves)
        for table, bins_of in zip(self._tables, bins, strict=True):
            # The mode is the one that writes to `out` without a copy.
            table.leaves.take(bins_of, axis=0, out=possible, mode="clip")
            leaves &= possible
        # One bit is left of each; a float has its place as exponent, plus one.
        places = np.frexp(leaves.astype(np.float32))[1]
        places += self._first_leaves - 1
        # Tree by tree, as scikit-learn adds: so the sum is the same to the last bit.
        sums = np.full(len(places), self.baseline)
        for places_of in places.T:
            sums += self._leaf_values.take(places_of)
        return sums

    # Made when first needed, and so from what was checked.
    @cached_property
    def _leaf_values(self) -> np.ndarray:
        return self.values[self.features < 0]

    @cached_property
    def _n_leaves(self) -> np.ndarray:
        return np.bincount(_tree_numbers(self.features)[self.features < 0])

    @cached_property
    def _first_leaves(self) -> np.ndarray:
        """The number of the first leaf of each tree, int32 (n_trees,)."""
        return (np.cumsum(self._n_leaves) - self._n_leaves).astype(np.int32)

    @cached_property
    def _all_leaves(self) -> np.ndarray:
        """The bits of all leaves of each tree, uint32 (n_trees,)."""
        return _bits(0, self._n_leaves)

    @cached_property
    def _tables(self) -> list[_Table]:
        splits = np.flatnonzero(self.features >= 0)
        trees = _tree_numbers(self.features)[splits]
        begin, middle, end = (
            of[splits] - self._first_leaves[trees] for of in self._leaf_ranges()
        )
        # What is left if a row goes left, or right.
        if_left, if_right = ~_bits(middle, end), ~_bits(begin, middle)
        if_missing = np.where(self.missing_go_left[splits], if_left, if_right)
        tables = []
        for feature in np.unique(self.features[splits]).tolist():
            of = np.flatnonzero(self.features[splits] == feature)
            thresholds, at = np.unique(self.values[splits[of]], return_inverse=True)
            # Bin i holds what is above i thresholds; a last one holds what is missing.
            shape = (len(thresholds) + 2, self.n_trees)
            low, high = np.full(shape, _ALL), np.full(shape, _ALL)
            np.bitwise_and.at(low, (at, trees[of]), if_left[of])
            np.bitwise_and.at(high, (at + 1, trees[of]), if_right[of])
            # A bin goes left at all thresholds from its own on, right at those below.
            leaves = np.bitwise_and.accumulate(low[::-1])[::-1]
            leaves &= np.bitwise_and.accumulate(high)
            leaves[-1] = _ALL
            np.bitwise_and.at(leaves[-1], trees[of], if_missing[of])
            tables.append(_Table(feature, thresholds, leaves))
        return tables

    def _leaf_ranges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give of each split the first leaf left, the first right, and the end."""
        is_leaf = self.features < 0
        begin: np.ndarray = np.cumsum(is_leaf) - is_leaf
        middle, end = np.zeros((2, len(begin)), np.int64)
        # From the last node on, the sides of a split are the last two that were seen.
        ends: list[int] = []
        numbers = begin.tolist()
        for node in range(len(numbers) - 1, -1, -1):
            if is_leaf[node]:
                ends.append(numbers[node] + 1)
            else:
                middle[node] = ends.pop()
                end[node] = ends[-1]
        return begin, middle, end


def _in_order(nodes: np.ndarray) -> np.ndarray:
    """Give the nodes of scikit-learn's tree in order of depth."""
    order, stack = [], [0]
    while stack:
        node = stack.pop()
        order.append(node)
        if not nodes["is_leaf"][node]:
            stack += [int(nodes["right"][node]), int(nodes["left"][node])]
    return nodes[order]


def _bits(begin: Any, end: np.ndarray) -> np.ndarray:
    """Give uint32 whose bits from begin to end, exclusive, are set."""
    one = np.uint64(1)
    ends, begins = (np.asarray(p).astype(np.uint64) for p in (end, begin))
    return ((one << ends) - (one << begins)).astype(np.uint32)


def _bins(thresholds: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Give the bin of each value in a table."""
    values = values.astype(np.float64)
    bins = np.searchsorted(thresholds, values)
    bins[np.isnan(values)] = len(thresholds) + 1
    return bins
