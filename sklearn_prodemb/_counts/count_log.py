"""Count any log into a folder, and go on with what was done there before."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .._utils.database import connect, plain_errors
from .._utils.files import naming
from .._utils.manifest import MANIFEST
from .._utils.validation import is_spark_frame
from .counting import Counting, Stage
from .folder import (
    DATABASE,
    FRAME,
    CountConfig,
    Manifest,
    delete_work,
    read_manifest,
)
from .log import Log, write_log
from .spark_counting import SparkCounting
from .spark_log import SparkLog


def count_log(
    log: Any,
    config: CountConfig,
    folder: Path,
    memory_limit: str,
    stage: Stage,
    known_logs: Sequence[str] = (),
    has_texts: bool | None = None,
) -> Manifest:
    """Count a log, by Spark if it is a frame of Spark, else by DuckDB.

    Parameters
    ----------
    log : str, path-like or data frame
        The events.
    config : CountConfig
        What is counted.
    folder : Path
        Where the counts are put, and all that a count that is stopped needs to go on.
    memory_limit : str
        The memory that DuckDB may take.
    stage : callable
        Called with the name of each step; gives the context in which it runs.
    known_logs : sequence of str, default=()
        The fingerprints of logs that were counted before.
    has_texts : bool or None, default=None
        Whether their categories are str, not numbers; None if they have none.

    Returns
    -------
    manifest : Manifest
        What the folder holds; the manifest is written.

    Raises
    ------
    TypeError, ValueError, OSError, MemoryError, InvalidFileError
        As `SessionCounts.from_events`; also a ValueError if the log is known, and a
        TypeError if its categories are str and those before numbers, or the reverse.
    """
    engine = _on_spark if is_spark_frame(log) else _on_disk
    # A limit that cannot be read is told before anything slow begins.
    connect(memory_limit=memory_limit).close()
    with naming(folder), plain_errors(folder):
        try:
            with engine(log, config, folder, memory_limit, stage) as counting:
                if has_texts is not None and counting.log.has_categories(
                    of_str=not has_texts
                ):
                    raise _categories_differ(has_texts)
                fingerprint = counting.log.fingerprint()
                if fingerprint in known_logs:
                    raise KnownLogError(fingerprint)
                manifest = _finished(folder, fingerprint, config)
                if manifest is None:
                    manifest = counting.run()
                    manifest.write(folder)
        except (TypeError, ValueError):
            # What is wrong with the log is no start to go on from.
            delete_work(folder)
            raise
        delete_work(folder)
    return manifest


def _categories_differ(has_texts: bool) -> TypeError:
    before, now = ("str", "numbers") if has_texts else ("numbers", "str")
    return TypeError(
        f"Categories must be all str or all numbers: those of the earlier logs are "
        f"{before} and those of the further log {now}."
    )


class KnownLogError(ValueError):
    """A log that was counted before.

    Parameters
    ----------
    fingerprint : str
        Its hash.
    """

    def __init__(self, fingerprint: str) -> None:
        super().__init__("The log was added before: its events would count twice.")
        self.fingerprint = fingerprint


@contextmanager
def _on_disk(
    log: Any, config: CountConfig, folder: Path, memory_limit: str, stage: Stage
) -> Iterator[Counting]:
    is_path = isinstance(log, (str, os.PathLike))
    if is_path:
        source = os.fspath(log)
    else:
        source = str(folder / FRAME)
        write_log(log, config.columns, source)
    with connect(folder / DATABASE, memory_limit=memory_limit) as database:
        opened = Log(database, source, config.columns, config.gap)
        yield Counting(database, opened, config, folder, stage)


@contextmanager
def _on_spark(
    log: Any, config: CountConfig, folder: Path, memory_limit: str, stage: Stage
) -> Iterator[SparkCounting]:
    opened = SparkLog(log, config.columns, config.gap)
    yield SparkCounting(opened, config, folder, memory_limit, stage)


def _finished(folder: Path, fingerprint: str, config: CountConfig) -> Manifest | None:
    """Give what a folder holds if it is the counts of this log, else forget it."""
    try:
        manifest = read_manifest(folder)
    except FileNotFoundError:
        return None
    if manifest.logs == [fingerprint] and manifest.config == config:
        return manifest
    (folder / MANIFEST).unlink()
    return None
