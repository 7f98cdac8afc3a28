"""What Prod2Vec and MetaProd2Vec share as estimators."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from record import Record
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.utils._param_validation import InvalidParameterError
from small import ID_SESSIONS, LABELS, SESSIONS, TITLES

import sklearn_prodemb
from sklearn_prodemb import Sessions
from sklearn_prodemb.baselines import MetaProd2Vec, Prod2Vec
from sklearn_prodemb.baselines._skip_gram import training

MODELS = [Prod2Vec, MetaProd2Vec]
# One title is in no session.
IGNORING = {"max_epochs": 1, "handle_unknown": "ignore", "random_state": 0}


def sessions_of(lists):
    """Sessions of ids; the title of an id is its str."""
    rows = [(n, i) for n, session in enumerate(lists) for i in session]
    frame = pd.DataFrame(rows, columns=["session", "id"])
    frame["title"] = frame["id"].astype(str)
    return Sessions.from_frame(frame, session="session", title="title", product="id")


def two_groups(n_sessions=200):
    """Sessions within the ids below 10 and within those from 10 on."""
    rng = np.random.default_rng(0)
    return sessions_of(
        [rng.permutation(10)[:4] + 10 * (i % 2) for i in range(n_sessions)]
    )


@pytest.fixture
def trainings(monkeypatch):
    """Count the trainings in this process."""
    calls = []
    train = training.train_skip_gram

    def counting(*args, **kwargs):
        calls.append(1)
        return train(*args, **kwargs)

    monkeypatch.setattr(training, "train_skip_gram", counting)
    return calls


@pytest.mark.parametrize("model", MODELS)
def test_what_is_seen_together_is_near(model):
    sessions = two_groups()
    fitted = model(random_state=0, embedding_dim=8, batch_size=100).fit(sessions)
    assert sorted(fitted.encoder_.ids) == list(range(20))
    X = fitted.transform(range(20))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    same = np.equal.outer(np.arange(20) < 10, np.arange(20) < 10)
    cosines = X @ X.T
    assert cosines[same].min() > cosines[~same].max()
    assert fitted.n_pairs_ == 200 * 6
    assert fitted.loss_curve_.shape == (10,)
    assert fitted.loss_curve_[-1] < fitted.loss_curve_[0]


@pytest.mark.parametrize("model", MODELS)
def test_seeds(model):
    def vectors(seed):
        fitted = model(random_state=seed, max_epochs=1).fit(ID_SESSIONS)
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
    sessions = sessions_of([[1, 2, 3], [2, 1], [4]])
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
        (sessions_of([[1], [2, 2]]), "None of the 2 sessions holds two distinct"),
        (None, r"(?s)not from a list of ids.*FrozenEstimator\(\w+\(\)\.fit"),
        (TITLES, r"pipe\.fit\(ids, y, <step name>__sessions=sessions\)"),
    ],
)
def test_nothing_to_learn_from(model, sessions, match):
    with pytest.raises(ValueError, match=match):
        model().fit(sessions)


@pytest.mark.parametrize("model", MODELS)
def test_errors_come_before_training(model, trainings):
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
    assert not trainings


@pytest.mark.filterwarnings("ignore:overflow")
def test_vectors_that_are_not_finite():
    with pytest.raises(ValueError, match=r"not finite.*learning_rate \(now 1e\+39\)"):
        Prod2Vec(learning_rate=1e39).fit(ID_SESSIONS)


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


def test_a_grid_trains_each_setting_once(tmp_path, trainings):
    emb = Prod2Vec(**IGNORING, sessions=ID_SESSIONS, memory=str(tmp_path))
    pipe = Pipeline([("emb", emb), ("knn", KNeighborsClassifier())])
    grid = {"emb__embedding_dim": [4, 8], "knn__n_neighbors": [1, 5]}
    GridSearchCV(pipe, grid, cv=3).fit(TITLES, LABELS)
    assert len(trainings) == 2
    # The same sessions with metadata, and an embedder of titles, are something else.
    params = {**IGNORING, "memory": str(tmp_path)}
    weight = MetaProd2Vec(**params, embedding_dim=4, metadata_weight=0)
    weight.fit(ID_SESSIONS)
    assert len(trainings) == 3
    ids = sessions_of([[1, 2, 3], [2, 1]])
    Prod2Vec(**params, embedding_dim=4).fit(ids)
    assert len(trainings) == 4


def test_verbose(capsys):
    Prod2Vec(max_epochs=2, verbose=True).fit(ID_SESSIONS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("[Prod2Vec] epoch 2 of 2: loss ")


@pytest.mark.parametrize("model", MODELS)
def test_callbacks_are_told_of_epochs(model):
    record = Record()
    fitted = model(**IGNORING | {"max_epochs": 3}).set_callbacks(record)
    fitted.fit(ID_SESSIONS)
    assert record.begun == ["fit", "epoch", "epoch", "epoch"]
    assert record.ended == ["epoch", "epoch", "epoch", "fit"]
    np.testing.assert_array_equal(record.fitted[-1], fitted.transform(TITLES))


@pytest.mark.parametrize("model", MODELS)
def test_a_training_that_was_stopped_is_not_cached(model, tmp_path, trainings):
    whole = model(**IGNORING | {"max_epochs": 4}, memory=str(tmp_path))
    stopped = clone(whole).set_callbacks(Record(stop_at=2)).fit(ID_SESSIONS)
    assert len(stopped.loss_curve_) == 2
    assert len(whole.fit(ID_SESSIONS).loss_curve_) == 4
    np.testing.assert_array_equal(stopped.loss_curve_, whole.loss_curve_[:2])
    assert len(trainings) == 2
    # The whole one is, and is then found whoever asks.
    again = clone(whole).set_callbacks(Record(stop_at=2)).fit(ID_SESSIONS)
    assert len(again.loss_curve_) == 4
    assert len(trainings) == 2
