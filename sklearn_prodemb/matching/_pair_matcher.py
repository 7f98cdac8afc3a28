"""Whether two offers are one product."""

from __future__ import annotations

from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._base.state import StringInputMixin
from .._public import public
from .._utils.seeds import draw_seed
from .._utils.targets import check_labels
from ._catalogue import Catalogue, judge
from ._estimator import THRESHOLDS, best_threshold, new_estimator
from ._offers import Offers, read_offers

# With how many offers of the other side an offer competes.
_N_NEIGHBORS = 20
_N_FOLDS = 3


@public
class PairMatcher(ClassifierMixin, StringInputMixin, BaseEstimator):
    """Tell for pairs of offers whether they are one product.

    A classifier, gradient boosting by default, of features of a pair: what words, rare
    words, numbers and codes the two texts share, how their numbers and hashes differ,
    and how the pair ranks among the pairs of either offer with the offers of the other
    side that are most like it. The ranks use offers without labels: those of `fit`, and
    those of the pairs that are asked for.

    Parameters
    ----------
    threshold : float or "auto", default="auto"
        Probability from which on `predict` says that a pair is one product; "auto" is
        the one with the best F1 in cross-validation. If one pair of ten or fewer is one
        product, 0.5 is too high.
    estimator : classifier or None, default=None
        A classifier with `predict_proba` that takes missing values as NaN, in place of
        `HistGradientBoostingClassifier`.
    random_state : int, RandomState instance or None, default=None
        Seed of the classifier and of the folds.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        The labels, sorted; the second one is that of one product.
    threshold_ : float
        The threshold.
    estimator_ : classifier
        The fitted classifier.
    pair_feature_names_ : list of str
        What the classifier knows of a pair.
    columns_ : dict of str to str
        The columns of offers, and their kind: "text", "number" or "hash".

    See Also
    --------
    ProductMatcher : Find the groups of offers that are one product.

    Examples
    --------
    >>> from sklearn_prodemb.matching import PairMatcher
    >>> ours = ["Canon IXUS 185", "Nikon D750", "Sony A7 III", "Leica Q2"] * 10
    >>> theirs = ["canon ixus 185 black", "Nikon D750", "sony a7", "leica m10"] * 10
    >>> is_same = [True, True, False, False] * 10
    >>> matcher = PairMatcher(random_state=0).fit((ours, theirs), is_same)
    >>> matcher.predict((["Canon IXUS 185"], ["canon ixus 185 black"]))
    array([ True])
    """

    _parameter_constraints: dict[str, Any] = {
        "threshold": [Interval(Real, 0, 1, closed="right"), StrOptions({"auto"})],
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        threshold: float | str = "auto",
        estimator: Any = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.threshold = threshold
        self.estimator = estimator
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any) -> Self:
        """Learn from pairs with labels.

        Parameters
        ----------
        X : tuple of two lists, Series or data frames, each of length n_pairs
            The offers left and right, as `ProductMatcher` takes them; or titles as an
            array of str of shape (n_pairs, 2), which cross-validation can cut.
        y : array-like of bool, int or str, shape (n_pairs,)
            The labels, of two classes; the higher one is that of one product.

        Returns
        -------
        self : PairMatcher
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If offers or labels are not as above, or the labels are not of two classes.
            The estimator is then as it was before.
        """
        left, right = _read_pairs(X)
        classes, codes = check_labels(y, len(left))
        if len(classes) != 2:
            raise ValueError(
                f"y must hold two classes, pairs of one product and of two, but holds "
                f"{len(classes)}: {classes[:5].tolist()}."
            )
        left_offers, left_rows = left.distinct()
        right_offers, right_rows = right.distinct()
        features, names = _compare(left_offers, right_offers, left_rows, right_rows)
        seed = draw_seed(self.random_state)
        estimator = new_estimator(self.estimator, seed)
        threshold = self.threshold
        if isinstance(threshold, str):
            threshold = _best_threshold(estimator, features, codes, seed)
        estimator.fit(features, codes)
        self.__dict__.update(
            classes_=classes,
            threshold_=float(threshold),
            estimator_=estimator,
            pair_feature_names_=names,
            columns_=left.columns,
            left_offers_=left_offers,
            right_offers_=right_offers,
        )
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Give the probability of each class.

        Parameters
        ----------
        X : tuple of two lists, Series or data frames, or array of str
            The pairs, as `fit` takes them, with the same columns.

        Returns
        -------
        probabilities : ndarray of float64, shape (n_pairs, 2)
            In the order of `classes_`.

        Raises
        ------
        TypeError, ValueError
            If the pairs are not as `fit` takes them, or have other columns.
        """
        check_is_fitted(self)
        left, right = _read_pairs(X, self.columns_)
        if not len(left):
            return np.zeros((0, 2))
        # The pairs' own offers come last, after those that compete with them.
        left_offers, left_rows = (self.left_offers_ + left).distinct()
        right_offers, right_rows = (self.right_offers_ + right).distinct()
        features, _ = _compare(
            left_offers,
            right_offers,
            left_rows[len(self.left_offers_) :],
            right_rows[len(self.right_offers_) :],
        )
        second = judge(self.estimator_, features)
        return np.stack([1 - second, second], axis=1)

    def predict(self, X: Any) -> np.ndarray:
        """Tell whether pairs are one product: whether `threshold_` is reached.

        Parameters
        ----------
        X : tuple of two lists, Series or data frames, or array of str
            The pairs, as `fit` takes them, with the same columns.

        Returns
        -------
        labels : ndarray of the type of `classes_`, shape (n_pairs,)
            The labels.

        Raises
        ------
        TypeError, ValueError
            As `predict_proba`.
        """
        is_same = self.predict_proba(X)[:, 1] >= self.threshold_
        return self.classes_[is_same.astype(np.int64)]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "estimator_")


def _best_threshold(
    estimator: Any, features: np.ndarray, codes: np.ndarray, seed: int
) -> float:
    """Give the threshold with the best F1 in cross-validation."""
    if np.bincount(codes).min() < _N_FOLDS:
        return 0.5
    folds = StratifiedKFold(_N_FOLDS, shuffle=True, random_state=seed)
    unseen = cross_val_predict(
        estimator, features, codes, cv=folds, method="predict_proba"
    )[:, 1]
    return best_threshold(np.array([f1_score(codes, unseen >= t) for t in THRESHOLDS]))


def _read_pairs(X: Any, columns: dict[str, str] | None = None) -> tuple[Offers, Offers]:
    if isinstance(X, tuple) and len(X) == 2:
        left, right = X
    else:
        pairs = np.asarray(X, dtype=object)
        if pairs.ndim != 2 or pairs.shape[1] != 2:
            raise ValueError(
                f"X must be a tuple (left, right) of two lists or data frames, or an "
                f"array of titles of shape (n_pairs, 2), got {type(X).__name__} of "
                f"shape {pairs.shape}."
            )
        left, right = pairs[:, 0], pairs[:, 1]
    left_offers = read_offers(left, "The left side of X", columns)
    right_offers = read_offers(right, "The right side of X", left_offers.columns)
    if len(left_offers) != len(right_offers):
        raise ValueError(
            f"X must hold pairs, but there are {len(left_offers)} offers left and "
            f"{len(right_offers)} right."
        )
    return left_offers, right_offers


def _compare(
    left: Offers, right: Offers, left_rows: np.ndarray, right_rows: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """Give the features of pairs of two sides, by row numbers."""
    n_left = len(left)
    catalogue = Catalogue.of(left + right)
    sides = np.arange(n_left), n_left + np.arange(len(right))
    b = n_left + right_rows
    catalogue = (
        catalogue.with_neighbors(_N_NEIGHBORS, *sides)
        .with_neighbors(_N_NEIGHBORS, *sides[::-1])
        .with_pairs(left_rows, b)
    )
    return catalogue.features(catalogue.find(left_rows, b))
