"""Which types the columns of a log may have, in the words of an engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._sessions.stamps import HOW_TO_CONVERT


@dataclass(frozen=True)
class ColumnTypes:
    """The names that an engine has for types.

    Parameters
    ----------
    texts, times, integers, floats : tuple of str
        Types of text, of times, of whole numbers and of floats.
    others : tuple of str
        Other types that categories may have.
    """

    texts: tuple[str, ...]
    times: tuple[str, ...]
    integers: tuple[str, ...]
    floats: tuple[str, ...]
    others: tuple[str, ...]

    def as_text(self, column: str, kind: str) -> str:
        """Give SQL for a label as text, the same for 17, 17.0 and "17".

        Parameters
        ----------
        column : str
            SQL of the label.
        kind : str
            The type of its column.

        Returns
        -------
        text : str
            SQL that DuckDB and Spark read.
        """
        text = f"CAST({column} AS STRING)"
        if kind not in self.floats and not kind.lower().startswith("decimal"):
            return text
        # The whole numbers that a float tells apart. An engine may cast the others too.
        return (
            f"CASE WHEN {column} = floor({column}) AND abs({column}) < {2**53} "
            f"THEN CAST(TRY_CAST({column} AS BIGINT) AS STRING) ELSE {text} END"
        )

    def check(
        self,
        columns: dict[str, Any],
        kinds: Mapping[str, str],
        shown: Mapping[str, str],
        gap: Any,
    ) -> None:
        """Raise a TypeError if a column is of a wrong type, or the pause is.

        Parameters
        ----------
        columns : dict of str to str or list of str
            The names of columns, by role.
        kinds, shown : dict of str to str
            The type of each column, and what errors call it.
        gap : str or number
            The longest pause within a session.
        """
        title, time = columns["title"], columns["time"]
        if kinds[title] not in self.texts:
            raise TypeError(
                f"Titles must be of type str, but column {title!r} is {shown[title]}."
            )
        category = columns.get("category")
        labels = self.texts + self.integers + self.floats + self.others
        if category is not None and kinds[category] not in labels:
            raise TypeError(
                f"Categories must be all str or all numbers, but column {category!r} "
                f"is {shown[category]}."
            )
        if kinds[time] in self.times:
            return
        if kinds[time] not in self.integers + self.floats:
            raise TypeError(
                f"The time column {time!r} must hold datetimes or numbers, but is "
                f"{shown[time]}: {HOW_TO_CONVERT}."
            )
        if isinstance(gap, str):
            raise TypeError(
                f"The time column {time!r} holds numbers, so gap must be a number in "
                f"the same unit, got {gap!r}."
            )
