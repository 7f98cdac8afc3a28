"""Folders of files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..exceptions import InvalidFileError
from .files import checksum_of, naming, sync_folder, target_of
from .manifest import MANIFEST, read_content, write_content

try:
    import fcntl
except ImportError:  # pragma: no cover
    # Windows: what a killed process leaves stays there.
    fcntl = None  # type: ignore[assignment]

# A folder has a manifest and a folder that it names. It is replaced at once, so that
# what it names is there and complete, whatever happens.
_NAME = re.compile(r"data-[0-9a-f]{16}")


def write_folder(
    folder: Path, kind: str, files: dict[str, Callable[[Path], None]]
) -> None:
    """Write files to a folder, in the place of those that it had.

    They are on the disk before they take the place, so that a crash of the machine
    leaves the old ones or the new ones. Several processes may write to one folder: it
    has the files of the last one. If a process is killed, the next one that writes
    deletes what it left.

    Parameters
    ----------
    folder : Path
        The folder. It is made if it does not exist; its own folder does.
    kind : str
        What the files are, see `write_content`, for `read_folder` to refuse others.
    files : dict of str to callable
        For each name of a file what writes it, given its path.

    Raises
    ------
    OSError
        If the folder cannot be written, or holds anything else; the error names it, and
        the folder is as it was.
    """
    target = target_of(folder)
    is_new = not target.exists()
    _check_place(folder, target)
    before = _data_of(target)
    with naming(folder, target):
        target.mkdir(exist_ok=True)
        try:
            with (
                _fresh(target) as data,
                naming(folder, target / MANIFEST, *map(data.joinpath, files)),
            ):
                sums = {}
                for name, write in files.items():
                    write(data / name)
                    sums[name] = _sum_of_written(data / name)
                sync_folder(data)
                write_content(target, kind, {"data": data.name, "files": sums})
        except BaseException:
            if is_new:
                with suppress(OSError):
                    target.rmdir()
            raise
        _delete_unused(target, before)


def read_folder(folder: Path, kind: str) -> dict[str, Path]:
    """Give the files that `write_folder` wrote, each checked to be as it was written.

    Parameters
    ----------
    folder : Path
        The folder.
    kind : str
        What the files have to be.

    Returns
    -------
    files : dict of str to Path
        The path of each file by its name.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    InvalidFileError
        If it is none that `write_folder` wrote, holds files of another kind, or a file
        is damaged, missing or cannot be read; the error names it.
    """
    if not folder.exists():
        raise FileNotFoundError(errno.ENOENT, "There is no such folder", str(folder))
    content = _read_content(folder, kind)
    files = {}
    for name, known in content["files"].items():
        path = folder / content["data"] / name
        try:
            found = checksum_of(path)
        except (OSError, ValueError) as error:
            raise InvalidFileError(f"{path} cannot be read: {error}.") from error
        if found != known:
            raise InvalidFileError(f"{path} is damaged: its checksum does not match.")
        files[name] = path
    return files


def _read_content(folder: Path, kind: str | None = None) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        content = read_content(folder, kind)
    except OSError as error:
        raise InvalidFileError(
            f"{folder} holds nothing that this package wrote: {path} cannot be read, "
            f"{error.strerror}."
        ) from error
    try:
        names = [content["data"], *content["files"].keys()]
        # No name leads out of the folder.
        if not _NAME.fullmatch(content["data"]) or any(
            not re.fullmatch(r"[\w.-]+", n) or n.strip(".") == "" for n in names
        ):
            raise ValueError("a name in it is none")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidFileError(f"{path} is none of this package: {error}.") from error
    return content


def _sum_of_written(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return checksum_of(path)


def _check_place(folder: Path, target: Path) -> None:
    if not target.exists():
        if not target.parent.is_dir():
            raise FileNotFoundError(
                errno.ENOENT, f"There is no folder {target.parent} for it", str(folder)
            )
        return
    if not target.is_dir():
        raise NotADirectoryError(
            errno.ENOTDIR, "This is a file: name a folder", str(folder)
        )
    with naming(folder, target):
        names = os.listdir(target)
    ours = re.compile(rf"{re.escape(MANIFEST)}(\..*\.partial)?|{_NAME.pattern}")
    others = sorted(name for name in names if not ours.fullmatch(name))
    if others:
        raise FileExistsError(
            errno.EEXIST,
            f"This folder holds other files, such as {others[0]!r}: name another one",
            str(folder),
        )


@contextmanager
def _fresh(target: Path) -> Iterator[Path]:
    """Give a new folder, locked while this lasts and deleted if an error is raised."""
    while True:
        data = target / f"data-{secrets.token_hex(8)}"
        data.mkdir()
        with _locked(data):
            # Another process may have taken it for abandoned before it was locked.
            if not data.exists():
                continue
            try:
                yield data
            except BaseException:
                # An interruption may come when it has taken the place.
                if _data_of(target) != data.name:
                    shutil.rmtree(data, ignore_errors=True)
                raise
            return


@contextmanager
def _locked(data: Path, *, wait: bool = True) -> Iterator[None]:
    """Lock a folder, which the system unlocks if this process is killed.

    Without `wait` an OSError is raised if that cannot be done at once.
    """
    if fcntl is None:  # pragma: no cover
        if not wait:
            raise OSError("there are no locks")
        yield
        return
    descriptor = os.open(data, os.O_RDONLY)
    try:
        if wait:
            # Without locks on the file system, no folder counts as abandoned.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _data_of(target: Path) -> str | None:
    with suppress(OSError, InvalidFileError):
        return str(_read_content(target)["data"])
    return None


def _delete_unused(target: Path, before: str | None) -> None:
    """Delete the data from before, and what killed processes have left."""
    if before is not None and before != _data_of(target):
        shutil.rmtree(target / before, ignore_errors=True)
    for data in target.glob("data-*"):
        if not _NAME.fullmatch(data.name):
            continue
        with suppress(OSError), _locked(data, wait=False):
            # Read now: a writer that has come to its end has named its folder.
            if _data_of(target) not in (None, data.name):
                shutil.rmtree(data)
