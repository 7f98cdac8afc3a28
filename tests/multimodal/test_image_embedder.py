"""ImageEmbedder through its public methods."""

import pickle

import joblib
import numpy as np
import polars as pl
import pytest
from estimator_checks import SKLEARN_CHECKS, SKLEARN_TRANSFORMER_CHECKS
from interrupted import interrupted
from small_pictures import (
    ARRAYS,
    PRODUCTS,
    SESSIONS,
    Counting,
    file_of,
    mean_colours,
    onnx_of,
    sessions_of,
)

import sklearn_prodemb
from sklearn_prodemb.exceptions import InvalidFileError
from sklearn_prodemb.multimodal import (
    ImageEmbedder,
    ImageFeatures,
    SiameseImageEmbedder,
)

Image = pytest.importorskip("PIL.Image", reason="needs pillow")
FILES = [file_of(Image.fromarray(array)) for array in ARRAYS]
KINDS = {
    ImageEmbedder: {"n_components": 4},
    SiameseImageEmbedder: {"embedding_dim": 4, "max_epochs": 2},
}
of_both = pytest.mark.parametrize("kind", KINDS)


def unfitted(kind, backbone=mean_colours, **params):
    given = {"sessions": SESSIONS, "random_state": 0, **KINDS[kind], **params}
    return kind(backbone, **given)


@of_both
@pytest.mark.parametrize("check", SKLEARN_CHECKS + SKLEARN_TRANSFORMER_CHECKS)
def test_conformity(kind, check):
    check(kind.__name__, kind(mean_colours))


@of_both
def test_vectors_are_those_of_the_features(kind):
    embedder = unfitted(kind).fit(PRODUCTS)
    features = ImageFeatures(mean_colours).fit_transform(FILES)
    if kind is ImageEmbedder:
        features = np.sqrt(features)
    expected = embedder.encoder_.project(features)
    files = pl.DataFrame({"product_id": range(40), "picture": FILES})
    for given in (PRODUCTS, PRODUCTS.assign(picture=FILES), files):
        assert embedder.transform(given).tobytes() == expected.tobytes()


def test_roots_keep_the_sign_of_features():
    def signed(pictures):
        return mean_colours(pictures) - 100

    def roots(pictures):
        features = signed(pictures)
        return np.sign(features) * np.abs(features) ** 0.5

    kept = unfitted(ImageEmbedder, backbone=signed).fit(PRODUCTS)
    features = ImageFeatures(roots).fit_transform(FILES)
    np.testing.assert_allclose(
        kept.transform(PRODUCTS), kept.encoder_.project(features), atol=1e-6
    )


@of_both
def test_errors_name_row_and_column_before_the_backbone_runs(kind):
    counting = Counting()
    embedder = unfitted(kind, counting)
    bad = PRODUCTS.assign(picture=[*FILES[:39], "http://a.b/c.jpg"])
    with pytest.raises(ValueError, match=r"^Row 39 of column 'picture' is a URL"):
        embedder.fit(bad)
    with pytest.raises(TypeError, match=r"^Row 39 of column 'picture' must be a pic"):
        embedder.fit(PRODUCTS.assign(picture=[*FILES[:39], 7]))
    with pytest.raises(ValueError, match="one column of pictures beside that of"):
        embedder.fit(PRODUCTS.assign(other=FILES))
    assert not counting.calls
    embedder.fit(PRODUCTS)
    n_calls = len(counting.calls)
    with pytest.raises(ValueError, match=r"^Row 39 of column 'picture' is a URL"):
        embedder.transform(bad)
    assert len(counting.calls) == n_calls


@of_both
@pytest.mark.parametrize("batch_size", [1, 7])
def test_batches_change_nothing(kind, batch_size):
    expected = unfitted(kind).fit_transform(PRODUCTS)
    counting = Counting()
    embedder = unfitted(kind, counting, batch_size=batch_size)
    assert embedder.fit_transform(PRODUCTS).tobytes() == expected.tobytes()
    # What is slow is done once.
    assert sum(counting.calls) == 40
    assert max(counting.calls) == batch_size


@of_both
def test_a_failed_fit_leaves_the_estimator_as_it_was(kind):
    embedder = unfitted(kind).fit(PRODUCTS)
    before = dict(vars(embedder))

    def broken(pictures):
        return np.full((len(pictures), 3), np.nan)

    embedder.set_params(backbone=broken)
    with pytest.raises(ValueError, match="not finite for Row 0 of column 'picture'"):
        embedder.fit(PRODUCTS)
    embedder.set_params(backbone=mean_colours)
    for n_calls in (60, 1_000, 4_000):
        if interrupted(n_calls, embedder.fit, PRODUCTS):
            assert vars(embedder) == before
        before = dict(vars(embedder))


@of_both
def test_a_single_pair_of_products(kind):
    embedder = unfitted(kind, sessions=sessions_of([[0, 1]]))
    assert embedder.fit(PRODUCTS[:2]).transform(PRODUCTS).shape == (40, 4)
    assert np.isfinite(embedder.transform(PRODUCTS)).all()


@of_both
def test_a_callable_is_not_saved(kind, tmp_path):
    embedder = unfitted(kind).fit(PRODUCTS)
    with pytest.raises(InvalidFileError, match=r"callable .*backbone, .*joblib\.dump"):
        embedder.save(tmp_path / "file")
    joblib.dump(embedder, tmp_path / "file")
    expected = embedder.transform(PRODUCTS).tobytes()
    for again in (
        joblib.load(tmp_path / "file"),
        joblib.load(tmp_path / "file", mmap_mode="r"),
        pickle.loads(pickle.dumps(embedder)),
    ):
        assert again.transform(PRODUCTS).tobytes() == expected
    assert pickle.loads(pickle.dumps(embedder)).sessions is None


@of_both
def test_a_file_as_backbone(kind, tmp_path):
    pytest.importorskip("onnx", reason="needs onnx")
    pytest.importorskip("onnxruntime", reason="needs onnxruntime")
    model = tmp_path / "model.onnx"
    model.write_bytes(onnx_of(["n", 3, 8, 8]))
    embedder = unfitted(kind, model).fit(PRODUCTS)
    expected = embedder.transform(PRODUCTS).tobytes()
    embedder.save(tmp_path / "file")
    loaded = sklearn_prodemb.load(tmp_path / "file")
    assert vars(loaded).keys() == vars(embedder).keys()
    assert loaded.transform(PRODUCTS).tobytes() == expected
    moved = model.rename(tmp_path / "moved.onnx")
    with pytest.raises(FileNotFoundError, match="If it was moved"):
        loaded.transform(PRODUCTS)
    assert loaded.set_params(backbone=moved).transform(PRODUCTS).tobytes() == expected
    moved.write_bytes(onnx_of([1, 3, 8, 8]))
    with pytest.raises(ValueError, match="is not the file that fit used"):
        loaded.transform(PRODUCTS)
    loaded.pixel_std = (0.0, 1.0, 1.0)
    with pytest.raises(InvalidFileError, match=rf"{kind.__name__}\.pixel_std must"):
        loaded.save(tmp_path / "file")
