"""Whether two offers are one product."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils._param_validation import HasMethods

from .._public import public
from .._utils.description import Part, Texts
from ..exceptions import InvalidFileError
from ._catalogue import Catalogue
from ._estimator import check_follows, fit_estimator
from ._offers import Offers
from ._pair_classifier import PairClassifier
from ._pair_features import pair_feature_names

# With how many offers of the other side an offer competes.
_N_NEIGHBORS = 20


@public
class PairMatcher(PairClassifier):
    """Classify pairs of offers: one product or two.

    The classifier, gradient boosting by default, takes features of a pair: which words,
    rare words, numbers and codes the two texts share, how their numbers and hashes
    differ, and how the pair ranks among the pairs of each offer with the most similar
    offers of the other side. The ranks use offers without labels: those of `fit`, and
    those of the pairs in `predict`.

    Parameters
    ----------
    threshold : float or "auto", default="auto"
        The lowest probability with which `predict` calls a pair one product. "auto"
        takes the one with the best F1 in cross-validation. If one pair of ten or fewer
        is one product, 0.5 is too high.
    estimator : classifier or None, default=None
        A classifier with `predict_proba` that takes missing values as NaN, in place of
        `HistGradientBoostingClassifier`. With one, `save` is refused: use joblib.
    random_state : int, RandomState instance or None, default=None
        Seed of the classifier and of the folds.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        The labels, sorted; the second one means one product.
    threshold_ : float
        The threshold.
    estimator_ : sklearn_prodemb.encoders.BoostedTrees or classifier
        The trees of gradient boosting, or the fitted clone of `estimator`.
    pair_feature_names_ : list of str
        The features of a pair.
    columns_ : dict of str to str
        The columns of offers, and their kind: "text", "number", "hash" or "vector".
    left_offers_, right_offers_ : sklearn_prodemb.encoders.Offers
        The offers of `fit`, each once. They compete with those of `predict`.

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

    _fitted = {
        **PairClassifier._fitted,
        "left_offers_": Part("Offers"),
        "right_offers_": Part("Offers"),
        "pair_feature_names_": Texts("n_pair_features"),
        "estimator_": Part("BoostedTrees", n_features="n_pair_features"),
    }

    _parameter_constraints: dict[str, Any] = {
        **PairClassifier._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
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

    def _check_together(self) -> None:
        check_follows(
            self,
            columns_=self.left_offers_.columns,
            pair_feature_names_=pair_feature_names(self.left_offers_),
        )
        left, right = self.left_offers_, self.right_offers_
        if right.columns != left.columns:
            raise InvalidFileError("PairMatcher.right_offers_ has other columns")
        if not any((left + right).joined):
            raise InvalidFileError("PairMatcher.left_offers_ has no text")

    def _prepare(
        self, left: Offers, right: Offers, seed: int
    ) -> tuple[np.ndarray, dict[str, Any]]:
        left_offers, left_rows = left.distinct()
        right_offers, right_rows = right.distinct()
        features, names = _compare(left_offers, right_offers, left_rows, right_rows)
        return features, {
            "left_offers_": left_offers,
            "right_offers_": right_offers,
            "pair_feature_names_": names,
        }

    def _compare(self, left: Offers, right: Offers) -> np.ndarray:
        # The pairs' own offers come last, after those that compete with them.
        left_offers, left_rows = (self.left_offers_ + left).distinct()
        right_offers, right_rows = (self.right_offers_ + right).distinct()
        features, _ = _compare(
            left_offers,
            right_offers,
            left_rows[len(self.left_offers_) :],
            right_rows[len(self.right_offers_) :],
        )
        return features

    def _fit_estimator(self, features: np.ndarray, codes: np.ndarray, seed: int) -> Any:
        return fit_estimator(self.estimator, seed, features, codes)


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
