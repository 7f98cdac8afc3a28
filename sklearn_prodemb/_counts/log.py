"""Any event log as a view of DuckDB: who, when, which title, which category."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import narwhals.stable.v2 as nw
from narwhals.exceptions import DuplicateError

from .._sessions.log_files import LogFiles
from .._sessions.stamps import parse_gap
from .._utils.database import quote_name
from .._utils.validation import as_narwhals, describe, is_missing, is_number
from .column_types import ColumnTypes

_MICROSECONDS = 10**6
_NANOSECONDS = 10**9
_SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
_TYPES = ColumnTypes(
    texts=("VARCHAR",),
    times=("DATE", *(f"TIMESTAMP{u}" for u in ("", "_S", "_MS", "_NS")), *_ZONED),
    integers=(*_SIGNED, *("U" + name for name in _SIGNED)),
    floats=("FLOAT", "DOUBLE"),
    others=('"NULL"', "BOOLEAN"),
)


def check_columns(columns: dict[str, Any]) -> dict[str, Any]:
    """Give the names by role without those that are None; raise a TypeError if not."""
    for role, name in columns.items():
        several = role == "user" and isinstance(name, list) and len(name) > 0
        if role == "category" and name is None:
            continue
        if not all(isinstance(part, str) for part in (name if several else [name])):
            also = " or a list of names" if role == "user" else ""
            raise TypeError(
                f"{role} must be the name of a column{also}, got {describe(name)}."
            )
    return {role: name for role, name in columns.items() if name is not None}


def plain_gap(gap: Any) -> str | float:
    """Give a pause as a str or a number, which JSON can hold.

    Raises
    ------
    TypeError, ValueError
        If it is no pause, or negative.
    """
    if is_number(gap) and not isinstance(gap, bool):
        if is_missing(gap) or gap < 0 or gap == math.inf:
            raise ValueError(f"gap must be finite and not negative, got {gap!r}.")
        return int(gap) if int(gap) == gap else float(gap)
    seconds = parse_gap(gap)
    if isinstance(gap, str):
        return gap
    return f"{Decimal(seconds.numerator) / Decimal(seconds.denominator):f}s"


def write_log(log: Any, columns: dict[str, Any], path: str) -> None:
    """Write the columns that are needed of a data frame to a Parquet file.

    Parameters
    ----------
    log : data frame
        Any eager or lazy frame that narwhals reads.
    columns : dict of str to str or list of str
        The names of its columns, by role.
    path : str
        The file.

    Raises
    ------
    TypeError
        If `log` is no data frame.
    ValueError
        If a column does not exist, or two differ in capitals only.
    """
    try:
        frame = as_narwhals(log)
    except DuplicateError as error:
        raise ValueError(f"The frame has two columns of one name: {error}") from error
    if not isinstance(frame, (nw.DataFrame, nw.LazyFrame)):
        raise TypeError(
            f"Expected a path or a data frame (pandas, polars, pyarrow, DuckDB), got "
            f"{type(log).__name__}."
        )
    names = list(dict.fromkeys(all_names(columns)))
    check_names(columns, frame.collect_schema().names(), "the frame")
    if len({name.lower() for name in names}) < len(names):
        raise ValueError(
            f"Two of the columns {names} differ in capitals only, which counting does "
            f"not tell apart: rename one."
        )
    chosen = frame.select(names)
    try:
        if isinstance(chosen, nw.LazyFrame):
            chosen.sink_parquet(path)
        else:
            chosen.write_parquet(path)
    except (TypeError, ValueError) as error:
        # Such as pyarrow's errors about columns of mixed types.
        raise ValueError(
            f"The frame cannot be written to a Parquet file, as counting does first: "
            f"{error}. Give each column values of one type."
        ) from error


def all_names(columns: dict[str, Any]) -> list[str]:
    """Give the names of all columns, in one order of roles."""
    parts = [columns[role] for role in sorted(columns)]
    return [n for part in parts for n in (part if isinstance(part, list) else [part])]


def needed_columns(columns: dict[str, Any]) -> list[tuple[str, str]]:
    """Give role and name of each column that must not miss values."""
    named = [("user", name) for name in users_of(columns)]
    return named + [(role, columns[role]) for role in ("time", "title")]


def users_of(columns: dict[str, Any]) -> list[str]:
    """Give the names of the columns that tell users apart."""
    return columns["user"] if isinstance(columns["user"], list) else [columns["user"]]


def missing_values(role: str, name: str, n: int, n_rows: int, first: str) -> ValueError:
    """Give the error for events without a value; `first` tells which is the first."""
    also = ", or give each anonymous visitor an id" if role == "user" else ""
    return ValueError(
        f"{n} of {n_rows} events have no {role} (column {name!r}){first}: drop these "
        f"rows{also}."
    )


def check_names(columns: dict[str, Any], present: list[str], what: str) -> None:
    """Raise a ValueError that names the first column that does not exist."""
    for role, name in columns.items():
        for part in name if isinstance(name, list) else [name]:
            if part not in present:
                raise ValueError(
                    f"{role}={part!r} is no column of {what}; its columns are "
                    f"{present}."
                )


class Log:
    """An event log that is read from files.

    Parameters
    ----------
    database : DuckDBPyConnection
        Where it is read.
    path : str
        A Parquet or CSV file, or a glob of such files.
    columns : dict of str to str or list of str
        The names of its columns, by role.
    gap : str or number
        The longest pause within a session.

    Attributes
    ----------
    view : str
        SQL that gives visitor (a hash), stamp, title and category, in order of rows.
    types : dict of str to str
        What DuckDB calls the type of each column that is needed.

    Raises
    ------
    TypeError
        If a column is of a wrong type, or `gap` does not fit the times.
    ValueError
        If a column does not exist, or is not told apart from another.
    """

    def __init__(
        self, database: Any, path: str, columns: dict[str, Any], gap: Any
    ) -> None:
        self._database = database
        files = LogFiles(path)
        for names in files.columns.values():
            check_names(columns, names, path)
        files.check(all_names(columns))
        self._source = files.query([columns["title"]])
        described = database.execute(f"DESCRIBE FROM {self._source}").fetchall()
        self.types: dict[str, str] = {
            name: kind for name, kind, *_ in described if name in all_names(columns)
        }
        self._columns = columns
        _TYPES.check(columns, self.types, self.types, gap)
        stamp, self._longest = self._read_times(gap)
        users = ", ".join(map(quote_name, users_of(columns)))
        self.view = (
            f"(SELECT hash({users}) AS visitor, {stamp} AS stamp, "
            f"{quote_name(columns['title'])} AS title, {self._read_category()} AS "
            f"category FROM {self._source})"
        )
        self._fingerprint: str | None = None

    def is_pause(self, before: str) -> str:
        """Give SQL that tells whether a stamp comes too late after one before."""
        # Whole numbers of 64 bits may be further apart than they can tell.
        wide = self.types[self._columns["time"]] in _TYPES.integers
        pause = f"stamp{'::HUGEINT' if wide else ''} - {before}"
        return f"coalesce({pause} > {self._longest}, false)"

    def has_categories(self, *, of_str: bool) -> bool:
        """Tell whether an event has a category that is a str, or one that is not."""
        kind = self.types.get(self._columns.get("category", ""))
        if kind is None or (kind in _TYPES.texts) != of_str:
            return False
        found = self._database.execute(
            f"SELECT 1 FROM {self.view} WHERE category IS NOT NULL LIMIT 1"
        )
        return found.fetchone() is not None

    def fingerprint(self) -> str:
        """Give a hash of the events, and check that none lacks a value.

        It depends neither on the order of events nor on the types of columns: ids are
        taken as text, times in microseconds. It is made of DuckDB's own hash, which
        another version may change; the log is then not known any more. A hash that is
        the same everywhere, md5, would take 0.12 s of CPU for 300,000 events that are
        counted in 0.55 s.

        Raises
        ------
        ValueError
            If there is no event, or one has no user, time or title; the error names the
            column and the first row.
        """
        if self._fingerprint is None:
            tests = self._missing_tests()
            named = "".join(f", ({t}) AS m{i}" for i, (*_, t) in enumerate(tests))
            counts = "".join(f", count_if(m{i})" for i in range(len(tests)))
            n_rows, *n_missing, mixed, added = self._database.execute(
                f"SELECT count(*){counts}, bit_xor(row_hash), "
                f"sum(row_hash % 1000003)::VARCHAR FROM (SELECT hash("
                f"{', '.join(self._plain_values())}) AS row_hash{named} FROM "
                f"{self._source})"
            ).fetchone()
            if not n_rows:
                raise ValueError("There is no session: the log has no rows.")
            for (role, name, test), n in zip(tests, n_missing, strict=True):
                if n:
                    self._refuse_missing(role, name, test, n, n_rows)
            self._fingerprint = f"{n_rows}-{mixed:016x}-{added}"
        return self._fingerprint

    def _plain_values(self) -> list[str]:
        """Give SQL for the values of an event, whatever the types of columns are."""
        time, title = self._columns["time"], self._columns["title"]
        stamp = f"{quote_name(time)}::DOUBLE"
        if self.types[time] in _TYPES.times:
            stamp = f"epoch_us({quote_name(time)}::TIMESTAMPTZ)"
        labels = [(quote_name(name), name) for name in users_of(self._columns)]
        if "category" in self._columns:
            labels.append((self._read_category(), self._columns["category"]))
        texts = [_TYPES.as_text(sql, self.types[name]) for sql, name in labels]
        return [stamp, quote_name(title), *texts]

    def _missing_tests(self) -> list[tuple[str, str, str]]:
        """Give role, column and SQL for each column that must not miss values."""
        tests = []
        for role, name in needed_columns(self._columns):
            column, kind = quote_name(name), self.types[name]
            test = f"{column} IS NULL"
            if kind in _TYPES.floats:
                test += f" OR isnan({column})"
            if role == "time" and kind not in _TYPES.integers:
                zoned = "::TIMESTAMPTZ" if kind in _ZONED else ""
                test += f" OR NOT isfinite({column}{zoned})"
            tests.append((role, name, test))
        return tests

    def _refuse_missing(
        self, role: str, name: str, test: str, n: int, n_rows: int
    ) -> None:
        (row,) = self._database.execute(
            f"SELECT min(row) FROM (SELECT row_number() OVER () - 1 AS row, {test} AS "
            f"is_missing FROM {self._source}) WHERE is_missing"
        ).fetchone()
        first = f", the first of them row {row}"
        raise missing_values(role, name, n, n_rows, first)

    def _read_times(self, gap: Any) -> tuple[str, float]:
        """Give SQL for a time as a number, and the longest pause in its unit."""
        name = self._columns["time"]
        kind, column = self.types[name], quote_name(name)
        if kind.endswith("_NS"):
            return f"epoch_ns({column})", math.floor(parse_gap(gap) * _NANOSECONDS)
        if kind in _TYPES.times:
            longest = math.floor(parse_gap(gap) * _MICROSECONDS)
            return f"epoch_us({column}::TIMESTAMPTZ)", longest
        if kind in _TYPES.floats:
            return f"{column}::DOUBLE", float(gap)
        return column, math.floor(gap)

    def _read_category(self) -> str:
        name = self._columns.get("category")
        if name is None:
            return "NULL::INTEGER"
        if self.types[name] in _TYPES.floats:
            return f"nullif({quote_name(name)}, 'nan')"
        return quote_name(name)
