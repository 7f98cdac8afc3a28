import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

from sklearn_prodemb.evaluation._scores import check_target, scores

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3))
ROWS, HELD_OUT = np.arange(120), np.arange(120, 200)


@pytest.mark.parametrize("labels", [[False, True], ["no", "yes"], [3, 7]])
@pytest.mark.parametrize("model", [LogisticRegression(), GaussianNB()])
def test_two_classes(labels, model):
    y = np.array(labels)[(X[:, 0] + rng.normal(size=200) > 0).astype(int)]
    model = model.fit(X[ROWS], y[ROWS])
    found = scores(model, X[HELD_OUT], y, HELD_OUT)
    expected = roc_auc_score(
        y[HELD_OUT] == labels[1], model.predict_proba(X[HELD_OUT])[:, 1]
    )
    assert found == {"auc_roc": pytest.approx(expected)}


@pytest.mark.parametrize("model", [LogisticRegression(), LinearSVC()])
def test_one_class_against_the_rest(model):
    y = np.digitize(X[:, 0] + rng.normal(size=200), [-0.5, 0.5])
    model = model.fit(X[ROWS], y[ROWS])
    values = model.decision_function(X[HELD_OUT])
    expected = np.mean(
        [roc_auc_score(y[HELD_OUT] == c, values[:, c]) for c in range(3)]
    )
    assert scores(model, X[HELD_OUT], y, HELD_OUT)["auc_roc"] == pytest.approx(expected)


def test_a_class_that_training_lacks_scores_as_chance():
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    rows = ROWS[y[ROWS] < 2]
    model = LogisticRegression().fit(X[rows], y[rows])
    # Two of three classes known: a decision for the second against the first.
    found = scores(model, X[HELD_OUT], y, HELD_OUT)["auc_roc"]
    values = model.decision_function(X[HELD_OUT])
    known = [
        roc_auc_score(y[HELD_OUT] == 0, -values),
        roc_auc_score(y[HELD_OUT] == 1, values),
    ]
    assert found == pytest.approx((sum(known) + 0.5) / 3)


def test_no_model_and_no_second_class_give_nan():
    y = np.zeros(200, int)
    y[0] = 1
    assert np.isnan(scores(None, X[HELD_OUT], y, HELD_OUT)["auc_roc"])
    model = DummyClassifier().fit(X[ROWS], y[ROWS])
    assert np.isnan(scores(model, X[HELD_OUT], y, HELD_OUT)["auc_roc"])


def test_regression():
    y = X[:, 0] * 10
    model = DummyRegressor().fit(X[ROWS], y[ROWS])
    mean, held_out = y[ROWS].mean(), y[HELD_OUT]
    residual = ((held_out - mean) ** 2).sum()
    total = ((held_out - held_out.mean()) ** 2).sum()
    assert scores(model, X[HELD_OUT], y, HELD_OUT) == {
        "r2": pytest.approx(1 - residual / total),
        "mae": pytest.approx(np.abs(held_out - mean).mean()),
    }


@pytest.mark.parametrize(
    ("y", "model", "match"),
    [
        ([0.5, 1.5], DummyClassifier(), "'m' is a classifier, but task 't' has cont"),
        ([1, 1], DummyClassifier(), "Task 't' has one class only"),
        (["a", "b"], DummyRegressor(), "'m' is a regressor, but task 't' has targets"),
        ([1.0, np.inf], DummyRegressor(), "not finite"),
        ([1.0, np.nan], DummyRegressor(), "Task 't' has no target in row 1"),
        (np.array(["a", None], object), DummyClassifier(), "no target in row 1"),
    ],
)
def test_targets_that_a_model_cannot_predict(y, model, match):
    with pytest.raises(ValueError, match=match):
        check_target(np.array(y), model, "m", "t")
