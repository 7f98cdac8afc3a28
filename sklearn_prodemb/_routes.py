"""Where the sessions come from: the three routes into a pipeline."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from ._sessions import Sessions
from ._validation import check_titles

_ROUTES = """ProductEmbedder learns from browsing sessions, not from a list of titles. \
Inside a Pipeline that is fitted on titles, give it the sessions in one of three ways:
1. fit it first, then freeze it: FrozenEstimator(ProductEmbedder().fit(sessions));
2. pass them to fit: pipe.fit(titles, y, <step name>__sessions=sessions);
3. pass them to the constructor: ProductEmbedder(sessions=sessions)."""


def resolve_sessions(X: Any, argument: Any, parameter: Any) -> Sessions:
    """Find the sessions to learn from.

    Parameters
    ----------
    X : Sessions, nested list of titles, or titles
        What `fit` got first. Titles are ignored where sessions come another way.
    argument : Sessions or None
        What `fit` got as `sessions`.
    parameter : Sessions or None
        The constructor's `sessions`.

    Returns
    -------
    sessions : Sessions
        `argument` before `parameter` before `X`.

    Raises
    ------
    TypeError
        Where `argument` or `parameter` is no `Sessions`.
    ValueError
        Where there are no sessions, or sessions in two places.
    """
    for value in (argument, parameter):
        if value is not None and not isinstance(value, Sessions):
            raise TypeError(
                f"sessions must be a Sessions object, got {type(value).__name__}: "
                f"cross-validation would cut a list or frame as if it held samples. "
                f"Build one with Sessions.from_frame, from_events or from_lists."
            )
    given = argument if argument is not None else parameter
    if isinstance(X, Sessions):
        if given is not None and given != X:
            raise ValueError(
                "Different sessions were given twice, as X and as `sessions`: give one."
            )
        return X
    if given is not None:
        try:
            if X is not None:
                check_titles(X)
        except (TypeError, ValueError) as error:
            if not is_nested(X):
                raise
            raise type(error)(
                f"{error} If X is meant to be the sessions, do not give `sessions` too."
            ) from error
        return given
    if X is None:
        raise ValueError(f"There are no sessions to learn from. {_ROUTES}")
    if is_nested(X):
        return Sessions.from_lists(X)
    frame = nw.from_native(X, pass_through=True)
    if isinstance(frame, (nw.DataFrame, nw.LazyFrame)):
        names = frame.collect_schema().names()
        if len(names) > 1:
            raise ValueError(
                f"X is a data frame with columns {names}: name those that hold "
                f"sessions, titles and categories with Sessions.from_frame(X, "
                f"session=..., title=..., category=...)."
            )
    check_titles(X)
    raise ValueError(_ROUTES)


def is_nested(X: Any) -> bool:
    """Tell whether `X` is a list of lists, as sessions are and titles are not."""
    return isinstance(X, (list, tuple)) and any(
        isinstance(session, (list, tuple)) for session in X
    )
