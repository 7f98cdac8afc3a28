"""Conformity checks for classifiers and regressors of titles."""

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

# Both kinds -------------------------------------------------------------------


def check_predictor_learns(name, case):
    assert case.fitted().score(case.titles, case.labels) > 0.9


def check_predictor_score(name, case):
    estimator, other = case.fitted(), case.labels[::-1]
    metric = accuracy_score if "classifier" in case.kinds else r2_score
    expected = metric(other, estimator.predict(case.titles))
    assert estimator.score(case.titles, other) == expected


def check_predictor_predict(name, case):
    estimator = case.fitted()
    for titles in (case.titles, case.titles[:1], [], case.nothing_to_see):
        predictions = estimator.predict(titles)
        assert type(predictions) is np.ndarray
        assert predictions.shape == (len(titles),)


def check_predictor_missing_y(name, case):
    with pytest.raises(ValueError, match="requires y to be passed"):
        case.unfitted().fit(case.titles, None)
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        case.unfitted().fit(case.titles)


def check_predictor_bad_y(name, case):
    estimator, n = case.fitted(), len(case.titles)
    before = dict(vars(estimator))
    gap = pd.Series(case.labels, dtype=object)
    gap[3] = None
    nan = np.array(gap)
    nan[3] = np.nan
    two_columns = np.column_stack([case.labels, case.labels])
    for y, match in [
        (case.labels[:-1], f"inconsistent lengths: {n} titles, but {n - 1}"),
        (np.append(case.labels, case.labels), f"{n} titles, but {2 * n}"),
        (two_columns, r"y should be a 1d array"),
        (gap, r"position 3 of y is a missing value \(None\)"),
        (list(gap), r"position 3 of y is a missing value \(None\)"),
        (nan, r"position 3 of y is a missing value \(nan\)"),
        ("mesa", "y must hold one"),
    ]:
        with pytest.raises(ValueError, match=match):
            estimator.fit(case.titles, y)
        assert vars(estimator).keys() == before.keys()
        assert all(vars(estimator)[k] is v for k, v in before.items())
    with pytest.raises(ValueError, match="X is empty"):
        estimator.fit([], [])


def check_predictor_titles_without_text(name, case):
    with pytest.raises(ValueError, match=r"None of the .* titles has any text left"):
        case.unfitted().fit(["?!"] * len(case.titles), case.labels)


def check_predictor_y_containers(name, case):
    expected = case.output(case.fitted(), case.titles)
    for make in (
        list,
        pl.Series,
        lambda y: pd.Series(y, index=range(len(y), 0, -1)),
        lambda y: pd.Series(y).convert_dtypes(),
    ):
        estimator = case.unfitted().fit(case.titles, make(case.labels))
        np.testing.assert_array_equal(case.output(estimator, case.titles), expected)
    column = np.array(case.labels)[:, None]
    with pytest.warns(match="A column-vector y was passed"):
        estimator = case.unfitted().fit(case.titles, column)
    np.testing.assert_array_equal(case.output(estimator, case.titles), expected)


def check_predictor_seeds(name, case):
    def output(seed):
        estimator = case.unfitted().set_params(random_state=seed)
        return case.output(case.fit(estimator), case.titles).tobytes()

    assert output(1) == output(1) == output(np.random.RandomState(1))
    assert output(1) != output(2)
    state = np.random.RandomState(0)
    assert output(state) != output(state)


def check_predictor_save_and_load(name, case, tmp_path):
    import sklearn_prodemb

    estimator = case.fitted()
    estimator.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert type(loaded) is type(estimator)
    assert joblib.hash(loaded.get_params()) == joblib.hash(estimator.get_params())
    for titles in (case.titles, case.nothing_to_see):
        expected = case.output(estimator, titles)
        assert case.output(loaded, titles).tobytes() == expected.tobytes()
    again = case.output(case.fit(clone(loaded)), case.titles)
    assert again.tobytes() == case.output(estimator, case.titles).tobytes()


def check_predictor_pipeline(name, case):
    steps = [("pass on", FunctionTransformer()), ("model", case.unfitted())]
    pipe = Pipeline(steps).fit(case.titles, case.labels)
    expected = case.fitted().predict(case.titles)
    np.testing.assert_array_equal(pipe.predict(case.titles), expected)


def check_predictor_grid_search(name, case):
    grid = {"normalizer": ["es", "basic"]}
    search = GridSearchCV(case.unfitted(), grid, cv=2).fit(case.titles, case.labels)
    best = case.unfitted().set_params(**search.best_params_)
    expected = best.fit(case.titles, case.labels).predict(case.titles)
    np.testing.assert_array_equal(search.predict(case.titles), expected)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def check_predictor_cross_validation(name, case):
    expected = cross_val_score(case.unfitted(), case.titles, case.labels, cv=2)
    scores = cross_val_score(case.unfitted(), case.titles, case.labels, cv=2, n_jobs=2)
    np.testing.assert_array_equal(scores, expected)


# Classifiers ------------------------------------------------------------------


def check_classifier_probabilities(name, case):
    estimator = case.fitted()
    for titles in (case.titles, case.titles[:1], [], case.nothing_to_see):
        probabilities = estimator.predict_proba(titles)
        assert type(probabilities) is np.ndarray
        assert probabilities.dtype == np.float64
        assert probabilities.shape == (len(titles), len(estimator.classes_))
        assert ((probabilities >= 0) & (probabilities <= 1)).all()
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-12)
        np.testing.assert_array_equal(
            estimator.predict(titles), estimator.classes_[probabilities.argmax(axis=1)]
        )


def check_classifier_labels(name, case):
    numbers = np.unique(case.labels, return_inverse=True)[1]
    assert len(set(numbers)) == 2
    expected = case.fitted().predict_proba(case.titles)
    for classes in (
        np.array([False, True]),
        np.array([-1, 1], np.int8),
        np.array(["allowed", "forbidden"]),
        np.array(["__label__1", "__label__0 x"])[[1, 0]],
        np.array(["allowed", "forbidden"], object),
    ):
        y = classes[numbers]
        estimator = case.unfitted().fit(case.titles, y)
        np.testing.assert_array_equal(estimator.classes_, np.sort(classes))
        predictions = estimator.predict(case.titles)
        assert predictions.dtype == classes.dtype
        assert np.mean(predictions == y) > 0.9
        np.testing.assert_array_equal(estimator.predict_proba(case.titles), expected)


def check_classifier_many_classes(name, case):
    first = np.array([title.split()[0] for title in case.titles])
    estimator = case.unfitted().fit(case.titles, first)
    np.testing.assert_array_equal(estimator.classes_, np.unique(first))
    assert len(estimator.classes_) > 3
    assert estimator.score(case.titles, first) > 0.9
    probabilities = estimator.predict_proba(case.titles)
    columns = np.searchsorted(estimator.classes_, first)
    assert np.mean(probabilities.argmax(axis=1) == columns) > 0.9


def check_classifier_class_of_one_title(name, case):
    y = np.array(["common"] * len(case.titles), object)
    y[5] = "rare"
    probabilities = case.unfitted().fit(case.titles, y).predict_proba(case.titles)
    assert probabilities.shape == (len(y), 2)
    assert np.isfinite(probabilities).all()


def check_classifier_bad_labels(name, case):
    n = len(case.titles)
    for y, error, match in [
        (["one"] * n, ValueError, "holds only one class: 'one'"),
        (np.zeros(n), ValueError, r"holds only one class: 0\.0"),
        (np.linspace(0, 1, n), ValueError, "Unknown label type: continuous"),
        ([*["one"] * (n - 1), 1], TypeError, f"position {n - 1} is 1 of type int"),
        ([*["one"] * (n - 1), np.nan], ValueError, f"position {n - 1} of y is a miss"),
    ]:
        with pytest.raises(error, match=match):
            case.unfitted().fit(case.titles, y)


# Regressors -------------------------------------------------------------------


def check_regressor_unit_of_the_target(name, case):
    predictions = case.fitted().predict(case.titles)
    assert predictions.dtype == np.float64
    y = case.labels * 1e6 - 5e6
    other = case.unfitted().fit(case.titles, y).predict(case.titles)
    np.testing.assert_allclose(other, predictions * 1e6 - 5e6, atol=1e6 * 1e-4)


def check_regressor_constant_target(name, case):
    y = np.full(len(case.titles), 0.1)
    predictions = case.unfitted().fit(case.titles, y).predict(case.titles)
    assert np.isfinite(predictions).all()


def check_regressor_bad_targets(name, case):
    for bad, match in [(np.inf, "position 1 of y is inf"), ("mesa", "must be numbers")]:
        y = case.labels.astype(object)
        y[1] = bad
        with pytest.raises(ValueError, match=match):
            case.unfitted().fit(case.titles, y)
