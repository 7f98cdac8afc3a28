"""Titles: what a seller tells of a product within 60 characters."""

from __future__ import annotations

from ._catalogue import Product, is_generic
from ._dice import Dice
from ._family import BUDGET, PREMIUM, Family
from ._spelling import misspell, type_title
from ._vocabulary import load_vocabulary

# Sellers of what is forbidden avoid its name.
_NOUN, _NOUN_IF_RESTRICTED = 0.75, 0.5
_LONGEST = 60
# Where noun, brand and model go.
_ORDERS = ((0, 1, 2), (0, 1, 2), (0, 1, 2), (2, 0, 1), (1, 0, 2), (0, 2, 1), (2, 1, 0))


def write_titles(products: list[Product], dice: Dice) -> list[str]:
    """Write a title for each product, all of them distinct.

    Parameters
    ----------
    products : list of Product
        The products.
    dice : Dice
        The source of randomness.

    Returns
    -------
    titles : list of str
        The titles.
    """
    titles: dict[str, None] = {}
    for product in products:
        for _ in range(8):
            title = type_title(_compose(product, dice), dice)
            if title not in titles:
                break
        else:
            title = f"{title} cod {len(titles)}"
        titles[title] = None
    return list(titles)


def _compose(product: Product, dice: Dice) -> str:
    vocabulary = load_vocabulary()
    family = vocabulary.families[product.family]
    has_noun = dice.chance(_NOUN_IF_RESTRICTED if family.restricted else _NOUN)
    head = _head(product, family, has_noun, dice)
    n_features = dice.below(3) if has_noun else 1 + dice.below(2)
    measures = [
        dice.pick_early(vocabulary.units[measure.unit]).format(value)
        for measure, value in zip(family.measures, product.values, strict=True)
        if dice.chance(0.7)
    ]
    tail = measures + dice.some(family.features, n_features)
    if family.coloured and dice.chance(0.35):
        tail.append(dice.pick_early(vocabulary.colours))
    signals = _signals(product, family, dice)
    fillers = dice.some(vocabulary.fillers, dice.below(3)) if dice.chance(0.5) else []

    # In order of what a seller would not leave out; the number is where it goes.
    parts = list(head)
    for text in signals:
        parts.append((-2 if dice.chance(0.15) else 3 + dice.unit(), text))
    parts += [(3 + dice.unit(), text) for text in tail]
    parts += [(-1 if dice.chance(0.15) else 5.0, text) for text in fillers]
    left = _LONGEST
    kept = []
    for place, text in parts:
        if len(text) <= left:
            kept.append((place, text))
            left -= len(text) + 1
    return " ".join(text for _, text in sorted(kept))


def _head(
    product: Product, family: Family, has_noun: bool, dice: Dice
) -> list[tuple[float, str]]:
    order = dice.pick(_ORDERS)
    head: list[tuple[float, str]] = []
    generic = is_generic(product.brand)
    # A thing without a name and a brand that sellers leave out has nothing else to
    # go by than its noun, unless the noun is what must not be said.
    if has_noun or (generic and not family.restricted):
        head.append((order[0], dice.pick_early(family.nouns)))
    # Nor do they give its brand and model where they can help it.
    named = 0.75 if family.restricted else 0.95
    if dice.chance(0.1 if generic else 0.8 if has_noun else named):
        brand = product.brand.name
        if product.copied and dice.chance(0.12):
            brand = misspell(brand, dice) if len(brand) > 3 else brand
        head.append((order[1], brand))
    if product.model is not None and dice.chance(0.6 if has_noun else named):
        name = product.model.name
        if product.copied and dice.chance(0.3):
            name = _model_of_another(product, family, dice)
        head.append((order[2], name))
    return head


def _model_of_another(product: Product, family: Family, dice: Dice) -> str:
    others = [b for b in family.brands if b.models and b.name != product.brand.name]
    assert product.model is not None
    return dice.pick(dice.pick(others).models) if others else product.model.name


def _signals(product: Product, family: Family, dice: Dice) -> list[str]:
    """Say what condition a product is in, and how good it is."""
    vocabulary = load_vocabulary()
    said: list[str] = []
    if product.used:
        if dice.chance(0.92):
            said += dice.some(vocabulary.used_phrases, 1 + dice.chance(0.45))
    elif family.used > 0:
        if dice.chance(0.22):
            said.append(dice.pick_early(vocabulary.new_phrases))
        if dice.chance(0.05):
            said.append(dice.pick(vocabulary.also_said_of_new))
    if product.copied:
        if dice.chance(0.3):
            said.append(dice.pick_early(vocabulary.copy_phrases))
        if dice.chance(0.8):
            said += dice.some(vocabulary.cheap_phrases, 1 + dice.chance(0.4))
        if dice.chance(0.25):
            said.append("original")
    else:
        cheap = {BUDGET: 0.35, PREMIUM: 0.06}.get(product.brand.tier, 0.14)
        if dice.chance(cheap):
            said.append(dice.pick_early(vocabulary.cheap_phrases))
        if product.brand.tier == PREMIUM and dice.chance(0.15):
            said.append("original")
    return said
