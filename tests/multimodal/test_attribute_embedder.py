"""AttributeEmbedder through its public methods."""

import pickle

import joblib
import numpy as np
import pandas as pd
import pytest
from estimator_checks import SKLEARN_CHECKS, SKLEARN_TRANSFORMER_CHECKS
from interrupted import interrupted
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from small_pictures import ATTRIBUTES, SESSIONS

import sklearn_prodemb
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.multimodal import AttributeEmbedder


def unfitted(**params):
    small = {"n_components": 6, "sessions": SESSIONS, "random_state": 0}
    return AttributeEmbedder(**{**small, **params})


@pytest.fixture(scope="module")
def embedder():
    return unfitted().fit(ATTRIBUTES)


@pytest.mark.parametrize("check", SKLEARN_CHECKS + SKLEARN_TRANSFORMER_CHECKS)
def test_conformity(check):
    check("AttributeEmbedder", AttributeEmbedder())


def test_what_is_learned(embedder):
    assert embedder.feature_names_in_.tolist() == ["colour", "size", "year"]
    assert embedder.n_features_in_ == 3
    assert embedder.n_linked_ == 40
    assert embedder.values_["colour"].tolist() == ["red", "blue"]
    assert set(embedder.values_["size"]) == {"s", "m", "l"}
    assert len(embedder.encoder_.mean) == 2 + 3 + 3


def test_vectors_are_those_of_one_hot_attributes(embedder):
    columns = [
        ATTRIBUTES[name].to_numpy()[:, None] == values[None]
        for name, values in embedder.values_.items()
    ]
    features = np.hstack(columns).astype(np.float32)
    np.testing.assert_allclose(
        embedder.transform(ATTRIBUTES), embedder.encoder_.project(features), atol=1e-5
    )


def test_unknown_values_count_as_missing(embedder):
    gone = ATTRIBUTES.assign(size=None)
    new = ATTRIBUTES.assign(size="xxl")
    assert embedder.transform(gone).tobytes() == embedder.transform(new).tobytes()
    nothing = ATTRIBUTES.assign(size="xxl", colour="pink", year=1)
    assert not embedder.transform(nothing).any()


@pytest.mark.parametrize(
    "frame",
    [
        ATTRIBUTES[["product_id", "colour"]].assign(colour="red"),
        ATTRIBUTES[["product_id", "colour"]].assign(colour="red", size="m"),
        ATTRIBUTES[["product_id", "colour"]][:1],
        ATTRIBUTES[["product_id", "colour", "size"]][:2],
    ],
)
def test_products_that_are_all_alike_or_few(frame):
    vectors = unfitted().fit_transform(frame)
    assert vectors.shape == (len(frame), 6)
    assert np.isfinite(vectors).all()


def test_what_is_refused(embedder):
    with pytest.raises(NotFittedError):
        unfitted().transform(ATTRIBUTES)
    with pytest.raises(ValueError, match=r"lacks \['year'\]"):
        embedder.transform(ATTRIBUTES.drop(columns="year"))
    with pytest.raises(ValueError, match=r"has \['price'\] besides"):
        embedder.transform(ATTRIBUTES.assign(price=1))
    with pytest.raises(TypeError, match="data frame"):
        embedder.transform(ATTRIBUTES.to_numpy())
    dates = ATTRIBUTES.assign(year=[*[1] * 39, pd.Timestamp("2020-01-01")])
    for method in (unfitted().fit, embedder.transform):
        with pytest.raises(TypeError, match=r"A value of 'year' must.* row 39 is"):
            method(dates)


def test_files(embedder, tmp_path):
    expected = embedder.transform(ATTRIBUTES).tobytes()
    embedder.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    joblib.dump(embedder, tmp_path / "joblib")
    mapped = joblib.load(tmp_path / "joblib", mmap_mode="r")
    for again in (loaded, mapped, pickle.loads(pickle.dumps(embedder))):
        assert again.transform(ATTRIBUTES).tobytes() == expected
        assert again.sessions is None
    assert vars(loaded).keys() == vars(embedder).keys()
    assert clone(embedder).sessions is SESSIONS


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e.values_["size"][:1], "encoder_ must take 6 features, one a value"),
        (lambda e: e.values_["size"][[0, 0, 1]], "distinct"),
    ],
)
def test_what_does_not_fit_together_is_refused(embedder, tmp_path, change, message):
    broken = pickle.loads(pickle.dumps(embedder))
    broken.values_["size"] = change(broken)
    with pytest.raises(InvalidFileError, match=message):
        broken.save(tmp_path / "file")
    other = pickle.loads(pickle.dumps(embedder))
    other.feature_names_in_ = other.feature_names_in_[::-1]
    with pytest.raises(InvalidFileError, match="are not those of its values_"):
        other.save(tmp_path / "file")


def test_ctrl_c_leaves_the_estimator_as_it_was(embedder):
    embedder = pickle.loads(pickle.dumps(embedder)).set_params(sessions=SESSIONS)
    for n_calls in (60, 1_000, 4_000):
        before = dict(vars(embedder))
        if interrupted(n_calls, embedder.fit, ATTRIBUTES):
            assert vars(embedder) == before


def test_values_of_another_type_are_told(embedder):
    as_text = ATTRIBUTES.assign(year=ATTRIBUTES["year"].astype(str))
    with pytest.warns(UserWarning, match=r"No value of 'year'.*are of type str"):
        embedder.transform(as_text)
    # A value that is new is none of it.
    embedder.transform(ATTRIBUTES[:1].assign(colour="green"))
