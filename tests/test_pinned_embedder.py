"""An embedder in a pipeline, and the vector space of the pipeline's fit."""

import copy
import pickle

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils.validation import check_is_fitted
from small import LABELS, SESSIONS, TITLES, small, spectral

from sklearn_prodemb import PinnedEmbedder

OLD, NEW = (spectral(random_state=seed).fit(SESSIONS) for seed in (0, 1))
ALIGNED = NEW.align_to(OLD)


def pipeline(embedder=OLD, kind=PinnedEmbedder):
    return Pipeline([("emb", kind(embedder)), ("lr", LogisticRegression())])


def test_it_gives_what_a_frozen_estimator_gives():
    pinned, frozen = pipeline(), pipeline(kind=FrozenEstimator)
    for pipe in (pinned, frozen):
        pipe.fit(TITLES, LABELS)
    np.testing.assert_array_equal(
        pinned.predict_proba(TITLES), frozen.predict_proba(TITLES)
    )
    assert pinned["emb"].pinned_space_ == pinned["emb"].space_ == OLD.space_
    assert pinned["emb"].encoder_ is OLD.encoder_
    scores = cross_val_score(pipeline(), TITLES, LABELS)
    expected = cross_val_score(pipeline(kind=FrozenEstimator), TITLES, LABELS)
    np.testing.assert_array_equal(scores, expected)


@pytest.fixture(params=["in memory", "from joblib", "deep copy"])
def fitted(request, tmp_path):
    pipe = pipeline().fit(TITLES, LABELS)
    if request.param == "deep copy":
        return copy.deepcopy(pipe)
    if request.param == "from joblib":
        joblib.dump(pipe, tmp_path / "pipe")
        return joblib.load(tmp_path / "pipe")
    return pipe


def test_another_space_is_an_error(fitted):
    expected = fitted.predict_proba(TITLES)
    fitted.set_params(emb__estimator=NEW)
    spaces = f"the space {OLD.space_}, and the embedder is of {NEW.space_}"
    for method in (fitted.predict, fitted.predict_proba, fitted["emb"].transform):
        with pytest.raises(ValueError, match=spaces):
            method(TITLES)
    fitted.set_params(emb__estimator=OLD)
    np.testing.assert_array_equal(fitted.predict_proba(TITLES), expected)


def test_an_aligned_embedder_is_of_the_space(fitted):
    fitted.set_params(emb__estimator=ALIGNED)
    expected = fitted["lr"].predict_proba(ALIGNED.transform(TITLES))
    np.testing.assert_array_equal(fitted.predict_proba(TITLES), expected)


def test_another_step_in_its_place_is_an_error(fitted):
    fitted.set_params(emb=PinnedEmbedder(OLD))
    with pytest.raises(NotFittedError, match="This PinnedEmbedder was not fitted"):
        fitted.predict(TITLES)


def test_fitting_the_pipeline_again_pins_the_new_space(fitted):
    fitted.set_params(emb__estimator=NEW).fit(TITLES, LABELS)
    assert fitted["emb"].pinned_space_ == NEW.space_
    fitted.predict(TITLES)


def test_an_embedder_that_is_fitted_again_itself():
    embedder = spectral().fit(SESSIONS)
    pipe = pipeline(embedder).fit(TITLES, LABELS)
    embedder.set_params(random_state=1).fit(SESSIONS)
    with pytest.raises(ValueError, match="Vectors of another space"):
        pipe.predict(TITLES)


def test_a_clone_has_the_embedder_and_is_not_fitted():
    pinned = PinnedEmbedder(OLD)
    for fits in (False, True):
        again = clone(pinned.fit(TITLES) if fits else pinned)
        assert again.estimator is OLD
        with pytest.raises(NotFittedError):
            check_is_fitted(again)
    check_is_fitted(pinned)
    for same in (copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))):
        assert same(pinned).pinned_space_ == OLD.space_
        assert type(same(pinned)) is PinnedEmbedder


def test_spaces_can_be_compared_by_a_grid_search():
    grid = {"emb": [PinnedEmbedder(OLD), PinnedEmbedder(NEW.truncate(8))]}
    search = GridSearchCV(pipeline(), grid, cv=2, n_jobs=2).fit(TITLES, LABELS)
    assert search.best_estimator_.predict(TITLES).shape == (60,)


def test_it_stands_where_an_embedder_can():
    rows = np.array(TITLES, object)[:, None]
    expected = OLD.transform(TITLES)
    columns = ColumnTransformer([("title", PinnedEmbedder(OLD), 0)])
    np.testing.assert_array_equal(columns.fit_transform(rows), expected)
    union = FeatureUnion([("a", PinnedEmbedder(OLD)), ("b", PinnedEmbedder(NEW))])
    assert union.fit_transform(TITLES).shape == (60, 32)
    assert len(set(union.get_feature_names_out())) == 32
    pipe = pipeline(copy.copy(OLD)).set_output(transform="pandas").fit(TITLES, LABELS)
    names = OLD.get_feature_names_out().tolist()
    assert pipe["lr"].feature_names_in_.tolist() == names
    with sklearn.config_context(enable_metadata_routing=True):
        head = LogisticRegression().set_fit_request(sample_weight=True)
        pipe = Pipeline([("emb", PinnedEmbedder(OLD)), ("lr", head)])
        pipe.fit(TITLES, LABELS, sample_weight=np.ones(60)).predict(TITLES)


def test_what_has_no_space_is_refused():
    with pytest.raises(NotFittedError):
        PinnedEmbedder(spectral()).fit(TITLES)
    with pytest.raises(TypeError, match="have a space_, not a TextCNNEmbedder"):
        PinnedEmbedder(small().fit(SESSIONS)).fit(TITLES)


@pytest.mark.parametrize("name", ["save", "partial_fit"])
def test_the_pin_is_neither_lost_nor_left(name):
    pinned = PinnedEmbedder(OLD).fit()
    with pytest.raises(AttributeError, match=f"use pinned.estimator.{name}"):
        getattr(pinned, name)
    assert hasattr(pinned.estimator, "save")


def test_what_is_not_fitted_or_has_no_space():
    with pytest.raises(NotFittedError, match="This SpectralEmbedder instance"):
        PinnedEmbedder(spectral()).fit()
    with pytest.raises(NotFittedError, match="This SpectralEmbedder instance"):
        spectral().space_
    with pytest.raises(TypeError, match="not a LogisticRegression"):
        PinnedEmbedder(LogisticRegression()).fit()
