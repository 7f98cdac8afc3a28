"""Files that are either whole or not there."""

import os

import pytest

from sklearn_prodemb._utils.files import replacing


def test_a_complete_file_takes_the_place(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with replacing(path) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_things_as_they_were(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"before")
    with pytest.raises(TypeError), replacing(path) as file:
        file.write("half")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_no_file(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    with pytest.raises(IsADirectoryError), replacing(path) as file:
        file.write(b"x")
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_do_not_meet(tmp_path):
    path = tmp_path / "file"
    with replacing(path) as file:
        file.write(b"mine")
        other = [p for p in tmp_path.iterdir() if p != path]
        assert len(other) == 1
        assert str(os.getpid()) in other[0].name
