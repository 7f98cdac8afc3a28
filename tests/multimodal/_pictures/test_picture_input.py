"""What estimators of pictures share: one backbone, opened once, the one of fit."""

import os

import pytest
from small_pictures import ARRAYS, PRODUCTS, SESSIONS, mean_colours, onnx_of

from sklearn_prodemb.multimodal import ImageEmbedder, ImageFeatures
from sklearn_prodemb.multimodal._pictures import picture_input

pytest.importorskip("PIL", reason="needs pillow")


@pytest.fixture
def model(tmp_path):
    """Give the path of an ONNX file."""
    pytest.importorskip("onnx", reason="needs onnx")
    pytest.importorskip("onnxruntime", reason="needs onnxruntime")
    path = tmp_path / "model.onnx"
    path.write_bytes(onnx_of(["n", 8, 8, 3], dtype="uint8"))
    return path


def test_a_file_is_opened_once_while_it_stays_the_same(model, monkeypatch):
    opened = []
    open_backbone = picture_input.open_backbone

    def counting(*args):
        opened.append(args)
        return open_backbone(*args)

    monkeypatch.setattr(picture_input, "open_backbone", counting)
    features = ImageFeatures(model).fit(ARRAYS)
    features.transform(ARRAYS)
    ImageFeatures(str(model)).fit(ARRAYS)
    assert len(opened) == 1
    # Scales are what a network is opened with.
    ImageFeatures(model, pixel_mean=(0, 0, 0)).fit(ARRAYS)
    assert len(opened) == 2
    os.utime(model, (1, 1))
    features.transform(ARRAYS)
    assert len(opened) == 3


def test_a_callable_may_take_the_place_of_a_file(model):
    features = ImageFeatures(model).fit(ARRAYS)
    expected = features.transform(ARRAYS)
    features.set_params(backbone=mean_colours)
    assert features.transform(ARRAYS) == pytest.approx(expected, rel=1e-5)


def test_a_file_may_not_take_the_place_of_a_callable_of_another_width(model):
    model.write_bytes(onnx_of(["n", 8, 8, 3], axes=[1, 3]))
    features = ImageFeatures(mean_colours).fit(ARRAYS).set_params(backbone=model)
    with pytest.raises(ValueError, match="gives 8 features for Row 0 of X, but gave 3"):
        features.transform(ARRAYS)


def test_progress_is_printed(capsys):
    embedder = ImageEmbedder(
        mean_colours, sessions=SESSIONS, batch_size=10, verbose=True
    )
    embedder.fit(PRODUCTS)
    lines = capsys.readouterr().out.splitlines()
    assert "[#####...............] 10 of 40 pictures" in lines[0]
    assert "[####################] 40 of 40 pictures" in lines[3]
