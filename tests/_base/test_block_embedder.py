"""Fits that are aligned and cut, and the names that tell their spaces."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from small import LABELS, SESSIONS, TITLES, small, small_product, spectral

import sklearn_prodemb
from sklearn_prodemb.datasets import make_sessions

KINDS = {"closed form": spectral, "network": small_product}
NEW = ["mesa silla", "termo carpa zzz", ""]
OLD = {name: make().fit(SESSIONS) for name, make in KINDS.items()}
REFIT = {name: make(random_state=1).fit(SESSIONS) for name, make in KINDS.items()}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def test_one_fit_has_one_space(kind, tmp_path):
    old = OLD[kind]
    old.save(tmp_path / "file")
    joblib.dump(old, tmp_path / "joblib")
    same = {
        "copy": copy.copy(old),
        "deep copy": copy.deepcopy(old),
        "pickle": pickle.loads(pickle.dumps(old)),
        "file": sklearn_prodemb.load(tmp_path / "file"),
        "joblib": joblib.load(tmp_path / "joblib"),
        "memory map": joblib.load(tmp_path / "joblib", mmap_mode="r"),
        "equal seed": KINDS[kind]().fit(SESSIONS),
        "cached": KINDS[kind](memory=str(tmp_path / "cache")).fit(SESSIONS),
    }
    spaces = {name: embedder.space_ for name, embedder in same.items()}
    assert spaces == dict.fromkeys(same, old.space_)


def test_other_fits_have_other_spaces(kind):
    half = SESSIONS.split(0.5, random_state=0)[0]
    others = [REFIT[kind], KINDS[kind]().fit(half), OLD[kind].truncate(8)]
    assert len({e.space_ for e in [OLD[kind], *others]}) == 4
    assert not hasattr(KINDS[kind](), "space_")


def test_training_on_keeps_the_space():
    embedder = small_product().fit(SESSIONS)
    embedder.partial_fit(SESSIONS.split(0.5, random_state=0)[0])
    assert embedder.space_ == OLD["network"].space_


@pytest.mark.parametrize("of_old", [lambda e: e, FrozenEstimator])
def test_a_copy_is_aligned(kind, of_old, tmp_path):
    old, new = OLD[kind], REFIT[kind]
    before = new.transform(TITLES)
    aligned = new.align_to(of_old(old))
    assert aligned.space_ == old.space_ != new.space_
    assert aligned.get_params() == new.get_params()
    np.testing.assert_array_equal(new.transform(TITLES), before)
    assert new.space_ == REFIT[kind].space_
    aligned.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert loaded.space_ == old.space_
    for embedder in (loaded, aligned):
        np.testing.assert_array_equal(
            embedder.transform(TITLES + NEW), aligned.encoder_.encode(TITLES + NEW)
        )


def test_an_old_head_works_on_a_log_that_has_grown(kind):
    market = make_sessions(400, random_state=0)
    log = market.sessions.split(0.5, random_state=0)[0]
    old = KINDS[kind](n_components=32).fit(log)
    new = KINDS[kind](n_components=32, random_state=1).fit(market.sessions)
    aligned = new.align_to(old)
    titles = log.titles.tolist()
    vectors, unaligned, ours = (e.transform(titles) for e in (old, new, aligned))
    for columns in old.encoder_.blocks.values():
        # In each block, vectors lie to each other as they did.
        x, y = (v[:, columns].astype(float) for v in (ours, unaligned))
        np.testing.assert_allclose(x @ x.T, y @ y.T, atol=2e-3)
        distances = [np.abs(v - vectors)[:, columns].mean() for v in (ours, unaligned)]
        assert distances[0] < 0.6 * distances[1]
    used = dict(zip(market.titles, market.targets["used"], strict=True))
    head = LogisticRegression(C=100).fit(vectors, [used[title] for title in titles])
    of_old, of_new, of_aligned = (
        head.decision_function(v) for v in (vectors, unaligned, ours)
    )
    assert np.corrcoef(of_old, of_aligned)[0, 1] > 0.6
    assert np.corrcoef(of_old, of_new)[0, 1] < 0.3


def test_embedders_of_both_kinds_are_aligned_to_each_other():
    aligned = REFIT["network"].align_to(OLD["closed form"])
    assert aligned.space_ == OLD["closed form"].space_
    back = OLD["closed form"].align_to(REFIT["network"])
    expected = OLD["closed form"].align_to(REFIT["closed form"])
    np.testing.assert_array_equal(back.transform(TITLES), expected.transform(TITLES))
    assert back.space_ == REFIT["closed form"].space_


def test_what_is_aligned_can_be_trained_on(kind):
    aligned = REFIT[kind].align_to(OLD[kind])
    if hasattr(aligned, "partial_fit"):
        aligned.partial_fit(SESSIONS)
        assert aligned.space_ == OLD[kind].space_
    # `fit` learns from scratch, as of any copy.
    assert aligned.fit(SESSIONS).space_ == REFIT[kind].space_


def test_vectors_are_cut(kind, tmp_path):
    old = OLD[kind]
    short = old.truncate(np.int64(8))
    assert short.n_components == 8
    assert type(short.n_components) is int
    assert old.n_components == 16
    assert short.transform(TITLES + NEW).shape == (len(TITLES) + 3, 8)
    np.testing.assert_array_equal(
        short.transform(TITLES + NEW), short.encoder_.encode(TITLES + NEW)
    )
    short.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert loaded.space_ == short.space_
    assert loaded.truncate(4).n_components == 4
    # It is what a fit of this length is: another one is turned onto its axes.
    fitted = KINDS[kind](n_components=8).fit(SESSIONS).align_to(short)
    np.testing.assert_allclose(
        fitted.transform(TITLES), short.transform(TITLES), atol=0.1
    )
    assert clone(short).n_components == 8
    if hasattr(short, "partial_fit"):
        short.partial_fit(SESSIONS)
    with pytest.raises(ValueError, match="a multiple of 4, from 4 to the 16 that"):
        old.truncate(32)
    with pytest.raises(ValueError, match="words block has 4 columns here and 8 in"):
        short.align_to(old)


def test_unfitted_and_other_estimators_are_refused(kind):
    unfitted, old = KINDS[kind](), OLD[kind]
    for call in (
        lambda: unfitted.align_to(old),
        lambda: old.align_to(unfitted),
        lambda: unfitted.truncate(8),
        lambda: unfitted.get_feature_names_out(),
    ):
        with pytest.raises(NotFittedError):
            call()
    with pytest.raises(TypeError, match="not to those of a TextCNNEmbedder: fit the"):
        old.align_to(small().fit(SESSIONS))


def test_names_of_columns_tell_block_and_space(kind):
    old = OLD[kind]
    names = old.get_feature_names_out().tolist()
    prefix = type(old).__name__.lower()
    assert names[7:9] == [
        f"{prefix}_{name}_{old.space_}" for name in ("words7", "contexts0")
    ]
    assert names[-1] == f"{prefix}_products3_{old.space_}"
    assert REFIT[kind].align_to(old).get_feature_names_out().tolist() == names


def test_scikit_learn_refuses_columns_of_another_space(kind):
    old, new = (
        copy.copy(e).set_output(transform="pandas") for e in (OLD[kind], REFIT[kind])
    )
    # A head of its own, as one that was saved apart.
    head = LogisticRegression().fit(old.transform(TITLES), LABELS)
    with pytest.raises(ValueError, match="feature names should match"):
        head.predict(new.transform(TITLES))
    head.predict(new.align_to(old).transform(TITLES))
    pipe = make_pipeline(FrozenEstimator(old), LogisticRegression()).fit(TITLES, LABELS)
    pipe.set_params(frozenestimator=FrozenEstimator(new))
    with pytest.raises(ValueError, match="feature names should match"):
        pipe.predict(TITLES)
