"""Groups of offers as a table to look at: the largest, or the least sure ones."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions, validate_params
from sklearn.utils.validation import check_is_fitted

from .._public import public
from .._titles.check import check_titles
from .._utils.groups import UNKNOWN, read_groups
from .._utils.optional import require
from .._utils.validation import read_frame


@validate_params(
    {
        "n_groups": [Interval(Integral, 1, None, closed="left")],
        "order": [StrOptions({"largest", "least_sure"})],
    },
    prefer_skip_nested_validation=True,
)
@public
def group_table(
    matcher: Any,
    X: Any,
    groups: Any = None,
    *,
    n_groups: int = 10,
    order: str = "least_sure",
) -> Any:
    """Show the groups of offers that are most likely wrong.

    Wrong pairs join products, so look at the largest groups, and at the groups with the
    least similar offers. Known groups can be shown too: the least sure of them may have
    wrong labels.

    Parameters
    ----------
    matcher : ProductMatcher
        A fitted matcher of groups.
    X : list, ndarray, Series or data frame, of length n_offers
        The offers, as the matcher takes them.
    groups : array-like of str or number, shape (n_offers,), or None, default=None
        The groups to show, -1 or a missing value for an offer of none. None shows those
        of `matcher.predict(X)`.
    n_groups : int, default=10
        How many groups to show at most.
    order : {"largest", "least_sure"}, default="least_sure"
        Which groups come first: the largest ones, or those with the lowest similarity.

    Returns
    -------
    table : pandas.DataFrame
        A row a group of two offers or more, with columns "group", "size" (its offers),
        "similarity" (the mean of its pairs in `matcher.kneighbors_graph(X)`, 0 for a
        pair that was not compared) and "titles", a list that begins with the offer most
        similar to the others and ends with the odd one out. `table.explode("titles")`
        has a row an offer.

    Raises
    ------
    ImportError
        If pandas is not installed.
    sklearn.exceptions.NotFittedError
        If the matcher is not fitted.
    TypeError, ValueError
        If the matcher does not find groups, as `PairMatcher`, offers or groups are not
        as above, or a parameter is not valid.

    See Also
    --------
    MatchingDisplay : How good groups are at each threshold, as a figure.

    Examples
    --------
    >>> from sklearn_prodemb.evaluation import group_table
    >>> from sklearn_prodemb.matching import ProductMatcher
    >>> offers = ["Canon IXUS 185", "canon ixus 185 black", "Nikon D750", "nikon d750"]
    >>> matcher = ProductMatcher(random_state=0).fit(offers, [0, 0, 1, 1])
    >>> table = group_table(matcher, offers)
    >>> table[["group", "size", "titles"]]
       group  size                                  titles
    0      0     2  [Canon IXUS 185, canon ixus 185 black]
    1      1     2                [Nikon D750, nikon d750]
    """
    pd = require("pandas", extra="evaluation", what="group_table")
    check_is_fitted(matcher)
    if not hasattr(matcher, "kneighbors_graph"):
        raise TypeError(
            f"group_table shows the groups that a ProductMatcher finds, but "
            f"{type(matcher).__name__} finds none."
        )
    if isinstance(X, Iterator):
        X = list(X)  # It is read more than once.
    graph = matcher.kneighbors_graph(X).tocoo()
    titles = _titles(X, matcher.columns_)
    if groups is None:
        groups = matcher.predict(X)
    codes, labels = read_groups(groups, "groups", len(titles))
    rows = np.flatnonzero(codes != UNKNOWN)
    sizes = np.bincount(codes[rows], minlength=len(labels))

    # The graph holds a pair twice, once a row, so that each offer has the sum of its
    # pairs within its group, and a group of n offers n * (n - 1) pairs.
    within = codes[graph.row] == codes[graph.col]
    sums = np.bincount(graph.row[within], graph.data[within], len(titles))
    totals = np.bincount(codes[rows], sums[rows], len(labels))
    similarities = totals / np.maximum(sizes * (sizes - 1), 1)

    several = np.flatnonzero(sizes > 1)
    # The last key sorts first; of equals the first group comes first.
    keys = [similarities[several], -sizes[several]]
    shown = several[np.lexsort(keys if order == "largest" else keys[::-1])][:n_groups]

    # Offers by group, and within it from the most to the least similar.
    rows = rows[np.lexsort((-sums[rows], codes[rows]))]
    ends = np.cumsum(sizes)
    members = [rows[ends[group] - sizes[group] : ends[group]] for group in shown]
    return pd.DataFrame(
        {
            "group": [labels[group] for group in shown],
            "size": sizes[shown],
            "similarity": similarities[shown],
            "titles": [[titles[row] for row in of_group] for of_group in members],
        }
    )


def _titles(X: Any, columns: dict[str, str]) -> list[str]:
    """Give the titles of offers as they were written."""
    frame = read_frame(X)
    if frame is None:
        return check_titles(X)
    title = next(name for name, kind in columns.items() if kind == "text")
    return frame.get_column(title).to_list()
