"""A pretrained network that turns pictures into features."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import joblib
import numpy as np

from ..._utils.optional import require

# What models of pictures take whose file does not say it.
_USUAL_SIZE = 224
_N_COLOURS = 3
_BILINEAR = 2


class Backbone(Protocol):
    """Pictures in, features out."""

    def run(self, pictures: Sequence[Any]) -> np.ndarray:
        """Give the features (n_pictures, ...) of PIL images of mode "RGB"."""
        ...


def open_backbone(
    backbone: str | os.PathLike[str] | Callable[[list[Any]], Any],
    pixel_mean: Sequence[float],
    pixel_std: Sequence[float],
) -> Backbone:
    """Open a backbone.

    Parameters
    ----------
    backbone : path or callable
        As of `ImageFeatures`.
    pixel_mean, pixel_std : sequence of three float
        As of `ImageFeatures`.

    Returns
    -------
    backbone : Backbone
        The network.

    Raises
    ------
    ImportError
        If the library that runs the file is not installed.
    OSError
        If the file does not exist.
    ValueError
        If it is no model of pictures; the error names it.
    """
    if callable(backbone):
        return CallableBackbone(backbone)
    path = Path(backbone)
    kinds: dict[str, Callable[..., Backbone]] = {
        ".onnx": OnnxBackbone,
        ".tflite": TFLiteBackbone,
    }
    if path.suffix.lower() not in kinds:
        raise ValueError(
            f"backbone must be a callable, or a file that ends in "
            f"{' or '.join(kinds)}, but is {str(path)!r}."
        )
    if not path.is_file():
        raise FileNotFoundError(f"backbone={str(path)!r} is no file.")
    opened: Backbone = kinds[path.suffix.lower()](path, pixel_mean, pixel_std)
    return opened


def digest_of(backbone: Any) -> str | None:
    """Give a hash of the file of a backbone; None if it is a callable."""
    if callable(backbone):
        return None
    with open(backbone, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class CallableBackbone:
    """A callable as a backbone."""

    def __init__(self, function: Callable[[list[Any]], Any]) -> None:
        self._function = function

    def run(self, pictures: Sequence[Any]) -> np.ndarray:
        """Give the features of pictures."""
        found = self._function(list(pictures))
        try:
            return np.asarray(found)
        except ValueError as error:
            raise ValueError(
                f"The backbone must give an array with a row for each picture, but "
                f"what it gives is none: {error}"
            ) from error


class OnnxBackbone:
    """An ONNX file, run by onnxruntime on the CPU."""

    def __init__(
        self, path: Path, pixel_mean: Sequence[float], pixel_std: Sequence[float]
    ) -> None:
        self._path = path
        runtime = require("onnxruntime", extra="images", what=f"The backbone {path}")
        try:
            self._session = runtime.InferenceSession(
                str(path), providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ValueError(
                f"The backbone {path} cannot be read by onnxruntime, it may be "
                f"damaged: {error}"
            ) from error
        inputs = self._session.get_inputs()
        _check_one_input(path, [one.name for one in inputs])
        self._input, self._output = inputs[0].name, self._session.get_outputs()[0].name
        dtype = {"tensor(float)": np.float32, "tensor(uint8)": np.uint8}.get(
            inputs[0].type
        )
        sizes = [n if isinstance(n, int) and n > 0 else None for n in inputs[0].shape]
        self._pixels = Pixels(path, sizes, dtype, pixel_mean, pixel_std)
        self._one_by_one = sizes[0] == 1

    def run(self, pictures: Sequence[Any]) -> np.ndarray:
        """Give the features of pictures."""
        pixels = self._pixels.of(pictures)
        parts = np.split(pixels, len(pixels)) if self._one_by_one else [pixels]
        try:
            outputs = [
                self._session.run([self._output], {self._input: part})[0]
                for part in parts
            ]
        except Exception as error:
            raise ValueError(
                f"The backbone {self._path} fails on pictures of shape "
                f"{parts[0].shape}: {error}"
            ) from error
        return np.concatenate(outputs)


class TFLiteBackbone:
    """A TensorFlow Lite file, run by LiteRT, a picture at a time."""

    def __init__(
        self, path: Path, pixel_mean: Sequence[float], pixel_std: Sequence[float]
    ) -> None:
        module = require(
            "ai_edge_litert.interpreter", extra="litert", what=f"The backbone {path}"
        )
        try:
            self._interpreter = module.Interpreter(
                str(path), num_threads=joblib.cpu_count()
            )
            self._interpreter.allocate_tensors()
        except Exception as error:
            raise ValueError(
                f"The backbone {path} cannot be read by LiteRT, it may be damaged: "
                f"{error}"
            ) from error
        # Threads would mix up what an interpreter holds.
        self._lock = threading.Lock()
        inputs = self._interpreter.get_input_details()
        _check_one_input(path, [one["name"] for one in inputs])
        given, got = inputs[0], self._interpreter.get_output_details()[0]
        self._input, self._output = given["index"], got["index"]
        self._shape = tuple(given["shape"].tolist())
        self._scale, self._zero = got["quantization"]
        dtype = given["dtype"] if given["dtype"] in (np.float32, np.uint8) else None
        # A size that is left open is -1 in the signature, and 1 in the shape.
        signature = given.get("shape_signature", given["shape"]).tolist()
        sizes = [n if n > 0 else None for n in signature]
        self._pixels = Pixels(path, sizes, dtype, pixel_mean, pixel_std)

    def run(self, pictures: Sequence[Any]) -> np.ndarray:
        """Give the features of pictures."""
        features = []
        for picture in pictures:
            pixels = self._pixels.of([picture])
            with self._lock:
                if pixels.shape != self._shape:
                    self._interpreter.resize_tensor_input(self._input, pixels.shape)
                    self._interpreter.allocate_tensors()
                    self._shape = pixels.shape
                self._interpreter.set_tensor(self._input, pixels)
                self._interpreter.invoke()
                features.append(self._interpreter.get_tensor(self._output))
        found = np.concatenate(features)
        if self._scale:
            # Features of 8 bits stand for scale * (number - zero).
            return np.float32(self._scale) * (found.astype(np.float32) - self._zero)
        return found


def _check_one_input(path: Path, names: Sequence[str]) -> None:
    if len(names) != 1:
        raise ValueError(
            f"The backbone {path} must have one input, the pictures, but has "
            f"{list(names)}."
        )


class Pixels:
    """Pictures as the array that the input of a model takes.

    Parameters
    ----------
    path : path
        The model's file, for errors.
    sizes : list of int or None, of length 4
        The sizes of the input; None if any is taken.
    dtype : type or None
        Type of the input: float32, uint8, or None for another one.
    pixel_mean, pixel_std : sequence of three float
        As of `ImageFeatures`.
    """

    def __init__(
        self,
        path: Path,
        sizes: Sequence[int | None],
        dtype: Any,
        pixel_mean: Sequence[float],
        pixel_std: Sequence[float],
    ) -> None:
        is_picture = len(sizes) == 4 and dtype is not None
        places = [i for i in (1, 3) if is_picture and sizes[i] == _N_COLOURS]
        if not places:
            raise ValueError(
                f"The backbone {path} must take pictures, float32 or uint8 of shape "
                f"(n, 3, height, width) or (n, height, width, 3), but takes "
                f"{list(sizes)}."
            )
        self._colours_first = places[-1] == 1
        if sizes[0] not in (None, 1):
            raise ValueError(
                f"The backbone {path} takes {sizes[0]} pictures at once: export it "
                f"with one, or any number."
            )
        height, width = sizes[2:] if self._colours_first else sizes[1:3]
        self._size = (width or _USUAL_SIZE, height or _USUAL_SIZE)
        self._dtype = dtype
        self._mean = np.asarray(pixel_mean, np.float32)
        self._std = np.asarray(pixel_std, np.float32)

    def of(self, pictures: Sequence[Any]) -> np.ndarray:
        """Give the array of PIL images of mode "RGB"."""
        pixels = np.stack(
            [np.asarray(picture.resize(self._size, _BILINEAR)) for picture in pictures]
        )
        if self._dtype == np.float32:
            # Colours from 0 to 1, less the mean, in standard deviations.
            pixels = (pixels / np.float32(255) - self._mean) / self._std
        if self._colours_first:
            pixels = np.moveaxis(pixels, -1, 1)
        return np.ascontiguousarray(pixels)
