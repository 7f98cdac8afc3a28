"""A Spark frame as an event log: what is wrong with it, and its events as numbers."""

from __future__ import annotations

import math
from typing import Any

from .._sessions.stamps import parse_gap
from .column_types import ColumnTypes
from .log import all_names, check_names, missing_values, needed_columns, users_of

_MICROSECONDS = 10**6
_MICROSECONDS_PER_DAY = 86_400 * _MICROSECONDS
_LARGEST = 2**63 - 1
_TYPES = ColumnTypes(
    texts=("string", "char", "varchar"),
    times=("date", "timestamp", "timestamp_ntz"),
    integers=("byte", "short", "integer", "long"),
    floats=("float", "double"),
    others=("boolean",),
)


class SparkLog:
    """An event log that Spark reads.

    Parameters
    ----------
    frame : pyspark DataFrame
        The events.
    columns : dict of str to str or list of str
        The names of its columns, by role.
    gap : str or number
        The longest pause within a session.

    Attributes
    ----------
    events : pyspark DataFrame
        Columns visitor (a hash), stamp, title and category.
    session : pyspark SparkSession
        Where it is computed.
    types : dict of str to str
        What Spark calls the type of each column that is needed.

    Raises
    ------
    TypeError
        If a column is of a wrong type, or `gap` does not fit the times.
    ValueError
        If a column does not exist, or the frame has two of its name.
    """

    def __init__(self, frame: Any, columns: dict[str, Any], gap: Any) -> None:
        names = frame.columns
        check_names(columns, names, "the frame")
        for name in all_names(columns):
            if names.count(name) > 1:
                raise ValueError(
                    f"The frame has {names.count(name)} columns {name!r}: rename all "
                    f"but one."
                )
        self.session = frame.sparkSession
        self._columns = columns
        needed = {
            field.name: field.dataType
            for field in frame.schema.fields
            if field.name in all_names(columns)
        }
        # Names by place: dots, backticks and capitals mean something to Spark.
        self._plain = {name: f"c{place}" for place, name in enumerate(names)}
        self._frame = frame.toDF(*(f"c{place}" for place in range(len(names))))
        self.types = {name: kind.typeName() for name, kind in needed.items()}
        shown = {name: kind.simpleString() for name, kind in needed.items()}
        _TYPES.check(columns, self.types, shown, gap)
        self._stamp, self._longest = self._read_times(gap)
        visitor = f"xxhash64({', '.join(map(self._read, users_of(columns)))})"
        self._fingerprint: str | None = None
        self.events = self._frame.selectExpr(
            f"{visitor} AS visitor",
            f"{self._stamp} AS stamp",
            f"{self._read(columns['title'])} AS title",
            f"{self._read_category()} AS category",
        )

    def is_pause(self, before: str) -> str:
        """Give SQL that tells whether a stamp comes too late after one before."""
        kind = self._kind(self._columns["time"])
        if kind == "timestamp_ntz":
            # Numbers of such times would depend on a time zone.
            longest = f"{min(self._longest, _LARGEST)}L * INTERVAL '0.000001' SECOND"
            return f"coalesce(stamp - {before} > {longest}, false)"
        if kind in _TYPES.floats:
            longest = f"double('{self._longest!r}')"
            return f"coalesce(stamp - {before} > {longest}, false)"
        # A difference of 64 bits that does not fit into them is NULL: a long pause.
        if self._longest >= _LARGEST:
            return "false"
        pause = f"try_subtract(stamp, {before}) > {self._longest}L"
        return f"({before} IS NOT NULL AND coalesce({pause}, true))"

    def has_categories(self, *, of_str: bool) -> bool:
        """Tell whether an event has a category that is a str, or one that is not."""
        name = self._columns.get("category")
        if name is None or (self._kind(name) in _TYPES.texts) != of_str:
            return False
        return self.events.where("category IS NOT NULL").first() is not None

    def fingerprint(self) -> str:
        """Give a hash of the events, and check that none lacks a value.

        It depends neither on the order of events nor on the types of columns.

        Raises
        ------
        ValueError
            If there is no event, or one has no user, time or title; the error names the
            column and the number of such events.
        """
        if self._fingerprint is None:
            self._fingerprint = self._find_fingerprint()
        return self._fingerprint

    def _find_fingerprint(self) -> str:
        from pyspark.sql import functions as F

        tests = self._missing_tests()
        row_hash = f"xxhash64({', '.join(self._plain_values())})"
        n_rows, mixed, added, *n_missing = (
            self._frame.selectExpr(
                f"{row_hash} AS row_hash",
                *(f"{test} AS m{i}" for i, (_, _, test) in enumerate(tests)),
            )
            .agg(
                F.expr("count(*)"),
                F.expr("bit_xor(row_hash)"),
                F.expr("sum(pmod(row_hash, 1000003L))"),
                *(F.expr(f"count_if(m{i})") for i in range(len(tests))),
            )
            .first()
        )
        if not n_rows:
            raise ValueError("There is no session: the log has no rows.")
        for (role, name, _), n in zip(tests, n_missing, strict=True):
            if n:
                raise missing_values(role, name, n, n_rows, "")
        return f"spark-{n_rows}-{mixed % 2**64:016x}-{added}"

    def _plain_values(self) -> list[str]:
        """Give SQL for the values of an event, whatever the types of columns are."""
        is_number = self._kind(self._columns["time"]) not in _TYPES.times
        stamp = f"CAST({self._stamp} AS DOUBLE)" if is_number else self._stamp
        labels = [(self._read(name), name) for name in users_of(self._columns)]
        if "category" in self._columns:
            labels.append((self._read_category(), self._columns["category"]))
        texts = [_TYPES.as_text(sql, self._kind(name)) for sql, name in labels]
        return [stamp, self._read(self._columns["title"]), *texts]

    def _missing_tests(self) -> list[tuple[str, str, str]]:
        """Give role, column and SQL for each column that must not miss values."""
        tests = []
        for role, name in needed_columns(self._columns):
            column = self._plain[name]
            test = f"{column} IS NULL"
            if self._kind(name) in _TYPES.floats:
                test += f" OR isnan({column})"
                if role == "time":
                    test += f" OR abs({column}) = double('inf')"
            tests.append((role, name, f"({test})"))
        return tests

    def _read_times(self, gap: Any) -> tuple[str, float]:
        """Give SQL for a time that sorts, and the longest pause in its unit."""
        name = self._columns["time"]
        kind, column = self._kind(name), self._plain[name]
        if kind in _TYPES.times:
            stamp = {
                "date": f"unix_date({column}) * {_MICROSECONDS_PER_DAY}L",
                "timestamp": f"unix_micros({column})",
                "timestamp_ntz": column,
            }[kind]
            return stamp, math.floor(parse_gap(gap) * _MICROSECONDS)
        if kind in _TYPES.floats:
            return f"CAST({column} AS DOUBLE)", float(gap)
        return f"CAST({column} AS BIGINT)", math.floor(gap)

    def _read_category(self) -> str:
        name = self._columns.get("category")
        if name is None:
            return "CAST(NULL AS INT)"
        column = self._read(name)
        if self._kind(name) in _TYPES.floats:
            return f"CASE WHEN NOT isnan({column}) THEN {column} END"
        return column

    def _read(self, name: str) -> str:
        """Give SQL for a column; text is told apart byte by byte."""
        column = self._plain[name]
        return (
            f"CAST({column} AS STRING)" if self._kind(name) in _TYPES.texts else column
        )

    def _kind(self, name: str) -> str:
        return self.types[name]
