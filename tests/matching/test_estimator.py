"""The classifier of pairs, and its thresholds."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from sklearn_prodemb.encoders import BoostedTrees
from sklearn_prodemb.matching._estimator import (
    THRESHOLDS,
    best_threshold,
    fit_estimator,
)


def test_the_classifier_takes_missing_values():
    rng = np.random.default_rng(0)
    X = rng.random((200, 3)).astype(np.float32)
    y = X[:, 0] > 0.5
    X[::7, 1] = np.nan
    X[:, 2] = np.nan
    trees = fit_estimator(None, 0, X, y)
    assert type(trees) is BoostedTrees
    assert ((trees.predict_proba(X)[:, 1] > 0.5) == y).mean() > 0.9


def test_a_feature_with_few_values_counts_as_missing():
    """As it does in the boosting, whose bins need one value of the part they see."""
    rng = np.random.default_rng(0)
    X = rng.random((300, 2)).astype(np.float32)
    y = X[:, 0] > 0.5
    X[:, 1] = np.where(np.arange(300) < 19, y, np.nan)
    assert 1 not in fit_estimator(None, 0, X, y).features
    for n_known in (0, 1, 19, 20):
        X[:, 1] = np.where(np.arange(300) < n_known, y, np.nan)
        given = fit_estimator(HistGradientBoostingClassifier(), 0, X, y)
        assert given.predict(X).shape == (300,)


def test_a_classifier_is_cloned():
    given = LogisticRegression()
    X = np.arange(8, dtype=np.float32)[:, None]
    fitted = fit_estimator(given, 0, X, X[:, 0] > 3)
    assert type(fitted) is LogisticRegression
    assert not hasattr(given, "classes_")


def test_of_equal_thresholds_the_middle_one_is_best():
    scores = np.zeros(len(THRESHOLDS))
    assert best_threshold(scores) == 0.5
    scores[[3, 4, 8]] = 1
    assert best_threshold(scores) == THRESHOLDS[4]
