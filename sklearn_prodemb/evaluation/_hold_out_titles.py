"""Titles taken out of the sessions, to see what a model makes of new ones."""

from __future__ import annotations

from collections.abc import Set
from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

from .._public import public
from .._sessions.sessions import Sessions


@validate_params(
    {
        "sessions": [Sessions],
        "held_out": [Interval(Real, 0, 1, closed="neither")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
@public
def hold_out_titles(
    sessions: Sessions,
    held_out: float = 0.35,
    *,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[Sessions, Sessions]:
    """Take some titles out of sessions, as if they were new listings.

    Fit an embedder on the first part, and score it on titles of the second part, which
    it never saw. Score a head that is fitted on labels of known titles, or use
    `session_mate_retrieval`.

    Parameters
    ----------
    sessions : Sessions
        The sessions.
    held_out : float, default=0.35
        Share of the distinct titles that are held out, above 0 and below 1.
    random_state : int, RandomState instance or None, default=None
        Seed of the choice.

    Returns
    -------
    known, new : tuple of Sessions
        The same sessions without the titles held out, and with these titles alone, in
        their old order. Sessions without any title are left out, and so are product ids
        and events.

    Raises
    ------
    ValueError
        If `sessions` is no `Sessions`, or one part would hold no title.

    Examples
    --------
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.evaluation import hold_out_titles
    >>> sessions = Sessions.from_lists([["Mate", "Termo"], ["Carpa", "Mate"]])
    >>> known, new = hold_out_titles(sessions, 0.3, random_state=0)
    >>> known.to_lists()
    [[('Mate', None), ('Termo', None)], [('Mate', None)]]
    >>> new.to_lists()
    [[('Carpa', None)]]
    """
    n = round(float(held_out) * sessions.n_products)
    if not 0 < n < sessions.n_products:
        raise ValueError(
            f"held_out={held_out} of {sessions.n_products} titles leaves a part "
            f"without any."
        )
    titles = sessions.titles.tolist()
    order = check_random_state(random_state).permutation(len(titles))
    new = {titles[i] for i in order[:n]}
    lists = sessions.to_lists()
    return _only(lists, {*titles} - new), _only(lists, new)


def _only(lists: list[list[tuple[str, Any]]], titles: Set[str]) -> Sessions:
    kept = ([row for row in session if row[0] in titles] for session in lists)
    return Sessions.from_lists([session for session in kept if session])
