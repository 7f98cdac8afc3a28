"""What there is to predict of a product: labels and categories, with their errors."""

from __future__ import annotations

import numpy as np

from ._catalogue import Product, oversize
from ._dice import Dice
from ._vocabulary import load_vocabulary

_MISLABELLED = 0.03
_NO_CATEGORY, _WRONG_CATEGORY, _SAME_DEPARTMENT = 0.03, 0.04, 0.7


def draw_targets(products: list[Product], dice: Dice) -> dict[str, np.ndarray]:
    """Label the products, with a few mistakes.

    Parameters
    ----------
    products : list of Product
        The products.
    dice : Dice
        The source of randomness.

    Returns
    -------
    targets : dict of str to ndarray of int64, shape (n_products,)
        For each question 1 where the answer is yes, else 0. A few positives have
        traded labels with as many negatives.
    """
    families = load_vocabulary().families
    truth = {
        "counterfeit": [product.copied for product in products],
        "oversize": [oversize(product) for product in products],
        "restricted": [families[product.family].restricted for product in products],
        "used": [product.used for product in products],
    }
    return {name: _mislabel(answers, dice) for name, answers in truth.items()}


def _mislabel(answers: list[bool], dice: Dice) -> np.ndarray:
    labels = np.array(answers, np.int64)
    positives, negatives = np.flatnonzero(labels == 1), np.flatnonzero(labels == 0)
    missed = [i for i in positives.tolist() if dice.chance(_MISLABELLED)]
    # As many, so that the rate of positives stays what it is in truth.
    wrong = dice.some(negatives.tolist(), len(missed))
    labels[missed] = 0
    labels[wrong] = 1
    return labels


def draw_categories(products: list[Product], dice: Dice) -> list[str | None]:
    """Give the products the categories that their sellers chose.

    Parameters
    ----------
    products : list of Product
        The products.
    dice : Dice
        The source of randomness.

    Returns
    -------
    categories : list of str or None
        The leaf categories; some wrong, some missing.
    """
    vocabulary = load_vocabulary()
    department_of = {
        family.name: department
        for department in vocabulary.departments.values()
        for family in department
    }
    categories: list[str | None] = []
    for product in products:
        family = vocabulary.families[product.family]
        point = dice.unit()
        if point < _NO_CATEGORY:
            categories.append(None)
        elif point < _NO_CATEGORY + _WRONG_CATEGORY:
            near = dice.chance(_SAME_DEPARTMENT)
            shelf = department_of[family.name] if near else vocabulary.families
            others = [other.category for other in shelf]
            others = [other for other in others if other != family.category]
            categories.append(dice.pick(others))
        else:
            categories.append(family.category)
    return categories
