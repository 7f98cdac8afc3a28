"""Clicked to purchased: how near what is bought lies to what was looked at."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params
from sklearn.utils.extmath import safe_sparse_dot

from .._public import public
from .._sessions.events import SessionEvents
from .._sessions.sessions import Sessions
from .._utils.ragged import Ragged
from ._vectors import product_vectors


@validate_params(
    {
        "sessions": [Sessions],
        "n_queries": [Interval(Integral, 1, None, closed="left"), None],
        "n_negatives": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
@public
def clicked_to_purchased(
    transformer: Any,
    sessions: Sessions,
    *,
    products: Any = None,
    clicked: Any = None,
    purchased: Any = "purchase",
    n_queries: int | None = 1_000,
    n_negatives: int = 100,
    random_state: int | np.random.RandomState | None = None,
) -> dict[str, float]:
    """Rank what a session buys by cosine similarity to what it clicked.

    A query is a session with clicked products and a purchased one that is not among
    them [1]_. The score is how well its mean cosine similarity to the clicked ones
    ranks the purchased product before others. The others are drawn by popularity, so
    popularity alone is not enough. Use sessions that the transformer was not fitted on,
    or hold out the purchases.

    Parameters
    ----------
    transformer : estimator
        A fitted transformer of products: anything with a method `transform` that gives
        a dense or sparse row for each product.
    sessions : Sessions
        The sessions, read with product ids and kinds of events:
        `Sessions.from_frame(frame, product=..., event=...)`. For one query for each
        user, name the column of users as `session`.
    products : list, ndarray, Series or frame of n_products rows, or None, default=None
        What the transformer takes for each of `sessions.events.ids`, in their order:
        None gives the ids themselves, and `sessions.by_id.titles` gives their titles.
    clicked : str, number, list of these or None, default=None
        The kinds of events that count as clicks; None takes all known kinds except
        `purchased`.
    purchased : str, number or list of these, default="purchase"
        The kinds that count as purchases. An event of negative quantity, a return,
        counts as neither.
    n_queries : int or None, default=1_000
        Number of queries, each a session; fewer if there are fewer. None takes all.
    n_negatives : int, default=100
        Number of products that a query compares with, drawn with replacement among
        those in no event of its session, with probabilities proportional to their
        numbers of events.
    random_state : int, RandomState instance or None, default=None
        Seed of queries and negatives.

    Returns
    -------
    scores : dict of str to float
        "auc_roc": how often a purchased product ranks before a negative, ties counted
        half, mean over the queries; "n_queries": their number.

    Raises
    ------
    ValueError
        If the sessions have no kinds of events or none that is asked for, no session is
        a query, the transformer does not give a row a product, or a parameter is not
        valid.

    See Also
    --------
    session_mate_retrieval : The same for products seen together, without kinds.

    References
    ----------
    .. [1] "One embedding to do them all", 2019, arXiv:1906.12120.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.evaluation import clicked_to_purchased
    >>> log = pd.DataFrame({
    ...     "user": [1, 1, 2, 2],
    ...     "id": ["m1", "m2", "f1", "f2"],
    ...     "title": ["mate rojo", "mate verde", "funda lisa", "funda dura"],
    ...     "event": ["view", "purchase", "view", "purchase"],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     log, session="user", title="title", product="id", event="event"
    ... )
    >>> titles = sessions.by_id.titles
    >>> words = TfidfVectorizer().fit(titles)
    >>> clicked_to_purchased(words, sessions, products=titles, random_state=0)
    {'auc_roc': 1.0, 'n_queries': 2}
    """
    events = sessions.events
    if events is None or not len(events.kinds):
        raise ValueError(
            "The sessions have no kinds of events: name their column, as in "
            "Sessions.from_frame(frame, product=..., event=...)."
        )
    is_purchase = _is_kind(events, purchased, "purchased")
    if clicked is None:
        is_click = ~is_purchase & (events.kind_codes >= 0)
    else:
        is_click = _is_kind(events, clicked, "clicked")
    not_returned = ~(events.quantities < 0)
    n_sessions, n_products = sessions.n_sessions, len(events.ids)
    # Each pair of session and product is one number.
    pairs = Ragged(events.codes, events.offsets).row_numbers * n_products + events.codes
    clicks = np.unique(pairs[is_click & not_returned])
    bought = np.setdiff1d(pairs[is_purchase & not_returned], clicks)
    own = np.unique(pairs)
    by_session = [
        Ragged.from_lengths(
            found % n_products, np.bincount(found // n_products, minlength=n_sessions)
        )
        for found in (clicks, bought, own)
    ]
    lengths = [found.lengths for found in by_session]
    usable = (lengths[0] > 0) & (lengths[1] > 0) & (lengths[2] < n_products)
    if not usable.any():
        raise ValueError(
            f"There is no query: none of the {n_sessions} sessions has a click, a "
            f"purchase of a product that it did not click, and leaves products out. "
            f"The kinds of events are {events.kinds.tolist()}."
        )
    rng = check_random_state(random_state)
    queries = np.flatnonzero(usable)
    if n_queries is not None and n_queries < len(queries):
        queries = rng.choice(queries, n_queries, replace=False)

    given = events.ids.tolist() if products is None else products
    # In the order of the ids, whatever the transformer takes.
    vectors = normalize(product_vectors(transformer, given, n_products))
    popularity = np.bincount(events.codes, minlength=n_products)
    ends = np.cumsum(popularity)
    found = []
    for query in queries.tolist():
        of_clicks, positives, own_products = (part[query] for part in by_session)
        negatives = draw_others(popularity, ends, own_products, n_negatives, rng)
        # The mean of cosines is the product with the mean of the unit vectors.
        mean = np.asarray(vectors[of_clicks].mean(axis=0)).reshape(-1, 1)
        candidates = vectors[np.concatenate([positives, negatives])]
        # Equal vectors differ in the last digits of their products.
        cosines = np.asarray(safe_sparse_dot(candidates, mean, dense_output=True))
        cosines = cosines.ravel().astype(np.float64).round(6)
        above = cosines[: len(positives), None] - cosines[len(positives) :]
        found.append(np.mean((np.sign(above) + 1) / 2))
    return {"auc_roc": float(np.mean(found)), "n_queries": len(queries)}


def _is_kind(events: SessionEvents, names: Any, parameter: str) -> np.ndarray:
    several = isinstance(names, (list, tuple, set, frozenset, np.ndarray))
    wanted = list(names) if several else [names]
    known = events.kinds.tolist()
    for name in wanted or [None]:
        if name not in known:
            raise ValueError(
                f"{parameter}={names!r} must name kinds of events of the sessions, "
                f"which are {known}; {name!r} is none."
            )
    return np.isin(events.kind_codes, [known.index(name) for name in wanted])


def draw_others(
    weights: np.ndarray,
    ends: np.ndarray,
    own: np.ndarray,
    n: int,
    rng: np.random.RandomState,
) -> np.ndarray:
    """Draw products by their weights, with replacement, and none of some.

    Parameters
    ----------
    weights : ndarray of int64, shape (n_products,)
        The weights.
    ends : ndarray of int64, shape (n_products,)
        Their sums up to each product.
    own : ndarray of int64, shape (n_own,)
        The products that are not drawn, in ascending order; not all of any weight.
    n : int
        How many to draw.
    rng : RandomState
        The source of randomness.

    Returns
    -------
    products : ndarray of int64, shape (n,)
        The products.
    """
    # On a line on which each product has a stretch of its weight, those of its own are
    # cut out: a draw moves to the right by all that was cut out before it.
    cut = np.cumsum(weights[own])
    starts = ends[own] - cut
    places = rng.randint(0, ends[-1] - cut[-1], n)
    cut_before = np.concatenate([[0], cut])
    places += cut_before[np.searchsorted(starts, places, side="right")]
    return np.searchsorted(ends, places, side="right")
