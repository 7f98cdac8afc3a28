"""What a family of products is, and the short notation its vocabulary is kept in."""

from __future__ import annotations

from dataclasses import dataclass

BUDGET, MIDDLE, PREMIUM = 0, 1, 2


@dataclass(frozen=True)
class Brand:
    """A brand within a family.

    Parameters
    ----------
    name : str
        How it is written.
    tier : int
        Its price segment: BUDGET, MIDDLE or PREMIUM.
    models : tuple of str
        Its well-known models; empty where models are codes to be drawn.
    """

    name: str
    tier: int
    models: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A measure that the titles of a family give.

    Parameters
    ----------
    unit : str
        The unit, a key of `UNITS`.
    values : tuple of str
        The values there are, in increasing order where they are numbers.
    """

    unit: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Family:
    """A family: products that are alternatives to each other.

    Parameters
    ----------
    name : str
        The family's name, unique.
    category : str
        The marketplace's leaf category; two families may share one.
    nouns : tuple of str
        What sellers call it, the most usual first.
    brands : tuple of Brand
        The brands, the most usual first.
    measures : tuple of Measure
        The measures; `oversize` speaks of the first.
    features : tuple of str
        What else sellers say of it.
    weight : float
        Its share of the catalogue, relative to 1.
    used : float
        The share of second-hand products.
    copied : bool
        Whether its premium brands are counterfeited.
    oversize : float or None
        From which value of the first measure on it is too large to ship for free: 0
        stands for always, None for never.
    restricted : bool
        Whether it may not be sold.
    coloured : bool
        Whether it comes in colours.
    """

    name: str
    category: str
    nouns: tuple[str, ...]
    brands: tuple[Brand, ...]
    measures: tuple[Measure, ...]
    features: tuple[str, ...]
    weight: float
    used: float
    copied: bool
    oversize: float | None
    restricted: bool
    coloured: bool


def family(
    name: str,
    category: str,
    nouns: str,
    brands: str,
    measures: str,
    features: str,
    *,
    weight: float = 1.0,
    used: float = 0.12,
    copied: bool = False,
    oversize: float | None = None,
    restricted: bool = False,
    coloured: bool = True,
) -> Family:
    """Read a family from the short notation; alternatives are parted by ``|``.

    Parameters
    ----------
    name, category, nouns, features : str
        As in `Family`.
    brands : str
        Each ``Brand`` or ``Brand=model,model``, with ``+`` in front of a premium
        brand and ``-`` in front of a budget one.
    measures : str
        Each ``unit low high step`` or ``unit value,value``.
    weight, used, copied, oversize, restricted, coloured
        As in `Family`.

    Returns
    -------
    family : Family
        The family.
    """
    return Family(
        name,
        category,
        alternatives(nouns),
        tuple(map(_brand, alternatives(brands))),
        tuple(map(_measure, alternatives(measures))),
        alternatives(features),
        weight,
        used,
        copied,
        oversize,
        restricted,
        coloured,
    )


def alternatives(text: str, separator: str = "|") -> tuple[str, ...]:
    """Read alternatives, parted by a separator, from the short notation."""
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def _brand(text: str) -> Brand:
    name, _, models = text.partition("=")
    tier = {"+": PREMIUM, "-": BUDGET}.get(name[0], MIDDLE)
    return Brand(name.lstrip("+-"), tier, alternatives(models, ","))


def _measure(text: str) -> Measure:
    unit, _, values = text.partition(" ")
    if "," in values or " " not in values:
        return Measure(unit, alternatives(values, ","))
    low, high, step = map(int, values.split())
    return Measure(unit, tuple(map(str, range(low, high + 1, step))))
