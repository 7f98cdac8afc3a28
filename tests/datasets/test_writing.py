"""Titles are distinct, whatever there is to say."""

import numpy as np

from sklearn_prodemb.datasets._catalogue import Product, draw_products
from sklearn_prodemb.datasets._dice import Dice
from sklearn_prodemb.datasets._family import Brand
from sklearn_prodemb.datasets._vocabulary import load_vocabulary
from sklearn_prodemb.datasets._writing import write_titles


def test_listings_of_one_product_have_distinct_titles():
    dice = Dice(np.random.RandomState(0))
    # The least that can be said of a product, so that titles would often repeat.
    families = load_vocabulary().families
    number = [family.name for family in families].index("vidrio templado")
    product = Product(number, Brand("Genérico", 0, ()), None, ("1",), False, False)
    titles = write_titles([product] * 8000, dice)
    assert len(titles) == len(set(titles)) == 8000


def test_titles_are_distinct_even_where_sellers_say_the_same(monkeypatch):
    home = "sklearn_prodemb.datasets._writing.type_title"
    monkeypatch.setattr(home, lambda title, dice: "Igual")
    dice = Dice(np.random.RandomState(0))
    titles = write_titles(draw_products(3, dice), dice)
    assert titles == ["Igual", "Igual cod 1", "Igual cod 2"]
