"""Lines of carts, and which of them came back."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils._param_validation import validate_params

from .._public import public
from .._sessions.sessions import Sessions
from .._utils.optional import require
from .._utils.ragged import Ragged


@validate_params({"sessions": [Sessions]}, prefer_skip_nested_validation=True)
@public
def cart_lines(sessions: Sessions) -> Any:
    """List what users bought, line by line, and whether it came back.

    A line is an event of positive quantity. It came back if a later event of the same
    user and product has a negative quantity, in the same session or another.
    `sessions.events.places` gives the order of events, also if sessions overlap. Lines
    without a known user are left out: their returns are not known.

    Parameters
    ----------
    sessions : Sessions
        The sessions, read with product ids, users and quantities. `from_events` orders
        them by time; the rows of `from_frame` must be in the order of time.

    Returns
    -------
    lines : pandas.DataFrame
        A row a line, with columns "session" (its number), "user", "product", "title",
        "quantity", "cart_size" (the distinct products of the session's lines) and
        "returned". Add what else is known, such as prices, with `lines.merge(prices,
        on="product", how="left")`.

    Raises
    ------
    ImportError
        If pandas is not installed.
    ValueError
        If the sessions have no users or no quantities.

    See Also
    --------
    cart_return_prediction : How well returns are predicted from lines.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.evaluation import cart_lines
    >>> log = pd.DataFrame({
    ...     "invoice": [1, 1, 2, 3],
    ...     "user": ["ana", "ana", "ana", "leo"],
    ...     "id": [7, 8, 7, 7],
    ...     "title": ["mate", "termo", "mate", "mate"],
    ...     "pieces": [2, 1, -1, 3],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     log, session="invoice", title="title", product="id", quantity="pieces",
    ...     user="user",
    ... )
    >>> cart_lines(sessions).drop(columns="title")
       session user  product  quantity  cart_size  returned
    0        0  ana        7       2.0          2      True
    1        0  ana        8       1.0          2     False
    2        2  leo        7       3.0          1     False
    """
    pd = require("pandas", extra="evaluation", what="cart_lines")
    events = sessions.events
    lacking = []
    if events is None or not len(events.user_ids):
        lacking.append("users")
    if events is None or np.isnan(events.quantities).all():
        lacking.append("quantities")
    if events is None or lacking:
        raise ValueError(
            f"The sessions have no {' and no '.join(lacking)}: name their columns, as "
            f"in Sessions.from_frame(frame, product=..., user=..., quantity=...)."
        )
    assert sessions.by_id is not None
    session = Ragged(events.codes, events.offsets).row_numbers
    user = events.users[session]
    n_products = len(events.ids)
    is_line = (events.quantities > 0) & (user >= 0)

    # Pairs of user and product that are there: all that could be would fill memory.
    distinct, pairs = np.unique(user * n_products + events.codes, return_inverse=True)
    # The last return of each pair, as a place in the log: a line that stands before it
    # came back. Sessions may overlap, so that the order of events is not enough.
    is_return = (events.quantities < 0) & (user >= 0)
    last = np.full(len(distinct), -1, np.int64)
    np.maximum.at(last, pairs[is_return], events.places[is_return])
    lines = np.flatnonzero(is_line)
    returned = last[pairs[lines]] > events.places[lines]

    # Distinct products of a session's lines.
    carts = np.unique(session[lines] * n_products + events.codes[lines]) // n_products
    sizes = np.bincount(carts, minlength=sessions.n_sessions)
    codes = events.codes[lines]
    return pd.DataFrame(
        {
            "session": session[lines],
            "user": events.user_ids[user[lines]].tolist(),
            "product": events.ids[codes].tolist(),
            "title": sessions.by_id.titles[codes],
            "quantity": events.quantities[lines],
            "cart_size": sizes[session[lines]],
            "returned": returned,
        }
    )
