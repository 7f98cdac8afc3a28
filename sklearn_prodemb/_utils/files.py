"""Files that are either whole or not there."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # pragma: no cover
    # Windows: what a killed process leaves stays there.
    fcntl = None  # type: ignore[assignment]


CHECKSUM_SIZE = 32


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes the place of `path` once it is complete.

    It is on the disk before it takes the place, so that a crash of the machine leaves
    one file or the other. It has the mode of the file before, and if `path` is a
    symbolic link, what this points at is replaced.

    Parameters
    ----------
    path : Path
        The file; its folder exists.

    Yields
    ------
    file : binary file
        Where to write. It has a name of its own, as others may be writing to the same
        path; if an error is raised, it is deleted and `path` is untouched. If the
        process is killed, the next one that writes to `path` deletes it.

    Raises
    ------
    OSError
        If `path` cannot be written; the error names it.
    """
    with _beside(path) as partial:
        with partial.open("wb") as file:
            yield file
            sync(file)
        target = target_of(path)
        # Some file systems keep no modes.
        with suppress(OSError):
            shutil.copymode(target, partial)
        partial.replace(target)
        sync_folder(target.parent)


def check_writable(path: Path) -> None:
    """Write a little beside `path`, and delete it again.

    Parameters
    ----------
    path : Path
        A file that is to be written later, after something slow.

    Raises
    ------
    OSError
        If `path` could not be written now: it is a folder, its folder does not exist or
        cannot be written, or the disk is full. The error names `path`.
    """
    with _beside(path) as partial, partial.open("wb") as file:
        file.write(bytes(4096))
        sync(file)


@contextmanager
def naming(path: Path, *others: Path) -> Iterator[None]:
    """Let an OSError that names no file, or one of `others`, name `path`."""
    try:
        yield
    except OSError as error:
        if error.filename not in (None, *map(str, others)):
            raise
        reason = error.strerror or str(error)
        raise OSError(error.errno or errno.EIO, reason, str(path)) from error


def checksum(data: bytes | memoryview) -> bytes:
    """Give 32 bytes that are others if the data are damaged."""
    return hashlib.blake2b(data, digest_size=CHECKSUM_SIZE).digest()


def checksum_of(path: Path) -> str:
    """Give the checksum of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, _digest).hexdigest()


def _digest() -> Any:
    return hashlib.blake2b(digest_size=CHECKSUM_SIZE)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a file in the folder of `path` that is there while this lasts."""
    target = target_of(path)
    _check_place(path, target)
    _remove_abandoned(target)
    own = f".{os.getpid()}-{secrets.token_hex(4)}.partial"
    partial = target.with_name(target.name + own)
    with naming(path, partial):
        try:
            with _held(partial):
                yield partial
        finally:
            partial.unlink(missing_ok=True)


def target_of(path: Path) -> Path:
    """Give what a path points at through symbolic links."""
    return Path(os.path.realpath(path))


def _check_place(path: Path, target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(
            errno.EISDIR, "This is a folder: name a file in it", str(path)
        )
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "This is a device, not a file", str(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(
            errno.ENOENT, f"There is no folder {target.parent} for the file", str(path)
        )


@contextmanager
def _held(partial: Path) -> Iterator[None]:
    """Lock a file, which the system unlocks if this process is killed."""
    if fcntl is None:  # pragma: no cover
        yield
        return
    while True:
        descriptor = os.open(partial, os.O_CREAT | os.O_WRONLY, 0o666)
        try:
            # Without locks on the file system, no file counts as abandoned.
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            # Another process may have taken it for abandoned before it was locked.
            if partial.exists():
                yield
                return
        finally:
            os.close(descriptor)


def _remove_abandoned(target: Path) -> None:
    """Delete what killed processes have left that were writing to `target`."""
    if fcntl is None:  # pragma: no cover
        return
    ours = re.compile(re.escape(target.name) + r"\.\d+-[0-9a-f]{8}\.partial")
    for partial in target.parent.glob(glob.escape(target.name) + ".*.partial"):
        if not ours.fullmatch(partial.name):
            continue
        with suppress(OSError), partial.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            partial.unlink()


def sync(file: IO[bytes]) -> None:
    """Wait until what was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Let the names of a folder be on the disk."""
    # The new name is on the disk once its folder is; some systems cannot do that.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
