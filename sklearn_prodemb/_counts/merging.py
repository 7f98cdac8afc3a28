"""Add the counts of a further log to those of earlier ones, part by part."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from .._utils.database import connect, parquet, plain_errors
from .counting import PAIRS_PER_PART, Stage, copy, cut_parts, write_part
from .folder import CountsFile, Manifest, Part, check_file, describe_file

# Decay never makes a weight zero; pairs that weigh less say nothing any more.
_LEAST_WEIGHT = 1e-4


def merge(
    folder: Path,
    before: Manifest,
    work: Path,
    further: Manifest,
    decay: float,
    memory_limit: str,
    stage: Stage,
) -> Manifest:
    """Write the sum of two counts beside the first.

    Files have names that tell what was merged, and are whole or not there: a merge that
    was stopped continues after the last one that is.

    Parameters
    ----------
    folder, before
        The earlier counts.
    work, further
        Those of the further log; its titles have numbers of its own.
    decay : float
        What earlier counts are multiplied by.
    memory_limit : str
        The memory that DuckDB may take.
    stage : callable
        Called with the name of each step; gives the context in which it runs.

    Returns
    -------
    manifest : Manifest
        What the folder holds once the manifest is written.

    Raises
    ------
    InvalidFileError
        If a file is damaged.
    """
    for place, manifest in ((folder, before), (work, further)):
        for file in manifest.files:
            check_file(place, file)
    key = f"{before.fingerprint} {further.fingerprint} {decay}"
    name = blake2b(key.encode(), digest_size=6).hexdigest()
    path = work / "merging.duckdb"
    path.unlink(missing_ok=True)
    with connect(path, memory_limit=memory_limit) as database, plain_errors(folder):
        merging = _Merging(database, folder, before, work, further, decay, name)
        with stage("titles"):
            merging.number_titles()
            titles = merging.write_titles()
        with stage("pairs"):
            parts = merging.write_pairs(titles.n_rows)
    return before.changed(
        n_sessions=before.n_sessions + further.n_sessions,
        n_pairs=before.n_pairs + further.n_pairs,
        n_products=titles.n_rows,
        titles=titles,
        parts=parts,
        logs=[*before.logs, *further.logs],
    )


class _Merging:
    """The steps of a merge, on one database."""

    def __init__(
        self,
        database: Any,
        folder: Path,
        before: Manifest,
        work: Path,
        further: Manifest,
        decay: float,
        name: str,
    ) -> None:
        self._database = database
        self._folder = folder
        self._before = before
        self._work = work
        self._further = further
        self._decay = decay
        self._name = name

    def number_titles(self) -> None:
        """Give new titles the numbers behind the old ones, and number all pairs so."""
        for table, place, manifest in (
            ("old", self._folder, self._before),
            ("new", self._work, self._further),
        ):
            file = parquet(place / manifest.titles.name)
            self._database.execute(
                f"""
                CREATE TABLE {table} AS
                SELECT (row_number() OVER () - 1)::INTEGER AS code, * FROM {file}
                """
            )
        n_old = self._before.n_products
        self._database.execute(
            f"""
            CREATE TABLE codes AS SELECT new.code, coalesce(
                old.code, {n_old - 1} + count_if(old.code IS NULL) OVER (
                    ORDER BY new.code ROWS UNBOUNDED PRECEDING
                )
            )::INTEGER AS number
            FROM new LEFT JOIN old USING (title)
            """
        )
        files = [self._work / part.file.name for part in self._further.parts]
        self._database.execute(
            f"""
            CREATE TABLE further AS
            SELECT a.number AS "left", b.number AS "right", weight
            FROM {parquet(*files)} pairs
            JOIN codes a ON pairs."left" = a.code JOIN codes b ON pairs."right" = b.code
            """
        )

    def write_titles(self) -> CountsFile:
        """Write all titles, each with its category in the newest log that has one."""
        path = self._folder / f"titles-{self._name}.parquet"
        # A column without any category may be of another type than that of the other.
        known = [t for t in ("new", "old") if self._one(f"count(category) FROM {t}")]
        categories = ", ".join(f"{table}.category" for table in known)
        copy(
            self._database,
            f"""
            SELECT coalesce(old.title, new.title) AS title,
                coalesce({categories or "NULL::INTEGER"}) AS category,
                coalesce(old.n_sessions, 0) * {self._decay}
                    + coalesce(new.n_sessions, 0) AS n_sessions
            FROM old FULL JOIN (
                SELECT number, new.* FROM new JOIN codes USING (code)
            ) new ON old.code = new.number
            ORDER BY coalesce(old.code, new.number)
            """,
            path,
        )
        return describe_file(path, self._one(f"count(*) FROM {parquet(path)}"))

    def write_pairs(self, n_products: int) -> list[Part]:
        """Write all parts: those of old titles, and further ones of new titles."""
        parts = []
        for part in self._before.parts:
            old = parquet(self._folder / part.file.name)
            parts += self._write(
                f"""
                SELECT "left", "right", sum(weight)::FLOAT AS weight FROM (
                    SELECT "left", "right", weight * {self._decay} AS weight FROM {old}
                    UNION ALL
                    SELECT "left", "right", weight FROM further
                    WHERE "left" >= {part.first} AND "left" < {part.end}
                )
                GROUP BY ALL HAVING sum(weight) > {_LEAST_WEIGHT}
                """,
                part.first,
                part.end,
            )
        if n_products > self._before.n_products:
            first = self._before.n_products
            query = f'SELECT * FROM further WHERE "left" >= {first}'
            parts += self._write(query, first, n_products)
        return parts

    def _write(self, query: str, first: int, end: int) -> list[Part]:
        """Write the pairs of some titles, as several parts if they are too many."""
        self._database.execute(f"CREATE OR REPLACE TEMP TABLE merged AS {query}")
        found = self._database.execute(
            'SELECT "left" AS title, count(*) AS n FROM merged GROUP BY ALL'
        ).fetchnumpy()
        n_pairs = np.zeros(end - first)
        n_pairs[found["title"] - first] = found["n"]
        bounds = [(0, end - first)]
        # Parts grow day by day; some more than planned do no harm.
        if n_pairs.sum() > 2 * PAIRS_PER_PART:
            bounds = cut_parts(n_pairs)
        return [
            write_part(
                self._database,
                f"""
                SELECT * FROM merged
                WHERE "left" >= {first + begin} AND "left" < {first + stop}
                """,
                first + begin,
                first + stop,
                self._folder / f"pairs-{self._name}-{first + begin}.parquet",
            )
            for begin, stop in bounds
        ]

    def _one(self, query: str) -> int:
        return int(self._database.execute(f"SELECT {query}").fetchone()[0])
