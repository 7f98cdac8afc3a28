"""Sessions as a notebook shows them."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np


def html_of_sessions(
    counts: dict[str, int],
    lengths: np.ndarray,
    frequent: dict[str, int],
    sessions: list[list[tuple[str, Any]]],
) -> str:
    """Give counts, lengths, frequent titles and some sessions as an HTML table.

    Parameters
    ----------
    counts : dict of str to int
        Numbers by what they count.
    lengths : ndarray of int, shape (n_sessions,)
        Number of products of each session.
    frequent : dict of str to int
        The most frequent titles, and the number of sessions of each.
    sessions : list of list of (str, category or None)
        The first sessions.

    Returns
    -------
    html : str
        The table; a session of more than five products is cut short.
    """
    cells = "".join(f"<td>{number:,} {name}</td>" for name, number in counts.items())
    most = " · ".join(f"{escape(title)} ({n:,})" for title, n in frequent.items())
    rows = [
        _row("lengths", _describe(lengths), len(counts)),
        _row("most frequent", most, len(counts)),
    ]
    for number, session in enumerate(sessions):
        titles = " · ".join(
            escape(title) + ("" if c is None else f" <i>({escape(str(c))})</i>")
            for title, c in session[:5]
        )
        more = " …" if len(session) > 5 else ""
        rows.append(_row(f"session {number}", titles + more, len(counts)))
    return (
        f"<table><thead><tr><th>Sessions</th>{cells}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _row(name: str, html: str, width: int) -> str:
    cell = f'<td colspan="{width}" style="text-align:left">{html}</td>'
    return f"<tr><td>{name}</td>{cell}</tr>"


def _describe(lengths: np.ndarray) -> str:
    """Give a summary of lengths in words."""
    tenth = np.quantile(lengths, 0.9, method="inverted_cdf")
    return (
        f"median {np.median(lengths):g}, 90% up to {tenth:,}, longest "
        f"{lengths.max():,}; {(lengths == 1).mean():.1%} of one product"
    )
