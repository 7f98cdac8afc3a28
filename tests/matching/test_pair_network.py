"""The network of pairs gives what scikit-learn's gives."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from sklearn_prodemb.encoders import PairNetwork
from sklearn_prodemb.exceptions import InvalidFileError

X = np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32)
Y = (X[:, 0] * X[:, 1] > 0).astype(int)


@pytest.mark.parametrize("layers", [(), (7,), (6, 4)])
def test_probabilities(layers):
    classifier = MLPClassifier(layers, tol=1e-2, max_iter=500, random_state=0)
    classifier.fit(X, Y)
    network = PairNetwork.from_classifier(classifier)
    assert network.n_features == 5
    np.testing.assert_allclose(
        network.predict_proba(X), classifier.predict_proba(X), atol=1e-5
    )
    assert network.predict_proba(X[:0]).shape == (0, 2)


def layers(*shapes):
    weights = {str(i): np.ones(shape, np.float32) for i, shape in enumerate(shapes)}
    return weights, {
        name: np.ones(w.shape[1], np.float32) for name, w in weights.items()
    }


def test_layers_fit_on_each_other():
    PairNetwork(*layers((5, 3), (3, 1)))._check_together()
    for shapes in ([(5, 3), (2, 1)], [(5, 2)]):
        with pytest.raises(InvalidFileError, match="layers"):
            PairNetwork(*layers(*shapes))._check_together()
    weights, biases = layers((5, 3), (3, 1))
    for wrong in ({"0": biases["0"]}, {**biases, "1": biases["0"]}):
        with pytest.raises(InvalidFileError, match="layers"):
            PairNetwork(weights, wrong)._check_together()
