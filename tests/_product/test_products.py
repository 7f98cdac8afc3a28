"""Titles that are equal once normalised are one product."""

import numpy as np
from plain import ragged

from sklearn_prodemb._product.products import Products
from sklearn_prodemb.encoders import WordTokenizer

TITLES = ["Mesa de pino", "MESA PINO", "¡!", "silla", "de"]
TOKENIZER = WordTokenizer.train(TITLES, normalizer="es", vocab_size=2)


def test_products_of_titles():
    products = Products.of(TOKENIZER, TITLES)
    words = [products.words[i] if i >= 0 else None for i in products.of_title]
    assert words == [["mesa", "pino"], ["mesa", "pino"], None, ["silla"], None]
    assert products.of_title[0] == products.of_title[1]
    assert products.keys.tolist() == sorted(products.keys)
    assert len(products.keys) == 2
    keys = TOKENIZER.encode(["mesa pino", "silla"]).keys
    np.testing.assert_array_equal(np.sort(keys), products.keys)


def test_no_title_is_empty():
    products = Products.of(TOKENIZER, ["silla", "mesa"])
    assert sorted(products.of_title) == [0, 1]
    assert Products.of(TOKENIZER, []).words == []


def test_a_product_counts_once_in_a_session():
    products = Products.of(TOKENIZER, TITLES)
    titles = np.array([0, 1, 3, 2, 0, 1, 4, 3, 3, 0])
    sessions = ragged([[0, 1, 2, 3], [4, 5, 6], [7, 8], [9, 8]])
    rows = products.distinct_rows(titles, sessions)
    assert [sorted(row) for row in rows.to_lists()] == [[0, 2], [8, 9]]
    assert len(products.distinct_rows(titles, ragged([[4, 5]]))) == 0
