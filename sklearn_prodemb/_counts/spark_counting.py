"""From an event log in Spark to counts of pairs: steps that Spark computes and keeps.

Each step is a folder of Parquet files that Spark marks as complete, so that a count
that was stopped continues after its last finished step. The driver holds no rows:
it moves files to their places, and DuckDB puts titles in order there.
"""

from __future__ import annotations

import errno
import math
import shutil
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .._utils.database import connect, parquet
from .._utils.files import replacing, sync
from .counting import Stage, copy, cut_parts, write_part
from .folder import (
    SPARK,
    TITLES,
    CountConfig,
    CountsFile,
    Manifest,
    Part,
    begin_anew,
    describe_file,
)
from .spark_log import SparkLog

_DONE = "_SUCCESS"
# Spark numbers rows within a partition by the low bits, partitions by the high ones.
_ROW_BITS = 33
# Parts are cut between blocks of titles: their table must fit into each executor.
_MOST_BLOCKS = 2**16
# So many numbers a partition hold one that Spark's hash sends there, for certain.
_NUMBERS_PER_PARTITION = 64
# A pair is one number, which Spark sorts several times as fast as two.
_LEFT_BITS = 32


class SparkCounting:
    """Counts a log into a folder.

    Parameters
    ----------
    log : SparkLog
        The events.
    config : CountConfig
        What is counted.
    folder : Path
        Where the files are put, on a file system that all executors share.
    memory_limit : str
        The memory that DuckDB may take on the driver, to put the titles in order.
    stage : callable
        Called with the name of each step; gives the context in which it runs.
    """

    def __init__(
        self,
        log: SparkLog,
        config: CountConfig,
        folder: Path,
        memory_limit: str,
        stage: Stage,
    ) -> None:
        self.log = log
        self._config = config
        self._folder = folder
        self._work = folder.absolute() / SPARK
        self._memory_limit = memory_limit
        self._stage = stage

    def run(self) -> Manifest:
        """Do all steps that are not done, and describe the folder.

        Raises
        ------
        OSError
            If the driver does not find what executors wrote.
        ValueError
            If the log lacks values or `memory_limit` cannot be read.
        """
        # A limit that cannot be read is told before anything slow begins.
        connect(memory_limit=self._memory_limit).close()
        with self._stage("log"):
            fingerprint = self.log.fingerprint()
            self._begin(fingerprint)
        with self._stage("titles"):
            self._find_titles()
        with self._stage("sessions"):
            self._cut_sessions()
            self._describe_titles()
        with (
            closing(
                connect(self._work / "driver.duckdb", memory_limit=self._memory_limit)
            ) as database,
            self._stage("pairs"),
        ):
            parts = self._count_pairs(database)
            titles = self._write_titles(database)
            n_sessions, n_pairs = self._totals()
        return Manifest(
            config=self._config,
            n_sessions=n_sessions,
            n_pairs=n_pairs,
            n_products=titles.n_rows,
            titles=titles,
            parts=parts,
            logs=[fingerprint],
        )

    def _begin(self, fingerprint: str) -> None:
        """Go on with what is there if it is of this log, else delete it."""
        key = self._config.key(fingerprint, self.log.types)
        begun = self._work / "begun.json"
        known = begun.read_text(encoding="utf-8") if begun.exists() else None
        if known == key:
            return
        begin_anew(self._folder, (), is_other=known is not None)
        self._work.mkdir()
        with replacing(begun) as file:
            file.write(key.encode())

    def _find_titles(self) -> None:
        """Sort titles, each with the category that it has most often."""
        from pyspark.sql import functions as F

        best = (
            "min_by(category, struct(category IS NULL, -count, category)) AS category"
        )
        titles = (
            self.log.events.groupBy("title", "category")
            .count()
            .groupBy("title")
            .agg(F.expr(best))
            .orderBy("title")
            .selectExpr("monotonically_increasing_id() AS id", "title", "category")
        )
        self._make("titles", titles)

    @cached_property
    def _starts(self) -> list[tuple[int, int, int]]:
        """Number, first title and number of titles of each file of titles."""
        found = (
            self._read("titles")
            .groupBy(self._expr(f"shiftright(id, {_ROW_BITS}) AS place"))
            .count()
            .collect()
        )
        starts, start = [], 0
        for place, n in sorted(tuple(row) for row in found):
            starts.append((place, start, n))
            start += n
        return starts

    @property
    def _n_titles(self) -> int:
        return sum(n for _, _, n in self._starts)

    def _cut_sessions(self) -> None:
        """Find the distinct titles of each session, as numbers."""
        from pyspark.sql import functions as F

        starts = self._frame(self._starts, "place long, start long, n long")
        codes = (
            self._read("titles")
            .withColumn("place", F.expr(f"shiftright(id, {_ROW_BITS})"))
            .join(F.broadcast(starts), "place")
            .selectExpr(
                "title", f"CAST(start + (id & {2**_ROW_BITS - 1}L) AS INT) AS code"
            )
        )
        # Titles are numbered in their order, which tells events at one time apart.
        in_time = "OVER (PARTITION BY visitor ORDER BY stamp, code"
        before = f"lag(stamp) {in_time})"
        longest = self._config.max_session_length or 2**31 - 1
        sessions = (
            self.log.events.select("visitor", "stamp", "title")
            .join(codes, "title")
            .selectExpr("visitor", "stamp", "code", f"{before} AS before")
            .selectExpr("*", f"int({self.log.is_pause('before')}) AS begins")
            .selectExpr(
                "visitor",
                "stamp",
                "code",
                f"sum(begins) {in_time} ROWS UNBOUNDED PRECEDING) AS visit",
            )
            .groupBy("visitor", "visit")
            .agg(F.expr("sort_array(collect_list(struct(stamp, code))) AS seen"))
            # A session holds each title once, at the place where it was first.
            .selectExpr(f"slice(array_distinct(seen.code), 1, {longest}) AS codes")
        )
        self._make("sessions", sessions)

    def _describe_titles(self) -> None:
        """Count the sessions of two or more, and the pairs, of each title."""
        from pyspark.sql import functions as F

        statistics = (
            self._read("sessions")
            .where("size(codes) > 1")
            .selectExpr("size(codes) - 1 AS n", "explode(codes) AS code")
            .groupBy("code")
            .agg(F.expr("count(*) AS n_sessions"), F.expr("sum(n) AS n_pairs"))
        )
        self._make("statistics", statistics)

    def _count_pairs(self, database: Any) -> list[Part]:
        """Count the pairs, each part into a file of its own."""
        from pyspark.sql import functions as F

        titles_per_block = max(1, math.ceil(self._n_titles / _MOST_BLOCKS))
        n_pairs = self._pairs_of_blocks(database, titles_per_block)
        bounds = cut_parts(n_pairs)
        of_blocks = np.repeat(
            self._find_keys(len(bounds)), [end - begin for begin, end in bounds]
        )
        keys = self._frame(list(enumerate(of_blocks.tolist())), "block long, key int")
        # A session goes to the part of each of its titles as a whole: its titles take
        # fewer bytes on the way than its pairs would.
        pairs = (
            self._read("sessions")
            .where("size(codes) > 1")
            .selectExpr("codes", "explode(codes) AS title")
            .withColumn("block", F.expr(f"title div {titles_per_block}"))
            .join(F.broadcast(keys), "block")
            .select("key", "title", "codes")
            .repartition(len(bounds), "key")
            .selectExpr(
                "key",
                "title",
                "1 / double(size(codes) - 1) AS weight",
                "explode(codes) AS mate",
            )
            .where("title != mate")
            .selectExpr(
                "key",
                f"shiftleft(bigint(title), {_LEFT_BITS}) | mate AS pair",
                "weight",
            )
            .groupBy("key", "pair")
            .agg(F.expr("float(sum(weight)) AS weight"))
            .sortWithinPartitions("pair")
            .selectExpr(
                f"int(shiftright(pair, {_LEFT_BITS})) AS left",
                f"int(pair & {2**_LEFT_BITS - 1}L) AS right",
                "weight",
            )
        )
        self._make("pairs", pairs)
        return [
            self._take_part(
                database,
                number,
                begin * titles_per_block,
                min(end * titles_per_block, self._n_titles),
                has_pairs=bool(n_pairs[begin:end].any()),
            )
            for number, (begin, end) in enumerate(bounds)
        ]

    def _find_keys(self, n_partitions: int) -> list[int]:
        """Find a number for each partition that Spark sends there by its hash."""
        found = (
            self.log.session.range(_NUMBERS_PER_PARTITION * n_partitions)
            .selectExpr("int(id) AS key", f"pmod(hash(int(id)), {n_partitions}) AS p")
            .groupBy("p")
            .agg(self._expr("min(key)"))
            .collect()
        )
        return [key for _, key in sorted(tuple(row) for row in found)]

    def _pairs_of_blocks(self, database: Any, titles_per_block: int) -> np.ndarray:
        """Count the pairs of each block of titles."""
        found = database.execute(
            f"""
            SELECT code // {titles_per_block} AS block, sum(n_pairs)::DOUBLE AS n
            FROM {self._files("statistics")} GROUP BY ALL
            """
        ).fetchnumpy()
        n_pairs = np.zeros(math.ceil(self._n_titles / titles_per_block))
        n_pairs[found["block"]] = found["n"]
        return n_pairs

    def _take_part(
        self, database: Any, number: int, first: int, end: int, *, has_pairs: bool
    ) -> Part:
        """Move a part to its place, unless it is there."""
        path = self._folder / f"pairs-0-{first}.parquet"
        # Spark writes a file a partition, and none if that is empty.
        found = list((self._work / "pairs").glob(f"part-{number:05d}-*.parquet"))
        if has_pairs and not found and not path.exists():
            raise self._unseen(self._work / "pairs")
        if has_pairs and found and not path.exists():
            with found[0].open("r+b") as file:
                sync(file)
            shutil.move(found[0], path)
        nothing = 'SELECT 0 AS "left", 0 AS "right", 0::FLOAT AS weight WHERE false'
        return write_part(database, nothing, first, end, path)

    def _write_titles(self, database: Any) -> CountsFile:
        path = self._folder / TITLES
        copy(
            database,
            f"""
            SELECT title, category, coalesce(n_sessions, 0)::DOUBLE AS n_sessions
            FROM (
                SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS code, title,
                    category
                FROM {self._files("titles")}
            )
            LEFT JOIN {self._files("statistics")} USING (code)
            ORDER BY code
            """,
            path,
        )
        return describe_file(path, self._n_titles)

    def _totals(self) -> tuple[int, int]:
        """Count sessions and unordered pairs."""
        n = "bigint(size(codes))"
        n_sessions, n_pairs = (
            self._read("sessions")
            .agg(self._expr("count(*)"), self._expr(f"sum({n} * ({n} - 1) div 2)"))
            .first()
        )
        return n_sessions, n_pairs

    def _make(self, step: str, frame: Any) -> None:
        """Compute a step, unless it is done."""
        path = self._work / step
        if (path / _DONE).exists():
            return
        shutil.rmtree(path, ignore_errors=True)
        frame.write.mode("overwrite").option("maxRecordsPerFile", 0).parquet(_uri(path))
        if not any(path.glob("*.parquet")):
            raise self._unseen(path)

    def _unseen(self, path: Path) -> OSError:
        return FileNotFoundError(
            errno.ENOENT,
            "The driver does not see what executors wrote: path must be on a file "
            "system that all machines share",
            str(path),
        )

    def _read(self, step: str) -> Any:
        return self.log.session.read.parquet(_uri(self._work / step))

    def _files(self, step: str) -> str:
        """Give SQL that reads a step in DuckDB."""
        return parquet(*sorted((self._work / step).glob("*.parquet")))

    def _frame(self, rows: list[Any], schema: str) -> Any:
        return self.log.session.createDataFrame(rows, schema)

    def _expr(self, text: str) -> Any:
        from pyspark.sql import functions as F

        return F.expr(text)


def _uri(path: Path) -> str:
    # A bare path would be one of the cluster's own file system.
    return f"file://{path.as_posix()}"
