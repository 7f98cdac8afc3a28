"""Fully connected layers that tell whether two vectors are of one product."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Self

import numpy as np
from scipy.special import expit

from .._public import public
from .._utils.description import Array, ByName
from .._utils.plain_state import PlainStateMixin
from ..exceptions import InvalidFileError


@public
class PairNetwork(PlainStateMixin):
    """A network of fully connected layers with ReLU, for two classes.

    Parameters
    ----------
    weights : dict of str to ndarray of float32, shape (n_in, n_out)
        The weights of each layer, by name and in order; the last one has one unit.
    biases : dict of str to ndarray of float32, shape (n_out,)
        The biases, by the same names.
    """

    _state = {
        "weights": ByName(Array("float32", ("_", "_")), fewest=1),
        "biases": ByName(Array("float32", ("_",)), fewest=1),
    }

    def __init__(
        self, weights: dict[str, np.ndarray], biases: dict[str, np.ndarray]
    ) -> None:
        self.weights = weights
        self.biases = biases

    def _check_together(self) -> None:
        shapes = [layer.shape for layer in self.weights.values()]
        ends = [len(layer) for layer in self.biases.values()]
        if (
            list(self.weights) != list(self.biases)
            or [n_out for _, n_out in shapes] != ends
            or any(a[1] != b[0] for a, b in pairwise(shapes))
            or ends[-1] != 1
        ):
            raise InvalidFileError("PairNetwork.weights are not layers, one on another")

    @classmethod
    def from_classifier(cls, classifier: Any) -> Self:
        """Take the layers of scikit-learn's `MLPClassifier` of two classes.

        Parameters
        ----------
        classifier : MLPClassifier
            A fitted one.

        Returns
        -------
        network : PairNetwork
            The network, in float32.
        """
        layers = zip(classifier.coefs_, classifier.intercepts_, strict=True)
        weights, biases = {}, {}
        for place, (weight, bias) in enumerate(layers):
            weights[f"layer {place}"] = weight.astype(np.float32)
            biases[f"layer {place}"] = bias.astype(np.float32)
        return cls(weights, biases)

    @property
    def n_features(self) -> int:
        """Number of inputs."""
        return len(next(iter(self.weights.values())))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Give the probability of both classes.

        Parameters
        ----------
        X : ndarray of float32, shape (n_rows, n_features)
            The inputs.

        Returns
        -------
        probabilities : ndarray of float64, shape (n_rows, 2)
            The probabilities; each row adds up to 1.
        """
        for place, name in enumerate(self.weights):
            if place:
                X = np.maximum(X, 0)
            X = X @ self.weights[name] + self.biases[name]
        second = expit(X[:, 0].astype(np.float64))
        return np.stack([1 - second, second], axis=1)
