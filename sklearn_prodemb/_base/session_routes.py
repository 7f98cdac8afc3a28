"""Where the sessions come from: the three routes into a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import narwhals.stable.v2 as nw

from .._counts.session_counts import SessionCounts
from .._sessions.sessions import Sessions
from .._titles.check import check_titles
from .._utils.validation import as_narwhals, is_frame

_ROUTES = """{learner} learns from browsing sessions, not from a list of {samples}. \
Inside a Pipeline that is fitted on {samples}, give it the sessions in one of three \
ways:
1. fit it first, then freeze it: FrozenEstimator({learner}().fit(sessions));
2. pass them to fit: pipe.fit({samples}, y, <step name>__sessions=sessions);
3. pass them to the constructor: {learner}(sessions=sessions)."""


def routes(learner: str, samples: str) -> str:
    """Say how sessions reach an estimator inside a pipeline."""
    return _ROUTES.format(learner=learner, samples=samples)


def resolve_sessions(
    X: Any,
    argument: Any,
    parameter: Any,
    learner: str,
    *,
    accepted: tuple[type, ...] = (Sessions,),
    check: Callable[[Any], Any] = check_titles,
) -> Any:
    """Find the sessions to learn from, where `transform` takes titles.

    Parameters
    ----------
    X : Sessions, SessionCounts, nested list of titles, or titles
        What `fit` got first. Titles are ignored if sessions come another way.
    argument : Sessions or None
        What `fit` got as `sessions`.
    parameter : Sessions or None
        The constructor's `sessions`.
    learner : str
        The name of the estimator's class, for errors.
    accepted : tuple of type, default=(Sessions,)
        What the estimator learns from.
    check : callable, default=check_titles
        Raises TypeError or ValueError where `X` is not what `transform` takes.

    Returns
    -------
    sessions : Sessions or SessionCounts
        `argument` before `parameter` before `X`.

    Raises
    ------
    TypeError
        If `argument` or `parameter` is none of `accepted`, or `X` is `SessionCounts`
        and the estimator does not learn from them.
    ValueError
        If there are no sessions, or sessions in two places.
    """
    given = given_sessions(X, argument, parameter, check, accepted=accepted)
    how = routes(learner, "titles")
    if given is not None:
        return given
    if X is None:
        raise ValueError(f"There are no sessions to learn from. {how}")
    if is_nested(X):
        return Sessions.from_lists(X)
    frame = as_narwhals(X)
    if isinstance(frame, (nw.DataFrame, nw.LazyFrame)):
        names = frame.collect_schema().names()
        if len(names) > 1:
            raise ValueError(
                f"X is a data frame with columns {names}: name those that hold "
                f"sessions, titles and categories with Sessions.from_frame(X, "
                f"session=..., title=..., category=...)."
            )
    try:
        check(X)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"{error} If X is meant to be sessions, build them with "
            f"Sessions.from_lists(X), from_frame or from_events."
        ) from error
    raise ValueError(how)


def given_sessions(
    X: Any,
    argument: Any,
    parameter: Any,
    check: Callable[[Any], Any],
    *,
    accepted: tuple[type, ...] = (Sessions,),
) -> Any:
    """Find the sessions that were given as such.

    Parameters
    ----------
    X, argument, parameter
        As of `resolve_sessions`.
    check : callable
        Raises TypeError or ValueError where `X` is not what `transform` takes.
    accepted : tuple of type, default=(Sessions,)
        As of `resolve_sessions`.

    Returns
    -------
    sessions : Sessions, SessionCounts or None
        `argument` before `parameter` before `X`; None if none of them is one.

    Raises
    ------
    TypeError, ValueError
        As of `resolve_sessions`.
    """
    for value in (argument, parameter, X):
        if isinstance(value, SessionCounts) and not isinstance(value, accepted):
            raise TypeError(
                "SessionCounts hold titles and counts of pairs, which SpectralEmbedder "
                "and ProductEmbedder learn from; this estimator needs Sessions."
            )
    for value in (argument, parameter):
        if value is not None and not isinstance(value, accepted):
            raise TypeError(
                f"sessions must be a Sessions object, got {type(value).__name__}: "
                f"cross-validation would cut a list or frame as if it held samples. "
                f"Build one with Sessions.from_frame, from_events or from_lists."
            )
    given = argument if argument is not None else parameter
    if isinstance(X, accepted):
        if given is not None and not _are_same(given, X):
            raise ValueError(
                "Different sessions were given twice, as X and as `sessions`: give one."
            )
        return X
    if given is not None and X is not None:
        try:
            check(X)
        except (TypeError, ValueError) as error:
            if not is_nested(X):
                raise
            raise type(error)(
                f"{error} If X is meant to be the sessions, do not give `sessions` too."
            ) from error
    return given


def _are_same(one: Any, other: Any) -> bool:
    if isinstance(one, Sessions):
        return bool(one == other)
    return type(one) is type(other) and one.fingerprint == other.fingerprint


def is_nested(X: Any) -> bool:
    """Tell whether `X` is a list of collections, as sessions are and titles are not.

    `Sessions.from_lists` says what is wrong with collections that are no sessions.
    """
    if not isinstance(X, (list, tuple)):
        return False
    # One element of each type: a list may hold a million titles.
    return any(
        not isinstance(x, (str, bytes)) and (isinstance(x, Iterable) or is_frame(x))
        for x in {type(x): x for x in X}.values()
    )
