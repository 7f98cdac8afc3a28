"""Files of networks, against the same in numpy."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from small_pictures import ARRAYS, mean_colours, onnx_of

from sklearn_prodemb.multimodal import ImageFeatures
from sklearn_prodemb.multimodal._pictures.backbone import digest_of, open_backbone

Image = pytest.importorskip("PIL.Image", reason="needs pillow")
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
MOBILE_NET = (
    Path(__file__).parents[4] / "shared/data/mobilenet_v1/embedding_extractor.tflite"
)
PICTURES = [Image.fromarray(array) for array in ARRAYS[:5]]


@pytest.fixture
def onnx_file(tmp_path):
    """Give a function that writes an ONNX model, and gives its path."""
    pytest.importorskip("onnx", reason="needs onnx")
    pytest.importorskip("onnxruntime", reason="needs onnxruntime")

    def write(*args, **kwargs):
        path = tmp_path / "model.onnx"
        path.write_bytes(onnx_of(*args, **kwargs))
        return path

    return write


@pytest.fixture(scope="module")
def mobile_net():
    pytest.importorskip("ai_edge_litert", reason="needs ai-edge-litert")
    if not MOBILE_NET.exists():
        pytest.skip("needs ../shared/data/mobilenet_v1")
    return MOBILE_NET


def resized(width, height):
    return np.stack(
        [np.asarray(p.resize((width, height), Image.BILINEAR)) for p in PICTURES]
    )


def opened(path):
    return open_backbone(path, MEAN, STD)


@pytest.mark.parametrize("n", ["n", 1])
@pytest.mark.parametrize("size", [(6, 10), ("height", "width")])
def test_float32_with_colours_first(onnx_file, n, size):
    height, width = size if size == (6, 10) else (224, 224)
    backbone = opened(onnx_file([n, 3, *size]))
    pixels = (resized(width, height) / 255 - MEAN) / STD
    expected = pixels.mean(axis=(1, 2))
    np.testing.assert_allclose(backbone.run(PICTURES), expected, rtol=1e-4, atol=1e-5)


def test_the_order_of_pixels(onnx_file):
    backbone = opened(onnx_file(["n", 3, 4, 6], axes=[]))
    expected = np.moveaxis((resized(6, 4) / 255 - MEAN) / STD, -1, 1)
    np.testing.assert_allclose(backbone.run(PICTURES), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("n", ["n", 1])
def test_uint8_with_colours_last(onnx_file, n):
    backbone = opened(onnx_file([n, 4, 6, 3], dtype="uint8"))
    expected = resized(6, 4).mean(axis=(1, 2))
    np.testing.assert_allclose(backbone.run(PICTURES), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (([1, 4, 8, 8],), r"must take pictures.*but takes \[1, 4, 8, 8\]"),
        (([1, 3, 8, 8], "float16"), "float32 or uint8"),
        ((["n", 3, 8, 8], "float", None, 2), r"one input.*'pictures 0', 'pictures 1'"),
        (([4, 3, 8, 8],), "takes 4 pictures at once"),
    ],
)
def test_models_of_something_else_are_refused(onnx_file, model, message):
    names = ("dtype", "axes", "n_inputs")
    path = onnx_file(model[0], **dict(zip(names, model[1:], strict=False)))
    with pytest.raises(ValueError, match=message) as raised:
        opened(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("suffix", [".onnx", ".tflite", ".ONNX"])
@pytest.mark.parametrize("content", [b"", b"no network", bytes(2000)])
def test_a_damaged_file_is_refused(tmp_path, suffix, content):
    library = "ai_edge_litert" if suffix == ".tflite" else "onnxruntime"
    pytest.importorskip(library, reason=f"needs {library}")
    path = tmp_path / f"model{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"model.* cannot be read by.*may be damaged"):
        opened(path)


def test_a_cut_onnx_file_is_refused(onnx_file):
    path = onnx_file(["n", 3, 4, 6])
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match="may be damaged"):
        opened(path)


def test_what_is_no_backbone(tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.onnx or \.tflite, but is 'a\.pt'"):
        opened("a.pt")
    with pytest.raises(FileNotFoundError, match=r"a\.onnx' is no file"):
        opened(tmp_path / "a.onnx")
    (tmp_path / "b.onnx").mkdir()
    with pytest.raises(FileNotFoundError, match=r"b\.onnx' is no file"):
        opened(tmp_path / "b.onnx")


@pytest.mark.parametrize(
    ("module", "suffix", "extra"),
    [
        ("onnxruntime", "onnx", "images"),
        ("ai_edge_litert.interpreter", "tflite", "litert"),
    ],
)
def test_a_library_that_is_missing(monkeypatch, tmp_path, module, suffix, extra):
    path = tmp_path / f"model.{suffix}"
    path.write_bytes(b"x")
    monkeypatch.setitem(sys.modules, module, None)
    name = module.partition(".")[0]
    message = rf"model.* needs {name}, .*sklearn-prodemb\[{extra}\]"
    with pytest.raises(ImportError, match=message):
        opened(path)


def test_a_callable_is_called_with_a_list():
    backbone = open_backbone(mean_colours, MEAN, STD)
    expected = ARRAYS[:5].mean(axis=(1, 2))
    np.testing.assert_array_equal(backbone.run(tuple(PICTURES)), expected)
    assert digest_of(mean_colours) is None


def test_tensorflow_lite(mobile_net):
    backbone = opened(mobile_net)
    found = backbone.run(PICTURES)
    assert found.shape[0] == 5
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    one_by_one = np.concatenate([backbone.run([picture]) for picture in PICTURES])
    assert one_by_one.tobytes() == found.tobytes()


def test_threads_do_not_mix_up_pictures(mobile_net):
    features = ImageFeatures(mobile_net).fit(ARRAYS)
    expected = features.transform(ARRAYS[:8]).tobytes()
    found = []

    def transform():
        found.append(features.transform(ARRAYS[:8]).tobytes())

    threads = [threading.Thread(target=transform) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3
