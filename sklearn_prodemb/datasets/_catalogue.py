"""Products: what there is to see, before anyone writes a title for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._dice import Dice
from ._family import PREMIUM, Brand, Family
from ._vocabulary import load_vocabulary

_COPIED = 0.55
_LETTERS = "ABCDEFGHJKLMNPRSTVWXZ"


@dataclass(frozen=True)
class Model:
    """A model of a brand.

    Parameters
    ----------
    name : str
        How it is written.
    values : tuple of str or None
        Its measures, if the model settles them.
    """

    name: str
    values: tuple[str, ...] | None


@dataclass(slots=True)
class Product:
    """One listing of the catalogue.

    Parameters
    ----------
    family : int
        Its family, as a number into `Vocabulary.families`.
    brand : Brand
        Its brand.
    model : Model or None
        Its model, None if the brand has none.
    values : tuple of str
        The values of the family's measures.
    used, copied : bool
        Whether it is second-hand; whether it is a counterfeit.
    """

    family: int
    brand: Brand
    model: Model | None
    values: tuple[str, ...]
    used: bool
    copied: bool


def draw_products(n_products: int, dice: Dice) -> list[Product]:
    """Draw the catalogue.

    Parameters
    ----------
    n_products : int
        Number of products.
    dice : Dice
        The source of randomness.

    Returns
    -------
    products : list of Product
        The products, in no order.
    """
    families = load_vocabulary().families
    models = [
        [_draw_models(family, brand, dice) for brand in family.brands]
        for family in families
    ]
    shares = np.cumsum([family.weight for family in families])
    points = np.array([dice.unit() for _ in range(n_products)]) * shares[-1]
    numbers = np.searchsorted(shares, points, side="right").tolist()
    return [_draw_product(number, models[number], dice) for number in numbers]


def _draw_product(number: int, models: list[list[Model]], dice: Dice) -> Product:
    family = load_vocabulary().families[number]
    which = dice.pick_early(range(len(family.brands)))
    brand = family.brands[which]
    model = dice.pick_early(models[which]) if models[which] else None
    if model is not None and model.values is not None:
        values = model.values
    else:
        values = _draw_values(family, dice)
    copied = family.copied and brand.tier == PREMIUM and dice.chance(_COPIED)
    used = not copied and dice.chance(family.used)
    return Product(number, brand, model, values, used, copied)


def _draw_values(family: Family, dice: Dice) -> tuple[str, ...]:
    return tuple(dice.pick(measure.values) for measure in family.measures)


def _draw_models(family: Family, brand: Brand, dice: Dice) -> list[Model]:
    if brand.models:
        return [Model(name, None) for name in brand.models]
    if is_generic(brand):
        return []
    prefix = brand.name[0].upper() + "".join(
        dice.pick(_LETTERS) for _ in range(1 + dice.below(2))
    )
    return [_draw_code(family, prefix, dice) for _ in range(3 + dice.below(4))]


def _draw_code(family: Family, prefix: str, dice: Dice) -> Model:
    values = _draw_values(family, dice)
    # Makers like to put the size into the code: UN55AU7000 is a 55 inch set.
    if values[0].isdigit() and dice.chance(0.5):
        number = values[0]
    else:
        number = str(10 + dice.below(990))
    suffix = dice.pick(_LETTERS) if dice.chance(0.5) else ""
    if dice.chance(0.25):
        suffix += str(dice.below(100))
    return Model(prefix + number + suffix, values)


def is_generic(brand: Brand) -> bool:
    """Tell whether a brand is no brand at all."""
    return brand.name.startswith(("Genéric", "Sin marca"))


def oversize(product: Product) -> bool:
    """Tell whether a product is too large to ship for free."""
    limit = load_vocabulary().families[product.family].oversize
    return limit is not None and (limit == 0 or float(product.values[0]) >= limit)
