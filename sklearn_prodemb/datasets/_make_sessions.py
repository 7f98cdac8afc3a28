"""Generate browsing sessions of a Spanish-speaking marketplace."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, validate_params

from .._public import public
from .._sessions.sessions import Sessions
from .._utils.plain_values import as_objects
from ._browsing import browse
from ._catalogue import draw_products
from ._dice import Dice
from ._targets import draw_categories, draw_targets
from ._vocabulary import load_vocabulary
from ._writing import write_titles

_SMALLEST_CATALOGUE = 400

_DESCR = """\
Generated browsing sessions of a Spanish-speaking marketplace
--------------------------------------------------------------

{n_sessions} sessions over {n_products} products of {n_families} families.

Everything here is made up by a grammar: no person browsed, no product is for sale.
Brand names are real, and nothing is meant by what is said next to them.

A session follows an intent: one family (often with a brand, a model, a size, a price
segment, second-hand or copies in mind), or a project across related families. About
one view in ten strays. Titles have up to 60 characters, give or leave out noun, brand,
model and measures in varying order, and are misspelled at times. 3% of the products
have no category and 4% a wrong one.

Targets, with the share of positives: {rates}.
In each of them 3% of the positives have swapped labels with as many negatives.

counterfeit  a copy of an expensive brand: its brand beside the words of cheap sellers
             or the model of another brand
oversize     too large to ship for free: some families always, others from a size on
restricted   must not be sold: weapons and their replicas, tobacco, alcohol,
             prescription medicine, steroids, fireworks, cannabis, live animals
used         second-hand, said in many ways or not at all
"""


@validate_params(
    {
        "n_sessions": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
@public
def make_sessions(
    n_sessions: int = 20_000,
    *,
    random_state: int | np.random.RandomState | None = None,
) -> Bunch:
    """Generate browsing sessions of a Spanish-speaking marketplace.

    A catalogue of some hundred families of products is drawn first, then people who
    browse it with a purpose. The sessions say more than the words about which products
    belong together: titles have synonyms, codes and misspellings, and often lack the
    noun. The data are for tests, examples and first steps. They do not show which
    method is better on a marketplace, since they are simpler than a real one.

    Parameters
    ----------
    n_sessions : int, default=20_000
        Number of sessions, at least 1. The catalogue has
        ``max(400, round(7 * n_sessions ** 0.75))`` products: 11,773 by default.
    random_state : int, RandomState instance or None, default=None
        Determines what is generated. Pass an int for the same sessions in every call
        and process.

    Returns
    -------
    data : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        sessions : Sessions
            The sessions, each of 2 to 15 distinct products. Products that no one
            looked at are missing here.
        titles : ndarray of object (str), shape (n_products,)
            The distinct titles of the catalogue, in random order.
        categories : ndarray of object (str or None), shape (n_products,)
            The category of each product: about 3% are missing, 4% wrong.
        families : ndarray of object (str), shape (n_products,)
            The true family of each product, for evaluation.
        targets : dict of str to ndarray of int64, shape (n_products,)
            Labels, 0 or 1, for the questions "counterfeit", "oversize", "restricted"
            and "used". In each of them 3% of the positives have swapped labels with as
            many negatives.
        DESCR : str
            A description.

    Raises
    ------
    sklearn.utils._param_validation.InvalidParameterError
        A ValueError and TypeError: if `n_sessions` is no int of at least 1, or
        `random_state` has another type than those above.

    See Also
    --------
    sklearn_prodemb.Sessions : What the sessions are kept in.

    Examples
    --------
    >>> from sklearn_prodemb.datasets import make_sessions
    >>> data = make_sessions(1000, random_state=0)
    >>> data.titles.shape
    (1245,)
    >>> data.sessions.n_sessions
    1000
    >>> sorted(data.targets)
    ['counterfeit', 'oversize', 'restricted', 'used']
    """
    generated = _generate(n_sessions, check_random_state(random_state))
    sessions = Sessions.from_lists(generated.pop("lists"))
    titles, categories, families = (
        as_objects(generated[name]) for name in ("titles", "categories", "families")
    )
    targets: dict[str, np.ndarray] = generated["targets"]
    rates = ", ".join(f"{name} {y.mean():.0%}" for name, y in targets.items())
    return Bunch(
        sessions=sessions,
        titles=titles,
        categories=categories,
        families=families,
        targets=targets,
        DESCR=_DESCR.format(
            n_sessions=n_sessions,
            n_products=len(titles),
            n_families=len(load_vocabulary().families),
            rates=rates,
        ),
    )


def _generate(n_sessions: int, random_state: np.random.RandomState) -> dict[str, Any]:
    dice = Dice(random_state)
    n_products = max(_SMALLEST_CATALOGUE, round(7 * n_sessions**0.75))
    products = draw_products(n_products, dice)
    titles = write_titles(products, dice)
    categories = draw_categories(products, dice)
    targets = draw_targets(products, dice)
    views = browse(n_sessions, products, dice)
    families = load_vocabulary().families
    return {
        "lists": [[(titles[i], categories[i]) for i in session] for session in views],
        "titles": titles,
        "categories": categories,
        "families": [families[product.family].name for product in products],
        "targets": targets,
    }
