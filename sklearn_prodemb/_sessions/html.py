"""Sessions as a notebook shows them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .sessions import Sessions


def html_of_sessions(sessions: Sessions) -> str:
    """Give the counts and the first sessions as an HTML table, for notebooks."""
    counts = "".join(
        f"<td>{getattr(sessions, name):,} {name[2:]}</td>"
        for name in ("n_sessions", "n_products", "n_pairs", "n_categories")
    )
    rows = []
    for number, session in enumerate(sessions.to_lists(3)):
        titles = " · ".join(
            escape(title) + ("" if c is None else f" <i>({escape(str(c))})</i>")
            for title, c in session[:5]
        )
        more = " …" if len(session) > 5 else ""
        rows.append(
            f"<tr><td>session {number}</td>"
            f'<td colspan="4" style="text-align:left">{titles}{more}</td></tr>'
        )
    return (
        f"<table><thead><tr><th>Sessions</th>{counts}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
