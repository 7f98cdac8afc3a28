"""Read columns of any data frame."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from narwhals.exceptions import NarwhalsError

from .._utils.validation import describe


def read_columns(frame: Any, names: dict[str, str | None]) -> Any:
    """Read the columns that are needed, at once.

    Parameters
    ----------
    frame : data frame
        Any eager or lazy frame that narwhals reads.
    names : dict of str to str or None
        For each role (such as "title") the name of the column; None: no column.

    Returns
    -------
    columns : dict of str to narwhals Series
        For each role that has a column the values, one a row.

    Raises
    ------
    TypeError
        If `frame` is no data frame, or a name is no str.
    ValueError
        If a column does not exist, or the frame has two of one name.
    """
    for role, name in names.items():
        optional = role in ("category", "product")
        if not isinstance(name, str) and not (name is None and optional):
            raise TypeError(
                f"{role} must be the name of a column (a str), got {describe(name)}."
            )
    try:
        return _read(frame, names)
    except NarwhalsError as error:
        raise ValueError(f"The frame cannot be read: {error}") from error


def _read(frame: Any, names: dict[str, str | None]) -> Any:
    native = nw.from_native(frame, pass_through=True)
    if not isinstance(native, (nw.DataFrame, nw.LazyFrame)):
        raise TypeError(
            f"Expected a data frame (pandas, polars, pyarrow, ...), got "
            f"{type(frame).__name__}."
        )
    present = native.collect_schema().names()
    given = {role: name for role, name in names.items() if name is not None}
    for role, name in given.items():
        if name not in present:
            raise ValueError(
                f"{role}={name!r} is no column of the frame; its columns are {present}."
            )
    selected = native.select(list(dict.fromkeys(given.values())))
    collected = selected.collect() if isinstance(selected, nw.LazyFrame) else selected
    return {role: collected.get_column(name) for role, name in given.items()}


def forbid_missing(
    missing: np.ndarray, what: str, role: str, name: str, advice: str = ""
) -> None:
    """Raise a ValueError that names the first row whose value is missing.

    Parameters
    ----------
    missing : ndarray of bool, shape (n_rows,)
        Where it is missing.
    what : str
        What the error message calls rows.
    role, name : str
        What is missing, and its column.
    advice : str, default=""
        What else can be done but to drop the rows.
    """
    rows = np.flatnonzero(missing)
    if len(rows):
        raise ValueError(
            f"{len(rows)} of {len(missing)} {what} have no {role} (column {name!r}), "
            f"the first of them row {rows[0]}: drop these rows{advice}."
        )
