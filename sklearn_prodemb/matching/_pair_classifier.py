"""What classifiers of pairs of offers share."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._base.state import SavableMixin, StringInputMixin
from .._utils.description import ByName, Description, Labels, Number, OneOf
from .._utils.seeds import draw_seed
from .._utils.targets import check_labels
from ._catalogue import judge
from ._estimator import THRESHOLDS, best_threshold
from ._offers import KINDS, Offers, read_offers

_N_FOLDS = 3


class PairClassifier(SavableMixin, ClassifierMixin, StringInputMixin, BaseEstimator):
    """Base class: features of pairs, a classifier of them, and a threshold.

    A subclass has `_prepare` and `_compare`, which give the features in `fit` and after
    it, and `_fit_estimator`.
    """

    _fitted: ClassVar[Description] = {
        "classes_": Labels("2"),
        "threshold_": Number(0, 1),
        "columns_": ByName(OneOf(KINDS)),
    }

    _parameter_constraints: dict[str, Any] = {
        "threshold": [Interval(Real, 0, 1, closed="right"), StrOptions({"auto"})],
        "random_state": ["random_state"],
    }

    threshold: float | str
    random_state: Any

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
        self : estimator
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
        seed = draw_seed(self.random_state)
        features, attributes = self._prepare(left, right, seed)
        threshold = self.threshold
        if isinstance(threshold, str):
            threshold = self._best_threshold(features, codes, seed)
        self.__dict__.update(
            attributes,
            classes_=classes,
            threshold_=float(threshold),
            estimator_=self._fit_estimator(features, codes, seed),
            columns_=left.columns,
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
        features = self._compare(left, right)
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

    def _prepare(
        self, left: Offers, right: Offers, seed: int
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Give the features of pairs, and the fitted attributes that they follow from.

        Parameters
        ----------
        left, right : Offers, of length n_pairs
            The offers of each pair.
        seed : int
            The seed.

        Returns
        -------
        features : ndarray of float32, shape (n_pairs, n_features)
            The features.
        attributes : dict of str to object
            What `_compare` needs.
        """
        raise NotImplementedError

    def _compare(self, left: Offers, right: Offers) -> np.ndarray:
        """Give the features of new pairs, float32 (n_pairs, n_features)."""
        raise NotImplementedError

    def _fit_estimator(self, features: np.ndarray, codes: np.ndarray, seed: int) -> Any:
        """Fit a classifier to features and labels, 1 for one product."""
        raise NotImplementedError

    def _best_threshold(
        self, features: np.ndarray, codes: np.ndarray, seed: int
    ) -> float:
        """Give the threshold with the best F1 in cross-validation."""
        if np.bincount(codes).min() < _N_FOLDS:
            return 0.5
        folds = StratifiedKFold(_N_FOLDS, shuffle=True, random_state=seed)
        unseen = np.empty(len(codes))
        for learned, asked in folds.split(features, codes):
            fitted = self._fit_estimator(features[learned], codes[learned], seed)
            unseen[asked] = judge(fitted, features[asked])
        return best_threshold(
            np.array([f1_score(codes, unseen >= t) for t in THRESHOLDS])
        )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "estimator_")


def _read_pairs(X: Any, columns: dict[str, str] | None = None) -> tuple[Offers, Offers]:
    if isinstance(X, tuple) and len(X) == 2:
        left, right = X
    elif sparse.issparse(X):
        raise TypeError("X must hold pairs of titles; sparse input is not supported.")
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
    source = "on the left side" if columns is None else "in fit"
    right_offers = read_offers(
        right, "The right side of X", left_offers.columns, source
    )
    if len(left_offers) != len(right_offers):
        raise ValueError(
            f"X must hold pairs, but there are {len(left_offers)} offers left and "
            f"{len(right_offers)} right."
        )
    return left_offers, right_offers
