"""Families are what their docstrings say, and stay so."""

import re
from dataclasses import FrozenInstanceError, fields
from inspect import getdoc

import pytest

from sklearn_prodemb.datasets import _family
from sklearn_prodemb.datasets._family import (
    BUDGET,
    MIDDLE,
    PREMIUM,
    Brand,
    Family,
    Measure,
)
from sklearn_prodemb.datasets._vocabulary import load_vocabulary


@pytest.mark.parametrize("kind", [Brand, Measure, Family])
def test_defaults_are_those_that_are_documented(kind):
    text = getdoc(kind)
    documented = dict(re.findall(r"^(\w+) : [^\n]*default=(.*)$", text, re.M))
    required = re.findall(r"^(\w+) : (?!.*default=)", text, re.M)
    made = kind(*required)
    names = [field.name for field in fields(kind)]
    assert [*required, *documented] == names
    for name, value in documented.items():
        assert getattr(made, name) == eval(value, vars(_family)), name


def test_tiers_are_in_order_of_price():
    assert BUDGET < MIDDLE < PREMIUM


def test_families_of_the_vocabulary_cannot_be_changed():
    # All calls share them.
    family = load_vocabulary().families[0]
    for part in (family, family.brands[0], family.measures[0]):
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, "other")
    assert {family, load_vocabulary().families[0]} == {family}
