"""What a folder holds, and who reads it."""

import json

import pytest

from sklearn_prodemb._utils.files import checksum
from sklearn_prodemb._utils.manifest import (
    MANIFEST,
    holder_of,
    read_content,
    write_content,
)
from sklearn_prodemb.exceptions import InvalidFileError

CONTENT = {"a": [1, 2.5, None], "b": {"ñ": "x"}}


@pytest.fixture
def folder(tmp_path):
    write_content(tmp_path, "Things-1", CONTENT)
    return tmp_path


def test_it_is_read_as_it_was_written(folder):
    assert read_content(folder, "Things-1") == CONTENT
    assert read_content(folder) == CONTENT
    assert holder_of(folder) == "Things"
    write_content(folder, "Others-2", {})
    assert read_content(folder, "Others-2") == {}


def test_another_kind_is_told_with_who_reads_it(folder):
    match = r"holds Things, not Others: open it with Things\.load\(path\)"
    with pytest.raises(InvalidFileError, match=match):
        read_content(folder, "Others-1")
    match = "another version .* holds Things-1, and this version reads Things-2"
    with pytest.raises(InvalidFileError, match=match):
        read_content(folder, "Things-2")


def test_any_damaged_byte_is_found(folder):
    path = folder / MANIFEST
    data = path.read_bytes()
    damaged = [b"", b"\n", data[:-1], data + b" ", b"[" * 100_000]
    damaged += [
        data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :] for i in range(len(data))
    ]
    for wrong in damaged:
        path.write_bytes(wrong)
        with pytest.raises(InvalidFileError, match=r"manifest\.json is damaged"):
            read_content(folder, "Things-1")
        assert holder_of(folder) is None


@pytest.mark.parametrize("content", [[], 3, None, {}, {"kind": 3}, {"kind": None}])
def test_contents_that_are_none(folder, content):
    data = json.dumps(content).encode()
    (folder / MANIFEST).write_bytes(checksum(data).hex().encode() + b"\n" + data)
    with pytest.raises(InvalidFileError, match="is none of this package"):
        read_content(folder, "Things-1")


def test_a_folder_without_one(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_content(tmp_path, "Things-1")
    assert holder_of(tmp_path) is None
