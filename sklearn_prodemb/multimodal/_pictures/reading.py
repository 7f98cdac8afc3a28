"""Pictures of products, read from cells of a column."""

from __future__ import annotations

import io
import os
import re
import threading
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..._utils.optional import require
from ..._utils.validation import as_list, describe, is_missing

_URL = re.compile(r"[a-z][a-z0-9+.-]+://|data:", re.IGNORECASE)
_WHITE = (255, 255, 255)
_OPENING = threading.Lock()

Place = Callable[[int], str]


def read_cells(X: Any) -> list[Any]:
    """Turn a list, array, Series or one-column frame of pictures into a list.

    Parameters
    ----------
    X : list, ndarray, Series or one-column frame, of length n_pictures
        The pictures, see `check_pictures`; an array of uint8 (n_pictures, height,
        width, 3) holds them all.

    Returns
    -------
    cells : list, of length n_pictures
        The pictures, not checked.

    Raises
    ------
    TypeError, ValueError
        If `X` is no collection, or has more than one column.
    """
    if isinstance(X, np.ndarray) and X.ndim == 4:
        return list(X)
    if isinstance(X, np.ndarray) and X.ndim == 3:
        raise ValueError(
            f"X must be a list of pictures, but is one array of shape {X.shape}: give "
            f"[picture]."
        )
    return as_list(X, "X", of="picture")


def check_pictures(cells: Sequence[Any], place: Place) -> np.ndarray:
    """Check that each picture can be read, which decodes it once.

    Parameters
    ----------
    cells : sequence of path, bytes, PIL image or ndarray, of length n_pictures
        The pictures: the path of a file, what a file holds, an image of pillow, or an
        array of uint8 of shape (height, width, 3). One that is missing is None or NaN.
    place : callable
        Turns a row into what errors call it.

    Returns
    -------
    present : ndarray of bool, shape (n_pictures,)
        Which are not missing.

    Raises
    ------
    TypeError
        If a cell is nothing of this.
    ValueError
        If a file does not exist, is damaged or no picture, or has more pixels than
        pillow's `Image.MAX_IMAGE_PIXELS`, or a cell is a URL.
    """
    present = present_cells(cells)
    for row in np.flatnonzero(present).tolist():
        open_picture(cells[row], row, place)
    return present


def present_cells(cells: Sequence[Any]) -> np.ndarray:
    """Tell which cells are not missing, bool (n_pictures,)."""
    return np.array([not is_missing(cell) for cell in cells], bool)


def open_picture(cell: Any, row: int, place: Place) -> Any:
    """Read a picture, as red, green and blue.

    Parameters
    ----------
    cell : path, bytes, PIL image or ndarray
        As of `check_pictures`.
    row : int
        Its row.
    place : callable
        As of `check_pictures`.

    Returns
    -------
    picture : PIL image
        The picture, of mode "RGB", turned as its file says; what is transparent is
        white.

    Raises
    ------
    TypeError, ValueError
        As `check_pictures`.
    """
    image = require("PIL.Image", extra="images", what="A column of pictures")
    if isinstance(cell, np.ndarray):
        return image.fromarray(_checked_array(cell, row, place))
    source = cell if isinstance(cell, image.Image) else _source(cell, row, place)
    try:
        if source is cell:
            # An image may be that of a file that is read only now.
            return _as_rgb(image, cell)
        with _opened(image, source) as opened:
            return _as_rgb(image, opened)
    except (image.DecompressionBombError, image.DecompressionBombWarning) as error:
        raise ValueError(
            f"{place(row)} has too many pixels: {error} Make it smaller, or drop it."
        ) from error
    except FileNotFoundError as error:
        raise ValueError(f"{place(row)} is no file: {cell!r}.") from error
    except MemoryError:
        raise
    except Exception as error:
        # Decoders raise what they like: OSError, SyntaxError, struct.error, ...
        named = f" ({cell})" if isinstance(cell, (str, os.PathLike)) else ""
        why = str(error)
        if isinstance(error, image.UnidentifiedImageError):
            why = "it is of no format that pillow knows"
        raise ValueError(
            f"{place(row)}{named} cannot be read as a picture, it may be damaged: "
            f"{why}."
        ) from error


def _opened(image: Any, source: Any) -> Any:
    """Open a file, whose pixels are not read yet."""
    # Filters of warnings are those of all threads.
    with _OPENING, warnings.catch_warnings():
        # What pillow warns of at this size is refused here, and not at twice the size.
        warnings.simplefilter("error", image.DecompressionBombWarning)
        return image.open(source)


def _source(cell: Any, row: int, place: Place) -> Any:
    if isinstance(cell, (bytes, bytearray, memoryview)):
        return io.BytesIO(cell)
    if isinstance(cell, str) and not cell:
        raise ValueError(f"{place(row)} is an empty str: a missing picture is None.")
    if isinstance(cell, str) and _URL.match(cell):
        raise ValueError(
            f"{place(row)} is a URL, {cell[:60]!r}, and nothing is downloaded: save "
            f"the pictures to files, and give their paths."
        )
    if isinstance(cell, (str, os.PathLike)):
        if os.path.isdir(cell):
            raise ValueError(
                f"{place(row)} is a folder, {str(cell)!r}, and no picture."
            )
        return Path(cell)
    raise TypeError(
        f"{place(row)} must be a picture, that is a path, bytes, a PIL image or an "
        f"array of uint8, but is {describe(cell)}."
    )


def _checked_array(array: np.ndarray, row: int, place: Place) -> np.ndarray:
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
        raise TypeError(
            f"{place(row)} must be an array of uint8 of shape (height, width, 3), but "
            f"is of {array.dtype} and shape {array.shape}."
        )
    if not array.size:
        raise ValueError(f"{place(row)} has no pixel: its shape is {array.shape}.")
    return np.ascontiguousarray(array)


def _as_rgb(image: Any, opened: Any) -> Any:
    """Decode a picture, and turn it into red, green and blue."""
    ops = require("PIL.ImageOps", extra="images", what="A column of pictures")
    picture = ops.exif_transpose(opened)
    if picture.mode == "F":
        raise ValueError(
            "its pixels are floats, of which it is not known what is white"
        )
    if picture.mode.startswith("I"):
        # Sixteen bits of grey, which older versions of pillow keep in 32: it would cut
        # them off at 255.
        grey = np.asarray(picture)
        if picture.mode != "I" or grey.max() > _WHITE[0]:
            grey = np.clip(grey >> 8, 0, _WHITE[0])
            picture = image.fromarray(grey.astype(np.uint8))
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        white = image.new("RGBA", picture.size, _WHITE)
        picture = image.alpha_composite(white, picture)
    return picture.convert("RGB")
