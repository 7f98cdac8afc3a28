"""The three routes by which sessions reach an embedder inside a pipeline."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from small import (
    ID_SESSIONS,
    LABELS,
    SESSIONS,
    TITLES,
    small,
    small_product,
    spectral,
)

from sklearn_prodemb import Sessions
from sklearn_prodemb._byol import training


@pytest.fixture
def trainings(monkeypatch):
    """Count the trainings in this process."""
    calls = []
    train = training.train

    def counting(*args, **kwargs):
        calls.append(1)
        return train(*args, **kwargs)

    monkeypatch.setattr(training, "train", counting)
    return calls


def pipeline(embedder):
    return Pipeline([("emb", embedder), ("lr", LogisticRegression(solver="liblinear"))])


def expected_scores():
    return cross_val_score(
        pipeline(FrozenEstimator(small().fit(SESSIONS))), TITLES, LABELS
    )


def test_frozen_estimator(trainings):
    embedder = small().fit(SESSIONS)
    pipe = pipeline(FrozenEstimator(embedder)).fit(TITLES, LABELS)
    vectors = embedder.transform(TITLES)
    head = LogisticRegression(solver="liblinear").fit(vectors, LABELS)
    np.testing.assert_allclose(
        pipe.predict_proba(TITLES), head.predict_proba(vectors), rtol=1e-6
    )
    cross_val_score(pipe, TITLES, LABELS)
    assert len(trainings) == 1


@pytest.mark.parametrize("routing", [False, True])
def test_sessions_passed_to_fit(routing):
    # As many sessions as titles: an array-like would be cut to a fold's length.
    assert SESSIONS.n_sessions == len(TITLES)
    params = {"sessions" if routing else "emb__sessions": SESSIONS}
    with sklearn.config_context(enable_metadata_routing=routing):
        pipe = pipeline(small()).fit(TITLES, LABELS, **params)
        scores = cross_val_score(pipeline(small()), TITLES, LABELS, params=params)
        search = GridSearchCV(pipeline(small()), {"emb__alpha": [0.9, 0.5]})
        search.fit(TITLES, LABELS, **params)
    np.testing.assert_allclose(scores, expected_scores())
    assert pipe["emb"].n_pairs_ == SESSIONS.n_pairs
    assert search.best_estimator_["emb"].n_pairs_ == SESSIONS.n_pairs
    results = search.cv_results_
    expected = np.array([results[f"split{i}_test_score"][1] for i in range(5)])
    np.testing.assert_allclose(expected, expected_scores())


def test_sessions_as_a_constructor_parameter():
    pipe = pipeline(small(sessions=SESSIONS))
    assert clone(pipe)["emb"].sessions is SESSIONS
    np.testing.assert_allclose(cross_val_score(pipe, TITLES, LABELS), expected_scores())


def test_a_grid_trains_each_setting_once(tmp_path, trainings):
    grid = {"emb__alpha": [0, 0.1, 0.5, 0.9, 1], "lr__C": [0.1, 1]}
    embedder = small(sessions=SESSIONS, memory=str(tmp_path), random_state=None)
    search = GridSearchCV(pipeline(embedder), grid, cv=5)
    search.fit(TITLES, LABELS)
    assert len(search.cv_results_["params"]) == 10
    assert len(trainings) == 5
    search.fit(TITLES, LABELS)
    assert len(trainings) == 5


def test_parallel_workers_wait_for_each_other(tmp_path):
    embedder = small(sessions=SESSIONS, memory=str(tmp_path), random_state=None)
    grid = {"lr__C": [0.1, 1]}
    search = GridSearchCV(pipeline(embedder), grid, cv=2, n_jobs=2)
    search.fit(TITLES, LABELS)
    stored = list(tmp_path.rglob("output.pkl"))
    assert len(stored) == 1
    # Without a seed, each training would give other weights than the one stored.
    again = small(sessions=SESSIONS, memory=str(tmp_path), random_state=None)
    np.testing.assert_array_equal(
        again.fit(TITLES).encoder_.filters,
        search.best_estimator_["emb"].encoder_.filters,
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"alpha": 0.9},
        {"random_state": 1},
        {"max_session_length": 3},
        {"vocab_size": 90},
        {"normalizer": "basic"},
    ],
)
def test_the_cache_tells_settings_apart(tmp_path, trainings, changed):
    small(memory=str(tmp_path)).fit(SESSIONS)
    small(memory=str(tmp_path), verbose=1, checkpoint=tmp_path / "c").fit(SESSIONS)
    assert len(trainings) == 1
    other = small(memory=str(tmp_path), **changed).fit(SESSIONS)
    assert len(trainings) == 2
    plain = small(**changed).fit(SESSIONS)
    np.testing.assert_array_equal(other.encoder_.filters, plain.encoder_.filters)


def test_the_cache_tells_sessions_apart(tmp_path, trainings):
    small(memory=str(tmp_path)).fit(SESSIONS)
    small(memory=str(tmp_path)).fit(Sessions.from_lists(SESSIONS.to_lists()))
    assert len(trainings) == 1
    small(memory=str(tmp_path)).fit(Sessions.from_lists(SESSIONS.to_lists(59)))
    assert len(trainings) == 2


# Titles and product ids ---------------------------------------------------------

EDITED = pd.DataFrame(
    {"title": [t.rpartition(" ")[0] for t in TITLES], "product_id": TITLES},
    index=range(len(TITLES), 0, -1),
)


@pytest.mark.parametrize("X", [EDITED, EDITED.to_numpy()], ids=["frame", "array"])
@pytest.mark.parametrize("make", [spectral, small_product])
def test_titles_and_ids_in_a_pipeline(X, make):
    frozen = pipeline(FrozenEstimator(make().fit(ID_SESSIONS)))
    expected = cross_val_score(frozen, X, LABELS)
    params = {"emb__sessions": ID_SESSIONS}
    scores = cross_val_score(pipeline(make()), X, LABELS, params=params)
    np.testing.assert_allclose(scores, expected)
    by_title = cross_val_score(frozen, EDITED["title"].tolist(), LABELS)
    assert not np.allclose(by_title, expected)
    search = GridSearchCV(pipeline(make()), {"emb__n_components": [8, 16]}, cv=3)
    search.fit(X, LABELS, **params)
    best = search.best_estimator_
    assert best.predict(X[:5]).tolist() == search.predict(X)[:5].tolist()
    again = clone(best).fit(X, LABELS, **params)
    np.testing.assert_allclose(again.predict_proba(X), best.predict_proba(X))


def test_titles_and_ids_in_a_column_transformer():
    frame = EDITED.assign(price=1.0)
    columns = ColumnTransformer(
        [
            ("emb", spectral(sessions=ID_SESSIONS), ["title", "product_id"]),
            ("price", "passthrough", ["price"]),
        ]
    ).set_output(transform="pandas")
    vectors = columns.fit_transform(frame)
    embedder = spectral().fit(ID_SESSIONS)
    np.testing.assert_array_equal(vectors.iloc[:, :-1], embedder.transform(EDITED))
    names = [f"emb__{name}" for name in embedder.get_feature_names_out()]
    assert vectors.columns.tolist() == [*names, "price__price"]
    assert vectors.index.tolist() == frame.index.tolist()
