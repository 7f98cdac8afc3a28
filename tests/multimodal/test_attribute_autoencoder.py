"""AttributeAutoencoder through its public methods."""

import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from estimator_checks import SKLEARN_CHECKS, SKLEARN_TRANSFORMER_CHECKS
from interrupted import interrupted
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import sklearn_prodemb
from sklearn_prodemb.multimodal import AttributeAutoencoder

RNG = np.random.default_rng(0)
KIND = RNG.integers(6, size=300)
FRAME = pd.DataFrame(
    {
        "type": [f"type {kind}" for kind in KIND],
        "group": [f"group {kind % 3}" for kind in KIND],
        "colour": RNG.choice(["red", "blue", None], 300),
        "year": RNG.integers(2018, 2021, 300),
    }
)


def unfitted(**params):
    small = {"embedding_dim": 16, "max_epochs": 30, "batch_size": 16, "random_state": 0}
    return AttributeAutoencoder(**{**small, **params})


@pytest.fixture(scope="module")
def embedder():
    return unfitted().fit(FRAME)


@pytest.mark.parametrize("check", SKLEARN_CHECKS + SKLEARN_TRANSFORMER_CHECKS)
def test_conformity(check):
    check("AttributeAutoencoder", unfitted())


def test_a_missing_attribute_is_told_from_the_others(embedder):
    # Where the group is not known, its vector is still near that of the group.
    known = embedder.transform(FRAME)
    hidden = embedder.transform(FRAME.assign(group=None))
    head = LogisticRegression(max_iter=1000).fit(known, FRAME["group"])
    assert head.score(hidden, FRAME["group"]) > 0.95


def test_shape_names_and_output(embedder):
    vectors = embedder.transform(FRAME)
    assert vectors.shape == (300, 16)
    assert vectors.dtype == np.float32
    assert embedder.feature_names_in_.tolist() == list(FRAME.columns)
    assert embedder.n_features_in_ == 4
    assert len(embedder.loss_curve_) == 30
    names = embedder.get_feature_names_out()
    assert names[0] == "attributeautoencoder0"
    frame = clone(embedder).set_output(transform="pandas").fit_transform(FRAME)
    assert list(frame.columns) == names.tolist()
    np.testing.assert_array_equal(frame.to_numpy(), vectors)


def test_frames_and_orders(embedder):
    vectors = embedder.transform(FRAME)
    plain = FRAME.astype(object).where(FRAME.notna(), None)
    polars = pl.DataFrame({name: plain[name].tolist() for name in FRAME.columns[::-1]})
    for frame in (polars, polars.lazy(), FRAME[FRAME.columns[::-1]]):
        np.testing.assert_array_equal(embedder.transform(frame), vectors)
    odd = FRAME.set_index(np.zeros(300))
    np.testing.assert_array_equal(embedder.transform(odd), vectors)
    np.testing.assert_array_equal(embedder.transform(FRAME[5:9]), vectors[5:9])


def test_in_a_pipeline():
    columns = ColumnTransformer([("attributes", unfitted(), ["type", "colour"])])
    model = make_pipeline(columns, LogisticRegression(max_iter=1000))
    assert model.fit(FRAME, KIND == 2).score(FRAME, KIND == 2) > 0.95


def test_equal_seeds_give_equal_bytes(embedder):
    again = clone(embedder).fit(FRAME)
    assert again.transform(FRAME).tobytes() == embedder.transform(FRAME).tobytes()
    other = clone(embedder).set_params(random_state=1).fit(FRAME)
    assert (other.transform(FRAME) != embedder.transform(FRAME)).any()


def test_files(embedder, tmp_path):
    expected = embedder.transform(FRAME).tobytes()
    embedder.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    joblib.dump(embedder, tmp_path / "joblib")
    mapped = joblib.load(tmp_path / "joblib", mmap_mode="r")
    for again in (loaded, mapped, pickle.loads(pickle.dumps(embedder))):
        assert again.transform(FRAME).tobytes() == expected
    assert vars(loaded).keys() == vars(embedder).keys()


def test_a_failed_fit_leaves_the_estimator_as_it_was(embedder):
    before = dict(vars(embedder))
    for bad in (None, ["a"], FRAME[:0], FRAME.assign(type=None)):
        with pytest.raises((TypeError, ValueError)):
            embedder.fit(bad)
    with pytest.raises(ValueError, match="'corruption' parameter"):
        clone(embedder).set_params(corruption=1.0).fit(FRAME)
    for n_calls in (60, 1_000):
        interrupted(n_calls, embedder.fit, FRAME)
        assert vars(embedder).keys() == before.keys()
    embedder.__dict__.update(before)


def test_what_transform_refuses(embedder):
    with pytest.raises(NotFittedError):
        unfitted().transform(FRAME)
    with pytest.raises(ValueError, match=r"lacks \['year'\]"):
        embedder.transform(FRAME.drop(columns="year"))
    with pytest.raises(TypeError, match="data frame"):
        embedder.transform(FRAME.to_numpy())


def test_verbose_prints(capsys):
    unfitted(max_epochs=2, verbose=True).fit(FRAME)
    assert "epoch 2/2" in capsys.readouterr().out
