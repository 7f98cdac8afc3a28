"""Labels and categories are those of the products, but for known shares of errors."""

import numpy as np
import pytest

from sklearn_prodemb.datasets._catalogue import oversize
from sklearn_prodemb.datasets._dice import Dice
from sklearn_prodemb.datasets._targets import draw_categories, draw_targets
from sklearn_prodemb.datasets._vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def targets(products):
    return draw_targets(products, Dice(np.random.RandomState(1)))


@pytest.fixture(scope="module")
def categories(products):
    return draw_categories(products, Dice(np.random.RandomState(1)))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("counterfeit", lambda product, family: product.copied),
        ("oversize", lambda product, family: oversize(product)),
        ("restricted", lambda product, family: family.restricted),
        ("used", lambda product, family: product.used),
    ],
)
def test_a_few_positives_have_traded_labels_with_negatives(
    products, families, targets, name, answer
):
    truth = np.array([answer(p, families[p.family]) for p in products])
    labels = targets[name]
    assert set(labels.tolist()) == {0, 1}
    missed, wrong = (labels[truth] == 0).sum(), (labels[~truth] == 1).sum()
    assert missed == wrong
    assert missed / truth.sum() == pytest.approx(0.03, abs=0.015)


def test_shares_of_wrong_and_missing_categories(products, families, categories):
    own = [families[product.family].category for product in products]
    missing = np.array([category is None for category in categories])
    wrong = np.array(categories, object) != np.array(own, object)
    assert missing.mean() == pytest.approx(0.03, abs=0.005)
    assert (wrong & ~missing).mean() == pytest.approx(0.04, abs=0.005)


def test_most_wrong_categories_are_of_the_same_department(
    products, families, categories
):
    departments = load_vocabulary().departments.values()
    near = {f.name: {g.category for g in d} for d in departments for f in d}
    known = {family.category for family in families}
    pairs = [
        (category, families[product.family])
        for product, category in zip(products, categories, strict=True)
        if category not in (None, families[product.family].category)
    ]
    assert {category for category, _ in pairs} <= known
    share = np.mean([category in near[family.name] for category, family in pairs])
    assert 0.66 < share < 0.8
