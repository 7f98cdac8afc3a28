"""Sessions as a notebook shows them."""

from __future__ import annotations

from html import escape
from typing import Any


def html_of_sessions(
    counts: dict[str, int], sessions: list[list[tuple[str, Any]]]
) -> str:
    """Give counts and some sessions as an HTML table.

    Parameters
    ----------
    counts : dict of str to int
        Numbers by what they count.
    sessions : list of list of (str, category or None)
        The first sessions.

    Returns
    -------
    html : str
        The table; a session of more than five products is cut short.
    """
    cells = "".join(f"<td>{number:,} {name}</td>" for name, number in counts.items())
    width = len(counts)
    rows = []
    for number, session in enumerate(sessions):
        titles = " · ".join(
            escape(title) + ("" if c is None else f" <i>({escape(str(c))})</i>")
            for title, c in session[:5]
        )
        more = " …" if len(session) > 5 else ""
        rows.append(
            f"<tr><td>session {number}</td>"
            f'<td colspan="{width}" style="text-align:left">{titles}{more}</td></tr>'
        )
    return (
        f"<table><thead><tr><th>Sessions</th>{cells}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
