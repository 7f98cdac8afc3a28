"""People look at products that have something in common."""

from collections import Counter

import numpy as np
import pytest

from sklearn_prodemb.datasets import make_sessions
from sklearn_prodemb.datasets._browsing import browse, wishes_met
from sklearn_prodemb.datasets._catalogue import Model, Product, draw_products
from sklearn_prodemb.datasets._dice import Dice
from sklearn_prodemb.datasets._family import BUDGET, PREMIUM, Brand
from sklearn_prodemb.datasets._vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def data():
    return make_sessions(4000, random_state=0)


def test_wishes_met(families):
    number = [family.name for family in families].index("televisor")
    sizes = families[number].measures[0].values
    brand, model = Brand("Samsung", PREMIUM), Model("UN55AU7000", None)
    met = wishes_met(Product(number, brand, model, (sizes[-1],), True, False))
    assert met == [
        ("brand", "Samsung"),
        ("size", 2),
        ("used", True),
        ("price", PREMIUM),
        ("model", "Samsung", "UN55AU7000"),
    ]
    # A copy costs little, whatever its brand.
    met = wishes_met(Product(number, brand, None, (sizes[0],), False, True))
    assert met == [
        ("brand", "Samsung"),
        ("size", 0),
        ("used", False),
        ("price", BUDGET),
        ("copy",),
    ]


@pytest.mark.parametrize("n_products", [20, 400])
def test_a_session_holds_distinct_products(n_products):
    products = draw_products(n_products, Dice(np.random.RandomState(0)))
    sessions = browse(500, products, Dice(np.random.RandomState(1)))
    assert len(sessions) == 500
    for session in sessions:
        assert 2 <= len(session) <= 15
        assert len(set(session)) == len(session)
        assert set(session) <= set(range(n_products))


def test_the_first_products_are_the_most_popular():
    products = draw_products(400, Dice(np.random.RandomState(0)))
    sessions = browse(3000, products, Dice(np.random.RandomState(1)))
    views = np.bincount(np.concatenate(sessions), minlength=400).reshape(4, 100)
    assert (np.diff(views.sum(1)) < 0).all()


def test_families_of_one_project_are_seen_together(data):
    projects = [set(members) for members in load_vocabulary().projects.values()]
    before, after = neighbours(data, dict(zip(data.titles, data.families, strict=True)))
    others = before != after

    def related(before, after):
        pairs = zip(before[others], after[others], strict=True)
        return np.mean([any({a, b} <= p for p in projects) for a, b in pairs])

    chance = related(before, np.random.default_rng(0).permutation(after))
    assert related(before, after) > 5 * chance


def neighbours(data, of_title):
    """Give a property of products that are seen right after one another."""
    values = np.array([of_title[title] for title in data.sessions.titles])
    values = values[data.sessions.title_codes]
    starts = data.sessions.offsets[1:-1]
    follows = np.ones(len(values) - 1, bool)
    follows[starts - 1] = False
    return values[:-1][follows], values[1:][follows]


def test_session_lengths_are_skewed(data):
    lengths = np.diff(data.sessions.offsets)
    assert lengths.min() == 2
    assert lengths.max() == 15
    assert np.median(lengths) == 5
    assert lengths.mean() > np.median(lengths)


def test_popularity_is_uneven(data):
    views = np.sort(np.bincount(data.sessions.title_codes))[::-1]
    top = views[: len(views) // 10].sum() / views.sum()
    assert 0.25 < top < 0.7


def test_sessions_keep_to_families(data):
    family_of = dict(zip(data.titles, data.families, strict=True))
    before, after = neighbours(data, family_of)
    counts = np.array(list(Counter(before.tolist()).values()))
    chance = np.sum((counts / counts.sum()) ** 2)
    together = np.mean(before == after)
    assert 0.4 < together < 0.8
    assert together > 10 * chance


@pytest.mark.parametrize("target", ["counterfeit", "used"])
def test_sessions_tell_more_than_the_family(data, target):
    label_of = dict(zip(data.titles, data.targets[target], strict=True))
    family_of = dict(zip(data.titles, data.families, strict=True))
    before, after = neighbours(data, label_of)
    families = neighbours(data, family_of)[1]
    rates = {
        family: data.targets[target][data.families == family].mean()
        for family in set(data.families)
    }
    expected = np.mean([rates[family] for family in families[before == 1]])
    assert after[before == 1].mean() > 1.4 * expected
