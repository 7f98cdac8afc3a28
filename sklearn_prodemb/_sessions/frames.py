"""Read columns of any data frame."""

from __future__ import annotations

import os
from collections.abc import Hashable
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import DuplicateError, NarwhalsError

from .._utils.factorize import factorize
from .._utils.renumber import renumber
from .._utils.validation import as_narwhals, describe
from .log_files import LogFiles

# Roles that may be left out, and roles for which several columns may stand together.
_OPTIONAL = ("category", "product", "event", "quantity")
_KEYS = ("session", "user")


def read_columns(frame: Any, names: dict[str, Any]) -> dict[str, list[Any]]:
    """Read the columns that are needed, at once.

    Parameters
    ----------
    frame : data frame, str or path-like
        Any eager or lazy frame that narwhals reads, or Arrow data, or the path of
        files that `LogFiles` reads.
    names : dict of str to hashable, list of hashable or None
        For each role (such as "title") the name of the column; a list of names for a
        key of several columns; None: no column.

    Returns
    -------
    columns : dict of str to list of narwhals Series
        For each role that has columns their values, one a row. Only a key has more
        than one.

    Raises
    ------
    TypeError
        If `frame` is no data frame or path, or a name is none.
    ValueError
        If a column does not exist, or the frame has two of one name; of files as
        `LogFiles`.
    OSError
        If files cannot be read, as `LogFiles`.
    """
    given = {
        role: _names(role, name)
        for role, name in names.items()
        if name is not None or role not in _OPTIONAL
    }
    try:
        return _read(frame, given)
    except NarwhalsError as error:
        raise ValueError(f"The frame cannot be read: {error}") from error


def _names(role: str, name: Any) -> list[Any]:
    several = isinstance(name, list) and role in _KEYS
    parts = name if several else [name]
    if not parts or any(p is None or not isinstance(p, Hashable) for p in parts):
        also = " or a list of names" if role in _KEYS else ""
        raise TypeError(
            f"{role} must be the name of a column{also}, got {describe(name)}."
        )
    return parts


def _read(frame: Any, given: dict[str, list[Any]]) -> dict[str, list[Any]]:
    wanted = list(dict.fromkeys(name for parts in given.values() for name in parts))
    if isinstance(frame, (str, os.PathLike)):
        files = LogFiles(frame)
        for file, present in files.columns.items():
            _check_names(given, present, file)
        files.check(wanted)
        native = nw.from_native(files.read(wanted, given["title"]))
        return _take(native, given)
    try:
        native = as_narwhals(frame)
    except DuplicateError:
        native = as_narwhals(_select(frame, wanted))
    if not isinstance(native, (nw.DataFrame, nw.LazyFrame)):
        raise TypeError(
            f"Expected a data frame (pandas, polars, pyarrow, ...) or the path of a "
            f"Parquet or CSV file, got {type(frame).__name__}."
        )
    _check_names(given, native.collect_schema().names(), "the frame")
    if isinstance(native, nw.LazyFrame):
        native = native.select(wanted).collect()
    return _take(native, given)


def _take(native: nw.DataFrame, given: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {role: [native.get_column(n) for n in ns] for role, ns in given.items()}


def _check_names(given: dict[str, list[Any]], present: list[str], where: str) -> None:
    for role, parts in given.items():
        for name in parts:
            if name not in present:
                raise ValueError(
                    f"{role}={name!r} is no column of {where}; its columns are "
                    f"{present}."
                )


def _select(frame: Any, wanted: list[Any]) -> Any:
    """Leave out columns that are not wanted: narwhals refuses two of one name."""
    arrow = hasattr(frame, "column_names")
    names = frame.column_names if arrow else frame.columns
    places = [place for place, name in enumerate(names) if name in wanted]
    return frame.select(places) if arrow else frame.iloc[:, places]


def number_keys(columns: list[Any], role: str, rows: str, advice: str) -> np.ndarray:
    """Give the distinct keys numbers in order of appearance.

    Parameters
    ----------
    columns : list of narwhals Series of length n_rows
        The columns that make up a key.
    role, rows, advice : str
        What error messages call a key and the rows, and what they advise if a value is
        missing.

    Returns
    -------
    codes : ndarray of int64, shape (n_rows,)
        The number of each row's key.

    Raises
    ------
    TypeError
        If a value cannot be hashed.
    ValueError
        If a value is missing.
    """
    codes: np.ndarray | None = None
    for column in columns:
        part, distinct = factorize(column, f"A {role}")
        forbid_missing(part < 0, rows, role, column.name, advice)
        codes = part if codes is None else renumber(codes * len(distinct) + part)[0]
    assert codes is not None
    return codes


def forbid_missing(
    missing: np.ndarray, what: str, role: str, name: Hashable, advice: str = ""
) -> None:
    """Raise a ValueError that names the first row whose value is missing.

    Parameters
    ----------
    missing : ndarray of bool, shape (n_rows,)
        Where it is missing.
    what : str
        What the error message calls rows.
    role : str
        What is missing.
    name : hashable
        Its column.
    advice : str, default=""
        What else can be done but to drop the rows.
    """
    rows = np.flatnonzero(missing)
    if len(rows):
        raise ValueError(
            f"{len(rows)} of {len(missing)} {what} have no {role} (column {name!r}), "
            f"the first of them row {rows[0]}: drop these rows{advice}."
        )
