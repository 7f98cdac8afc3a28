"""Logs in Parquet and CSV files, read by DuckDB."""

from __future__ import annotations

import errno
import glob
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .._utils.database import connect, quote, quote_name
from .._utils.optional import require
from ..exceptions import InvalidFileError

_KINDS = {".parquet": "parquet", ".csv": "csv", ".csv.gz": "csv"}


class LogFiles:
    """Files of one log, one after the other.

    Parameters
    ----------
    path : str or path-like
        A Parquet or CSV file, or a glob of such files, which are taken in the order of
        their names.

    Attributes
    ----------
    columns : dict of str to list of str
        For each file the names of its columns.

    Raises
    ------
    OSError
        If there is no such file, it is a folder or cannot be opened.
    ValueError
        If a name has another ending, or the files are of two kinds.
    InvalidFileError
        If a file is damaged.
    ImportError
        If DuckDB or pyarrow is not installed.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.path.expanduser(os.fspath(path))
        files = _find(self._path)
        self._kind = _kind_of(files)
        for file in files:
            # For an error of the system, before any of DuckDB's.
            with open(file, "rb"):
                pass
        self._duckdb = require("duckdb", extra="duckdb", what="A log in files")
        require("pyarrow", extra="duckdb", what="A log in files")
        self.columns: dict[str, list[str]] = {}
        # What DuckDB calls them: it does not tell names apart by their capitals.
        self._known: dict[str, list[str]] = {}
        with connect() as database:
            for file in files:
                query = self._query([file], "all_varchar = true")
                with self._naming(file):
                    database.execute(f"SELECT * FROM {query} LIMIT 0")
                    known = [name for name, *_ in database.description]
                    self._known[file] = known
                    self.columns[file] = self._own_names(database, file, known)

    def check(self, names: list[str]) -> None:
        """Raise a ValueError if DuckDB takes another column for one of these.

        Parameters
        ----------
        names : list of str
            Columns that all files have.
        """
        for file, present in self.columns.items():
            known = self._known[file]
            for name in names:
                places = [place for place, own in enumerate(present) if own == name]
                if [known[place] for place in places] != [name]:
                    raise ValueError(
                        f"Column {name!r} of {file} is not told apart from another, as "
                        f"capitals do not count in files; its columns are {present}: "
                        f"rename one, or read the file and pass the data frame."
                    )

    def query(self, texts: list[str]) -> str:
        """Give SQL that reads all files, in the order of files and of rows in each.

        Parameters
        ----------
        texts : list of str
            Columns that are text in a CSV file, whatever it looks like.

        Returns
        -------
        query : str
            What `FROM` takes.
        """
        types = ", ".join(f"{quote(name)}: 'VARCHAR'" for name in texts)
        # All rows tell the types, so that none of them comes as a surprise.
        options = f"types = {{{types}}}, sample_size = -1"
        return self._query(list(self.columns), options)

    def read(self, names: list[str], texts: list[str]) -> Any:
        """Read some columns of all files.

        Parameters
        ----------
        names : list of str
            The columns. All files have them.
        texts : list of str
            Those of them that are text in a CSV file, whatever it looks like.

        Returns
        -------
        table : pyarrow Table
            The columns, rows in the order of files and of rows in each.

        Raises
        ------
        InvalidFileError
            If a file is damaged, or its columns have other types than those of another.
        """
        columns = ", ".join(map(quote_name, names))
        with connect() as database, self._naming(self._path):
            found = database.sql(f"SELECT {columns} FROM {self.query(texts)}")
            return found.to_arrow_table()

    @contextmanager
    def _naming(self, path: str) -> Iterator[None]:
        try:
            yield
        except self._duckdb.Error as error:
            raise InvalidFileError(
                f"{path} cannot be read, it may be damaged: {error}"
            ) from error

    def _own_names(self, database: Any, file: str, known: list[str]) -> list[str]:
        """Give the names of columns as the file has them."""
        # DuckDB lets the second of two that are equal end in a number.
        if not any(re.fullmatch(r".+_\d+", name) for name in known):
            return known
        if self._kind == "parquet":
            found = require("pyarrow.parquet", extra="duckdb", what="A log in files")
            names = found.read_schema(file).names
        else:
            query = self._query([file], "all_varchar = true", header=False)
            database.execute(f"SELECT * FROM {query} LIMIT 1")
            names = [(name or "").strip() for name in database.fetchone()]
        if len(names) != len(known):
            return known
        return [
            own if re.fullmatch(rf"{re.escape(own)}(_\d+)+", name) else name
            for own, name in zip(names, known, strict=True)
        ]

    def _query(self, files: list[str], of_csv: str, *, header: bool = True) -> str:
        # DuckDB takes each name for a glob.
        names = ", ".join(quote(glob.escape(file)) for file in files)
        options = "union_by_name = true, hive_partitioning = false"
        if self._kind == "csv":
            options += f", header = {header}, {of_csv}"
        return f"read_{self._kind}([{names}], {options})"


def _find(path: str) -> list[str]:
    if os.path.isdir(path):
        raise IsADirectoryError(
            errno.EISDIR, "This is a folder: name its files, as in folder/*.csv", path
        )
    # A name may have brackets and be no glob.
    if os.path.exists(path):
        return [path]
    if not glob.has_magic(path):
        raise FileNotFoundError(errno.ENOENT, "There is no such file", path)
    files = sorted(f for f in glob.glob(path, recursive=True) if not os.path.isdir(f))
    if not files:
        raise FileNotFoundError(errno.ENOENT, "No file matches", path)
    return files


def _kind_of(files: list[str]) -> str:
    kinds = {}
    for file in files:
        kind = next((k for end, k in _KINDS.items() if file.lower().endswith(end)), "")
        if not kind:
            raise ValueError(
                f"A log is read from files that end in {', '.join(_KINDS)}, got "
                f"{file!r}: read it yourself, and pass the data frame."
            )
        kinds[kind] = file
    if len(kinds) > 1:
        raise ValueError(
            f"A log is read from files of one kind, but there are "
            f"{' and '.join(map(repr, kinds.values()))}."
        )
    return next(iter(kinds))
