"""Cut an event log into sessions where a user pauses."""

from __future__ import annotations

from typing import Any

import numpy as np

from .frames import number_keys
from .stamps import stamps_and_gap


def session_keys(
    users: list[Any], times: Any, gap: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Cut an event log and number its sessions.

    Parameters
    ----------
    users : list of narwhals Series of length n_events
        Who: one column or more.
    times : narwhals Series of length n_events
        When.
    gap : str, timedelta or number
        The longest pause within a session.

    Returns
    -------
    keys : ndarray of int64, shape (n_events,)
        The session of each event, events ordered by user and time.
    order : ndarray of int64, shape (n_events,)
        The row of each event in that order.

    Raises
    ------
    TypeError
        If the times are of text, or `gap` does not fit them.
    ValueError
        If there is no event, a user or time is missing, some times have a time zone
        and others none, or `gap` cannot be read or is negative.
    """
    if not len(times):
        raise ValueError("There is no session: the log has no rows.")
    advice = ", or give each anonymous visitor an id"
    codes = number_keys(users, "user", "events", advice)
    stamps, longest = stamps_and_gap(times, gap)
    # By time, then by user: unlike `lexsort` this also takes Python's large ints.
    order = np.argsort(stamps, kind="stable")
    order = order[np.argsort(codes[order], kind="stable")]
    codes, stamps = codes[order], stamps[order]
    if stamps.dtype == np.int64:
        # Pauses of one user are not negative, so that these differences cannot wrap.
        stamps = stamps.view(np.uint64)
    with np.errstate(over="ignore"):
        pauses = stamps[1:] - stamps[:-1]
    begins = np.ones(len(codes), bool)
    begins[1:] = (codes[1:] != codes[:-1]) | (pauses > longest)
    return np.cumsum(begins) - 1, order
