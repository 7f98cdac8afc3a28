"""The families, projects and units fit together."""

from sklearn_prodemb.datasets._catalogue import DEPARTMENTS, FAMILIES
from sklearn_prodemb.datasets._intents import PROJECTS
from sklearn_prodemb.datasets._words import UNITS


def test_the_vocabulary_hangs_together():
    names = [family.name for family in FAMILIES]
    assert len(set(names)) == len(names) >= 60
    assert len(DEPARTMENTS) >= 12
    for family in FAMILIES:
        assert all(measure.unit in UNITS for measure in family.measures), family.name
        assert len(family.nouns) >= 3, family.name
        assert family.measures, family.name
        if family.oversize:
            values = [float(value) for value in family.measures[0].values]
            assert min(values) < family.oversize <= max(values), family.name
    for project, members in PROJECTS.items():
        assert set(members) <= set(names), project
        assert len(members) >= 2, project


def test_all_departments_have_a_category_to_be_mistaken_for():
    for department, members in DEPARTMENTS.items():
        assert len({family.category for family in members}) >= 2, department
