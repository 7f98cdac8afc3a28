"""Titles in, spectral vectors out."""

import pickle

import numpy as np
import pytest
from small import SESSIONS, TITLES, spectral


def test_sums_and_look_ups():
    encoder = spectral().fit(SESSIONS).encoder_
    words = encoder.tokenizer.vocabulary.decode().split()
    title = TITLES[0]
    rows = [words.index(word) for word in title.split()]
    vector = encoder.encode([title])[0]
    for table, part, length in zip(
        (encoder.word_vectors, encoder.context_vectors),
        (vector[encoder.blocks["words"]], vector[encoder.blocks["contexts"]]),
        encoder.lengths[:2],
        strict=True,
    ):
        total = sum(table[row] for row in rows)
        expected = length * total / np.linalg.norm(total)
        np.testing.assert_allclose(part, expected, atol=1e-6)
    key = encoder.tokenizer.encode([title]).keys[0]
    (place,) = np.flatnonzero(encoder.product_keys == key)
    products = vector[encoder.blocks["products"]]
    np.testing.assert_array_equal(products, encoder.product_vectors[place])


@pytest.mark.parametrize("n_components", [4, 5, 8, 128])
def test_one_title_is_what_it_is_among_others(n_components):
    encoder = spectral(n_components=n_components).fit(SESSIONS).encoder_
    rng = np.random.default_rng(0)
    words = [*encoder.tokenizer.words, "zzz", "de"]
    titles = [" ".join(rng.choice(words, n)) for n in range(100)] + TITLES
    one_by_one = np.concatenate([encoder.encode([title]) for title in titles])
    np.testing.assert_array_equal(encoder.encode(titles), one_by_one)
    assert not one_by_one[0].any()
    assert encoder.encode([]).shape == (0, encoder.n_features)


def test_the_state_is_what_the_constructor_takes():
    encoder = spectral().fit(SESSIONS).encoder_
    assert set(encoder.__getstate__()) == {
        "tokenizer",
        "word_vectors",
        "context_vectors",
        "product_keys",
        "product_vectors",
        "lengths",
    }
    again = pickle.loads(pickle.dumps(encoder))
    np.testing.assert_array_equal(again.encode(TITLES), encoder.encode(TITLES))


def test_another_normalizer():
    encoder = spectral(normalizer="basic").fit(SESSIONS).encoder_
    none = encoder.with_normalizer(None)
    assert none.word_vectors is encoder.word_vectors
    assert not none.encode(["MESA"]).any()
    assert encoder.encode(["MESA"]).any()
