"""Session-mate retrieval: how well similarity finds what is seen together."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from scipy.stats import rankdata
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params
from sklearn.utils.extmath import safe_sparse_dot

from .._public import public
from .._sessions.sessions import Sessions
from ._vectors import product_vectors

# Bounds the memory of the similarities: 64 queries by all candidates.
_QUERIES_PER_BLOCK = 64


@validate_params(
    {
        "sessions": [Sessions],
        "n_queries": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
@public
def session_mate_retrieval(
    transformer: Any,
    sessions: Sessions,
    *,
    products: Any = None,
    n_queries: int | None = 1_000,
    random_state: int | np.random.RandomState | None = None,
) -> dict[str, float]:
    """Rank the products of a session by cosine similarity to one of them.

    A query is a product of a session with two products or more. The score is how well
    its session mates are ranked before all other products of `sessions`. Use sessions
    that the transformer was not fitted on.

    Parameters
    ----------
    transformer : estimator
        A fitted transformer of titles, or of `products`: anything with a method
        `transform` that gives a dense or sparse row each.
    sessions : Sessions
        The held-out sessions; their distinct titles are the candidates, or their
        distinct ids if `products` is given.
    products : list, ndarray, Series or frame of n_products rows, or None, default=None
        What the transformer takes for each of `sessions.by_id.ids`, in their order:
        the ids themselves, or a frame of products' data. None is the titles.
    n_queries : int or None, default=1_000
        Number of queries, each from a session of its own; fewer if there are fewer
        sessions. None takes all.
    random_state : int, RandomState instance or None, default=None
        Seed of the choice of queries.

    Returns
    -------
    scores : dict of str to float
        Means over the queries. "auc_roc": how often a session mate ranks before a
        product that is none, ties counted half; "recall@10": share of the session mates
        among the ten nearest; "mrr": one divided by the rank of the first session mate.
        Products of equal similarity share their mean rank.

    Raises
    ------
    ValueError
        If no session has two products, all products are in one session, `products` are
        given but sessions have no ids, the transformer does not give a row each, or a
        parameter is not valid.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.evaluation import session_mate_retrieval
    >>> sessions = Sessions.from_lists(
    ...     [["mate de madera", "mate imperial"], ["funda iphone", "vidrio iphone"]]
    ... )
    >>> words = TfidfVectorizer().fit(sessions.titles)
    >>> session_mate_retrieval(words, sessions, random_state=0)
    {'auc_roc': 1.0, 'recall@10': 1.0, 'mrr': 1.0}
    """
    codes, offsets, n_products = (
        sessions.title_codes,
        sessions.offsets,
        sessions.n_products,
    )
    if products is None:
        products = sessions.titles.tolist()
    elif sessions.by_id is None:
        raise ValueError(
            "products are given, but the sessions have no product ids: name their "
            "column with Sessions.from_frame(..., product=...)."
        )
    else:
        by_id = sessions.by_id
        codes, offsets, n_products = by_id.codes, by_id.offsets, by_id.n_products
    lengths = np.diff(offsets)
    usable = np.flatnonzero((lengths >= 2) & (lengths < n_products))
    if not len(usable):
        raise ValueError(
            "There is no query: none of the sessions has two products and leaves "
            "others out."
        )
    rng = check_random_state(random_state)
    n = len(usable) if n_queries is None else min(n_queries, len(usable))
    chosen = rng.choice(usable, n, replace=False)
    queries = offsets[chosen] + rng.randint(0, lengths[chosen])
    vectors = normalize(product_vectors(transformer, products, n_products))
    found = []
    for first in range(0, len(chosen), _QUERIES_PER_BLOCK):
        block = slice(first, first + _QUERIES_PER_BLOCK)
        asked = codes[queries[block]]
        similarities = safe_sparse_dot(vectors[asked], vectors.T, dense_output=True)
        for product, session, row in zip(
            asked, chosen[block], similarities, strict=True
        ):
            a, b = offsets[session : session + 2]
            mates = codes[a:b]
            found.append(_query_scores(row, product, mates[mates != product]))
    auc_roc, recall, mrr = np.mean(found, axis=0).tolist()
    return {"auc_roc": auc_roc, "recall@10": recall, "mrr": mrr}


def _query_scores(
    similarities: np.ndarray, query: int, mates: np.ndarray
) -> tuple[float, float, float]:
    # The query itself comes last, where it moves no other rank.
    # Equal vectors differ in the last digits of their products.
    similarities = similarities.astype(np.float64).round(6)
    similarities[query] = -np.inf
    ranks = rankdata(-similarities)[mates]
    n_others = len(similarities) - 1 - len(mates)
    # Mann and Whitney's U: the others that rank before a mate.
    before = ranks.mean() - (len(mates) + 1) / 2
    return 1 - before / n_others, float((ranks <= 10).mean()), 1 / ranks.min()
