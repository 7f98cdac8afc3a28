"""Groups of offers that are one product."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, NamedTuple, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClusterMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._base.state import StringInputMixin
from .._public import public
from .._utils.groups import read_groups
from .._utils.seeds import draw_seed
from ..evaluation._group_scores import group_scores
from ._catalogue import Catalogue, judge
from ._estimator import THRESHOLDS, best_threshold, new_estimator
from ._linkage import Tree, link
from ._offers import Offers, read_offers

_N_FOLDS = 3
# Fewer pairs of a kind teach a classifier nothing.
_LEAST_PAIRS = 10
# What the threshold is without any group, and how many groups that counts for.
_PRIOR_THRESHOLD, _PRIOR_GROUPS = 0.4, 100


@public
class ProductMatcher(ClusterMixin, StringInputMixin, BaseEstimator):
    """Find the offers that are one product, groups never seen in training included.

    1. Each offer is paired with those that share most words and character n-grams with
       it.
    2. A classifier, gradient boosting by default, gives the probability that a pair is
       one product. It is trained on pairs of offers whose groups are known.
    3. Pairs become groups by agglomerative clustering: the two groups whose pairs have
       the highest mean probability are joined, as long as it is `threshold` or more. A
       pair that step 1 left out counts as 0.

    Fitting cross-validates over groups: each pair is judged by a classifier that saw
    none of its labels. So the threshold is found, and whether the classifier is better
    than the similarity of the texts alone, as it may not be with few labels.

    Parameters
    ----------
    method : {"auto", "features", "similarity"}, default="auto"
        What pairs are judged by: "features" by the classifier, "similarity" by the mean
        cosine of the TF-IDF of words and of character n-grams, "auto" by the better one
        of these in cross-validation.
    n_neighbors : int, default=50
        With how many others an offer is paired at most by its own text.
    threshold : float or "auto", default="auto"
        Similarity from which on groups are joined, between 0 and 1; "auto" is the one
        with the best mean F1 of offers in cross-validation, drawn to 0.4 if there are
        few groups: as if 100 more groups had 0.4 as their best.
    linkage : {"average", "single"}, default="average"
        Whether two groups are as similar as the mean of their pairs, or as the best of
        them: "single" joins all that hangs together.
    min_group_size : int, default=1
        Offers of smaller groups get the group -1.
    estimator : classifier or None, default=None
        A classifier with `predict_proba` that takes missing values as NaN, in place of
        `HistGradientBoostingClassifier`.
    random_state : int, RandomState instance or None, default=None
        Seed of folds and classifier.

    Attributes
    ----------
    labels_ : ndarray of int64, shape (n_offers,)
        The group of each offer of `fit`, as `predict` gives it.
    threshold_ : float
        The threshold.
    threshold_curve_ : dict of str to ndarray of float64, shape (n_thresholds,)
        "threshold", and by cross-validation the mean "precision", "recall" and "f1" of
        the offers with a known group, as `group_scores` has them.
    method_ : {"features", "similarity"}
        What pairs are judged by.
    estimator_ : classifier or None
        The fitted classifier; None if there is none.
    pair_feature_names_ : list of str
        What the classifier knows of a pair.
    columns_ : dict of str to str
        The columns of offers, and their kind: "text", "number" or "hash".

    See Also
    --------
    PairMatcher : Tell for given pairs whether they are one product.

    References
    ----------
    .. [1] "Multi-modal representation learning for product matching in e-commerce".

    Examples
    --------
    >>> from sklearn_prodemb.matching import ProductMatcher
    >>> offers = ["Canon IXUS 185", "canon ixus 185 black", "Nikon D750", "nikon d750"]
    >>> matcher = ProductMatcher(random_state=0).fit(offers, [0, 0, 1, 1])
    >>> matcher.predict(["Sony A7 III", "Canon IXUS 190", "sony a7 iii body"])
    array([0, 1, 0])
    """

    _parameter_constraints: dict[str, Any] = {
        "method": [StrOptions({"auto", "features", "similarity"})],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "threshold": [Interval(Real, 0, 1, closed="right"), StrOptions({"auto"})],
        "linkage": [StrOptions({"average", "single"})],
        "min_group_size": [Interval(Integral, 1, None, closed="left")],
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        method: str = "auto",
        n_neighbors: int = 50,
        threshold: float | str = "auto",
        linkage: str = "average",
        min_group_size: int = 1,
        estimator: Any = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.method = method
        self.n_neighbors = n_neighbors
        self.threshold = threshold
        self.linkage = linkage
        self.min_group_size = min_group_size
        self.estimator = estimator
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, groups: Any) -> Self:
        """Learn from offers whose groups are known what makes one product.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            Titles; or a frame whose columns of str are texts, the first of them the
            title, whose columns of str with a name that ends with "hash" are perceptual
            hashes of pictures in hexadecimal digits, and whose other columns are
            numbers. Only the title may not be missing.
        groups : array-like of str or number, shape (n_offers,)
            The product of each offer, -1 or a missing value if it is unknown. Such an
            offer is never taken as different from another: it only competes.

        Returns
        -------
        self : ProductMatcher
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If offers or groups are not as above, or no two offers are known to be one
            product, or none to be different. The estimator is then as it was before.
        """
        offers = read_offers(X)
        codes, _ = read_groups(groups, "groups", len(offers))
        catalogue = self._all_pairs(Catalogue.of(offers))
        is_same = codes[catalogue.left] == codes[catalogue.right]
        is_known = (codes[catalogue.left] >= 0) & (codes[catalogue.right] >= 0)
        self._check_pairs(codes, catalogue, is_same, is_known)

        seed = draw_seed(self.random_state)
        curves, judged = {}, {}
        names: list[str] = []
        estimator = None
        if self.method != "features":
            judged["similarity"] = catalogue.similarities(np.arange(len(is_same)))
            curves["similarity"] = self._curve(catalogue, codes, judged["similarity"])
        if self.method != "similarity":
            features, names = catalogue.features()
            unseen = self._cross_validate(
                features, catalogue, codes, is_same, is_known, seed
            )
            if unseen is not None:
                curves["features"] = self._curve(catalogue, codes, unseen)
                estimator = new_estimator(self.estimator, seed)
                estimator.fit(features[is_known], is_same[is_known])
                judged["features"] = judge(estimator, features)
        best = max(curves, key=lambda method: curves[method]["f1"].max())
        curve = curves[best]
        threshold = self.threshold
        if isinstance(threshold, str):
            threshold = _drawn_to_prior(best_threshold(curve["f1"]), codes.max() + 1)
        tree = self._link(catalogue, judged[best])
        self.__dict__.update(
            labels_=self._label(tree.cut(threshold)),
            threshold_=float(threshold),
            threshold_curve_=curve,
            method_=best,
            estimator_=estimator if best == "features" else None,
            pair_feature_names_=names if best == "features" else [],
            columns_=offers.columns,
            offers_=offers,
        )
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Find the groups within some offers.

        If they are fewer than those of `fit`, these compete along: how rare a word is,
        and whether another offer fits better, can be told from many offers only.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, with the columns of `fit`.

        Returns
        -------
        groups : ndarray of int64, shape (n_offers,)
            A number a group, from 0 on in the order in which groups appear; -1 in a
            group of fewer than `min_group_size`. An offer without any text left after
            normalisation is alone.

        Raises
        ------
        TypeError, ValueError
            If offers are not as `fit` takes them, or have other columns.
        """
        check_is_fitted(self)
        offers = read_offers(X, columns=self.columns_)
        if not len(offers):
            return np.zeros(0, np.int64)
        left, right, similarities = self._judge_within(offers)
        tree = link(len(offers), left, right, similarities, self.linkage)
        return self._label(tree.cut(self.threshold_))

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
            product, or its similarity, see `method_`.

        Raises
        ------
        TypeError, ValueError
            As `predict`.
        """
        check_is_fitted(self)
        offers = read_offers(X, columns=self.columns_)
        n_offers = len(offers)
        left, right, values = self._judge_within(offers)
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
        n_offers = len(offers)
        # Of reference offers that are like one of X the rivals are needed as well.
        everyone = np.arange(n_offers + len(known))
        catalogue = Catalogue.of(offers + known).with_neighbors(
            self.n_neighbors, everyone[:n_offers], everyone
        )
        found = np.unique(catalogue.right)
        catalogue = catalogue.with_neighbors(
            self.n_neighbors, found[found >= n_offers], everyone
        )
        crosses = (catalogue.left < n_offers) & (catalogue.right >= n_offers)
        asked = np.flatnonzero(crosses)
        values = self._judge(catalogue, asked)
        rows, others = catalogue.left[asked], codes[catalogue.right[asked] - n_offers]
        rows, others, values = (a[others >= 0] for a in (rows, others, values))
        best = _best_groups(
            rows, others, values, n_offers, np.bincount(codes[codes >= 0]), self.linkage
        )
        is_new = best.similarities < self.threshold_
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
        """
        return group_scores(groups, self.predict(X))["f1"]

    def _judge_within(
        self, offers: Offers
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give the pairs within offers, and how similar they are."""
        n_offers = len(offers)
        everyone = offers
        if n_offers < len(self.offers_):
            texts = set(offers.joined)
            rivals = [i for i, t in enumerate(self.offers_.joined) if t not in texts]
            everyone = offers + self.offers_.take(np.array(rivals, np.int64))
        if not any(everyone.joined):
            nothing = np.zeros(0, np.int64)
            return nothing, nothing, np.zeros(0)
        catalogue = self._all_pairs(Catalogue.of(everyone))
        asked = np.flatnonzero(catalogue.right < n_offers)
        values = self._judge(catalogue, asked)
        return catalogue.left[asked], catalogue.right[asked], values

    def _judge(self, catalogue: Catalogue, asked: np.ndarray) -> np.ndarray:
        if self.method_ == "similarity":
            return catalogue.similarities(asked).astype(np.float64)
        return judge(self.estimator_, catalogue.features(asked)[0])

    def _all_pairs(self, catalogue: Catalogue) -> Catalogue:
        everyone = np.arange(len(catalogue.offers))
        return catalogue.with_neighbors(self.n_neighbors, everyone, everyone)

    def _link(self, catalogue: Catalogue, values: np.ndarray) -> Tree:
        n_offers = len(catalogue.offers)
        return link(n_offers, catalogue.left, catalogue.right, values, self.linkage)

    def _label(self, groups: np.ndarray) -> np.ndarray:
        """Take the groups that are too small away."""
        sizes = np.bincount(groups)
        kept = sizes >= self.min_group_size
        numbers = np.where(kept, np.cumsum(kept) - 1, -1)
        return numbers[groups]

    def _check_pairs(
        self,
        codes: np.ndarray,
        catalogue: Catalogue,
        is_same: np.ndarray,
        is_known: np.ndarray,
    ) -> None:
        sizes = np.bincount(codes[codes >= 0], minlength=1)
        if len(sizes) < 2 or sizes.max() < 2:
            raise ValueError(
                f"groups must hold two offers of one group, and two groups, but the "
                f"{(codes >= 0).sum()} offers of known group are of {len(sizes)} "
                f"group(s), the largest of {sizes.max()} offer(s)."
            )
        n_same = (is_same & is_known).sum()
        n_other = (is_known & ~is_same).sum()
        if self.method == "features" and min(n_same, n_other) < _LEAST_PAIRS:
            raise ValueError(
                f"method='features' needs {_LEAST_PAIRS} pairs of like offers of one "
                f"product, and as many of different ones, but there are {n_same} and "
                f"{n_other}: give more groups, or method='auto'."
            )

    def _cross_validate(
        self,
        features: np.ndarray,
        catalogue: Catalogue,
        codes: np.ndarray,
        is_same: np.ndarray,
        is_known: np.ndarray,
        seed: int,
    ) -> np.ndarray | None:
        """Judge each pair by classifiers that saw none of its labels.

        Returns
        -------
        values : ndarray of float64, shape (n_pairs,), or None
            The probabilities; None if a fold leaves too few pairs to learn from.
        """
        n_folds = _N_FOLDS
        order = check_random_state(seed).permutation(codes.max() + 1)
        # Offers of unknown groups were seen by no classifier.
        folds = np.append(order % n_folds, -1)[codes]
        a, b = folds[catalogue.left], folds[catalogue.right]
        sums, counts = np.zeros(len(a)), np.zeros(len(a))
        for fold in range(n_folds):
            learned = is_known & (a != fold) & (b != fold)
            n_same = is_same[learned].sum()
            if min(n_same, learned.sum() - n_same) < _LEAST_PAIRS:
                return None
            estimator = new_estimator(self.estimator, seed)
            estimator.fit(features[learned], is_same[learned])
            asked = (a == fold) | (b == fold) | ((a < 0) & (b < 0))
            sums[asked] += judge(estimator, features[asked])
            counts[asked] += 1
        return sums / counts

    def _curve(
        self, catalogue: Catalogue, codes: np.ndarray, values: np.ndarray
    ) -> dict[str, np.ndarray]:
        """Score the groups of each threshold."""
        tree = self._link(catalogue, values)
        scores = [group_scores(codes, tree.cut(t)) for t in THRESHOLDS]
        names = ("precision", "recall", "f1")
        return {
            "threshold": THRESHOLDS.copy(),
            **{name: np.array([s[name] for s in scores]) for name in names},
        }

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "threshold_")


def _drawn_to_prior(threshold: float, n_groups: int) -> float:
    # Few offers leave few wrong ones to be joined to, so their best threshold is low.
    total = n_groups + _PRIOR_GROUPS
    return (n_groups * threshold + _PRIOR_GROUPS * _PRIOR_THRESHOLD) / total


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
    # One number a row and group, in ascending order.
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
