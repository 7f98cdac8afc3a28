"""What each part of a joined embedder gets of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from ..._utils.validation import is_missing


@dataclass(frozen=True)
class PartInput:
    """What a part gets.

    Parameters
    ----------
    rows : ndarray of int64, shape (n_present,)
        The products that have the part's columns, or one of them.
    values : list or data frame, of length n_present
        The cells of one column as a list, or several columns as a frame.
    """

    rows: np.ndarray
    values: Any

    def first(self) -> PartInput:
        """Give the first product alone."""
        if isinstance(self.values, list):
            return PartInput(self.rows[:1], self.values[:1])
        frame = nw.from_native(self.values)
        return PartInput(self.rows[:1], frame[:1].to_native())


def select_part(
    frame: Any, name: str, columns: str | list[str], spare: str | None = None
) -> PartInput:
    """Select the columns of a part, and the products that have them.

    Parameters
    ----------
    frame : narwhals DataFrame of n_products rows
        The products.
    name : str
        The part, for errors.
    columns : str or list of str
        One column, which the part gets as a list, or several, as a frame.
    spare : str or None, default=None
        One of several columns that may be left out.

    Returns
    -------
    part : PartInput
        Products of which all columns are missing are left out.

    Raises
    ------
    ValueError
        If a column does not exist.
    """
    wanted = [columns] if isinstance(columns, str) else columns
    if spare is not None and spare not in frame.columns and wanted != [spare]:
        wanted = [column for column in wanted if column != spare]
    lacking = [column for column in wanted if column not in frame.columns]
    if lacking:
        raise ValueError(
            f"The columns {lacking} of embedder {name!r} are not in X; its columns are "
            f"{frame.columns}."
        )
    cells = [frame.get_column(column).to_list() for column in wanted]
    present = np.zeros(len(frame), bool)
    for column in cells:
        present |= np.array([not is_missing(cell) for cell in column], bool)
    rows = np.flatnonzero(present)
    if isinstance(columns, str):
        return PartInput(rows, [cells[0][row] for row in rows.tolist()])
    return PartInput(rows, frame.select(wanted)[rows.tolist()].to_native())
