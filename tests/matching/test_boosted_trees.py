"""Boosted trees against those of scikit-learn, which they are taken from."""

import pickle

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from sklearn_prodemb._utils.description import check_contents, vars_of
from sklearn_prodemb.encoders import BoostedTrees
from sklearn_prodemb.exceptions import InvalidFileError


def random_rows(n_rows=3_000, seed=0):
    """Give rows of all kinds of features, with missing values, and two classes."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n_rows, 8))
    X[:, 1] = np.round(X[:, 1])
    X[:, 2] = 1
    X[rng.random(n_rows) < 0.3, 3] = np.nan
    X[rng.random(n_rows) < 0.5, 4] = np.nan
    known = np.nan_to_num(X)
    # Whether feature 4 is missing tells something, so that trees split on that alone.
    logits = known[:, 0] * known[:, 1] + known[:, 3] + 2 * np.isnan(X[:, 4]) - 1
    return X.astype(np.float32), logits + rng.standard_normal(n_rows) > 0


X, Y = random_rows()
PARAMETERS = {
    "default": {},
    "stumps": {"max_leaf_nodes": 2},
    "most leaves": {"max_leaf_nodes": 32, "min_samples_leaf": 1},
    "deep": {"max_leaf_nodes": 32, "min_samples_leaf": 1, "max_bins": 4},
    "one leaf": {"min_samples_leaf": 3_000},
    "early stopping": {"early_stopping": True},
}


def classifier(**parameters):
    given = {"max_iter": 30, "random_state": 0, **parameters}
    return HistGradientBoostingClassifier(**given).fit(X, Y)


@pytest.fixture(scope="module")
def trees():
    return BoostedTrees.from_classifier(classifier())


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities_are_those_of_scikit_learn(name, dtype):
    fitted = classifier(**PARAMETERS[name])
    trees = BoostedTrees.from_classifier(fitted)
    assert trees.n_trees == fitted.n_iter_
    new = random_rows(1_000, seed=1)[0].astype(dtype)
    new[:50, :] = np.nan
    for rows in (
        X.astype(dtype),
        new,
        new[:1],
        new[:0],
        new[::-1],
        np.asfortranarray(new),
    ):
        expected = fitted.predict_proba(rows) if len(rows) else np.zeros((0, 2))
        assert trees.predict_proba(rows).tobytes() == expected.tobytes()


def test_values_on_a_threshold_go_left(trees):
    fitted = classifier()
    for feature in range(X.shape[1]):
        thresholds = trees.values[trees.features == feature]
        rows = np.repeat(X[:1].astype(np.float64), 3 * len(thresholds), axis=0)
        rows[:, feature] = np.concatenate(
            [thresholds, np.nextafter(thresholds, -9), np.nextafter(thresholds, 9)]
        )
        if len(rows):
            expected = fitted.predict_proba(rows)
            assert trees.predict_proba(rows).tobytes() == expected.tobytes()


def test_against_a_plain_walk(trees):
    def walk(nodes, row):
        """Give what a tree adds; take its nodes off the front."""
        feature, value, missing_go_left = nodes.pop(0)
        if feature < 0:
            return value
        x = row[feature]
        is_left = missing_go_left if np.isnan(x) else x <= value
        left, right = walk(nodes, row), walk(nodes, row)
        return left if is_left else right

    for row in X[:20].astype(np.float64):
        nodes = list(
            zip(
                trees.features.tolist(),
                trees.values.tolist(),
                trees.missing_go_left.tolist(),
                strict=True,
            )
        )
        log_odds = trees.baseline
        while nodes:
            log_odds += walk(nodes, row)
        found = trees.predict_proba(row[None])[0, 1]
        assert found == pytest.approx(1 / (1 + np.exp(-log_odds)), rel=1e-12)


def test_pickles(trees):
    again = pickle.loads(pickle.dumps(trees))
    assert again.predict_proba(X).tobytes() == trees.predict_proba(X).tobytes()


@pytest.mark.parametrize("shape", [(2, 7), (8,), (2, 9)])
def test_other_features_are_refused(trees, shape):
    with pytest.raises(ValueError, match=r"shape \(n_rows, 8\)"):
        trees.predict_proba(np.zeros(shape))


def test_what_is_not_two_classes_of_numbers_is_refused():
    boosting = HistGradientBoostingClassifier(max_iter=2)
    with pytest.raises(ValueError, match="two classes"):
        BoostedTrees.from_classifier(boosting.fit(X, np.arange(len(X)) % 3))
    with pytest.raises(ValueError, match="at most 1000 trees of 32 leaves"):
        BoostedTrees.from_classifier(classifier(max_leaf_nodes=40))
    boosting.set_params(categorical_features=[0])
    X_of_category = np.stack([np.arange(len(X)) % 5, X[:, 1]], axis=1)
    y = np.isin(X_of_category[:, 0], (1, 3))
    with pytest.raises(ValueError, match="categorical"):
        BoostedTrees.from_classifier(boosting.fit(X_of_category, y))


def of_features(features, n_features=8):
    n_nodes = len(features)
    return BoostedTrees(
        np.array(features, np.int32),
        np.zeros(n_nodes),
        np.zeros(n_nodes, bool),
        0.0,
        n_features,
    )


def check(trees):
    check_contents(trees._state, vars_of(trees), "BoostedTrees")
    trees._check_together()


@pytest.mark.parametrize(
    "features",
    [[-1], [0, -1, -1], [-1, -1], [1, 2, -1, -1, 0, -1, -1, -1], [0, -1, 7, -1, -1]],
)
def test_whole_trees_are_accepted(features):
    trees = of_features(features)
    check(trees)
    assert trees.predict_proba(X[:3]).tolist() == [[0.5, 0.5]] * 3


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ([], "whole trees"),
        ([0], "whole trees"),
        ([0, -1], "whole trees"),
        ([0, -1, -1, 0], "whole trees"),
        ([0, -1, -1, 0, -1], "whole trees"),
        ([-1, 0, 0, -1, -1], "whole trees"),
        ([-2], "below -1"),
        ([8, -1, -1], "must be below 8"),
        ([-1] * 1_001, "at most 1000 trees"),
        ([0, -1] * 32 + [-1], "at most 1000 trees of 32 leaves"),
    ],
)
def test_what_is_no_tree_is_refused(features, says):
    with pytest.raises(InvalidFileError, match=rf"BoostedTrees\.features .*{says}"):
        check(of_features(features))
