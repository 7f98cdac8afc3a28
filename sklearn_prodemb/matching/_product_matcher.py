"""Groups of offers that are one product."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils._param_validation import HasMethods, StrOptions

from .._public import public
from .._utils.description import OneOf, Part, Texts
from ._catalogue import Catalogue, judge
from ._estimator import check_follows, fit_estimator
from ._group_matcher import (
    N_FOLDS,
    GroupMatcher,
    Learned,
    folds_of_groups,
    judge_unseen,
)
from ._linkage import Pairs
from ._offers import Offers
from ._pair_features import pair_feature_names

# Fewer pairs of a kind teach a classifier nothing.
_LEAST_PAIRS = 10
# What the threshold is without any group.
_PRIORS = {"features": 0.5, "similarity": 0.4}
_NO_PAIRS = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


@public
class ProductMatcher(GroupMatcher):
    """Find the offers that are one product, also products never seen in training.

    1. Each offer is paired with those that share most words and character n-grams with
       it.
    2. A classifier, gradient boosting by default, gives the probability that a pair is
       one product. It is trained on pairs of offers with known groups.
    3. Pairs become groups by agglomerative clustering: the two groups with the
       highest mean probability of pairs are joined, as long as it is `threshold` or
       more. A pair that step 1 left out counts as 0.

    Fitting cross-validates over groups: each pair is scored by a classifier that saw
    none of its labels. This gives the threshold. It also shows whether the classifier
    is better than the similarity of the texts alone: with few labels it may not be.

    Parameters
    ----------
    method : {"auto", "features", "similarity"}, default="auto"
        How pairs are compared: "features" by the classifier, "similarity" by the mean
        cosine of the TF-IDF of words and of character n-grams, "auto" by the better one
        of these in cross-validation.
    n_neighbors : int, default=50
        With how many others an offer is paired at most by its own text. If more offers
        than that are equal in all columns, they are one group, whatever the threshold.
    threshold : float or "auto", default="auto"
        The lowest similarity of groups that are joined, between 0 and 1. "auto" takes
        the one with the best mean F1 of offers in cross-validation. With few groups a
        lower threshold is raised towards 0.5 ("features") or 0.4 ("similarity"), as if
        100 more groups had that as their best.
    linkage : {"average", "single"}, default="average"
        Whether two groups are as similar as the mean of their pairs, or as the best of
        them. With "single", one similar pair joins two groups.
    min_group_size : int, default=1
        Offers of smaller groups get the group -1.
    estimator : classifier or None, default=None
        A classifier with `predict_proba` that takes missing values as NaN, in place of
        `HistGradientBoostingClassifier`. With one, `save` is refused: use joblib.
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
        How pairs are compared.
    estimator_ : sklearn_prodemb.encoders.BoostedTrees, classifier or None
        The trees of gradient boosting, or the fitted clone of `estimator`; None if
        pairs are compared by "similarity".
    pair_feature_names_ : list of str
        The features of a pair; empty without a classifier.
    columns_ : dict of str to str
        The columns of offers, and their kind: "text", "number", "hash" or "vector".
    offers_ : sklearn_prodemb.encoders.Offers
        The offers of `fit`. They compete with those of `predict` if these are few.

    See Also
    --------
    PairMatcher : Classify given pairs: one product or two.
    MatchingDisplay : Draw the scores at each threshold.
    group_table : Show the largest and the least sure groups.

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

    _fitted = {
        **GroupMatcher._fitted,
        "offers_": Part("Offers", n_offers="n_offers"),
        "method_": OneOf(("features", "similarity")),
        "pair_feature_names_": Texts("n_pair_features"),
        "estimator_": Part("BoostedTrees", optional=True, n_features="n_pair_features"),
    }

    _parameter_constraints: dict[str, Any] = {
        **GroupMatcher._parameter_constraints,
        "method": [StrOptions({"auto", "features", "similarity"})],
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
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

    def _check_together(self) -> None:
        has_trees = self.estimator_ is not None
        check_follows(
            self,
            columns_=self.offers_.columns,
            method_="features" if has_trees else "similarity",
            pair_feature_names_=pair_feature_names(self.offers_) if has_trees else [],
        )

    def _learn(
        self, offers: Offers, codes: np.ndarray, nodes: np.ndarray, seed: int
    ) -> Learned:
        catalogue = self._all_pairs(Catalogue.of(offers))
        is_same = codes[catalogue.left] == codes[catalogue.right]
        is_known = (codes[catalogue.left] >= 0) & (codes[catalogue.right] >= 0)

        judged: dict[str, np.ndarray] = {}
        curves: dict[str, dict[str, np.ndarray]] = {}
        names: list[str] = []
        estimator = None
        if self.method != "features":
            cosines = catalogue.similarities(np.arange(len(is_same)))
            judged["similarity"] = cosines.astype(np.float64)
            pairs = Pairs(catalogue.left, catalogue.right, judged["similarity"])
            curves["similarity"] = self._curve(pairs, codes, nodes)
        if self.method != "similarity":
            features, names = catalogue.features()
            unseen = self._cross_validate(
                features, catalogue, codes, is_same, is_known, seed
            )
            if unseen is None and self.method == "features":
                raise ValueError(
                    f"method='features' needs {_LEAST_PAIRS} pairs of like offers of "
                    f"one product, and as many of different ones, in two thirds of the "
                    f"groups, but there are {(is_same & is_known).sum()} and "
                    f"{(is_known & ~is_same).sum()} in all: give more groups, or "
                    f"method='auto'."
                )
            if unseen is not None:
                curves["features"] = self._curve(unseen, codes, nodes)
                estimator = fit_estimator(
                    self.estimator, seed, features[is_known], is_same[is_known]
                )
                judged["features"] = judge(estimator, features)
        best = max(curves, key=lambda name: curves[name]["f1"].max())
        return Learned(
            {
                "method_": best,
                "estimator_": estimator if best == "features" else None,
                "pair_feature_names_": names if best == "features" else [],
                "offers_": offers,
            },
            Pairs(catalogue.left, catalogue.right, judged[best]),
            curves[best],
            _PRIORS[best],
        )

    def _within(self, offers: Offers) -> Pairs:
        n_offers = len(offers)
        everyone = offers
        self.offers_.check_widths(offers)
        # How rare a word is, and whether another offer fits better, can be told from
        # many offers only: if there are few, those of `fit` compete along.
        if n_offers < len(self.offers_):
            texts = set(offers.joined)
            rivals = [i for i, t in enumerate(self.offers_.joined) if t not in texts]
            everyone = offers + self.offers_.take(np.array(rivals, np.int64))
        if not any(everyone.joined):
            return _NO_PAIRS
        catalogue = self._all_pairs(Catalogue.of(everyone))
        asked = np.flatnonzero(catalogue.right < n_offers)
        values = self._judge(catalogue, asked)
        return Pairs(catalogue.left[asked], catalogue.right[asked], values)

    def _across(self, offers: Offers, reference: Offers) -> Pairs:
        n_offers = len(offers)
        self.offers_.check_widths(offers)
        self.offers_.check_widths(reference)
        if not any((offers + reference).joined):
            return _NO_PAIRS
        # Of reference offers that are like one of X the rivals are needed as well.
        everyone = np.arange(n_offers + len(reference))
        catalogue = Catalogue.of(offers + reference).with_neighbors(
            self.n_neighbors, everyone[:n_offers], everyone
        )
        found = np.unique(catalogue.right)
        catalogue = catalogue.with_neighbors(
            self.n_neighbors, found[found >= n_offers], everyone
        )
        crosses = (catalogue.left < n_offers) & (catalogue.right >= n_offers)
        asked = np.flatnonzero(crosses)
        values = self._judge(catalogue, asked)
        return Pairs(catalogue.left[asked], catalogue.right[asked] - n_offers, values)

    def _judge(self, catalogue: Catalogue, asked: np.ndarray) -> np.ndarray:
        if self.method_ == "similarity":
            return catalogue.similarities(asked).astype(np.float64)
        return judge(self.estimator_, catalogue.features(asked)[0])

    def _all_pairs(self, catalogue: Catalogue) -> Catalogue:
        everyone = np.arange(len(catalogue.offers))
        return catalogue.with_neighbors(self.n_neighbors, everyone, everyone)

    def _cross_validate(
        self,
        features: np.ndarray,
        catalogue: Catalogue,
        codes: np.ndarray,
        is_same: np.ndarray,
        is_known: np.ndarray,
        seed: int,
    ) -> Pairs | None:
        """Judge each pair by classifiers that saw none of its labels.

        Returns
        -------
        pairs : Pairs or None
            The pairs and their probabilities; None if a fold leaves too few pairs to
            learn from.
        """
        folds = folds_of_groups(codes, seed)
        a, b = folds[catalogue.left], folds[catalogue.right]
        estimators = []
        for fold in range(N_FOLDS):
            learned = is_known & (a != fold) & (b != fold)
            n_same = is_same[learned].sum()
            if min(n_same, learned.sum() - n_same) < _LEAST_PAIRS:
                return None
            estimators.append(
                fit_estimator(self.estimator, seed, features[learned], is_same[learned])
            )
        judges = [
            lambda asked, estimator=estimator: judge(estimator, features[asked])
            for estimator in estimators
        ]
        return judge_unseen(folds, catalogue.left, catalogue.right, judges)
