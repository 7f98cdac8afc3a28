"""What a fit needs of a log: its titles, and how often two were seen together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from .._public import public
from .._utils.manifest import MANIFEST, holder_of
from .._utils.most_frequent import most_frequent
from .._utils.validation import describe, is_number
from ..exceptions import InvalidFileError
from .folder import (
    LOCK,
    WORK,
    CountConfig,
    Manifest,
    Part,
    delete_others,
    locked,
    read_manifest,
)
from .stored import StoredCounts

# What counts and merges is imported when it does: who embeds titles needs none of it.
if TYPE_CHECKING:
    from .counting import Stage


@public
class SessionCounts:
    """The titles of a large log, and which were seen together, counted on disk.

    `SpectralEmbedder` and `ProductEmbedder` need only the distinct titles of a log and
    weighted counts of pairs of titles. A session of n distinct titles gives each of its
    pairs the weight 1 / (n - 1). DuckDB makes the counts in bounded memory, and they
    are kept in a folder of Parquet files. A new day can be added without the old days.
    The counts hold no product ids. Build one with `from_events`; the constructor is not
    meant to be called.

    Attributes
    ----------
    path : Path
        The folder.
    n_sessions : int
        Number of sessions, including those of a single title.
    n_products : int
        Number of distinct titles.
    n_pairs : int
        Number of unordered pairs of distinct titles within the sessions, as they were
        truncated.
    max_session_length : int or None
        How many titles of a session were used, from the first on.
    titles : ndarray of object (str), shape (n_products,)
        The distinct titles.
    categories : ndarray, shape (n_categories,)
        The distinct categories, sorted.
    category_codes : ndarray of int32, shape (n_products,)
        The category that each title has most often, as a number into `categories`, -1
        if it has none.

    See Also
    --------
    Sessions : The sessions themselves, in memory.
    """

    path: Path

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError(
            "SessionCounts is built with SessionCounts.from_events(log, user=..., "
            "time=..., title=..., path=...) or SessionCounts.load(path)."
        )

    @classmethod
    def from_events(
        cls,
        log: Any,
        *,
        user: str | list[str],
        time: str,
        title: str,
        path: str | os.PathLike[str],
        category: str | None = None,
        gap: Any = "30min",
        max_session_length: int | None = 100,
        memory_limit: str = "2GB",
        verbose: bool = False,
    ) -> Self:
        """Split an event log into sessions at each pause of a user, and count them.

        Parameters
        ----------
        log : str, path-like or data frame
            A Parquet or CSV file, a glob of such files, any eager or lazy data frame
            that narwhals reads (pandas, polars, pyarrow, DuckDB), or a frame of Spark,
            which is counted on its cluster.
        user : str or list of str
            The column that identifies a user, or several that do so together.
        time : str
            The column of time stamps: datetimes, dates, whole numbers or floats.
        title : str
            The column of titles.
        path : str or path-like
            The folder in which counts are kept. It must not exist, or be empty, or hold
            a stopped count of the same log, which then continues.
        category : str or None, default=None
            The column of categories. Missing values are allowed.
        gap : str, timedelta or number, default="30min"
            The longest pause within a session, as in `Sessions.from_events`.
        max_session_length : int or None, default=100
            How many titles of a session are used, from the first on; None uses all. An
            embedder that is fitted on the counts must have the same.
        memory_limit : str, default="2GB"
            The memory that DuckDB may take; other data are put on disk beside `path`.
        verbose : bool, default=False
            Whether to print how long each step took.

        Returns
        -------
        counts : SessionCounts
            The counts.

        Raises
        ------
        ImportError
            If DuckDB is not installed.
        TypeError
            If `log` is no path or data frame, a title is no str, or `gap` does not fit
            the times.
        ValueError
            If a column does not exist, a user, time or title is missing, or `gap`,
            `max_session_length` or `memory_limit` cannot be read.
        OSError
            If the log cannot be read or the folder not be written, the disk is full, or
            the folder holds something else; the error names it.
        MemoryError
            If `memory_limit` is too small.
        InvalidFileError
            If a file of the log is damaged.

        Notes
        -----
        Spark reads a Spark frame three times: if it takes long to compute, call
        `frame.cache()` before. Executors write files to `path`. So it must be on a file
        system that the driver and all executors see under the same path, or Spark must
        run in local mode. Rows of a Spark frame have no order, so events of one user at
        one time are taken in the order of titles. This matters only if a session is
        truncated to `max_session_length`. Otherwise the counts are those of any other
        frame. An error about missing values names their number, but no row.

        Examples
        --------
        >>> import tempfile
        >>> import pandas as pd
        >>> from sklearn_prodemb import SessionCounts
        >>> log = pd.DataFrame({
        ...     "user": ["ana", "ana", "leo", "leo"],
        ...     "time": pd.to_datetime(["2026-03-01 10:00", "2026-03-01 10:20"] * 2),
        ...     "title": ["Carpa 4 personas", "Bolsa de dormir", "Mouse", "Teclado"],
        ... })
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     SessionCounts.from_events(
        ...         log,
        ...         user="user",
        ...         time="time",
        ...         title="title",
        ...         path=f"{folder}/counts",
        ...     )
        SessionCounts(n_sessions=2, n_products=4, n_pairs=2)
        """
        from .count_log import count_log
        from .log import check_columns, plain_gap

        _check_limit(memory_limit)
        columns = check_columns(
            {"user": user, "time": time, "title": title, "category": category}
        )
        _check_length(max_session_length)
        length = None if max_session_length is None else int(max_session_length)
        config = CountConfig(columns, plain_gap(gap), length)
        folder = _absolute(path)
        _check_place(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            manifest = count_log(log, config, folder, memory_limit, _stages(verbose))
        return cls._of(folder, manifest)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Open the counts in a folder.

        Parameters
        ----------
        path : str or path-like
            The folder that `from_events` wrote.

        Returns
        -------
        counts : SessionCounts
            The counts. Files are checked when they are read.

        Raises
        ------
        OSError
            If there is no such folder, or it holds no counts.
        InvalidFileError
            If what it holds is damaged, or sessions.
        """
        folder = _absolute(path)
        return cls._of(folder, read_manifest(folder))

    @classmethod
    def _of(cls, folder: Path, manifest: Manifest) -> Self:
        self = object.__new__(cls)
        self.path = folder
        self._fill(manifest)
        return self

    def _fill(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._stored = StoredCounts(self.path, manifest)

    def update(
        self,
        log: Any,
        *,
        decay: float = 1.0,
        memory_limit: str = "2GB",
        verbose: bool = False,
    ) -> Self:
        """Count a further log, such as that of a new day, and add it.

        The folder holds the old counts until the new ones are complete. If an update
        was stopped, call it again: it continues. A session that continues from one log
        to the next counts as two.

        Parameters
        ----------
        log : str, path-like or data frame
            The further events, with the columns of `from_events`. Times are not
            compared with those of earlier logs.
        decay : float, default=1.0
            A factor for all earlier counts, above 0 and at most 1. Pairs with nearly no
            weight are dropped; titles are kept.
        memory_limit, verbose
            As of `from_events`.

        Returns
        -------
        self : SessionCounts
            The counts, which hold both logs now. `n_sessions` and `n_pairs` add up all
            logs, without decay.

        Raises
        ------
        TypeError, OSError, MemoryError, InvalidFileError
            As `from_events`.
        ValueError
            As `from_events`; also if the log was added before, or `decay` is out of
            range. The counts are then as they were before.

        Notes
        -----
        A log that was added before is recognised by its events, whatever their order
        and the types of columns, such as ids that were int and are str now. It is not
        recognised if Spark counted it one time and DuckDB the other, or if the hashes
        of two versions of DuckDB differ.
        """
        if not is_number(decay) or isinstance(decay, bool) or not 0 < decay <= 1:
            raise ValueError(f"decay must be above 0 and at most 1, got {decay!r}.")
        _check_limit(memory_limit)
        read_manifest(self.path)
        with locked(self.path):
            manifest = self._add(log, float(decay), memory_limit, _stages(verbose))
        self._fill(manifest)
        return self

    def _add(self, log: Any, decay: float, memory_limit: str, stage: Stage) -> Manifest:
        from .count_log import KnownLogError, count_log
        from .merging import merge

        before = read_manifest(self.path)
        work = self.path / "update"
        # An update may have been stopped when all was done but to tidy up.
        done = _log_in(work)
        if done in before.logs:
            shutil.rmtree(work)
        work.mkdir(exist_ok=True)
        try:
            further = count_log(
                log,
                before.config,
                work,
                memory_limit,
                stage,
                known_logs=before.logs,
                has_texts=StoredCounts(self.path, before).has_texts(),
            )
        except KnownLogError as error:
            shutil.rmtree(work)
            if error.fingerprint != done:
                raise
            manifest = before
        else:
            manifest = merge(
                self.path, before, work, further, decay, memory_limit, stage
            )
            manifest.write(self.path)
        delete_others(self.path, {file.name for file in manifest.files})
        shutil.rmtree(work, ignore_errors=True)
        return manifest

    @property
    def n_sessions(self) -> int:
        """Number of sessions, including those of a single title."""
        return self._manifest.n_sessions

    @property
    def n_products(self) -> int:
        """Number of distinct titles."""
        return self._manifest.n_products

    @property
    def n_pairs(self) -> int:
        """Number of unordered pairs of distinct titles within the sessions."""
        return self._manifest.n_pairs

    @property
    def max_session_length(self) -> int | None:
        """How many titles of a session were used, from the first on."""
        return self._manifest.config.max_session_length

    @property
    def titles(self) -> np.ndarray:
        """The distinct titles."""
        return self._stored.titles.titles

    @property
    def categories(self) -> np.ndarray:
        """The distinct categories, sorted."""
        return self._stored.titles.categories

    @property
    def category_codes(self) -> np.ndarray:
        """The category that each title has most often, as a number, -1 for none."""
        return self._stored.titles.category_codes

    @property
    def fingerprint(self) -> str:
        """A hash of the content."""
        return self._manifest.fingerprint

    @property
    def parts(self) -> list[Part]:
        """The parts in which the pairs are kept."""
        return self._manifest.parts

    def sessions_of_titles(self) -> np.ndarray:
        """Give the number of sessions of two or more of each title.

        Returns
        -------
        n_sessions : ndarray of float64, shape (n_products,)
            The numbers; a decay of `update` makes fractions of them.
        """
        return self._stored.titles.n_sessions

    def most_frequent(self, n: int = 10) -> dict[str, float]:
        """Give the titles that most sessions of two or more have.

        Parameters
        ----------
        n : int, default=10
            How many titles, 1 or more.

        Returns
        -------
        n_sessions : dict of str to float
            The number of sessions of two titles or more of each title, the largest
            first. Sessions of logs that have faded (`decay`) count for less.

        Raises
        ------
        TypeError
            If `n` is no whole number.
        ValueError
            If it is below 1.
        InvalidFileError
            If the file of titles is missing or damaged.
        """
        return most_frequent(self.titles, self.sessions_of_titles(), n)

    def read_part(self, part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read the pairs of some titles.

        Parameters
        ----------
        part : Part
            One of `parts`.

        Returns
        -------
        left, right : ndarray of int32, shape (n_pairs,)
            The two titles of each pair, as numbers; ascending by `left`.
        weight : ndarray of float32, shape (n_pairs,)
            Its weight.

        Raises
        ------
        InvalidFileError
            If the file is missing or damaged; the error names it.
        """
        return self._stored.read_part(part)

    def __repr__(self) -> str:
        return (
            f"SessionCounts(n_sessions={self.n_sessions}, "
            f"n_products={self.n_products}, n_pairs={self.n_pairs})"
        )

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "fingerprint": self.fingerprint}

    def __setstate__(self, state: dict[str, Any]) -> None:
        manifest = read_manifest(state["path"])
        if manifest.fingerprint != state["fingerprint"]:
            raise InvalidFileError(
                f"The counts in {state['path']} are others than those that were "
                f"pickled: load them anew."
            )
        self.path = state["path"]
        self._fill(manifest)

    def __sklearn_clone__(self) -> Self:
        return self


def _check_place(folder: Path) -> None:
    """Raise an OSError if counts must not be put in a folder."""
    if (folder / MANIFEST).exists() and holder_of(folder) != "Sessions":
        raise FileExistsError(
            f"{str(folder)!r} holds counts already: open them with "
            f"SessionCounts.load(path), add a log with update, or name another folder."
        )
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} is a file: name a folder.")
    found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if found - {LOCK} and not found & {*WORK}:
        raise FileExistsError(
            f"{str(folder)!r} is not empty: name a folder that the counts have alone."
        )


def _absolute(path: str | os.PathLike[str]) -> Path:
    return Path(os.path.abspath(os.path.expanduser(path)))


def _log_in(work: Path) -> str | None:
    """Give the fingerprint of the log whose counts are complete in a folder."""
    try:
        return read_manifest(work).logs[0]
    except (OSError, InvalidFileError):
        return None


def _check_length(max_session_length: Any) -> None:
    if max_session_length is None:
        return
    whole = isinstance(max_session_length, Integral)
    if not whole or isinstance(max_session_length, bool) or max_session_length < 2:
        raise ValueError(
            f"max_session_length must be a whole number from 2 on or None, got "
            f"{max_session_length!r}."
        )


def _check_limit(memory_limit: Any) -> None:
    if not isinstance(memory_limit, str):
        raise TypeError(
            f"memory_limit must be a str such as '2GB', got {describe(memory_limit)}."
        )


def _stages(verbose: bool) -> Stage:
    @contextmanager
    def stage(name: str) -> Iterator[None]:
        begin = perf_counter()
        yield
        if verbose:
            print(f"[SessionCounts] {name}, {perf_counter() - begin:.1f} s")

    return stage
