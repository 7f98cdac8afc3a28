"""Whether two offers are one product, by a network on their vectors."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.utils._param_validation import Interval

from .._public import public
from .._utils.description import Part
from ..exceptions import InvalidFileError
from ._embedding.encoder import OfferEncoder
from ._offers import Offers
from ._pair_classifier import PairClassifier
from ._pair_network import PairNetwork


@public
class NetworkPairMatcher(PairClassifier):
    """Classify pairs of offers by a network: one product or two.

    The vectors of both offers are not trained. They are the SVD of the TF-IDF of words
    and character n-grams, and each column of hashes or vectors, such as those of a
    pretrained network for texts or pictures. Fully connected layers learn from the
    absolute differences of their columns, with cross entropy [1]_.

    It is a method to compare with. The network only sees in which columns two vectors
    differ. It must learn from thousands of pairs what `PairMatcher` has as features.

    Parameters
    ----------
    embedding_dim : int, default=256
        Number of columns of the vector of a text, and of each hash and vector.
    hidden_layer_sizes : tuple of int, default=(256, 64)
        Units of each hidden layer.
    alpha : float, default=0.1
        Weight of the squared weights in the loss.
    max_iter : int, default=60
        Number of passes over the pairs, at most.
    threshold : float or "auto", default="auto"
        The lowest probability with which `predict` calls a pair one product. "auto"
        takes the one with the best F1 in cross-validation.
    random_state : int, RandomState instance or None, default=None
        Seed of the SVD, the network and the folds.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        The labels, sorted; the second one means one product.
    threshold_ : float
        The threshold.
    encoder_ : sklearn_prodemb.encoders.OfferEncoder
        Turns offers into vectors.
    estimator_ : sklearn_prodemb.encoders.PairNetwork
        The network.
    columns_ : dict of str to str
        The columns of offers, and their kind: "text", "number" (not used), "hash" or
        "vector".

    See Also
    --------
    PairMatcher : Classifies pairs by what they share.

    References
    ----------
    .. [1] "Multi-modal representation learning for product matching in e-commerce":
       its pair classifier.

    Examples
    --------
    >>> from sklearn_prodemb.matching import NetworkPairMatcher
    >>> ours = ["Canon IXUS 185", "Nikon D750", "Sony A7 III", "Leica Q2"] * 10
    >>> theirs = ["canon ixus 185 black", "Nikon D750", "sony a7", "leica m10"] * 10
    >>> is_same = [True, True, False, False] * 10
    >>> matcher = NetworkPairMatcher(random_state=0).fit((ours, theirs), is_same)
    >>> matcher.predict((["Canon IXUS 185"], ["canon ixus 185 black"]))
    array([ True])
    """

    _fitted = {
        **PairClassifier._fitted,
        "encoder_": Part("OfferEncoder"),
        "estimator_": Part("PairNetwork"),
    }

    _parameter_constraints: dict[str, Any] = {
        **PairClassifier._parameter_constraints,
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "hidden_layer_sizes": [tuple],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        embedding_dim: int = 256,
        hidden_layer_sizes: tuple[int, ...] = (256, 64),
        alpha: float = 0.1,
        max_iter: int = 60,
        threshold: float | str = "auto",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.embedding_dim = embedding_dim
        self.hidden_layer_sizes = hidden_layer_sizes
        self.alpha = alpha
        self.max_iter = max_iter
        self.threshold = threshold
        self.random_state = random_state

    def _check_together(self) -> None:
        if self.estimator_.n_features != self.encoder_.n_features:
            raise InvalidFileError(
                "NetworkPairMatcher.estimator_ does not take the vectors of its encoder"
            )
        self.encoder_.check_columns(self.columns_)

    def _prepare(
        self, left: Offers, right: Offers, seed: int
    ) -> tuple[np.ndarray, dict[str, Any]]:
        for size in self.hidden_layer_sizes:
            if isinstance(size, bool) or not isinstance(size, Integral) or size < 1:
                raise ValueError(
                    f"hidden_layer_sizes must be positive ints, got "
                    f"{self.hidden_layer_sizes!r}."
                )
        offers, rows = (left + right).distinct()
        encoder = OfferEncoder.by_svd(offers, self.embedding_dim, seed)
        vectors = encoder.encode(offers)[rows]
        features = _differences(vectors[: len(left)], vectors[len(left) :])
        return features, {"encoder_": encoder}

    def _compare(self, left: Offers, right: Offers) -> np.ndarray:
        return _differences(*map(self.encoder_.encode, (left, right)))

    def _fit_estimator(
        self, features: np.ndarray, codes: np.ndarray, seed: int
    ) -> PairNetwork:
        classifier = MLPClassifier(
            self.hidden_layer_sizes,
            alpha=self.alpha,
            max_iter=self.max_iter,
            random_state=seed,
        )
        with warnings.catch_warnings():
            # The number of passes is a parameter, and bounds how much is learned.
            warnings.simplefilter("ignore", ConvergenceWarning)
            classifier.fit(features, codes)
        return PairNetwork.from_classifier(classifier)


def _differences(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give the absolute differences of vectors, scaled to be about 1."""
    return np.abs(left - right) * np.float32(left.shape[1] ** 0.5)
