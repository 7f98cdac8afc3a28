"""What estimators of groups of offers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClusterMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._base.state import SavableMixin, StringInputMixin
from .._utils.description import Array, ByName, Curve, Description, Number, OneOf
from .._utils.groups import read_groups
from .._utils.seeds import draw_seed
from ..evaluation._group_scores import group_scores, score_codes
from ._estimator import THRESHOLDS, best_threshold
from ._linkage import Pairs, Tree, link, reach
from ._offers import KINDS, Offers, read_offers

# Each pair is judged by what has learned from two thirds of the groups.
N_FOLDS = 3
# For how many groups the prior of the threshold counts.
_PRIOR_GROUPS = 100


class Learned(NamedTuple):
    """What a matcher has learned.

    Parameters
    ----------
    attributes : dict of str to object
        The fitted attributes of its class.
    pairs : Pairs
        Those within the offers of `fit`, as `predict` judges them.
    curve : dict of str to ndarray of float64
        `threshold_curve_`: of the same pairs, each judged without its labels.
    prior : float
        The threshold that one would take without any group.
    """

    attributes: dict[str, Any]
    pairs: Pairs
    curve: dict[str, np.ndarray]
    prior: float


class GroupMatcher(SavableMixin, ClusterMixin, StringInputMixin, BaseEstimator):
    """Base class: pairs of offers are judged, and become groups by linkage.

    A subclass has `_learn`, and judges pairs in `_within` and `_across`.
    """

    _fitted: ClassVar[Description] = {
        "labels_": Array("int64", ("n_offers",), least=-1),
        "threshold_": Number(0, 1),
        "threshold_curve_": ByName(Curve("n_thresholds")),
        "columns_": ByName(OneOf(KINDS)),
    }

    _parameter_constraints: dict[str, Any] = {
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "threshold": [Interval(Real, 0, 1, closed="right"), StrOptions({"auto"})],
        "linkage": [StrOptions({"average", "single"})],
        "min_group_size": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    n_neighbors: int
    threshold: float | str
    linkage: str
    min_group_size: int
    random_state: Any

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, groups: Any) -> Self:
        """Learn from offers whose groups are known what makes one product.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            Titles; or a frame whose columns of str are texts, the first of them the
            title, whose columns of str with a name that ends with "hash" are perceptual
            hashes of pictures in hexadecimal digits, whose columns of lists or arrays
            are vectors, and whose other columns are numbers. Only the title may not be
            missing.
        groups : array-like of str or number, shape (n_offers,)
            The product of each offer, -1 or a missing value if it is unknown. Such an
            offer is never taken as different from another: it only competes.

        Returns
        -------
        self : estimator
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If offers or groups are not as above, or no two offers are known to be one
            product, or none to be different. The estimator is then as it was before.
        """
        offers = read_offers(X)
        codes, _ = read_groups(groups, "groups", len(offers))
        _check_groups(codes)
        nodes = offers.nodes(self.n_neighbors)
        learned = self._learn(offers, codes, nodes, draw_seed(self.random_state))
        threshold = self.threshold
        if isinstance(threshold, str):
            threshold = _choose(learned.curve, learned.prior, int(codes.max()) + 1)
        tree = self._link(learned.pairs, nodes, threshold)
        self.__dict__.update(
            learned.attributes,
            labels_=self._label(tree.cut(threshold)[nodes]),
            threshold_=float(threshold),
            threshold_curve_=learned.curve,
            columns_=offers.columns,
        )
        return self

    def fit_predict(self, X: Any, groups: Any) -> np.ndarray:
        """Fit, and give `labels_`.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, as `fit` takes them.
        groups : array-like of str or number, shape (n_offers,)
            The product of each offer, as `fit` takes it.

        Returns
        -------
        groups : ndarray of int64, shape (n_offers,)
            The group of each offer, as `predict` gives it.

        Raises
        ------
        TypeError, ValueError
            As `fit`.
        """
        return self.fit(X, groups).labels_

    def predict(self, X: Any) -> np.ndarray:
        """Find the groups within some offers.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, with the columns of `fit`.

        Returns
        -------
        groups : ndarray of int64, shape (n_offers,)
            A number a group, from 0 on in the order in which groups appear; -1 in a
            group of fewer than `min_group_size`. An offer without any text left after
            normalisation is alone, but that `EmbeddingMatcher` compares its hashes and
            vectors.

        Raises
        ------
        TypeError, ValueError
            If offers are not as `fit` takes them, or have other columns.
        """
        check_is_fitted(self)
        offers = read_offers(X, columns=self.columns_)
        if not len(offers):
            return np.zeros(0, np.int64)
        nodes = offers.nodes(self.n_neighbors)
        tree = self._link(self._within(offers), nodes, self.threshold_)
        return self._label(tree.cut(self.threshold_)[nodes])

    def kneighbors_graph(self, X: Any) -> sparse.csr_array:
        """Give how similar the pairs of some offers are.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, with the columns of `fit`.

        Returns
        -------
        graph : sparse array of float64, shape (n_offers, n_offers)
            Symmetric; for each pair that was compared the probability that it is one
            product, or its similarity.

        Raises
        ------
        TypeError, ValueError
            As `predict`.
        """
        check_is_fitted(self)
        offers = read_offers(X, columns=self.columns_)
        n_offers = len(offers)
        left, right, values = self._within(offers)
        rows, columns = np.append(left, right), np.append(right, left)
        cells = (np.append(values, values), (rows, columns))
        return sparse.csr_array(cells, shape=(n_offers, n_offers))

    def match(self, X: Any, reference: Any, reference_groups: Any) -> np.ndarray:
        """Find the group of each offer among the groups of a reference.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, with the columns of `fit`.
        reference : list, ndarray, Series or data frame, of length n_reference
            Offers whose groups are known, with the same columns.
        reference_groups : array-like of str or number, shape (n_reference,)
            Their groups. An offer of -1, which is unknown, is never matched.

        Returns
        -------
        groups : ndarray, shape (n_offers,)
            The group with the highest mean probability of its offers (the best one if
            `linkage="single"`); -1 if none reaches `threshold_`: the product is new.

        Raises
        ------
        TypeError, ValueError
            If offers or groups are not as `fit` takes them.
        """
        check_is_fitted(self)
        offers = read_offers(X, columns=self.columns_)
        known = read_offers(reference, "reference", self.columns_)
        codes, labels = read_groups(reference_groups, "reference_groups", len(known))
        # Of many equal offers of one group only some are compared: they count as one.
        nodes = known.nodes(self.n_neighbors) * (len(labels) + 1) + codes
        _, first, nodes = np.unique(nodes, return_index=True, return_inverse=True)
        pairs = self._across(offers, known).onto(nodes)
        codes = codes[first]
        others = codes[pairs.right]
        kept = others >= 0
        best = _best_groups(
            pairs.left[kept],
            others[kept],
            pairs.similarities[kept],
            len(offers),
            np.bincount(codes[codes >= 0]),
            self.linkage,
        )
        is_new = ~reach(best.similarities, self.threshold_)
        kind = (
            None if all(isinstance(label, (int, float)) for label in labels) else object
        )
        result = np.array([*labels, -1], kind)
        return result[np.where(is_new, -1, best.groups)]

    def score(self, X: Any, groups: Any) -> float:
        """Give the mean F1 of offers, see `group_scores`.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, with the columns of `fit`.
        groups : array-like of str or number, shape (n_offers,)
            Their true groups; those of -1 do not count.

        Returns
        -------
        f1 : float
            Between 0 and 1, the higher the better.

        Raises
        ------
        TypeError, ValueError
            If offers or groups are not as `fit` takes them, or no group is known.
        """
        check_is_fitted(self)
        predicted = self.predict(X)
        codes, _ = read_groups(groups, "groups", len(predicted))
        return group_scores(codes, predicted)["f1"]

    def score_thresholds(self, X: Any, groups: Any) -> dict[str, np.ndarray]:
        """Score the groups that each threshold would make, see `MatchingDisplay`.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, with the columns of `fit`.
        groups : array-like of str or number, shape (n_offers,)
            Their true groups; those of -1 do not count.

        Returns
        -------
        curve : dict of str to ndarray of float64, shape (n_thresholds,)
            As `threshold_curve_`, for these offers: groups of any size count, whatever
            `min_group_size` is.

        Raises
        ------
        TypeError, ValueError
            If offers or groups are not as `fit` takes them, or no group is known.
        """
        check_is_fitted(self)
        offers = read_offers(X, columns=self.columns_)
        codes, _ = read_groups(groups, "groups", len(offers))
        nodes = offers.nodes(self.n_neighbors)
        return self._curve(self._within(offers), codes, nodes)

    def _learn(
        self, offers: Offers, codes: np.ndarray, nodes: np.ndarray, seed: int
    ) -> Learned:
        """Learn from offers.

        Parameters
        ----------
        offers : Offers
            The offers.
        codes : ndarray of int64, shape (n_offers,)
            The numbers of their groups, -1 if unknown.
        nodes : ndarray of int64, shape (n_offers,)
            As of `Offers.nodes`.
        seed : int
            The seed.
        """
        raise NotImplementedError

    def _within(self, offers: Offers) -> Pairs:
        """Judge the pairs within some offers."""
        raise NotImplementedError

    def _across(self, offers: Offers, reference: Offers) -> Pairs:
        """Judge the pairs of an offer, left, with one of a reference, right."""
        raise NotImplementedError

    def _label(self, groups: np.ndarray) -> np.ndarray:
        """Take the groups that are too small away."""
        sizes = np.bincount(groups)
        kept = sizes >= self.min_group_size
        numbers = np.where(kept, np.cumsum(kept) - 1, -1)
        return numbers[groups]

    def _link(self, pairs: Pairs, nodes: np.ndarray, least: float) -> Tree:
        """Join nodes, of one offer or of many equal ones, see `Offers.nodes`."""
        n_nodes = int(nodes.max(initial=-1)) + 1
        return link(n_nodes, pairs.between(nodes), self.linkage, least)

    def _curve(
        self, pairs: Pairs, codes: np.ndarray, nodes: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Score the groups of each threshold."""
        tree = self._link(pairs, nodes, THRESHOLDS[0])
        scores = [score_codes(codes, tree.cut(t)[nodes]) for t in THRESHOLDS]
        names = ("precision", "recall", "f1")
        return {
            "threshold": THRESHOLDS.copy(),
            **{name: np.array([s[name] for s in scores]) for name in names},
        }

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "threshold_")


def _choose(curve: dict[str, np.ndarray], prior: float, n_groups: int) -> float:
    """Give the best threshold, raised towards a prior if there are few groups."""
    # Few offers leave few wrong ones to be joined to: their best threshold is low.
    best = best_threshold(curve["f1"])
    drawn = (n_groups * best + _PRIOR_GROUPS * prior) / (n_groups + _PRIOR_GROUPS)
    return max(best, drawn)


def folds_of_groups(codes: np.ndarray, seed: int) -> np.ndarray:
    """Deal groups out to `N_FOLDS` folds at random.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_offers,)
        The group of each offer as a number, -1 if it is unknown.
    seed : int
        The seed.

    Returns
    -------
    folds : ndarray of int64, shape (n_offers,)
        The fold of each offer, -1 if its group is unknown.
    """
    order = check_random_state(seed).permutation(codes.max() + 1)
    return np.append(order % N_FOLDS, -1)[codes]


def judge_unseen(
    folds: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    judges: Sequence[Callable[[np.ndarray], np.ndarray]],
) -> Pairs:
    """Judge pairs by what was learned without the groups of their offers.

    A pair of two folds has the mean of two judges, as each of them has seen the label
    of one offer only; a pair of two unknown groups that of all.

    Parameters
    ----------
    folds : ndarray of int64, shape (n_offers,)
        The fold of each offer, -1 if its group is unknown: no judge has seen it.
    left, right : ndarray of int64, shape (n_pairs,)
        Distinct pairs.
    judges : sequence of callable
        For each fold, what was learned without it: judges the pairs of a mask
        (n_pairs,).

    Returns
    -------
    pairs : Pairs
        The pairs.
    """
    sums, counts = np.zeros(len(left)), np.zeros(len(left))
    a, b = folds[left], folds[right]
    for fold, judge in enumerate(judges):
        asked = (a == fold) | (b == fold) | ((a < 0) & (b < 0))
        sums[asked] += judge(asked)
        counts[asked] += 1
    return Pairs(left, right, sums / counts)


def _check_groups(codes: np.ndarray) -> None:
    sizes = np.bincount(codes[codes >= 0])
    largest = sizes.max(initial=0)
    if len(sizes) < 2 or largest < 2:
        raise ValueError(
            f"groups must hold two offers of one group, and two groups, but the "
            f"{(codes >= 0).sum()} offers of known group are of {len(sizes)} "
            f"group(s), the largest of {largest} offer(s)."
        )


class _Best(NamedTuple):
    groups: np.ndarray
    similarities: np.ndarray


def _best_groups(
    rows: np.ndarray,
    groups: np.ndarray,
    values: np.ndarray,
    n_rows: int,
    sizes: np.ndarray,
    linkage: str,
) -> _Best:
    """Give the group of which a row is most similar to the offers."""
    # One number for each row and group, in ascending order.
    keys, first = np.unique(rows * len(sizes) + groups, return_inverse=True)
    totals = np.zeros(len(keys))
    if linkage == "average":
        np.add.at(totals, first, values)
        totals /= sizes[keys % len(sizes)]
    else:
        np.maximum.at(totals, first, values)
    # The last of the sorted groups of a row is its best one; of equals the first.
    order = np.lexsort((-keys, totals, keys // len(sizes)))
    best = np.full(n_rows, -1)
    similarities = np.zeros(n_rows)
    best[keys[order] // len(sizes)] = keys[order] % len(sizes)
    similarities[keys[order] // len(sizes)] = totals[order]
    return _Best(best, similarities)
