"""Counts on disk: a folder of Parquet files, and a manifest that says what they are."""

from __future__ import annotations

import errno
import json
import math
import os
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .._utils.files import checksum_of
from .._utils.manifest import MANIFEST, read_content, write_content
from .._utils.warn import warn
from ..exceptions import InvalidFileError

TITLES = "titles.parquet"
LOCK = "counting.lock"
# What a count that was stopped goes on from.
FRAME = "counting.log.parquet"
DATABASE = "counting.duckdb"
SPARK = "counting.spark"
ON_DISK = (DATABASE, f"{DATABASE}.wal", "counting.spill", FRAME)
WORK = (*ON_DISK, SPARK)
# The names of files of counts, complete or not.
_OURS = re.compile(
    r"((titles|pairs)-[0-9a-f]{12}(-\d+)?|pairs-0-\d+|titles)\.(parquet|partial)"
)
_KIND = "SessionCounts-1"


@dataclass(frozen=True)
class CountConfig:
    """What is counted of a log.

    Parameters
    ----------
    columns : dict of str to str or list of str
        The names of the log's columns, by role.
    gap : str or number
        The longest pause within a session.
    max_session_length : int or None
        Sessions are cut to their first so many titles.
    """

    columns: dict[str, Any]
    gap: Any
    max_session_length: int | None

    def key(self, fingerprint: str, types: Mapping[str, str]) -> str:
        """Give what a stopped count must have in common with one that goes on.

        The types of columns are a part of it: the steps that are done hold times in the
        unit of their column.
        """
        values = [self.columns, types, str(self.gap), self.max_session_length]
        return json.dumps([fingerprint, *values], sort_keys=True)


@dataclass(frozen=True)
class CountsFile:
    """A Parquet file of a folder of counts.

    Parameters
    ----------
    name : str
        Its name in the folder.
    n_rows : int
        Its number of rows.
    checksum : str
        The hash of its bytes.
    """

    name: str
    n_rows: int
    checksum: str


@dataclass(frozen=True)
class Part:
    """The pairs of some titles, sorted by them.

    Parameters
    ----------
    first, end : int
        The titles, as numbers: from `first` up to `end`.
    file : CountsFile
        Columns left, right and weight: each pair is there once for each of its titles.
    """

    first: int
    end: int
    file: CountsFile


@dataclass(frozen=True)
class Manifest:
    """What a folder of counts holds.

    Parameters
    ----------
    config : CountConfig
        What was counted.
    n_sessions, n_pairs, n_products : int
        Number of sessions, of unordered pairs in them, and of distinct titles.
    titles : CountsFile
        Columns title, category and n_sessions, in the order of the titles' numbers.
    parts : list of Part
        The pairs; the titles of the parts follow one another.
    logs : list of str
        The fingerprints of the logs that were counted.
    """

    config: CountConfig
    n_sessions: int
    n_pairs: int
    n_products: int
    titles: CountsFile
    parts: list[Part] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[CountsFile]:
        """All files of the folder."""
        return [self.titles, *(part.file for part in self.parts)]

    @property
    def fingerprint(self) -> str:
        """A hash of the content."""
        content = json.dumps(asdict(self), sort_keys=True)
        return blake2b(content.encode(), digest_size=16).hexdigest()

    def write(self, folder: Path) -> None:
        """Write it to a folder whose files are complete."""
        write_content(folder, _KIND, asdict(self))

    def changed(self, **values: Any) -> Manifest:
        """Give the same with other values."""
        return replace(self, **values)


def read_manifest(folder: Path) -> Manifest:
    """Read what a folder holds, and check it.

    Parameters
    ----------
    folder : Path
        A folder of counts.

    Returns
    -------
    manifest : Manifest
        What it holds. The files are checked when they are read, see `check_file`.

    Raises
    ------
    OSError
        If it cannot be read, or is no folder of counts.
    InvalidFileError
        If the manifest is damaged or of something else; the error names it.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder of counts {str(folder)!r}.")
    if not path.is_file():
        raise FileNotFoundError(
            f"{str(folder)!r} holds no counts: there is no {MANIFEST} in it. If "
            f"counting was stopped there, call from_events again, it goes on."
        )
    content = read_content(folder, _KIND)
    try:
        manifest = _from_content(content)
        _check(manifest)
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidFileError(
            f"{path} is damaged, or was written by another version: {error}."
        ) from error
    return manifest


def check_file(folder: Path, file: CountsFile) -> None:
    """Raise an InvalidFileError if a file is missing or has other bytes."""
    path = folder / file.name
    try:
        found = checksum_of(path)
    except FileNotFoundError as error:
        raise InvalidFileError(
            f"{path} is missing: it was deleted, or the counts were updated since they "
            f"were loaded."
        ) from error
    if found != file.checksum:
        raise InvalidFileError(f"{path} is damaged: its checksum is another.")


def describe_file(path: Path, n_rows: int) -> CountsFile:
    """Describe a complete file."""
    return CountsFile(path.name, n_rows, checksum_of(path))


def delete_others(folder: Path, kept: Collection[str] = ()) -> None:
    """Delete the files of other counts, by the names that this package gives."""
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name) and path.name not in kept:
            path.unlink(missing_ok=True)


def begin_anew(folder: Path, own: Collection[str], *, is_other: bool) -> None:
    """Delete what a stopped count has left that does not go on, with a warning.

    Parameters
    ----------
    folder : Path
        Where counts are put.
    own : collection of str
        Which of `WORK` the count that begins now has written.
    is_other : bool
        Whether they held a stopped count of another log or of other parameters.
    """
    others = [name for name in WORK if name not in own and (folder / name).exists()]
    if is_other or others:
        warn(
            UserWarning(
                f"{folder} held a stopped count of another log, of other parameters or "
                f"by another engine: it is begun anew."
            )
        )
    delete_work(folder, own)
    delete_others(folder)


def delete_work(folder: Path, kept: Collection[str] = ()) -> None:
    """Delete what a count needs to go on."""
    for name in {*WORK} - {*kept}:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes and threads from counting into a folder.

    Raises
    ------
    OSError
        If another one is counting there; the error names the folder.
    """
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BlockingIOError(
            errno.EAGAIN, "Another process is counting here", str(folder)
        ) from error
    try:
        yield
    finally:
        lock.release()


def _from_content(content: dict[str, Any]) -> Manifest:
    values = dict(content)
    values["config"] = CountConfig(**values["config"])
    values["titles"] = CountsFile(**values["titles"])
    values["parts"] = [
        Part(**{**part, "file": CountsFile(**part["file"])}) for part in values["parts"]
    ]
    return Manifest(**values)


def _check(manifest: Manifest) -> None:
    """Raise a ValueError or TypeError if values do not fit each other."""
    numbers = [manifest.n_sessions, manifest.n_pairs, manifest.n_products]
    numbers += [file.n_rows for file in manifest.files]
    if not all(type(n) is int and n >= 0 for n in numbers):
        raise ValueError("a number of rows is no whole number")
    names = [file.name for file in manifest.files]
    if any(os.path.basename(name) != name or not name for name in names):
        raise ValueError("a file is not in the folder")
    if len(set(names)) < len(names):
        raise ValueError("two files have one name")
    if manifest.titles.n_rows != manifest.n_products:
        raise ValueError("there is not one row a title")
    if manifest.n_products > 2**31 - 1:
        raise ValueError("there are too many titles")
    bounds = [(part.first, part.end) for part in manifest.parts]
    ends = [0, *(end for _, end in bounds)]
    starts = [*(first for first, _ in bounds), manifest.n_products]
    if starts != ends or not all(type(n) is int for n in starts):
        raise ValueError("the parts do not follow one another")
    if any(first >= end for first, end in bounds):
        raise ValueError("a part is empty")
    length = manifest.config.max_session_length
    if length is not None and (type(length) is not int or length < 2):
        raise ValueError("max_session_length is no whole number")
    gap = manifest.config.gap
    if not isinstance(gap, str) and not (
        type(gap) in (int, float) and math.isfinite(gap)
    ):
        raise TypeError("gap is neither a str nor a number")
    if not isinstance(manifest.config.columns, dict) or not all(
        isinstance(log, str) for log in manifest.logs
    ):
        raise TypeError("columns or logs are of a wrong type")
