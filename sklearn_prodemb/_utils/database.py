"""DuckDB: bounded memory, plain errors."""

from __future__ import annotations

import errno
import glob
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..exceptions import InvalidFileError
from .optional import require

# Rows keep their order, and nothing is downloaded.
_CONFIG = {"preserve_insertion_order": True, "autoinstall_known_extensions": False}
# What DuckDB says if it cannot write. Errors of several classes have these words.
_DISK_IS_FULL = (
    "No space left on device",
    "File too large",
    "Could not write",
    "max_temp_directory_size",
)
_LOCKED = "Could not set lock"


def connect(path: Path | None = None, *, memory_limit: str | None = None) -> Any:
    """Open a database.

    Parameters
    ----------
    path : Path or None, default=None
        Its file; what does not fit in memory is put beside it. None keeps it in memory.
    memory_limit : str or None, default=None
        The memory that it may take, such as "2GB"; None is DuckDB's own limit.

    Returns
    -------
    database : DuckDBPyConnection
        The database.

    Raises
    ------
    ImportError
        If DuckDB is not installed.
    ValueError
        If the limit cannot be read.
    """
    duckdb = _duckdb()
    if path is None:
        database = duckdb.connect(config=_CONFIG)
    else:
        try:
            database = duckdb.connect(str(path), config=_CONFIG)
        except duckdb.Error as error:
            if _LOCKED in str(error):
                raise
            # What a full disk or a crash of the machine has left: it is ours.
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()
            database = duckdb.connect(str(path), config=_CONFIG)
        spill = path.with_suffix(".spill")
        database.execute(f"SET temp_directory = {quote(str(spill))}")
    # Times without a zone are compared as they are.
    database.execute("SET TimeZone = 'UTC'")
    if memory_limit is not None:
        try:
            database.execute(f"SET memory_limit = {quote(memory_limit)}")
        except duckdb.Error as error:
            database.close()
            raise ValueError(
                f"memory_limit must be a size such as '2GB', got {memory_limit!r}."
            ) from error
    return database


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Let errors of DuckDB be Python's own, with what to do.

    Parameters
    ----------
    path : Path
        What was read or written.

    Raises
    ------
    OSError
        If a file cannot be read or written, or the disk is full.
    MemoryError
        If the memory limit is too small.
    InvalidFileError
        If a file is damaged.
    """
    duckdb = _duckdb()
    try:
        yield
    except RuntimeError as error:
        # DuckDB has seen Ctrl-C before Python did.
        if "interrupted" not in str(error).lower():
            raise
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        # DuckDB's advice is about commands that nobody can give here.
        text = str(error).partition("\n\nPossible solutions")[0]
        if isinstance(error, duckdb.InterruptException):
            raise KeyboardInterrupt from error
        if any(sign in text for sign in _DISK_IS_FULL):
            raise OSError(
                errno.ENOSPC, f"The disk is full: {text}", str(path)
            ) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise MemoryError(
                f"DuckDB needs more memory: set memory_limit higher. {text}"
            ) from error
        if isinstance(error, duckdb.IOException):
            raise OSError(errno.EIO, text, str(path)) from error
        raise InvalidFileError(f"{path} cannot be read: {text}") from error


def _duckdb() -> Any:
    return require("duckdb", extra="duckdb", what="A log in files")


def parquet(*paths: Path) -> str:
    """Give SQL that reads Parquet files by their names and their columns alone.

    DuckDB takes names for globs, and folders such as "day=3" for columns.
    """
    names = ", ".join(quote(glob.escape(str(path))) for path in paths)
    return f"read_parquet([{names}], hive_partitioning = false)"


def quote(text: str) -> str:
    """Write a str for SQL."""
    return "'" + text.replace("'", "''") + "'"


def quote_name(name: str) -> str:
    """Write the name of a column for SQL."""
    return '"' + name.replace('"', '""') + '"'
