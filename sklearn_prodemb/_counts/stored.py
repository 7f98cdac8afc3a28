"""Read counts from a folder; nothing is believed before it is checked."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._utils.database import connect, parquet, plain_errors
from ..exceptions import InvalidFileError
from .folder import CountsFile, Manifest, Part, check_file


class Titles(NamedTuple):
    """The distinct titles of counts.

    Parameters
    ----------
    titles : ndarray of object (str), shape (n_titles,)
        The titles.
    categories : ndarray, shape (n_categories,)
        The distinct categories, sorted.
    category_codes : ndarray of int32, shape (n_titles,)
        The category of each title, as a number, -1 if it has none.
    n_sessions : ndarray of float64, shape (n_titles,)
        In how many sessions of two titles or more each is.
    """

    titles: np.ndarray
    categories: np.ndarray
    category_codes: np.ndarray
    n_sessions: np.ndarray


class StoredCounts:
    """The files of a folder of counts.

    Parameters
    ----------
    folder : Path
        The folder.
    manifest : Manifest
        What it holds.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._checked: set[str] = set()

    def read_part(self, part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read the pairs of some titles.

        Safe to be called from several threads.

        Parameters
        ----------
        part : Part
            One of the manifest's.

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
        columns = self._read_file(part.file, '"left", "right", weight')
        left, right, weight = (columns[name] for name in ("left", "right", "weight"))
        n = self._manifest.n_products
        fits = (
            (left.dtype, right.dtype, weight.dtype) == ("int32", "int32", "float32")
            and len(left) == part.file.n_rows
            and (np.diff(left) >= 0).all()
            and (len(left) == 0 or part.first <= left[0] <= left[-1] < part.end)
            and (len(right) == 0 or 0 <= right.min() <= right.max() < n)
            and bool((np.isfinite(weight) & (weight > 0)).all())
        )
        if not fits:
            raise InvalidFileError(
                f"{self._folder / part.file.name} is damaged: it does not hold the "
                f"pairs of titles {part.first} to {part.end - 1}."
            )
        return left, right, weight

    @cached_property
    def titles(self) -> Titles:
        """The titles; an InvalidFileError if their file is missing or damaged."""
        file = self._manifest.titles
        columns = self._read_file(file, "title, category, n_sessions")
        titles, n_sessions = columns["title"], columns["n_sessions"]
        fits = (
            titles.dtype == object
            and len(titles) == self._manifest.n_products
            and all(isinstance(title, str) for title in titles)
            and n_sessions.dtype == np.float64
            and bool((np.isfinite(n_sessions) & (n_sessions >= 0)).all())
        )
        if not fits:
            raise InvalidFileError(
                f"{self._folder / file.name} is damaged: it does not hold the titles."
            )
        labels = columns["category"]
        known = ~np.ma.getmaskarray(labels)
        codes = np.full(len(titles), -1, np.int32)
        categories, codes[known] = np.unique(
            np.ma.getdata(labels)[known], return_inverse=True
        )
        return Titles(titles, categories, codes, n_sessions)

    def has_texts(self) -> bool | None:
        """Tell whether categories are str, not numbers; None if there are none."""
        found = self._read_file(
            self._manifest.titles,
            "any_value(typeof(category)) AS kind, count(category) AS n",
        )
        return bool(found["kind"][0] == "VARCHAR") if found["n"][0] else None

    def _read_file(self, file: CountsFile, columns: str) -> dict[str, np.ndarray]:
        path = self._folder / file.name
        # A file that was checked may have gone since.
        if file.name not in self._checked or not path.exists():
            check_file(self._folder, file)
            self._checked.add(file.name)
        with plain_errors(path), connect() as database:
            # Whoever calls this has threads of its own.
            database.execute("SET threads = 1")
            found = database.execute(f"SELECT {columns} FROM {parquet(path)}")
            return dict(found.fetchnumpy())
