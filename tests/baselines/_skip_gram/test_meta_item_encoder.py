"""Vectors of ids, else of their metadata, against plain averages."""

import pickle

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb import normalize_titles
from sklearn_prodemb.baselines._skip_gram.meta_item_encoder import (
    MetaItemEncoder,
    normalize_given,
)

rng = np.random.default_rng(0)


def table(*keys):
    return {key: rng.standard_normal(3).astype(np.float32) for key in keys}


IDS = table(1, 2, "a")
TITLES = table("mate", "termo azul")
CATEGORIES = table("Bazar", 7)
PRODUCTS = [
    (1, "Mate", "Bazar"),
    ("a", None, None),
    ("x", "¡El MATE!", "Bazar"),
    ("x", "Termo azul", 7),
    (None, "mate", None),
    ("y", np.nan, "Bazar"),
    ("y", "mate", "nunca visto"),
    ("y", "nunca visto", 7),
    ("z", "nunca visto", "nunca visto"),
    ("z", "...", pd.NA),
]


@pytest.fixture
def encoder():
    parts = [
        part
        for rows in (IDS, TITLES, CATEGORIES)
        for part in (np.array(list(rows), object), np.array(list(rows.values())))
    ]
    return MetaItemEncoder(*parts, "es")


def plain(product, title, category):
    """The vector of a product, None if it has none."""
    if product in IDS:
        return IDS[product]
    found = []
    if isinstance(title, str):
        [normalized] = normalize_titles([title], normalizer="es")
        found += [v for t, v in TITLES.items() if t == normalized]
    if category in CATEGORIES:
        found.append(CATEGORIES[category])
    return np.mean(found, axis=0) if found else None


def check(encoder, products):
    vectors, known = encoder.look_up(*zip(*products, strict=True))
    assert vectors.dtype == np.float32
    for product, vector, has_one in zip(products, vectors, known, strict=True):
        expected = plain(*product)
        assert has_one == (expected is not None)
        expected = np.zeros(3) if expected is None else expected
        np.testing.assert_allclose(vector, expected, rtol=1e-6)


def test_other_ids_have_the_mean_of_their_metadata(encoder):
    check(encoder, PRODUCTS)
    # Nor does a product's vector depend on the others.
    for product in PRODUCTS:
        check(encoder, [product])


def test_less_metadata_is_enough(encoder):
    ids, titles, _ = zip(*PRODUCTS[:3], strict=True)
    vectors, known = encoder.look_up(ids, titles)
    expected = np.stack([IDS[1], IDS["a"], TITLES["mate"]])
    np.testing.assert_array_equal(vectors, expected)
    assert known.all()
    vectors, known = encoder.look_up(ids)
    np.testing.assert_array_equal(vectors[:2], expected[:2])
    assert known.tolist() == [True, True, False]
    assert (vectors[2] == 0).all()


def test_pickle(encoder):
    again = pickle.loads(pickle.dumps(encoder))
    assert again.n_features == 3
    assert again.normalizer == "es"
    check(again, PRODUCTS)


def test_another_normalizer(encoder):
    raw = encoder.with_normalizer(None)
    rows = [["x", "x"], ["mate", "MATE"]]
    assert raw.look_up(*rows)[1].tolist() == [True, False]
    assert encoder.look_up(*rows)[1].tolist() == [True, True]


def test_titles_that_are_missing_or_empty_are_none():
    titles = [None, "¡Mate!", "...", np.nan, pd.NA, "", "Termo AZUL"]
    expected = [None, "mate", None, None, None, None, "termo azul"]
    assert normalize_given(titles, "es") == expected
    assert normalize_given([], "es") == []
    assert normalize_given(["", " x"], None) == [None, " x"]
