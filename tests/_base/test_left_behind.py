"""Keys see the sessions of a fitted estimator, workers get them, files do not."""

import pickle
from io import BytesIO
from multiprocessing.reduction import ForkingPickler

import joblib
import numpy as np
import pytest
import skops.io
from joblib.externals.loky.backend import reduction as loky
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_validate
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from small import ID_SESSIONS, LABELS, SESSIONS, TITLES, small, small_product, spectral

from sklearn_prodemb import Sessions
from sklearn_prodemb._base.left_behind import LeftBehind, _send
from sklearn_prodemb.baselines import MetaProd2Vec, Prod2Vec

OTHER_IDS = ID_SESSIONS.split(0.2, random_state=0)[0]
ESTIMATORS = {
    "ProductEmbedder": small_product,
    "SpectralEmbedder": spectral,
    "TextCNNEmbedder": small,
    "Prod2Vec": Prod2Vec,
    "MetaProd2Vec": MetaProd2Vec,
}


def joblib_dump(value):
    joblib.dump(value, file := BytesIO())
    return file.getvalue()


FILES = {
    "pickle": pickle.dumps,
    "joblib": joblib_dump,
    "skops": skops.io.dumps,
}
WORKERS = {"loky": (loky.dumps, 40), "multiprocessing": (ForkingPickler.dumps, 41)}


@pytest.fixture(scope="module")
def embedder():
    return spectral(sessions=SESSIONS).fit(TITLES)


# Keys -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize("wrap", [None, FrozenEstimator, make_pipeline])
def test_a_key_sees_the_sessions_of_a_fitted_estimator(kind, wrap):
    fitted = ESTIMATORS[kind](sessions=ID_SESSIONS).set_params(random_state=0)
    if "max_epochs" in fitted.get_params():
        fitted.set_params(max_epochs=1)
    fitted.fit(sessions=ID_SESSIONS)
    thing = fitted if wrap is None else wrap(fitted)
    before = joblib.hash(thing)
    unfitted = joblib.hash(clone(fitted))
    fitted.set_params(sessions=OTHER_IDS)
    assert joblib.hash(thing) != before
    assert joblib.hash(clone(fitted)) != unfitted
    fitted.set_params(sessions=pickle.loads(pickle.dumps(ID_SESSIONS)))
    assert joblib.hash(thing) == before
    assert joblib.hash(clone(fitted)) == unfitted


def test_product_ids_count_in_a_key():
    titles_alone = Sessions.from_lists(ID_SESSIONS.to_lists())
    assert titles_alone.fingerprint == ID_SESSIONS.fingerprint
    assert LeftBehind(titles_alone) != LeftBehind(ID_SESSIONS)


def test_a_users_memory_sees_the_sessions(embedder, tmp_path):
    memory = joblib.Memory(tmp_path, verbose=0)
    refit = memory.cache(refitted)
    pipe = make_pipeline(spectral(sessions=SESSIONS)).fit(TITLES)
    assert refit(pipe).tobytes() == embedder.transform(TITLES).tobytes()
    assert refit.check_call_in_cache(pipe)
    pipe.set_params(spectralembedder__sessions=OTHER_IDS)
    assert not refit.check_call_in_cache(pipe)
    assert refit(pipe).tobytes() != embedder.transform(TITLES).tobytes()


def refitted(pipe):
    return clone(pipe).fit_transform(TITLES)


# Files ------------------------------------------------------------------------


@pytest.mark.parametrize("write", FILES.values(), ids=FILES)
@pytest.mark.parametrize("wrap", [FrozenEstimator, make_pipeline])
def test_a_file_does_not_hold_the_sessions(embedder, write, wrap):
    assert any(title.encode() in write(spectral(sessions=SESSIONS)) for title in TITLES)
    file = write(wrap(embedder))
    assert not any(title.encode() in file for title in TITLES)


# Workers ----------------------------------------------------------------------


@pytest.mark.parametrize(("write", "n_sessions"), WORKERS.values(), ids=WORKERS)
def test_a_worker_gets_the_sessions(write, n_sessions):
    # No other test has these sessions, so that nothing else keeps them alive.
    lists = SESSIONS.to_lists(n_sessions)
    embedder = spectral(sessions=Sessions.from_lists(lists)).fit(TITLES)
    expected = embedder.transform(TITLES)
    sent = bytes(write(embedder))
    back = pickle.loads(bytes(write(pickle.loads(sent))))
    assert back.sessions is embedder.sessions
    del embedder, back
    first, second = pickle.loads(sent), pickle.loads(sent)
    assert first.sessions == Sessions.from_lists(lists)
    assert first.sessions is second.sessions
    assert first.fit(TITLES).transform(TITLES).tobytes() == expected.tobytes()


def test_sessions_are_sent_as_one_array():
    # So that joblib shares its memory: it knows an array again by its identity.
    (_, first), (_, second) = (_send(LeftBehind(SESSIONS))[1] for _ in range(2))
    assert first is second
    assert first.dtype == np.uint8


def test_a_pipeline_that_is_fitted_is_fitted_again_in_workers():
    pipe = make_pipeline(
        spectral(sessions=SESSIONS), LogisticRegression(solver="liblinear")
    )
    pipe.fit(TITLES, LABELS)
    both = np.column_stack([LABELS, ~LABELS])
    here = MultiOutputClassifier(pipe).fit(TITLES, both)
    there = MultiOutputClassifier(pipe, n_jobs=2).fit(TITLES, both)
    for ours, theirs in zip(here.estimators_, there.estimators_, strict=True):
        np.testing.assert_allclose(
            theirs.predict_proba(TITLES), ours.predict_proba(TITLES), rtol=1e-5
        )
        assert theirs[0].sessions is ours[0].sessions
    OneVsRestClassifier(pipe, n_jobs=2).fit(TITLES, np.arange(len(TITLES)) % 3)
    columns = make_pipeline(
        make_column_transformer((pipe[0], [0])), LogisticRegression()
    )
    columns.fit(np.array(TITLES, object)[:, None], LABELS)
    folds = cross_validate(
        columns,
        np.array(TITLES, object)[:, None],
        LABELS,
        cv=2,
        n_jobs=2,
        return_estimator=True,
    )
    for fold in folds["estimator"]:
        assert fold[0].transformers_[0][1].sessions == SESSIONS
