"""The vocabulary of the generated sessions, read from the folder ``vocabulary``.

Files of families hold one ``[[family]]`` for each family, with a ``department`` and the
parameters of `Family`. A parameter that is left out has the default of `Family`.

- A brand is a name, or a table with ``name`` and ``tier`` or ``models`` or both. The
  tier is "budget", "middle" or "premium"; "middle" may be left out. If a brand has no
  models, codes such as UN55AU7000 are drawn for it, unless its name says that it is no
  brand ("Genérico").
- A measure is a table with ``unit`` and either ``values``, or ``low``, ``high`` and
  ``step``. The value ``high`` is included.

``intents.toml`` holds the projects, ``words.toml`` all that belongs to no family.

The order matters: the first entries of many lists are drawn more often, and after a
change of order an equal seed gives other sessions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ._family import BUDGET, MIDDLE, PREMIUM, Brand, Family, Measure

# The folder has no order of its own, and the draws need one.
FAMILY_FILES = ("home", "technology", "people", "leisure", "trade")

_TIERS = {"budget": BUDGET, "middle": MIDDLE, "premium": PREMIUM}


@dataclass(frozen=True)
class Vocabulary:
    """All names and words that products, titles and sessions are made of.

    Parameters
    ----------
    departments : dict of str to tuple of Family
        The families of each department.
    families : tuple of Family
        The families of all departments, one department after the other.
    projects : dict of str to tuple of str
        The names of the families that each project needs.
    units : dict of str to tuple of str
        How each unit is written; ``{}`` stands for the value.
    colours : tuple of str
        The colours.
    fillers : tuple of str
        What sellers say of any product.
    new_phrases, used_phrases : tuple of str
        How sellers say that a product is new, or second-hand.
    also_said_of_new : tuple of str
        What sellers of new products say too, although it sounds second-hand, so that
        no phrase gives the label away.
    copy_phrases : tuple of str
        How sellers say that a product is a copy.
    cheap_phrases : tuple of str
        What sellers say of cheap products.
    """

    departments: dict[str, tuple[Family, ...]]
    families: tuple[Family, ...]
    projects: dict[str, tuple[str, ...]]
    units: dict[str, tuple[str, ...]]
    colours: tuple[str, ...]
    fillers: tuple[str, ...]
    new_phrases: tuple[str, ...]
    used_phrases: tuple[str, ...]
    also_said_of_new: tuple[str, ...]
    copy_phrases: tuple[str, ...]
    cheap_phrases: tuple[str, ...]


@cache
def load_vocabulary() -> Vocabulary:
    """Read the vocabulary, in the first call only.

    Returns
    -------
    vocabulary : Vocabulary
        The vocabulary.
    """
    departments: dict[str, tuple[Family, ...]] = {}
    for file in FAMILY_FILES:
        for table in _read(file)["family"]:
            name = table.pop("department")
            departments[name] = (*departments.get(name, ()), read_family(table))
    words = _read("words")
    return Vocabulary(
        departments=departments,
        families=tuple(
            family for members in departments.values() for family in members
        ),
        projects=_tuples(_read("intents")["projects"]),
        units=_tuples(words.pop("units")),
        **_tuples(words),
    )


def read_family(table: Mapping[str, Any]) -> Family:
    """Make a family of its table.

    Parameters
    ----------
    table : mapping of str to object
        The parameters of `Family`, as they stand in the file.

    Returns
    -------
    family : Family
        The family.
    """
    lists = {
        "nouns": tuple(table["nouns"]),
        "brands": tuple(map(_read_brand, table["brands"])),
        "measures": tuple(map(_read_measure, table["measures"])),
        "features": tuple(table["features"]),
    }
    return Family(**{**table, **lists})


def _read_brand(entry: str | dict[str, Any]) -> Brand:
    if isinstance(entry, str):
        return Brand(entry)
    tier = _TIERS[entry.get("tier", "middle")]
    return Brand(entry["name"], tier, tuple(entry.get("models", ())))


def _read_measure(table: dict[str, Any]) -> Measure:
    if "values" in table:
        values = table["values"]
    else:
        values = range(table["low"], table["high"] + 1, table["step"])
    return Measure(table["unit"], tuple(map(str, values)))


def _read(name: str) -> dict[str, Any]:
    file = files(__package__) / "vocabulary" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _tuples(lists: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(entries) for name, entries in lists.items()}
