"""Groups of offers by vectors that are trained for it."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._public import public
from .._utils.description import Curve, Part, Whole
from ._candidates import distinct_pairs
from ._embedding.config import GRADIENTS, LOSSES, EmbeddingConfig
from ._embedding.encoder import OfferEncoder, join_parts
from ._embedding.inputs import Inputs
from ._embedding.neighbors import nearest, neighbor_pairs
from ._group_matcher import (
    N_FOLDS,
    GroupMatcher,
    Learned,
    folds_of_groups,
    judge_unseen,
)
from ._linkage import Pairs
from ._offers import Offers, read_offers

# Pairs of a chunk.
_CHUNK = 100_000
# The threshold without any group.
_PRIOR = 0.4
# How much the cosine of a hash or vector may count beside that of the text.
_WEIGHTS = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0)


@public
class EmbeddingMatcher(ClassNamePrefixFeaturesOutMixin, TransformerMixin, GroupMatcher):
    """Find the offers that are one product by their nearest learned vectors.

    Offers become vectors. They are trained so that offers of one product have a high
    cosine, and offers of two products a low one [1]_. Each offer is paired with its
    nearest neighbors, and pairs become groups as in `ProductMatcher`.

    A vector has a block for the text, the sum of the vectors of its words and character
    n-grams. It has a block for each column of hashes or vectors, a linear map of it.
    Training starts from random vectors of words and n-grams, so cosines are at first
    about those of TF-IDF. Cross-validation over groups finds the weights of the blocks
    and the threshold.

    `ProductMatcher` finds more, see the guide. Vectors have other uses: each offer's
    vector is computed once, whatever it is compared with, it can be kept in an index,
    and it can contain a picture's vector from a pretrained network.

    Parameters
    ----------
    loss : {"cosine_margin", "info_nce", "arcface"}, default="cosine_margin"
        The loss: the cosine of pairs with a margin, the softmax of an offer's cosines
        to the other offers of the batch, or the softmax of cosines to a learned vector
        of each product, with a margin of the angle.
    gradient : {"own", "joint", "worst"}, default="own"
        How losses are used if offers have hashes or vectors beside the text. "own"
        gives each kind of data its own loss. "joint" trains all by one loss of their
        mean cosine. "worst" trains for each pair only the kind that is most wrong by
        that loss.
    embedding_dim : int, default=256
        Number of columns of each block of a vector.
    max_iter : int, default=100
        Number of training steps; 0 keeps the vectors that training starts from.
    batch_size : int, default=128
        Most products in a step, with two offers each. A quarter of them is drawn at
        random, and the others are similar to these.
    learning_rate : float, default=0.001
        Learning rate of Adam.
    n_neighbors : int, default=50
        With how many others an offer is paired. If more offers than that are equal in
        all columns, they are one group, whatever the threshold.
    threshold : float or "auto", default="auto"
        The lowest cosine of groups that are joined. "auto" takes the one with the best
        mean F1 of offers in cross-validation over groups, for which three more encoders
        are trained. With few groups a lower threshold is raised towards 0.4, as if 100
        more groups had 0.4 as their best.
    linkage : {"average", "single"}, default="average"
        Whether two groups are as similar as the mean of their pairs, or as the best of
        them.
    min_group_size : int, default=1
        Offers of smaller groups get the group -1.
    random_state : int, RandomState instance or None, default=None
        Seed of folds, vectors and batches.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.OfferEncoder
        Turns offers into vectors. Its attributes are the weights.
    loss_curve_ : ndarray of float64, shape (`n_iter_`,)
        The loss of each step.
    n_iter_ : int
        Number of steps; 0 if there are not two products of two offers to learn from.
    labels_ : ndarray of int64, shape (n_offers,)
        The group of each offer of `fit`, as `predict` gives it.
    threshold_ : float
        The threshold.
    threshold_curve_ : dict of str to ndarray of float64, shape (n_thresholds,)
        "threshold", and by cross-validation the mean "precision", "recall" and "f1" of
        the offers with a known group, as `group_scores` has them.
    columns_ : dict of str to str
        The columns of offers, and their kind: "text", "number", "hash" or "vector".

    See Also
    --------
    ProductMatcher : Classifies pairs by what they share.

    References
    ----------
    .. [1] "Multi-modal representation learning for product matching in e-commerce":
       its embedding learner. It uses "cosine_margin" and "joint".

    Examples
    --------
    >>> from sklearn_prodemb.matching import EmbeddingMatcher
    >>> offers = ["Canon IXUS 185", "canon ixus 185 black", "Nikon D750", "nikon d750"]
    >>> matcher = EmbeddingMatcher(embedding_dim=32, max_iter=10, random_state=0)
    >>> matcher = matcher.fit(offers, [0, 0, 1, 1])
    >>> matcher.predict(["Sony A7 III", "Canon IXUS 190", "sony a7 iii body"])
    array([0, 1, 0])
    >>> matcher.transform(["Leica Q2"]).shape
    (1, 32)
    """

    _fitted = {
        **GroupMatcher._fitted,
        "encoder_": Part("OfferEncoder"),
        "loss_curve_": Curve("n_iter"),
        "n_iter_": Whole(0, size="n_iter"),
    }

    _parameter_constraints: dict[str, Any] = {
        **GroupMatcher._parameter_constraints,
        "loss": [StrOptions(set(LOSSES))],
        "gradient": [StrOptions(set(GRADIENTS))],
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 0, None, closed="left")],
        "batch_size": [Interval(Integral, 2, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        *,
        loss: str = "cosine_margin",
        gradient: str = "own",
        embedding_dim: int = 256,
        max_iter: int = 100,
        batch_size: int = 128,
        learning_rate: float = 1e-3,
        n_neighbors: int = 50,
        threshold: float | str = "auto",
        linkage: str = "average",
        min_group_size: int = 1,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.loss = loss
        self.gradient = gradient
        self.embedding_dim = embedding_dim
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.n_neighbors = n_neighbors
        self.threshold = threshold
        self.linkage = linkage
        self.min_group_size = min_group_size
        self.random_state = random_state

    def transform(self, X: Any) -> np.ndarray:
        """Give the vectors of offers.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_offers
            The offers, with the columns of `fit`.

        Returns
        -------
        vectors : ndarray of float32, shape (n_offers, n_features)
            Vectors of norm 1, with `embedding_dim` columns for the text and for each
            column of hashes or vectors; zeros for an offer without any value.

        Raises
        ------
        TypeError, ValueError
            If offers are not as `fit` takes them, or have other columns.
        """
        check_is_fitted(self)
        return self.encoder_.encode(read_offers(X, columns=self.columns_))

    def _check_together(self) -> None:
        self.encoder_.check_columns(self.columns_)

    @property
    def _n_features_out(self) -> int:
        return self.encoder_.n_features

    def _learn(
        self, offers: Offers, codes: np.ndarray, nodes: np.ndarray, seed: int
    ) -> Learned:
        encoder = OfferEncoder.untrained(offers, self.embedding_dim, seed)
        inputs = Inputs.of(offers, encoder.rarity)
        trained, losses = self._train(encoder, inputs, codes, seed)
        # Pairs are judged by encoders that were trained without their groups.
        folds, encoders = np.full(len(codes), 0), [encoder]
        if len(losses):
            folds = folds_of_groups(codes, seed)
            seen = [np.where(folds == fold, -1, codes) for fold in range(N_FOLDS)]
            encoders = [self._train(encoder, inputs, of, seed)[0] for of in seen]
        parts = [encoder.parts(inputs) for encoder in encoders]
        weights, curve = self._weigh(parts, folds, codes, nodes, encoder.weights)
        trained = trained.weighted(weights)
        attributes = {
            "encoder_": trained,
            "loss_curve_": losses,
            "n_iter_": len(losses),
        }
        pairs = self._pairs(trained.encode_inputs(inputs))
        return Learned(attributes, pairs, curve, _PRIOR)

    def _train(
        self, encoder: OfferEncoder, inputs: Inputs, codes: np.ndarray, seed: int
    ) -> tuple[OfferEncoder, np.ndarray]:
        if not self.max_iter:
            return encoder, np.zeros(0)
        # torch takes seconds to import.
        from ._embedding.training import train

        config = EmbeddingConfig(
            loss=self.loss,
            gradient=self.gradient,
            embedding_dim=self.embedding_dim,
            max_iter=self.max_iter,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
        )
        return train(encoder, inputs, codes, config, seed)

    def _weigh(
        self,
        parts: list[list[np.ndarray]],
        folds: np.ndarray,
        codes: np.ndarray,
        nodes: np.ndarray,
        weights: dict[str, float],
    ) -> tuple[dict[str, float], dict[str, np.ndarray]]:
        """Find the weights of hashes and vectors, one after the other.

        Parameters
        ----------
        parts, folds
            As of `_unseen`.
        codes : ndarray of int64, shape (n_offers,)
            The groups as numbers, -1 if unknown.
        nodes : ndarray of int64, shape (n_offers,)
            As of `Offers.nodes`.
        weights : dict of str to float
            The weights to begin with.

        Returns
        -------
        weights : dict of str to float
            Those of the best F1 of offers.
        curve : dict of str to ndarray of float64
            The `threshold_curve_` with them.
        """

        def score(weights: dict[str, float]) -> dict[str, np.ndarray]:
            return self._curve(self._unseen(parts, folds, weights), codes, nodes)

        curve = None
        for name in weights:
            choices = [{**weights, name: weight} for weight in _WEIGHTS]
            curves = [score(choice) for choice in choices]
            best = int(np.argmax([curve["f1"].max() for curve in curves]))
            weights, curve = choices[best], curves[best]
        return weights, score(weights) if curve is None else curve

    def _unseen(
        self,
        parts: list[list[np.ndarray]],
        folds: np.ndarray,
        weights: dict[str, float],
    ) -> Pairs:
        """Judge the pairs of `fit` by encoders that were trained without their groups.

        Parameters
        ----------
        parts : list of list of ndarray of float32, each of shape (n_offers, n_columns)
            The parts of vectors, an encoder a fold.
        folds : ndarray of int64, shape (n_offers,)
            As of `judge_unseen`.
        weights : dict of str to float
            The weights of parts.

        Returns
        -------
        pairs : Pairs
            The nearest of each encoder.
        """
        vectors = [join_parts(of_fold, weights) for of_fold in parts]
        found = [neighbor_pairs(v, self.n_neighbors) for v in vectors]
        left, right = (np.concatenate(sides) for sides in zip(*found, strict=True))
        left, right = distinct_pairs(left, right, len(folds))
        judges = [
            lambda asked, v=v: _cosines(v, v, left[asked], right[asked])
            for v in vectors
        ]
        return judge_unseen(folds, left, right, judges)

    def _within(self, offers: Offers) -> Pairs:
        return self._pairs(self.encoder_.encode(offers))

    def _across(self, offers: Offers, reference: Offers) -> Pairs:
        ours, theirs = self.encoder_.encode(offers), self.encoder_.encode(reference)
        left, right = nearest(ours, theirs, self.n_neighbors)
        return Pairs(left, right, _cosines(ours, theirs, left, right))

    def _pairs(self, vectors: np.ndarray) -> Pairs:
        left, right = neighbor_pairs(vectors, self.n_neighbors)
        return Pairs(left, right, _cosines(vectors, vectors, left, right))


def _cosines(
    ours: np.ndarray, theirs: np.ndarray, left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Give the cosines of pairs of unit vectors, float64 between 0 and 1."""
    result = np.empty(len(left))
    # A million pairs of vectors would take gigabytes.
    for begin in range(0, len(left), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        result[part] = np.einsum("ij,ij->i", ours[left[part]], theirs[right[part]])
    return result.clip(0, 1)
