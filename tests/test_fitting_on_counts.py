"""Embedders that are fitted on counts of a log instead of its sessions."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from small_logs import NAMES, count, make_log

from sklearn_prodemb import (
    ProductEmbedder,
    SessionCounts,
    Sessions,
    SpectralEmbedder,
    TextCNNEmbedder,
    load,
)
from sklearn_prodemb.baselines import Prod2Vec

LOG = make_log(n_events=1500)
SESSIONS = Sessions.from_events(LOG, **NAMES, gap="6h")
TITLES = SESSIONS.titles.tolist()
EMBEDDERS = {
    "SpectralEmbedder": SpectralEmbedder(n_components=24, random_state=0),
    "ProductEmbedder, not trained": ProductEmbedder(
        n_components=24, max_epochs=0, random_state=0
    ),
    "ProductEmbedder": ProductEmbedder(n_components=24, max_epochs=3, random_state=0),
}


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    return count(LOG, tmp_path_factory.mktemp("logs") / "counts")


@pytest.fixture(params=EMBEDDERS)
def embedder(request):
    return clone(EMBEDDERS[request.param])


def test_they_are_as_good_as_the_sessions(embedder, counts):
    found = embedder.fit(counts)
    expected = clone(embedder).fit(SESSIONS)
    # The closed form is the same but for rounding.
    np.testing.assert_allclose(
        found.transform(TITLES), expected.transform(TITLES), atol=2e-3
    )
    assert found.categories_.tolist() == expected.categories_.tolist()
    assert found.n_pairs_ == expected.n_pairs_


def test_new_titles_are_predicted(counts):
    embedder = clone(EMBEDDERS["ProductEmbedder"]).fit(counts)
    expected = clone(embedder).fit(SESSIONS)
    new = ["mesa nueva", "termo carpa 99", "silla lampara mouse teclado"]
    found, expected = embedder.transform(new), expected.transform(new)
    assert found[:, -6:].any(axis=1).all()
    # Other pairs are drawn, so that the network is another.
    cosines = (found * expected).sum(1) / np.linalg.norm(found, axis=1)
    assert (cosines / np.linalg.norm(expected, axis=1) > 0.9).all()
    assert embedder.n_iter_ > 0
    assert np.isfinite(embedder.loss_curve_["loss"]).all()


def test_routes_into_a_pipeline(embedder, counts):
    embedder.set_params(sessions=counts)
    expected = clone(embedder).set_params(sessions=None).fit(counts).transform(TITLES)
    labels = [len(title) % 2 for title in TITLES]
    pipeline = make_pipeline(embedder, LogisticRegression()).fit(TITLES, labels)
    np.testing.assert_array_equal(pipeline[0].transform(TITLES), expected)
    again = clone(embedder).set_params(sessions=None)
    found = again.fit_transform(TITLES, sessions=counts)
    np.testing.assert_array_equal(found, expected)
    # The same counts may be given twice, as any sessions.
    twice = clone(embedder).fit(SessionCounts.load(counts.path))
    np.testing.assert_array_equal(twice.transform(TITLES), expected)
    with pytest.raises(ValueError, match="given twice"):
        clone(embedder).fit(SESSIONS)
    with pytest.raises(TypeError, match="fit_transform gives the vectors of titles"):
        again.fit_transform(counts)


def test_a_grid_search_learns_each_setting_once(counts, tmp_path, monkeypatch):
    read = []
    original = SessionCounts.read_part

    def spy(self, part):
        read.append(part)
        return original(self, part)

    embedder = SpectralEmbedder(
        n_components=24, sessions=counts, memory=tmp_path, random_state=0
    )
    labels = [len(title) % 2 for title in TITLES]
    pipeline = make_pipeline(embedder, LogisticRegression())
    grid = {"spectralembedder__n_components": [16, 24]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(TITLES, labels)
    monkeypatch.setattr(SessionCounts, "read_part", spy)
    GridSearchCV(pipeline, grid, cv=2).fit(TITLES, labels)
    assert read == []
    # A new day is another key.
    counts = count(make_log(1), tmp_path / "others")
    search.best_estimator_.set_params(spectralembedder__sessions=counts)
    search.best_estimator_.fit(TITLES, labels)
    assert read


def test_files_and_pickles_hold_no_counts(embedder, counts, tmp_path):
    embedder.set_params(sessions=counts).fit()
    expected = embedder.transform(TITLES)
    embedder.save(tmp_path / "embedder.skops")
    for again in (
        load(tmp_path / "embedder.skops"),
        pickle.loads(pickle.dumps(embedder)),
    ):
        np.testing.assert_array_equal(again.transform(TITLES), expected)
        assert again.sessions is None


def test_going_on_with_a_new_day(counts, tmp_path):
    embedder = clone(EMBEDDERS["ProductEmbedder"]).partial_fit(counts)
    n_iter = embedder.n_iter_
    embedder.partial_fit(count(make_log(1), tmp_path / "day"))
    assert embedder.n_iter_ > n_iter


def test_counts_are_cut_to_the_length_of_the_embedder(embedder, counts):
    with pytest.raises(ValueError, match="max_session_length is 10, but"):
        embedder.set_params(max_session_length=10).fit(counts)
    assert not hasattr(embedder, "encoder_")


def test_a_log_of_single_titles(embedder, tmp_path):
    counts = count(LOG.assign(who=np.arange(len(LOG))), tmp_path / "alone")
    if isinstance(embedder, SpectralEmbedder):
        with pytest.raises(ValueError, match="None of the 1500 sessions holds two"):
            embedder.fit(counts)
    else:
        sessions = Sessions.from_lists(
            [[row] for s in SESSIONS.to_lists() for row in s]
        )
        found = embedder.fit(counts).transform(TITLES)
        expected = clone(embedder).fit(sessions).transform(TITLES)
        assert found.shape == expected.shape
        assert np.isfinite(found).all()


@pytest.mark.parametrize("learner", [TextCNNEmbedder(), Prod2Vec()])
def test_embedders_that_need_sessions(learner, counts):
    with pytest.raises(TypeError, match="this estimator needs Sessions"):
        learner.fit(counts)
    with pytest.raises(TypeError, match="this estimator needs Sessions"):
        clone(learner).set_params(sessions=counts).fit(TITLES)
