"""What the estimators that learn vectors of product ids share."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils._param_validation import InvalidParameterError
from small import ID_SESSIONS, LABELS, SESSIONS, TITLES, sessions_of_ids

import sklearn_prodemb
from sklearn_prodemb.baselines import MetaProd2Vec, Prod2Vec
from sklearn_prodemb.multimodal import BPREmbedder, ClickEmbedder

MODELS = [Prod2Vec, MetaProd2Vec, ClickEmbedder, BPREmbedder]
# One title is in no session.
IGNORING = {"handle_unknown": "ignore", "random_state": 0}


@pytest.mark.parametrize("model", MODELS)
def test_seeds(model):
    def vectors(seed):
        fitted = model(random_state=seed).fit(ID_SESSIONS)
        return fitted.encoder_.vectors.tobytes()

    assert vectors(0) == vectors(0)
    assert vectors(0) != vectors(1)


@pytest.mark.parametrize("model", MODELS)
def test_sessions_do_not_travel(model, tmp_path):
    fitted = model(**IGNORING, sessions=ID_SESSIONS).fit(TITLES)
    fitted.memory = str(tmp_path)
    fitted.save(tmp_path / "file")
    again = sklearn_prodemb.load(tmp_path / "file")
    assert again.sessions is None
    assert again.memory is None
    assert again.transform(TITLES).tobytes() == fitted.transform(TITLES).tobytes()


def test_unknown_ids():
    sessions = sessions_of_ids([[1, 2, 3], [2, 1], [4]])
    fitted = Prod2Vec(max_session_length=2, random_state=0).fit(sessions)
    assert fitted.encoder_.ids.tolist() == [1, 2]
    for unseen in (3, 4, 5, None, np.nan):
        with pytest.raises(ValueError, match=r"1 of 2 product ids.*\(position 1\)"):
            fitted.transform([1, unseen])
    with pytest.raises(ValueError, match="are of type int, not str"):
        fitted.transform(["1"])
    fitted.set_params(handle_unknown="ignore")
    X = fitted.transform([5, 2, None])
    assert (X[[0, 2]] == 0).all()
    np.testing.assert_array_equal(X[1], fitted.encoder_.vectors[1])
    fitted.set_params(handle_unknown="zeros")
    with pytest.raises(InvalidParameterError, match="'handle_unknown' parameter"):
        fitted.transform([5])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("sessions", "match"),
    [
        (SESSIONS, r"no product ids, which \w+ learns from.*product=\.\.\."),
        (sessions_of_ids([[1], [2, 2]]), "None of the 2 sessions holds two distinct"),
        (None, r"(?s)not from a list of ids.*FrozenEstimator\(\w+\(\)\.fit"),
        (TITLES, r"pipe\.fit\(ids, y, <step name>__sessions=sessions\)"),
    ],
)
def test_nothing_to_learn_from(model, sessions, match):
    with pytest.raises(ValueError, match=match):
        model().fit(sessions)


@pytest.mark.parametrize("model", MODELS)
def test_pipelines(model):
    fitted = model(**IGNORING).fit(ID_SESSIONS)
    knn = KNeighborsClassifier(5)
    X = fitted.transform(TITLES)
    expected = knn.fit(X, LABELS).predict(X)
    pipe = Pipeline([("emb", FrozenEstimator(fitted)), ("knn", clone(knn))])
    assert (pipe.fit(TITLES, LABELS).predict(TITLES) == expected).all()
    unfitted = model(**IGNORING)
    pipe.set_params(emb=unfitted)
    pipe.fit(TITLES, LABELS, emb__sessions=ID_SESSIONS)
    assert (pipe.predict(TITLES) == expected).all()
    with sklearn.config_context(enable_metadata_routing=True):
        params = {"sessions": ID_SESSIONS}
        scores = cross_val_score(pipe, TITLES, LABELS, params=params)
    frozen = Pipeline([("emb", FrozenEstimator(fitted)), ("knn", clone(knn))])
    np.testing.assert_array_equal(scores, cross_val_score(frozen, TITLES, LABELS))


@pytest.mark.parametrize("model", MODELS)
def test_errors_come_before_training(model):
    with pytest.raises(TypeError, match="got list: cross-validation would cut"):
        model().fit(TITLES, sessions=[["a", "b"]])
    with pytest.raises(ValueError, match="Different sessions"):
        model(sessions=ID_SESSIONS).fit(SESSIONS)
    with pytest.raises(TypeError, match="that can be hashed"):
        model().fit([{}], sessions=ID_SESSIONS)
    for X in (pd.DataFrame({name: [1] for name in "abcd"}), 3):
        match = r"If X is meant to be the sessions, .*from_frame\(\.\.\., product="
        with pytest.raises((TypeError, ValueError), match=match):
            model().fit(X)
    with pytest.raises(TypeError, match=r"call fit\(sessions\), then transform"):
        model().fit_transform(ID_SESSIONS)


@pytest.mark.parametrize("model", [Prod2Vec, ClickEmbedder])
def test_ids_of_another_type_are_told(model):
    sessions = sessions_of_ids([[1, 2, 3], [2, 3, 4]])
    fitted = model(**IGNORING).fit(sessions)
    with pytest.warns(UserWarning, match=r"No id has a vector.*type str.*of int"):
        assert not fitted.transform(["1", "2"]).any()
    # An id that is new is none of it.
    assert not fitted.transform([9]).any()
