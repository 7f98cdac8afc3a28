"""The vocabulary is read as it stands, and its parts fit together."""

import os
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import sklearn_prodemb
from sklearn_prodemb.datasets._family import (
    BUDGET,
    MIDDLE,
    PREMIUM,
    Brand,
    Family,
    Measure,
)
from sklearn_prodemb.datasets._vocabulary import (
    FAMILY_FILES,
    load_vocabulary,
    read_family,
)

SHORT = """
name = "mesa"
category = "Mesas"
nouns = ["mesa", "mesita"]
brands = [
    "Landmark",
    { name = "Kartell", tier = "premium", models = ["Four", "Dr. Yes"] },
    { name = "Mega", tier = "budget" },
    { name = "Tables", models = ["T1"] },
]
measures = [
    { unit = "cm", low = 80, high = 100, step = 10 },
    { unit = "m", low = 1, high = 4, step = 2 },
    { unit = "rodado", values = [26, 27.5, 29] },
    { unit = "talle", values = ["RN", "1½"] },
]
features = ["de madera"]
"""
LONG = """
weight = 1.5
used = 0.3
copied = true
oversize = 90
restricted = true
coloured = false
"""

IMPORT_ONLY = """
import sklearn_prodemb.datasets
from sklearn_prodemb.datasets._vocabulary import load_vocabulary
print(load_vocabulary.cache_info().currsize)
"""


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary()


# Reading ----------------------------------------------------------------------


def test_a_family_is_read_as_it_stands():
    assert read_family(tomllib.loads(SHORT)) == Family(
        name="mesa",
        category="Mesas",
        nouns=("mesa", "mesita"),
        brands=(
            Brand("Landmark", MIDDLE, ()),
            Brand("Kartell", PREMIUM, ("Four", "Dr. Yes")),
            Brand("Mega", BUDGET, ()),
            Brand("Tables", MIDDLE, ("T1",)),
        ),
        measures=(
            Measure("cm", ("80", "90", "100")),
            Measure("m", ("1", "3")),
            Measure("rodado", ("26", "27.5", "29")),
            Measure("talle", ("RN", "1½")),
        ),
        features=("de madera",),
        weight=1.0,
        used=0.12,
        copied=False,
        oversize=None,
        restricted=False,
        coloured=True,
    )


def test_what_a_family_says_goes_before_the_defaults():
    family = read_family(tomllib.loads(SHORT + LONG))
    assert (family.weight, family.used, family.oversize) == (1.5, 0.3, 90)
    assert family.copied
    assert family.restricted
    assert not family.coloured


def test_every_file_is_read():
    folder = files("sklearn_prodemb.datasets") / "vocabulary"
    names = {path.name for path in folder.iterdir()}
    assert names == {f"{name}.toml" for name in (*FAMILY_FILES, "intents", "words")}


def test_files_are_read_once_and_not_before_they_are_needed():
    assert load_vocabulary() is load_vocabulary()
    root = str(Path(sklearn_prodemb.__file__).parent.parent)
    process = subprocess.run(
        [sys.executable, "-c", IMPORT_ONLY],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout.strip() == "0"


# What the files hold ----------------------------------------------------------


def test_there_is_enough_to_draw_from(vocabulary):
    assert len(vocabulary.families) >= 60
    assert len(vocabulary.departments) >= 12
    for family in vocabulary.families:
        assert len(family.nouns) >= 3, family.name
        assert family.brands, family.name
        assert family.measures, family.name


def test_families_are_unique_and_stand_in_the_order_of_their_departments(vocabulary):
    names = [family.name for family in vocabulary.families]
    assert len(set(names)) == len(names)
    departments = vocabulary.departments.values()
    assert names == [family.name for members in departments for family in members]


def test_every_unit_is_known_and_has_a_place_for_the_value(vocabulary):
    used = {m.unit for family in vocabulary.families for m in family.measures}
    assert used == set(vocabulary.units)
    for unit, ways in vocabulary.units.items():
        assert all(way.count("{}") == 1 for way in ways), unit


def test_a_size_from_which_on_products_are_oversize_is_one_of_the_sizes(vocabulary):
    for family in vocabulary.families:
        if family.oversize:
            values = [float(value) for value in family.measures[0].values]
            assert min(values) < family.oversize <= max(values), family.name


def test_every_project_takes_existing_families(vocabulary):
    names = {family.name for family in vocabulary.families}
    for project, members in vocabulary.projects.items():
        assert set(members) <= names, project
        assert len(set(members)) == len(members) >= 2, project


def test_all_departments_have_a_category_to_be_mistaken_for(vocabulary):
    for department, members in vocabulary.departments.items():
        assert len({family.category for family in members}) >= 2, department
