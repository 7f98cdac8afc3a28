"""What Prod2Vec and MetaProd2Vec share: skip-gram."""

import numpy as np
import pytest
from record import Record
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from small import ID_SESSIONS, LABELS, TITLES, sessions_of_ids

from sklearn_prodemb.baselines import MetaProd2Vec, Prod2Vec
from sklearn_prodemb.baselines._skip_gram import training

MODELS = [Prod2Vec, MetaProd2Vec]
# One title is in no session.
IGNORING = {"max_epochs": 1, "handle_unknown": "ignore", "random_state": 0}


def two_groups(n_sessions=200):
    """Sessions within the ids below 10 and within those from 10 on."""
    rng = np.random.default_rng(0)
    return sessions_of_ids(
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


@pytest.mark.filterwarnings("ignore:overflow")
def test_vectors_that_are_not_finite():
    with pytest.raises(ValueError, match=r"not finite.*learning_rate \(now 1e\+39\)"):
        Prod2Vec(learning_rate=1e39).fit(ID_SESSIONS)


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
    ids = sessions_of_ids([[1, 2, 3], [2, 1]])
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
