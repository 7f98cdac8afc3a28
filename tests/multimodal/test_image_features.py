"""ImageFeatures through its public methods."""

import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from estimator_checks import SKLEARN_CHECKS, SKLEARN_TRANSFORMER_CHECKS
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from small_pictures import (
    ARRAYS,
    IS_RED,
    PRODUCTS,
    Counting,
    file_of,
    mean_colours,
    onnx_of,
)

import sklearn_prodemb
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.multimodal import ImageFeatures

Image = pytest.importorskip("PIL.Image", reason="needs pillow")
EXPECTED = ARRAYS.mean(axis=(1, 2)).astype(np.float32)
FILES = [file_of(Image.fromarray(array)) for array in ARRAYS]


@pytest.fixture
def model(tmp_path):
    """Give the path of an ONNX file."""
    pytest.importorskip("onnx", reason="needs onnx")
    pytest.importorskip("onnxruntime", reason="needs onnxruntime")
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx_of(["n", 8, 8, 3], dtype="uint8"))
    return path


@pytest.mark.parametrize("check", SKLEARN_CHECKS + SKLEARN_TRANSFORMER_CHECKS)
def test_conformity(check):
    check("ImageFeatures", ImageFeatures(mean_colours))


def test_features_are_those_of_the_backbone():
    features = ImageFeatures(mean_colours).fit(FILES)
    for given in (
        FILES,
        ARRAYS,
        [*ARRAYS],
        pd.Series(FILES),
        pd.DataFrame({"picture": FILES}),
        pl.DataFrame({"picture": FILES}),
    ):
        found = features.transform(given)
        assert found.dtype == np.float32
        assert found.tobytes() == EXPECTED.tobytes()
        assert clone(features).fit_transform(given).tobytes() == EXPECTED.tobytes()
    assert features.transform([]).shape == (0, 3)
    assert features.transform([None, FILES[1], np.nan]).tolist() == [
        [0, 0, 0],
        EXPECTED[1].tolist(),
        [0, 0, 0],
    ]


def test_fit_runs_one_picture():
    counting = Counting()
    features = ImageFeatures(counting).fit([None, *FILES])
    assert counting.calls == [1]
    assert features.n_backbone_features_ == 3
    features.transform([None, None])
    assert counting.calls == [1]


@pytest.mark.parametrize("batch_size", [1, 7, 100])
def test_batches_change_nothing(batch_size):
    counting = Counting()
    features = ImageFeatures(counting, batch_size=batch_size).fit(FILES)
    assert features.transform(FILES).tobytes() == EXPECTED.tobytes()
    assert max(counting.calls) == min(batch_size, 40)


def test_errors_come_before_the_backbone_runs():
    counting = Counting()
    features = ImageFeatures(counting).fit(FILES)
    bad = pd.Series([*FILES, "http://a.b/c.jpg"], name="picture")
    for given in (bad, [*FILES, b"x"], [*FILES, "missing.png"], [*FILES, 3.5]):
        for method in (features.transform, features.fit):
            with pytest.raises((TypeError, ValueError), match=r"^Row 40 of X"):
                method(given)
    assert counting.calls == [1]
    with pytest.raises(ValueError, match="X has no picture"):
        features.fit([None])
    with pytest.raises(NotFittedError):
        ImageFeatures(counting).transform(FILES)
    assert vars(features)["n_backbone_features_"] == 3


def test_another_width_than_in_fit():
    features = ImageFeatures(mean_colours).fit(FILES)
    features.set_params(backbone=lambda pictures: np.ones((len(pictures), 4)))
    with pytest.raises(ValueError, match="gives 4 features for Row 0 of X, but gave 3"):
        features.transform(FILES)


@pytest.mark.parametrize("name", ["pixel_mean", "pixel_std"])
@pytest.mark.parametrize(
    "value", [(1, 2), (1, 2, 3, 4), (1, 2, "3"), (1, 2, np.nan), np.ones((3, 3)), "abc"]
)
def test_scales_are_three_numbers(name, value):
    features = ImageFeatures(mean_colours, **{name: value})
    with pytest.raises(ValueError, match=name):
        features.fit(FILES)
    with pytest.raises(ValueError, match="pixel_std must be three numbers above 0"):
        ImageFeatures(mean_colours, pixel_std=(0, 1, 1)).fit(FILES)


def test_set_output_and_pipelines():
    features = ImageFeatures(mean_colours).set_output(transform="pandas")
    index = [f"row {i}" for i in range(40)]
    found = features.fit_transform(pd.Series(FILES, index=index))
    assert found.index.tolist() == index
    assert found.columns.tolist() == [f"imagefeatures{i}" for i in range(3)]
    columns = ColumnTransformer([("p", ImageFeatures(mean_colours), ["picture"])])
    np.testing.assert_array_equal(columns.fit_transform(PRODUCTS), EXPECTED)
    assert columns.get_feature_names_out().tolist()[0] == "p__imagefeatures0"
    model = make_pipeline(ImageFeatures(mean_colours), LogisticRegression())
    assert model.fit(FILES, IS_RED).score(FILES, IS_RED) == 1


def test_a_callable_is_not_saved(tmp_path):
    features = ImageFeatures(mean_colours).fit(FILES)
    with pytest.raises(InvalidFileError, match=r"callable .*backbone, .*joblib\.dump"):
        features.save(tmp_path / "file")
    joblib.dump(features, tmp_path / "file")
    for again in (
        joblib.load(tmp_path / "file"),
        pickle.loads(pickle.dumps(features)),
        clone(features).fit(FILES),
    ):
        assert again.transform(FILES).tobytes() == EXPECTED.tobytes()


def test_a_file_as_backbone(model, tmp_path):
    features = ImageFeatures(model).fit(FILES)
    assert len(features.backbone_digest_) == 64
    found = features.transform(FILES)
    np.testing.assert_allclose(found, EXPECTED, rtol=1e-5)
    features.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    for again in (loaded, pickle.loads(pickle.dumps(features))):
        assert str(again.backbone) == str(model)
        assert again.transform(FILES).tobytes() == found.tobytes()


def test_a_file_that_was_moved_replaced_or_damaged(model, tmp_path):
    features = ImageFeatures(str(model)).fit(FILES)
    expected = features.transform(FILES).tobytes()
    moved = model.rename(tmp_path / "moved.onnx")
    with pytest.raises(FileNotFoundError, match=r"no file\. If it was moved, set_par"):
        features.transform(FILES)
    features.set_params(backbone=moved)
    assert features.transform(FILES).tobytes() == expected
    good = moved.read_bytes()
    moved.write_bytes(onnx_of(["n", 8, 8, 3], dtype="uint8", axes=[1, 3]))
    with pytest.raises(ValueError, match="is not the file that fit used"):
        features.transform(FILES)
    # A new fit takes the new file.
    assert features.fit(FILES).n_backbone_features_ == 8
    moved.write_bytes(b"damaged")
    before = dict(vars(features))
    with pytest.raises(ValueError, match="may be damaged"):
        features.fit(FILES)
    assert vars(features) == before
    moved.write_bytes(good)
    assert features.fit(FILES).transform(FILES).tobytes() == expected


def test_a_damaged_number_of_features_takes_no_memory(model, tmp_path):
    features = ImageFeatures(model).fit(FILES)
    features.n_backbone_features_ = 2_000_000_000
    with pytest.raises(InvalidFileError, match="n_backbone_features_ must be 1048576"):
        features.save(tmp_path / "file")


def test_verbose(capsys):
    features = ImageFeatures(mean_colours, batch_size=4, verbose=True).fit(FILES)
    features.transform(FILES)
    lines = capsys.readouterr().out.splitlines()
    assert "[####################] 40 of 40 pictures" in lines[-1]
    assert 5 < len(lines) <= 22
