"""Which sessions are chosen, by chance or by a mask."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from .._utils.validation import describe
from .events import SessionEvents


def draw_share(
    share: float,
    groups: np.ndarray,
    what: str,
    random_state: int | np.random.RandomState | None,
) -> np.ndarray:
    """Draw a share of groups of sessions.

    Parameters
    ----------
    share : float
        How many of the groups, above 0 and below 1.
    groups : ndarray of int, shape (n_sessions,)
        The group of each session; all numbers from 0 on are there.
    what : str
        What groups are, for errors.
    random_state : int, RandomState instance or None
        Seed of the choice.

    Returns
    -------
    mask : ndarray of bool, shape (n_sessions,)
        Whether the group of each session was drawn.

    Raises
    ------
    ValueError
        If `share` is none, or either all groups or none would be drawn.
    """
    if not isinstance(share, Real) or not 0 < share < 1:
        raise ValueError(f"held_out must be a share between 0 and 1, got {share!r}.")
    n_groups = int(groups.max()) + 1
    n = round(float(share) * n_groups)
    if not 0 < n < n_groups:
        raise ValueError(
            f"held_out={share} of {n_groups} {what} leaves a part without any."
        )
    return np.isin(groups, _draw(n, n_groups, random_state))


def draw_sessions(
    n: int, n_sessions: int, random_state: int | np.random.RandomState | None
) -> np.ndarray:
    """Draw sessions without replacement.

    Parameters
    ----------
    n : int
        How many, from 1 to `n_sessions`.
    n_sessions : int
        Number of sessions.
    random_state : int, RandomState instance or None
        Seed of the choice.

    Returns
    -------
    mask : ndarray of bool, shape (n_sessions,)
        Whether each session was drawn.

    Raises
    ------
    TypeError
        If `n` is no whole number.
    ValueError
        If there are fewer sessions, or none is asked for.
    """
    if not isinstance(n, Integral) or isinstance(n, bool):
        raise TypeError(f"n must be an int, got {describe(n)}.")
    if not 1 <= n <= n_sessions:
        raise ValueError(
            f"n must be from 1 to the number of sessions, {n_sessions}, got {n}."
        )
    mask = np.zeros(n_sessions, bool)
    mask[_draw(int(n), n_sessions, random_state)] = True
    return mask


def as_mask(keep: Any, n_sessions: int) -> np.ndarray:
    """Check a mask of sessions.

    Parameters
    ----------
    keep : array-like of bool, shape (n_sessions,)
        Whether to keep each session.
    n_sessions : int
        Number of sessions.

    Returns
    -------
    mask : ndarray of bool, shape (n_sessions,)
        The same as an array.

    Raises
    ------
    TypeError
        If `keep` does not hold bool.
    ValueError
        If it has another shape, or no session would be left.
    """
    wanted = f"keep must have the shape (n_sessions,) = ({n_sessions},)"
    try:
        mask = np.asarray(keep)
    except ValueError as error:
        raise ValueError(f"{wanted}, got lists of different lengths.") from error
    if mask.shape != (n_sessions,):
        raise ValueError(f"{wanted}, got {mask.shape}.")
    if mask.dtype != bool:
        raise TypeError(
            f"keep must hold bool, one a session, got an array of {mask.dtype}."
        )
    if not mask.any():
        raise ValueError("There is no session left: keep is False for all of them.")
    return mask


def groups_by_user(events: SessionEvents | None) -> np.ndarray:
    """Give the user of each session as a number, one of its own if not known.

    Raises
    ------
    ValueError
        If no user is known.
    """
    if events is None or not len(events.user_ids):
        raise ValueError(
            "by_user=True needs the users of sessions: name their columns, as in "
            "Sessions.from_frame(frame, user=..., product=...) or "
            "Sessions.from_events(events, user=..., event=..., product=...)."
        )
    users = events.users.copy()
    unknown = users < 0
    users[unknown] = len(events.user_ids) + np.arange(unknown.sum())
    return users


def _draw(
    n: int, n_all: int, random_state: int | np.random.RandomState | None
) -> np.ndarray:
    """Draw n of n_all numbers, ndarray of int64 (n,)."""
    return check_random_state(random_state).permutation(n_all)[:n]
