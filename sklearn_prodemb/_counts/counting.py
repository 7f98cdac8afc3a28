"""From an event log to counts of pairs, by DuckDB, step by step.

Each step is a table or a file that is there as a whole or not at all, so that a count
that was killed continues after its last finished step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from .._utils.database import parquet, quote
from .._utils.files import sync
from .folder import (
    ON_DISK,
    TITLES,
    CountConfig,
    CountsFile,
    Manifest,
    Part,
    begin_anew,
    describe_file,
)
from .log import Log

# A part is read at once when vectors are learned, by each thread one.
PAIRS_PER_PART = 4_000_000
_EVENTS_PER_BUCKET = 1_000_000

Stage = Callable[[str], AbstractContextManager[Any]]


class Counting:
    """Counts a log into a folder.

    Parameters
    ----------
    database : DuckDBPyConnection
        Keeps the steps that are done.
    log : Log
        The events.
    config : CountConfig
        What is counted.
    folder : Path
        Where the files are put.
    stage : callable
        Called with the name of each step; gives the context in which it runs.
    """

    def __init__(
        self, database: Any, log: Log, config: CountConfig, folder: Path, stage: Stage
    ) -> None:
        self.log = log
        self._database = database
        self._config = config
        self._folder = folder
        self._stage = stage

    def run(self) -> Manifest:
        """Do all steps that are not done, and describe the folder."""
        with self._stage("log"):
            self._begin(self.log.fingerprint())
        with self._stage("titles"):
            self._number_titles()
        with self._stage("events"):
            self._read_events()
        with self._stage("sessions"):
            self._cut_sessions()
        with self._stage("pairs"):
            parts = self._count_pairs()
        titles = self._write_titles()
        n_sessions, n_pairs = self._one(
            "SELECT sum(n_sessions)::BIGINT, sum(n_pairs)::BIGINT FROM buckets"
        )
        return Manifest(
            config=self._config,
            n_sessions=n_sessions,
            n_pairs=n_pairs,
            n_products=titles.n_rows,
            titles=titles,
            parts=parts,
            logs=[self.log.fingerprint()],
        )

    def _begin(self, fingerprint: str) -> None:
        """Go on with what is there if it is of this log, else delete it."""
        key = self._config.key(fingerprint, self.log.types)
        tables = self._tables()
        known = "begun" in tables and self._one("SELECT key FROM begun")[0]
        if known == key:
            return
        for table in tables:
            self._database.execute(f"DROP TABLE {table}")
        begin_anew(self._folder, ON_DISK, is_other=bool(known))
        self._database.execute(f"CREATE TABLE begun AS SELECT {quote(key)} AS key")

    def _number_titles(self) -> None:
        # A title has the category that it has most often.
        self._make(
            "titles",
            f"""
            SELECT (row_number() OVER () - 1)::INTEGER AS code, title, first(
                category ORDER BY category IS NULL, n DESC, category
            ) AS category
            FROM (
                SELECT title, category, count(*) AS n FROM {self.log.view} GROUP BY ALL
            )
            GROUP BY title
            """,
        )

    def _read_events(self) -> None:
        # Events at one time are in the order of rows.
        self._make(
            "events",
            f"""
            SELECT event, visitor, stamp, code AS title
            FROM (
                SELECT row_number() OVER () AS event, visitor, stamp, title
                FROM {self.log.view}
            )
            JOIN titles USING (title)
            """,
        )

    def _cut_sessions(self) -> None:
        """Find the distinct titles of each session, one share of users at a time."""
        n_events = self._one("SELECT count(*) FROM events")[0]
        n_buckets = max(1, math.ceil(n_events / _EVENTS_PER_BUCKET))
        if "buckets" not in self._tables():
            self._database.execute(
                """
                BEGIN;
                CREATE TABLE views (session BIGINT, title INTEGER, weight FLOAT);
                CREATE TABLE buckets (
                    number INTEGER, n_sessions BIGINT, n_pairs BIGINT
                );
                COMMIT;
                """
            )
        done = {number for (number,) in self._all("SELECT number FROM buckets")}
        longest = self._config.max_session_length or 2**62
        for number in set(range(n_buckets)) - done:
            # A session begins where a user pauses; it holds each title once, at the
            # place where it was first; it is named by its first event.
            self._database.execute(
                f"""
                CREATE OR REPLACE TEMP TABLE cut AS
                WITH pauses AS (
                    SELECT *, {self.log.is_pause("lag(stamp) OVER in_time")} AS begins
                    FROM events WHERE visitor % {n_buckets} = {number}
                    WINDOW in_time AS (PARTITION BY visitor ORDER BY stamp, event)
                ),
                visits AS (
                    SELECT visitor, title, event,
                        count_if(begins) OVER in_time AS visit,
                        row_number() OVER in_time AS place
                    FROM pauses
                    WINDOW in_time AS (PARTITION BY visitor ORDER BY stamp, event)
                ),
                distinct_titles AS (
                    SELECT visitor, visit, title, min(place) AS place,
                        min(event) AS event
                    FROM visits GROUP BY ALL
                ),
                places AS (
                    SELECT *, row_number() OVER (
                        PARTITION BY visitor, visit ORDER BY place
                    ) AS number
                    FROM distinct_titles
                )
                SELECT title, min(event) OVER in_session AS session,
                    count(*) OVER in_session AS n
                FROM places WHERE number <= {longest}
                WINDOW in_session AS (PARTITION BY visitor, visit)
                """
            )
            self._database.execute(
                f"""
                BEGIN;
                INSERT INTO views
                SELECT session, title, 1 / (n - 1) FROM cut WHERE n > 1;
                INSERT INTO buckets SELECT {number}, count(DISTINCT session),
                    (coalesce(sum(n - 1), 0) / 2)::BIGINT
                FROM cut;
                COMMIT;
                DROP TABLE cut;
                """
            )

    def _count_pairs(self) -> list[Part]:
        """Count the pairs of some titles at a time, each part into its own file."""
        found = self._database.execute(
            "SELECT title, sum(1 / weight) AS n FROM views GROUP BY title"
        ).fetchnumpy()
        n_titles = self._one("SELECT count(*) FROM titles")[0]
        n_pairs = np.zeros(n_titles)
        n_pairs[found["title"]] = found["n"]
        return [
            write_part(
                self._database,
                f"""
                SELECT of_first.title AS "left", of_other.title AS "right",
                    sum(of_first.weight)::FLOAT AS weight
                FROM (
                    SELECT * FROM views WHERE title >= {first} AND title < {end}
                ) of_first
                JOIN views of_other USING (session)
                WHERE of_first.title != of_other.title
                GROUP BY ALL
                """,
                first,
                end,
                self._folder / f"pairs-0-{first}.parquet",
            )
            for first, end in cut_parts(n_pairs)
        ]

    def _write_titles(self) -> CountsFile:
        path = self._folder / TITLES
        copy(
            self._database,
            """
            SELECT title, category, coalesce(n_sessions, 0)::DOUBLE AS n_sessions
            FROM titles LEFT JOIN (
                SELECT title AS code, count(*) AS n_sessions FROM views GROUP BY title
            ) USING (code)
            ORDER BY code
            """,
            path,
        )
        return describe_file(path, self._one("SELECT count(*) FROM titles")[0])

    def _make(self, table: str, query: str) -> None:
        if table not in self._tables():
            self._database.execute(f"CREATE TABLE {table} AS {query}")

    def _tables(self) -> list[str]:
        return [
            name
            for (name,) in self._all(
                "SELECT table_name FROM duckdb_tables() WHERE NOT temporary"
            )
        ]

    def _all(self, query: str) -> Iterator[tuple[Any, ...]]:
        return iter(self._database.execute(query).fetchall())

    def _one(self, query: str) -> tuple[Any, ...]:
        return next(self._all(query))


def cut_parts(n_pairs: np.ndarray) -> list[tuple[int, int]]:
    """Cut titles with so many pairs into parts of about `PAIRS_PER_PART`."""
    ends = np.cumsum(n_pairs)
    number = (ends - n_pairs / 2) // PAIRS_PER_PART
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    return list(pairwise([*starts.tolist(), len(n_pairs)]))


def write_part(database: Any, query: str, first: int, end: int, path: Path) -> Part:
    """Write the pairs that a query gives, sorted, unless the file is there."""
    if not path.exists():
        copy(database, f'{query} ORDER BY "left", "right"', path)
    n_rows = database.execute(f"SELECT count(*) FROM {parquet(path)}").fetchone()[0]
    return Part(first, end, describe_file(path, n_rows))


def copy(database: Any, query: str, path: Path) -> None:
    """Write what a query gives to a Parquet file that is whole or not there."""
    partial = path.with_suffix(".partial")
    database.execute(f"COPY ({query}) TO {quote(str(partial))} (FORMAT parquet)")
    with partial.open("r+b") as file:
        sync(file)
    partial.replace(path)
