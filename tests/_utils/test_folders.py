"""Folders of files that are written whole or not at all."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from full_disk import full_disk
from interrupted import interrupted

from sklearn_prodemb._utils.files import checksum
from sklearn_prodemb._utils.folders import read_folder, write_folder
from sklearn_prodemb._utils.manifest import MANIFEST
from sklearn_prodemb.exceptions import InvalidFileError

FILES = {"a.npy": b"before", "b.utf8": b"", "c": bytes(9000)}


def writers(files):
    return {
        name: (lambda path, data=data: path.write_bytes(data))
        for name, data in files.items()
    }


def write(folder, files=FILES, kind="Things-1"):
    write_folder(folder, kind, writers(files))


def read(folder, kind="Things-1"):
    return {name: p.read_bytes() for name, p in read_folder(folder, kind).items()}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "folder [1]"
    write(folder)
    return folder


def test_files_are_read_as_they_were_written(folder):
    assert read(folder) == FILES
    write(folder, {"d": b"after"})
    assert read(folder) == {"d": b"after"}
    # Nothing else is left, there and beside it.
    assert len(list(folder.iterdir())) == 2
    assert list(folder.parent.iterdir()) == [folder]


def test_a_folder_that_is_there_may_be_empty(tmp_path):
    write(tmp_path)
    assert read(tmp_path) == FILES


def test_a_symbolic_link_stays(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder)
    write(link, {"d": b"after"})
    assert link.is_symlink()
    assert read(folder) == read(link) == {"d": b"after"}


@pytest.mark.parametrize("is_new", [True, False])
def test_an_error_leaves_things_as_they_were(folder, is_new, tmp_path):
    place = tmp_path / "new" if is_new else folder

    def fail(path):
        path.write_bytes(b"half")
        raise KeyError("other")

    with pytest.raises(KeyError):
        write_folder(place, "Things-1", {**writers(FILES), "d": fail})
    for n_bytes in (0, 5, 500, 8000):
        with pytest.raises(OSError, match="too large") as caught, full_disk(n_bytes):
            write(place)
        assert caught.value.filename == str(place)
    assert place.exists() is not is_new
    assert read(folder) == FILES
    assert len(list(folder.iterdir())) == 2
    assert list(tmp_path.iterdir()) == [folder]


def test_ctrl_c_at_any_point(folder):
    after = {"d": b"after"}
    for n_calls in range(1, 2000, 3):
        was_interrupted = interrupted(n_calls, write, folder, after)
        assert read(folder) in (FILES, after)
        write(folder)
        assert len(list(folder.iterdir())) == 2
        if not was_interrupted:
            break
    else:
        pytest.fail("it never came to its end")


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").write_bytes(b"")
    for name, error, match in [
        ("file", NotADirectoryError, "This is a file: name a folder"),
        ("nowhere/folder", FileNotFoundError, "There is no folder"),
        ("other", FileExistsError, "holds other files, such as 'mine'"),
        ("x" * 300, OSError, "name too long"),
    ]:
        with pytest.raises(error, match=match) as caught:
            write(tmp_path / name)
        assert caught.value.filename == str(tmp_path / name)
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["mine"]


def test_any_damaged_byte_is_found(folder):
    paths = [folder / MANIFEST, *read_folder(folder, "Things-1").values()]
    for path in paths:
        data = path.read_bytes()
        for at in range(0, len(data), 1 + len(data) // 300):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            with pytest.raises(InvalidFileError, match=path.name):
                read_folder(folder, "Things-1")
        for damaged in (data[:-1], data + b"x", b"\n", b""):
            if damaged != data:
                path.write_bytes(damaged)
                with pytest.raises(InvalidFileError, match=path.name):
                    read_folder(folder, "Things-1")
        path.unlink()
        with pytest.raises(InvalidFileError, match=path.name):
            read_folder(folder, "Things-1")
        path.mkdir()
        with pytest.raises(InvalidFileError, match=path.name):
            read_folder(folder, "Things-1")
        path.rmdir()
        path.write_bytes(data)
    assert read(folder) == FILES


def test_folders_that_are_none_of_ours(folder, tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        read(tmp_path / "nowhere")
    assert caught.value.filename == str(tmp_path / "nowhere")
    for other in (tmp_path, folder / MANIFEST):
        with pytest.raises(InvalidFileError, match="holds nothing that this package"):
            read(other)
    with pytest.raises(InvalidFileError, match="holds Things, not Others: open it"):
        read(folder, "Others-1")


@pytest.mark.parametrize(
    "content",
    [
        [],
        3,
        {},
        {"kind": "Things-1", "data": "../..", "files": {}},
        {"kind": "Things-1", "data": "data-" + "0" * 16, "files": []},
        {"kind": "Things-1", "data": "data-" + "0" * 16, "files": {"../a": ""}},
        {"kind": "Things-1", "data": "data-" + "0" * 16, "files": {"..": ""}},
        {"kind": 3, "data": "data-" + "0" * 16, "files": {}},
        {"kind": "Things-1", "data": 3, "files": {}},
    ],
)
def test_contents_that_are_none(content, folder):
    data = json.dumps(content).encode()
    seal = checksum(data).hex().encode()
    (folder / MANIFEST).write_bytes(seal + b"\n" + data)
    with pytest.raises(InvalidFileError, match="is none of this package"):
        read(folder)


def test_what_a_killed_process_left_is_deleted(folder):
    code = (
        "import os, signal, sys; from pathlib import Path; "
        "from sklearn_prodemb._utils.folders import write_folder\n"
        "def kill(path):\n"
        "    path.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_folder(Path(sys.argv[1]), 'Things-1', {'a': kill})"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert read(folder) == FILES
    assert len(list(folder.iterdir())) == 3
    write(folder, {"d": b"after"})
    assert read(folder) == {"d": b"after"}
    assert len(list(folder.iterdir())) == 2


def test_two_writers_do_not_meet(folder):
    def write_in_between(path):
        path.write_bytes(b"outer")
        thread = threading.Thread(target=write, args=(folder, {"d": b"inner"}))
        thread.start()
        thread.join()
        assert read(folder) == {"d": b"inner"}
        assert path.exists()

    write_folder(folder, "Things-1", {"d": write_in_between})
    assert read(folder) == {"d": b"outer"}
    write(folder)
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_is_taken_for_abandoned_is_made_anew(folder, monkeypatch):
    lock = fcntl.flock

    def steal(file, how):
        if how == fcntl.LOCK_EX:
            monkeypatch.setattr(fcntl, "flock", lock)
            (data,) = (p for p in folder.glob("data-*") if not list(p.iterdir()))
            data.rmdir()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", steal)
    write(folder, {"d": b"after"})
    assert read(folder) == {"d": b"after"}


def test_file_systems_without_locks(folder, monkeypatch):
    def fail(*args):
        raise OSError("no locks")

    monkeypatch.setattr("fcntl.flock", fail)
    abandoned = folder / "data-0123456789abcdef"
    abandoned.mkdir()
    write(folder, {"d": b"after"})
    assert read(folder) == {"d": b"after"}
    assert len(list(folder.iterdir())) == 3
    assert abandoned.exists()


def test_files_are_on_the_disk_before_they_take_the_place(folder, monkeypatch):
    synced = []

    def sync(descriptor):
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        assert read(folder) == FILES or os.path.samefile(synced[-1], folder)

    if os.path.exists("/proc/self/fd"):
        monkeypatch.setattr(os, "fsync", sync)
        write(folder, {"d": b"after"})
        names = [os.path.basename(path) for path in synced]
        assert names[0] == "d"
        assert names[1].startswith("data-")
        assert names[2].startswith(MANIFEST)
        assert names[3] == folder.name
