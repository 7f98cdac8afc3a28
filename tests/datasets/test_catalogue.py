"""Products have what their families and brands allow."""

import numpy as np
import pytest

from sklearn_prodemb.datasets._catalogue import (
    Product,
    is_generic,
    oversize,
)
from sklearn_prodemb.datasets._family import PREMIUM, Brand

N = 20_000


def test_products_fit_their_family(products, families):
    assert len(products) == N
    for product in products:
        family = families[product.family]
        assert product.brand in family.brands
        for value, measure in zip(product.values, family.measures, strict=True):
            assert value in measure.values


def test_models_fit_their_brand(products):
    codes = {}
    for product in products:
        if is_generic(product.brand) and not product.brand.models:
            assert product.model is None
        elif product.brand.models:
            assert product.model.name in product.brand.models
            assert product.model.values is None
        else:
            # A code stands for one product, whose measures it settles.
            assert product.model.name[0] == product.brand.name[0].upper()
            assert product.model.values == product.values
            codes.setdefault((product.family, product.brand), set()).add(product.model)
    assert all(len(models) <= 6 for models in codes.values())
    assert max(len(models) for models in codes.values()) > 1


def test_families_have_their_share(products, families):
    weights = np.array([family.weight for family in families])
    found = np.bincount([p.family for p in products], minlength=len(families)) / N
    expected = weights / weights.sum()
    deviation = np.sqrt(expected * (1 - expected) / N)
    assert (np.abs(found - expected) < 5 * deviation).all()


def test_copies_are_of_premium_brands_where_there_are_copies(products, families):
    could = [
        p for p in products if families[p.family].copied and p.brand.tier == PREMIUM
    ]
    copies = [p for p in products if p.copied]
    assert len(copies) == sum(p.copied for p in could)
    assert 0.5 < len(copies) / len(could) < 0.6
    assert not any(p.used for p in copies)


def test_second_hand_products_are_as_many_as_their_families_say(products, families):
    genuine = [p for p in products if not p.copied]
    rates = np.array([families[p.family].used for p in genuine])
    used = np.array([p.used for p in genuine])
    assert not used[rates == 0].any()
    assert used.mean() == pytest.approx(rates.mean(), abs=0.01)


def test_the_first_brands_are_met_more_often(products, families):
    places = [
        families[p.family].brands.index(p.brand) / len(families[p.family].brands)
        for p in products
    ]
    assert np.mean(np.array(places) < 0.5) > 0.6


@pytest.mark.parametrize(
    ("family", "value", "expected"),
    [
        ("heladera", "340", True),  # always
        ("celular", "1", False),  # never
        ("televisor", "54", False),
        ("televisor", "55", True),
        ("televisor", "65", True),
    ],
)
def test_oversize(families, family, value, expected):
    number = [f.name for f in families].index(family)
    product = Product(number, Brand("Sieger"), None, (value,), False, False)
    assert oversize(product) is expected


def test_generic_brands():
    assert is_generic(Brand("Genérico"))
    assert is_generic(Brand("Genérica"))
    assert is_generic(Brand("Sin marca"))
    assert not is_generic(Brand("General Electric"))
