"""Sessions: people with something in mind look at one product after the other."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Hashable
from itertools import accumulate

from ._catalogue import Product
from ._dice import Dice
from ._vocabulary import load_vocabulary

_SHORTEST, _LONGEST = 2, 15
_MEDIAN_LENGTH, _SPREAD = 4.8, 0.55
_STRAY, _RELATED = 0.10, 0.07
_PROJECT = 0.2
# How often the wish is heeded: search results and recommendations mix other things in.
_HEEDED = 0.85

Wish = tuple[Hashable, ...]
_NO_WISH: Wish = ()


class _Pools:
    """The products that fit a family and a wish, to be drawn by popularity."""

    def __init__(self, products: list[Product], popularity: list[float]) -> None:
        members: dict[Wish, list[int]] = {}
        for number, product in enumerate(products):
            members.setdefault(_NO_WISH, []).append(number)
            for wish in [_NO_WISH, *wishes_met(product)]:
                members.setdefault((product.family, *wish), []).append(number)
        self._members = members
        self._cumulated = {
            key: list(accumulate(popularity[i] for i in numbers))
            for key, numbers in members.items()
        }

    def __contains__(self, key: Wish) -> bool:
        return key in self._members

    def draw(self, key: Wish, dice: Dice) -> int:
        cumulated = self._cumulated[key]
        at = bisect_right(cumulated, dice.unit() * cumulated[-1])
        return self._members[key][min(at, len(cumulated) - 1)]


def wishes_met(product: Product) -> list[Wish]:
    """List what a shopper may look for and find in this product."""
    family = load_vocabulary().families[product.family]
    measure = family.measures[0].values
    met: list[Wish] = [
        ("brand", product.brand.name),
        ("size", 3 * measure.index(product.values[0]) // len(measure)),
        ("used", product.used),
        # A copy costs what a cheap brand costs, whatever it says on the label.
        ("price", 0 if product.copied else product.brand.tier),
    ]
    if product.model is not None:
        met.append(("model", product.brand.name, product.model.name))
    if product.copied:
        met.append(("copy",))
    return met


def browse(n_sessions: int, products: list[Product], dice: Dice) -> list[list[int]]:
    """Let people browse the catalogue.

    Parameters
    ----------
    n_sessions : int
        Number of sessions.
    products : list of Product
        The catalogue, most popular first.
    dice : Dice
        The source of randomness.

    Returns
    -------
    sessions : list of list of int
        The distinct products of each session, as numbers into the catalogue.
    """
    popularity = [rank**-0.75 for rank in range(1, len(products) + 1)]
    pools = _Pools(products, popularity)
    related, projects = _related_families(pools)
    sessions = []
    for _ in range(n_sessions):
        length = _draw_length(dice)
        families, wish = _draw_intent(products, pools, projects, dice)
        seen: dict[int, None] = {}
        tries = 0
        while len(seen) < length:
            tries += 1
            kind = dice.unit()
            family = dice.pick(families)
            key: Wish = (family, *wish)
            # A wish that few products meet is soon exhausted, and so is a family in a
            # small catalogue: then people look further afield.
            if kind < _STRAY or tries > 6 * length:
                key = _NO_WISH
            elif kind < _STRAY + _RELATED and related[family]:
                key = (dice.pick(related[family]),)
            elif tries > 2 * length or not dice.chance(_HEEDED) or key not in pools:
                key = (family,)
            seen[pools.draw(key, dice)] = None
        sessions.append(list(seen))
    return sessions


def _draw_length(dice: Dice) -> int:
    # Box and Muller's normal, to have but one source of randomness.
    radius = math.sqrt(-2 * math.log1p(-dice.unit()))
    normal = radius * math.cos(2 * math.pi * dice.unit())
    length = round(_MEDIAN_LENGTH * math.exp(_SPREAD * normal))
    return min(max(length, _SHORTEST), _LONGEST)


def _related_families(pools: _Pools) -> tuple[list[list[int]], list[list[int]]]:
    vocabulary = load_vocabulary()
    families = vocabulary.families
    number_of = {family.name: number for number, family in enumerate(families)}
    projects = [
        [number_of[name] for name in names if (number_of[name],) in pools]
        for names in vocabulary.projects.values()
    ]
    related: list[dict[int, None]] = [{} for _ in families]
    for project in projects:
        for family in project:
            related[family].update(dict.fromkeys(f for f in project if f != family))
    return [list(others) for others in related], [p for p in projects if p]


def _draw_intent(
    products: list[Product], pools: _Pools, projects: list[list[int]], dice: Dice
) -> tuple[list[int], Wish]:
    if dice.chance(_PROJECT):
        families = dice.some(dice.pick(projects), 2 + dice.below(3))
        return families, _draw_shared_wish(families, dice)
    # Someone saw this product somewhere and wants one like it, in one respect.
    model_product = products[pools.draw(_NO_WISH, dice)]
    number = model_product.family
    family = load_vocabulary().families[number]
    point = dice.unit() - 0.6 * family.used
    if point < 0:
        return [number], ("used", True)
    if family.copied and dice.chance(0.12):
        return [number], ("copy",)
    if dice.chance(0.25):
        return [number], _NO_WISH
    return [number], dice.pick(wishes_met(model_product))


def _draw_shared_wish(families: list[int], dice: Dice) -> Wish:
    all_families = load_vocabulary().families
    if dice.chance(0.6 * max(all_families[number].used for number in families)):
        return ("used", True)
    return ("price", dice.below(3)) if dice.chance(0.4) else _NO_WISH
