"""Scores found so far, kept in a file."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from pathlib import Path
from typing import Any

from .._utils.files import check_writable, replacing

COLUMNS = {
    "model": str,
    "task": str,
    "part": str,
    "train_size": int,
    "draw": int,
    "metric": str,
    "score": float,
    "fit_seconds": float,
    "transform_seconds": float,
}
# In the file, a hash of what the score depends on tells whether it still holds.
_KEPT = {**COLUMNS, "key": str}
_IDENTITY = ("model", "task", "part", "train_size", "draw")


class Results:
    """Scores of a comparison, each with a hash of what it depends on.

    Parameters
    ----------
    path : Path or None
        The CSV file, which need not exist; None keeps nothing.

    Raises
    ------
    OSError
        If the file cannot be read, or its folder does not exist.
    ValueError
        If the file is not one of scores.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._rows: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
        if path is None:
            return
        if not path.parent.is_dir():
            raise FileNotFoundError(f"There is no folder {path.parent} for {path}.")
        if not path.exists():
            return
        try:
            self._read(path)
        except (UnicodeDecodeError, csv.Error) as error:
            raise ValueError(f"{path} is no file of scores: {error}.") from error

    def _read(self, path: Path) -> None:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if reader.fieldnames != list(_KEPT):
                raise ValueError(
                    f"{path} is no file of scores: its columns are "
                    f"{reader.fieldnames}, not {list(_KEPT)}."
                )
            for row in reader:
                try:
                    typed = {name: of(row[name]) for name, of in _KEPT.items()}
                except (TypeError, ValueError) as error:
                    raise ValueError(
                        f"Line {reader.line_num} of {path} is no score: {row}."
                    ) from error
                self._rows[self._identity(typed)].append(typed)

    def check_writable(self) -> None:
        """Raise an OSError that names the file if scores could not be kept now."""
        if self._path is not None:
            check_writable(self._path)

    def find(self, *, key: str = "", **identity: Any) -> list[dict[str, Any]]:
        """Give the known scores of one draw, one a metric; none with another key."""
        rows = self._rows.get(self._identity(identity), [])
        return [row for row in rows if row["key"] == key]

    def add(self, rows: list[dict[str, Any]]) -> None:
        """Keep the scores of one draw, in place of those with another key."""
        if self._path is None:
            return
        self._rows[self._identity(rows[0])] = rows
        text = io.StringIO()
        writer = csv.DictWriter(text, list(_KEPT), lineterminator="\n")
        writer.writeheader()
        for known in self._rows.values():
            writer.writerows(known)
        with replacing(self._path) as file:
            file.write(text.getvalue().encode())

    def _identity(self, row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in _IDENTITY)
