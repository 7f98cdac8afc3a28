"""What an estimator takes along when it is pickled, copied or saved."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import get_tags
from small import SESSIONS, TITLES, small, spectral

import sklearn_prodemb
from sklearn_prodemb import TextCNNEmbedder


@pytest.fixture(scope="module")
def embedder():
    return small(sessions=SESSIONS).fit(TITLES)


def test_an_unfitted_estimator_takes_its_sessions_along():
    # Parallel searches send unfitted clones to their workers.
    unfitted = clone(small(sessions=SESSIONS))
    assert pickle.loads(pickle.dumps(unfitted)).sessions == SESSIONS


def test_a_fitted_estimator_leaves_only_its_sessions_behind(embedder):
    again = pickle.loads(pickle.dumps(embedder))
    expected = embedder.get_params() | {"sessions": None}
    assert again.get_params() == expected
    assert vars(again).keys() == vars(embedder).keys()
    assert embedder.sessions is SESSIONS


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_keeps_the_sessions(embedder, duplicate):
    again = duplicate(embedder)
    assert again.sessions is SESSIONS
    assert vars(again).keys() == vars(embedder).keys()
    np.testing.assert_array_equal(again.transform(TITLES), embedder.transform(TITLES))
    again.set_params(sessions=None).fit(SESSIONS.to_lists()[:5])
    assert embedder.n_pairs_ == SESSIONS.n_pairs != again.n_pairs_


def test_how_deep_a_copy_goes(embedder):
    assert copy.copy(embedder).encoder_ is embedder.encoder_
    deep = copy.deepcopy(embedder).encoder_
    assert not np.shares_memory(deep.filters, embedder.encoder_.filters)


def test_a_memory_mapped_estimator_dumps_as_a_plain_one(embedder, tmp_path):
    joblib.dump(embedder, tmp_path / "file")
    mapped = joblib.load(tmp_path / "file", mmap_mode="r")
    assert isinstance(mapped.encoder_.filters, np.memmap)
    mapped.save(tmp_path / "again")
    again = sklearn_prodemb.load(tmp_path / "again")
    assert type(again.encoder_.filters) is np.ndarray
    np.testing.assert_array_equal(again.transform(TITLES), embedder.transform(TITLES))


def test_save_asks_for_a_fitted_estimator(tmp_path):
    with pytest.raises(NotFittedError):
        small().save(tmp_path / "file")


def test_another_version_is_named(embedder):
    state = embedder.__getstate__() | {"_sklearn_prodemb_version": "0.0.1"}
    with pytest.warns(UserWarning, match=r"saved by sklearn-prodemb 0\.0\.1"):
        TextCNNEmbedder.__new__(TextCNNEmbedder).__setstate__(state)


def test_a_state_without_a_version_is_named_too(embedder):
    state = embedder.__getstate__()
    del state["_sklearn_prodemb_version"]
    with pytest.warns(UserWarning, match="saved by sklearn-prodemb None") as record:
        TextCNNEmbedder.__new__(TextCNNEmbedder).__setstate__(state)
    assert record[0].filename == __file__


@pytest.mark.parametrize("make", [small, spectral])
def test_tags_of_an_estimator_of_one_string_a_row(make):
    tags = get_tags(make()).input_tags
    assert tags.string
    assert tags.one_d_array
    assert not tags.two_d_array
