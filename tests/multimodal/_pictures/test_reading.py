"""Pictures of each kind that a cell can hold."""

import io
import struct
import threading
import tracemalloc
import warnings
import zlib

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from small_pictures import ARRAYS, file_of

from sklearn_prodemb.multimodal import ImageFeatures
from sklearn_prodemb.multimodal._pictures.reading import (
    check_pictures,
    open_picture,
    present_cells,
    read_cells,
)

Image = pytest.importorskip("PIL.Image", reason="needs pillow")
ARRAY = ARRAYS[0]
PICTURE = Image.fromarray(ARRAY)
PNG = file_of(PICTURE)


def place(row):
    return f"Row {row} of it"


def opened(cell):
    picture = open_picture(cell, 0, place)
    assert picture.mode == "RGB"
    return np.asarray(picture)


def header_of_png(width, height):
    """Give a PNG of one bit a pixel without its pixels."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def test_each_kind_of_cell(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(PNG)
    cells = [str(path), path, PNG, bytearray(PNG), memoryview(PNG), PICTURE, ARRAY]
    for cell in [*cells, Image.open(path), np.asfortranarray(ARRAY)]:
        np.testing.assert_array_equal(opened(cell), ARRAY, err_msg=repr(type(cell)))
    for missing in (None, np.nan, pd.NA, pd.NaT):
        assert not present_cells([missing]).any()
    assert check_pictures([*cells, None], place).tolist() == [True] * 7 + [False]


def test_modes_of_pictures():
    palette = Image.fromarray(np.uint8([[0, 1]]))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    expected = [[[255, 0, 0], [0, 0, 255]]]
    np.testing.assert_array_equal(opened(palette), expected)
    np.testing.assert_array_equal(opened(file_of(palette)), expected)
    np.testing.assert_array_equal(opened(file_of(palette, "GIF")), expected)
    cmyk = Image.new("CMYK", (2, 1), (255, 0, 0, 0))
    np.testing.assert_array_equal(opened(cmyk), [[[0, 255, 255]] * 2])
    assert opened(file_of(cmyk, "TIFF"))[0, 0].tolist() == [0, 255, 255]
    for mode, white in (("1", 1), ("L", 255), ("I", 255), ("HSV", (0, 0, 255))):
        np.testing.assert_array_equal(
            opened(Image.new(mode, (1, 1), white)), [[[255] * 3]]
        )


def test_what_is_transparent_is_white():
    pixels = np.uint8([[[255, 0, 0, 255], [255, 0, 0, 0], [0, 0, 0, 51]]])
    picture = Image.fromarray(pixels)
    expected = [[[255, 0, 0], [255, 255, 255], [204, 204, 204]]]
    np.testing.assert_array_equal(opened(picture), expected)
    np.testing.assert_array_equal(opened(file_of(picture)), expected)
    grey = Image.fromarray(np.uint8([[[0, 0], [0, 255]]]), "LA")
    np.testing.assert_array_equal(opened(grey), [[[255] * 3, [0] * 3]])
    palette = Image.fromarray(np.uint8([[0, 1]]))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    held = file_of(palette, transparency=0)
    np.testing.assert_array_equal(opened(held), [[[255] * 3, [0, 0, 255]]])


def test_sixteen_bits_of_grey_are_cut_to_eight():
    grey = np.uint16([[0, 255, 256, 32_768, 65_535]])
    held = file_of(Image.fromarray(grey))
    assert opened(held)[0, :, 0].tolist() == [0, 0, 1, 128, 255]
    # As older versions of pillow read it.
    as_32 = Image.fromarray(grey.astype(np.int32))
    assert opened(as_32)[0, :, 0].tolist() == [0, 0, 1, 128, 255]


def test_a_picture_is_turned_as_its_file_says():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    tall = Image.fromarray(np.uint8([[[255, 0, 0]] * 2 + [[0, 0, 255]] * 4]))
    held = file_of(tall, exif=exif)
    found = opened(held)
    assert found.shape == (6, 1, 3)
    assert found[0, 0].tolist() == [255, 0, 0]
    assert opened(Image.open(io.BytesIO(held))).shape == (6, 1, 3)


def test_a_picture_that_is_given_is_not_changed():
    picture = Image.new("RGBA", (2, 2), (9, 9, 9, 9))
    before = picture.tobytes()
    opened(picture)
    assert (picture.tobytes(), picture.mode) == (before, "RGBA")
    array = ARRAY.copy()
    open_picture(array, 0, place).putpixel((0, 0), (1, 2, 3))
    np.testing.assert_array_equal(array, ARRAY)


@pytest.mark.parametrize(
    ("cell", "error", "message"),
    [
        ("https://a.b/c.jpg", ValueError, "is a URL, 'https://a.b/c.jpg', and nothing"),
        ("S3://a/b.png", ValueError, "is a URL"),
        (PNG[:60], ValueError, "cannot be read as a picture, it may be damaged"),
        (file_of(PICTURE, "JPEG")[:400], ValueError, "may be damaged: Truncated"),
        (file_of(PICTURE, "JPEG")[:-9], ValueError, "may be damaged.*truncated"),
        (b"no picture", ValueError, "may be damaged: it is of no format"),
        (b"", ValueError, "may be damaged: it is of no format"),
        ("missing.png", ValueError, "is no file: 'missing.png'"),
        (".", ValueError, "is a folder"),
        ("", ValueError, "is an empty str"),
        ("a\0b", ValueError, "cannot be read as a picture"),
        (Image.open(io.BytesIO(PNG[:60])), ValueError, "may be damaged"),
        (header_of_png(30_000, 30_000), ValueError, "has too many pixels"),
        # Of this size pillow warns only.
        (header_of_png(10_000, 10_000), ValueError, "has too many pixels"),
        (
            ARRAY / 255,
            TypeError,
            r"array of uint8 .* is of float64 and shape \(8, 8, 3\)",
        ),
        (ARRAY[..., 0], TypeError, r"is of uint8 and shape \(8, 8\)"),
        (ARRAY.transpose(2, 0, 1), TypeError, r"shape \(3, 8, 8\)"),
        (ARRAY[:0], ValueError, "has no pixel"),
        (3, TypeError, "must be a picture, .* but is 3 of type int"),
        ({"bytes": PNG}, TypeError, "of type dict"),
        ([[1, 2]], TypeError, "of type list"),
    ],
    ids=lambda value: None if isinstance(value, str) else "",
)
def test_what_is_no_picture_is_refused_with_its_row(cell, error, message):
    with pytest.raises(error, match=rf"^Row 2 of it.*{message}") as raised:
        check_pictures([PNG, None, cell], place)
    assert "0x" not in str(raised.value)


def test_a_decompression_bomb_takes_no_memory():
    held = header_of_png(30_000, 30_000)
    tracemalloc.start()
    with pytest.raises(ValueError, match="too many pixels"):
        check_pictures([held], place)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_threads_leave_filters_of_warnings_as_they_were():
    before = list(warnings.filters)

    def read():
        for _ in range(50):
            opened(PNG)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before


@pytest.mark.parametrize(
    "make",
    [
        list,
        tuple,
        iter,
        lambda cells: np.array([*cells, None], object)[:-1],
        pd.Series,
        lambda cells: pd.DataFrame({"picture": cells}),
        pl.Series,
        lambda cells: pl.DataFrame({"picture": cells}).lazy(),
        pa.array,
        lambda cells: pa.table({"picture": cells}),
    ],
)
def test_containers(make, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    for cells in ([PNG, None, PNG], [str(path), None, str(path)]):
        found = read_cells(make(cells))
        assert check_pictures(found, place).tolist() == [True, False, True]


def test_arrays_of_all_pictures():
    assert len(read_cells(ARRAYS)) == len(ARRAYS)
    with pytest.raises(ValueError, match=r"one array of shape \(8, 8, 3\): give"):
        read_cells(ARRAY)
    for bad in (PNG, "a.png"):
        with pytest.raises(ValueError, match="list of pictures, got one bare"):
            read_cells(bad)
    with pytest.raises(ValueError, match="one column of pictures, got a frame with 2"):
        read_cells(pd.DataFrame({"a": [PNG], "b": [PNG]}))


def test_without_pillow_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL.Image", None)
    with pytest.raises(ImportError, match=r"needs PIL.*sklearn-prodemb\[images\]"):
        ImageFeatures(len).fit([PNG])


def test_pixels_of_floats_are_refused():
    floats = Image.fromarray(np.ones((2, 2), np.float32))
    with pytest.raises(ValueError, match=r"Row 0 of it.*pixels are floats"):
        open_picture(floats, 0, place)


def test_large_numbers_of_grey_are_white():
    grey = Image.fromarray(np.array([[70_000, 0]], np.int32))
    pixels = np.asarray(open_picture(grey, 0, place))
    assert pixels[0, :, 0].tolist() == [255, 0]
