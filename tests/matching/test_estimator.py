"""The classifier of pairs, and its thresholds."""

import numpy as np

from sklearn_prodemb.matching._estimator import (
    THRESHOLDS,
    best_threshold,
    new_estimator,
)


def test_the_classifier_takes_missing_values():
    rng = np.random.default_rng(0)
    X = rng.random((60, 2))
    X[::7, 1] = np.nan
    y = X[:, 0] > 0.5
    estimator = new_estimator(None, 0).set_params(max_iter=10)
    assert estimator.fit(X, y).score(X, y) > 0.8


def test_of_equal_thresholds_the_middle_one_is_best():
    scores = np.zeros(len(THRESHOLDS))
    assert best_threshold(scores) == 0.5
    scores[[3, 4, 8]] = 1
    assert best_threshold(scores) == THRESHOLDS[4]
