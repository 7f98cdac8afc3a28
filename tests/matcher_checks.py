"""Conformity checks for matchers: offers in, groups or probabilities of pairs out."""

import inspect

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

import sklearn_prodemb
from sklearn_prodemb.encoders import BoostedTrees
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.matching import PairMatcher


def check_matcher_output(name, case):
    estimator = case.fitted()
    for titles in (case.titles, case.titles[:2], case.nothing_to_see, case.titles[:0]):
        found = case.output(estimator, titles)
        assert type(found) is np.ndarray
        assert len(found) == len(titles)
        assert np.isfinite(found).all()


def check_matcher_seeds(name, case):
    def output(seed):
        estimator = case.unfitted().set_params(random_state=seed)
        return case.output(case.fit(estimator), case.titles).tobytes()

    assert output(1) == output(1) == output(np.random.RandomState(1))


def check_matcher_save_and_load(name, case, tmp_path):
    estimator = case.fitted()
    estimator.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert type(loaded) is type(estimator)
    assert vars(loaded).keys() == vars(estimator).keys()
    assert joblib.hash(loaded.__getstate__()) == joblib.hash(estimator.__getstate__())
    for titles in (case.titles, case.titles[:2], case.nothing_to_see):
        expected = case.output(estimator, titles)
        assert case.output(loaded, titles).tobytes() == expected.tobytes()
    again = case.output(case.fit(clone(loaded)), case.titles)
    assert again.tobytes() == case.output(estimator, case.titles).tobytes()


def check_boosting_with_a_classifier_of_another_package(name, case, tmp_path):
    estimator = case.unfitted().set_params(estimator=DecisionTreeClassifier())
    case.fit(estimator)
    assert not isinstance(estimator.estimator_, BoostedTrees)
    path = tmp_path / "file"
    with pytest.raises(InvalidFileError, match=r"DecisionTree.* needs joblib\.dump"):
        estimator.save(path)
    assert not path.exists()
    joblib.dump(estimator, path)
    expected = case.output(estimator, case.titles)
    np.testing.assert_array_equal(case.output(joblib.load(path), case.titles), expected)


def check_boosting_refuses_what_no_file_holds(name, case, tmp_path):
    estimator = case.fitted()
    estimator.estimator = (number for number in range(3))
    with pytest.raises(InvalidFileError, match=r"only joblib\.dump can write"):
        estimator.save(tmp_path / "file")
    # A class of our own is trusted, and yet no classifier of pairs.
    estimator.estimator = PairMatcher()
    with pytest.raises(InvalidFileError, match=r"\.estimator must be None"):
        estimator.save(tmp_path / "file")
    estimator.estimator = None
    estimator.estimator_ = LogisticRegression()
    with pytest.raises(InvalidFileError, match=r"not trusted: .*LogisticReg"):
        estimator.save(tmp_path / "file")


def check_matcher_labels_are_needed(name, case):
    second = list(inspect.signature(case.estimator.fit).parameters)[1]
    with pytest.raises(TypeError, match=f"missing 1 required .* '{second}'"):
        case.unfitted().fit(case.titles)
    for labels in (None, case.labels[:-1], "mesa", 3):
        with pytest.raises((TypeError, ValueError)):
            case.unfitted().fit(case.titles, labels)


def check_matcher_y_containers(name, case):
    expected = case.output(case.fitted(), case.titles)
    for make in (
        list,
        pl.Series,
        lambda y: pd.Series(y, index=range(len(y), 0, -1)),
        lambda y: pd.Series(y).convert_dtypes(),
        lambda y: np.array([f"label {value}" for value in y]),
    ):
        estimator = case.unfitted().fit(case.titles, make(case.labels))
        np.testing.assert_array_equal(case.output(estimator, case.titles), expected)
