"""What a family of products is."""

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
    tier : int, default=MIDDLE
        Its price segment: BUDGET, MIDDLE or PREMIUM.
    models : tuple of str, default=()
        Its well-known models. If there are none, models are codes to be drawn.
    """

    name: str
    tier: int = MIDDLE
    models: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A measure that the titles of a family give.

    Parameters
    ----------
    unit : str
        The unit, a key of `Vocabulary.units`.
    values : tuple of str
        The values there are, in increasing order if they are numbers.
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
    weight : float, default=1.0
        Its share of the catalogue, relative to 1.
    used : float, default=0.12
        The share of second-hand products.
    copied : bool, default=False
        Whether its premium brands are counterfeited.
    oversize : float or None, default=None
        From which value of the first measure on it is too large to ship for free: 0
        stands for always, None for never.
    restricted : bool, default=False
        Whether it may not be sold.
    coloured : bool, default=True
        Whether it comes in colours.
    """

    name: str
    category: str
    nouns: tuple[str, ...]
    brands: tuple[Brand, ...]
    measures: tuple[Measure, ...]
    features: tuple[str, ...]
    weight: float = 1.0
    used: float = 0.12
    copied: bool = False
    oversize: float | None = None
    restricted: bool = False
    coloured: bool = True
