"""Files that are either whole or not there."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading

import pytest
from full_disk import full_disk

from sklearn_prodemb._utils.files import (
    check_writable,
    checksum,
    checksum_of,
    naming,
    replacing,
)


def write(path):
    with replacing(path) as file:
        file.write(b"after")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file [1]"
    path.write_bytes(b"before")
    return path


def test_a_complete_file_takes_the_place(path):
    with replacing(path) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_leaves_things_as_they_were(path):
    with pytest.raises(TypeError), replacing(path) as file:
        file.write("half")
    assert path.read_bytes() == b"before"
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_on_the_disk_before_it_takes_the_place(path, monkeypatch):
    synced = []

    def sync(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append((is_folder, path.read_bytes()))

    monkeypatch.setattr(os, "fsync", sync)
    write(path)
    assert synced == [(False, b"before"), (True, b"after")]


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o400])
def test_the_mode_stays(path, mode):
    path.chmod(mode)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_the_mode_of_any_other(path):
    new = path.with_name("new")
    write(new)
    path.unlink()
    path.write_bytes(b"")
    assert new.stat().st_mode == path.stat().st_mode


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays(path, exists, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    link = folder / "link"
    link.symlink_to(path)
    if not exists:
        path.unlink()
    write(link)
    assert link.is_symlink()
    assert path.read_bytes() == b"after"
    assert list(folder.iterdir()) == [link]


@pytest.mark.parametrize("act", [write, check_writable])
def test_a_place_that_cannot_be_written(act, tmp_path):
    for name, match in [
        (".", "is a folder: name a file in it"),
        ("nowhere/file", "There is no folder"),
        ("file/file", "There is no folder"),
        ("pipe", "a device, not a file"),
        ("x" * 300, "name too long"),
    ]:
        (tmp_path / "file").write_bytes(b"")
        if name == "pipe":
            os.mkfifo(tmp_path / name)
        with pytest.raises(OSError, match=match) as caught:
            act(tmp_path / name)
        assert caught.value.filename == str(tmp_path / name)


@pytest.mark.parametrize("act", [write, check_writable])
def test_a_full_disk(act, path):
    with pytest.raises(OSError, match="too large") as caught, full_disk():
        act(path)
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"before"
    assert list(path.parent.iterdir()) == [path]


def test_trying_leaves_nothing(path):
    check_writable(path)
    check_writable(path.with_name("new"))
    assert path.read_bytes() == b"before"
    assert list(path.parent.iterdir()) == [path]


def test_two_writers_do_not_meet(tmp_path):
    path = tmp_path / "file"
    with replacing(path) as file:
        file.write(b"mine")
        other = [p for p in tmp_path.iterdir() if p != path]
        assert len(other) == 1
        assert str(os.getpid()) in other[0].name
        # Another thread takes the first one's file for abandoned as little.
        thread = threading.Thread(target=write, args=(path,))
        thread.start()
        thread.join()
        assert path.read_bytes() == b"after"
        assert other[0].exists()
    assert path.read_bytes() == b"mine"


def test_what_a_killed_process_left_is_deleted(path):
    code = (
        "import os, signal, sys; from pathlib import Path; "
        "from sklearn_prodemb._utils.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"before"
    (abandoned,) = [p for p in path.parent.iterdir() if p != path]
    others = [
        path.with_name(name)
        for name in ("file 1.12-0123abcd.partial", f"{path.name}.mine.partial")
    ]
    for other in others:
        other.write_bytes(b"")
    write(path)
    assert not abandoned.exists()
    assert sorted(path.parent.iterdir()) == sorted([path, *others])


def test_a_file_that_is_taken_for_abandoned_is_made_anew(path, monkeypatch):
    lock = fcntl.flock

    def steal(file, how):
        if how == fcntl.LOCK_EX:
            monkeypatch.setattr(fcntl, "flock", lock)
            for partial in path.parent.glob("*.partial"):
                partial.unlink()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", steal)
    write(path)
    assert path.read_bytes() == b"after"


def test_file_systems_without_locks(path, monkeypatch):
    def fail(*args):
        raise OSError("no locks")

    monkeypatch.setattr("fcntl.flock", fail)
    abandoned = path.with_name(f"{path.name}.12-0123abcd.partial")
    abandoned.write_bytes(b"")
    write(path)
    assert path.read_bytes() == b"after"
    assert abandoned.exists()


def test_an_error_names_the_file(tmp_path):
    path, other = tmp_path / "file", tmp_path / "other"
    with pytest.raises(OSError, match="3 requested") as caught, naming(path):
        raise OSError("3 requested")
    assert caught.value.filename == str(path)
    with pytest.raises(FileNotFoundError) as caught, naming(path, other):
        other.read_bytes()
    assert caught.value.filename == str(path)
    with pytest.raises(FileNotFoundError) as caught, naming(path):
        other.read_bytes()
    assert caught.value.filename == str(other)


def test_damaged_data_have_another_checksum():
    data = bytes(100)
    assert checksum(data) == checksum(memoryview(data))
    others = {checksum(data[:i] + b"x" + data[i + 1 :]) for i in range(100)}
    assert len(others | {checksum(data)}) == 101


@pytest.mark.parametrize("data", [b"", b"a", bytes(3_000_000)])
def test_the_checksum_of_a_file_is_that_of_its_bytes(tmp_path, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert checksum_of(path) == checksum(data).hex()
