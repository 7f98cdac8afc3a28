"""Spectral vectors against dense algebra."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from plain import plain_mates, plain_ppmi, ragged

from sklearn_prodemb._spectral.learning import PARTS, SpectralConfig, learn_encoder
from sklearn_prodemb._spectral.mates import SessionMates
from sklearn_prodemb._titles.words import WordTokenizer
from sklearn_prodemb._utils.ragged import Ragged

WORDS = ["mesa", "silla", "lampara", "carpa", "termo", "mouse", "teclado", "mate"]
rng = np.random.default_rng(0)
TITLES = [" ".join(rng.choice(WORDS, rng.integers(1, 5))) for _ in range(30)]
# The same product once normalised, and titles of which nothing is left.
TITLES += [TITLES[3].upper() + "!", "???", "de la"]
SESSIONS = [
    rng.choice(len(TITLES), n, replace=False).tolist()
    for n in rng.integers(2, 9, 40).tolist()
]
# More than the rank of any of the matrices, so that nothing is lost.
N_COMPONENTS = 160


@dataclass
class Source:
    """Sessions of titles, as numbers."""

    titles: list
    sessions: Ragged
    by_id = None

    def has_pairs(self, of_title):
        return True

    def mates(self, of_title, n_products):
        return SessionMates(self.sessions, of_title, n_products)


def learn(n_components=N_COMPONENTS, seed=0, **config):
    tokenizer = WordTokenizer.train(TITLES, normalizer="es", vocab_size=1000)
    begun = []

    def step(name, compute, n_blocks):
        begun.append(name)
        return compute()

    config = replace(SpectralConfig.of_length(n_components), **config)
    encoder = learn_encoder(
        tokenizer,
        Source(TITLES, ragged(SESSIONS)),
        config,
        np.random.RandomState(seed),
        step,
    )
    assert tuple(begun) == PARTS
    return encoder


def sizes_of(n_components):
    return SpectralConfig.of_length(n_components).sizes


def unit(rows):
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)


def plain_parts(titles, n_word_contexts=1000, n_product_contexts=1000):
    """The three parts by dense algebra, for titles that training has seen."""
    normalized = [t.lower().replace("!", "") for t in titles]
    normalized = [t if t.split()[0] in WORDS else "" for t in normalized]
    products = [p for p in dict.fromkeys(normalized) if p]
    of_title = [products.index(t) if t else -1 for t in normalized]
    counts = np.array([[p.split().count(w) for w in WORDS] for p in products], float)
    df = (counts > 0).sum(axis=0)
    idf = np.log((1 + len(products)) / (1 + df)) + 1
    tf_idf = unit(counts * idf)
    mates = plain_mates(SESSIONS, len(products), of_title)
    seen = np.array(
        [sum(of_title[t] == p for s in SESSIONS for t in s) for p in range(len(mates))]
    )
    u, s, v = np.linalg.svd(tf_idf, full_matrices=False)
    words = unit(tf_idf @ v.T)
    often = np.argsort(-(seen @ (tf_idf > 0)), kind="stable")[:n_word_contexts]
    met = tf_idf.T @ mates @ tf_idf[:, often]
    u, s, _ = np.linalg.svd(plain_ppmi(met), full_matrices=False)
    contexts = unit(tf_idf @ (u * s))
    often = np.argsort(-seen, kind="stable")[:n_product_contexts]
    u, s, _ = np.linalg.svd(plain_ppmi(mates[:, often]), full_matrices=False)
    parts = words, contexts, unit(u * s)
    nothing = np.zeros((1, len(mates)))
    # The last row is that of a title that is no product.
    return [np.vstack([part, nothing[:, : part.shape[1]]])[of_title] for part in parts]


@pytest.mark.parametrize(("n_words", "n_products"), [(1000, 1000), (3, 9)])
def test_parts_are_truncated_svds(n_words, n_products):
    vectors = learn(max_word_contexts=n_words, max_product_contexts=n_products).encode(
        TITLES
    )
    assert vectors.shape == (33, N_COMPONENTS)
    ends = np.cumsum(sizes_of(N_COMPONENTS))
    # Singular vectors are determined up to a rotation, which no angle tells.
    for part, plain, length in zip(
        np.split(vectors, ends[:-1], axis=1),
        plain_parts(TITLES, n_words, n_products),
        SpectralConfig().lengths,
        strict=True,
    ):
        np.testing.assert_allclose(
            part @ part.T, length**2 * plain @ plain.T, atol=1e-3
        )


def test_each_part_has_its_length():
    ends = np.cumsum(sizes_of(N_COMPONENTS))
    parts = np.split(learn().encode(TITLES), ends[:-1], axis=1)
    lengths = np.array([np.linalg.norm(part, axis=1) for part in parts])
    expected = np.tile(np.array(SpectralConfig().lengths)[:, None], len(TITLES))
    expected[:, -2:] = 0
    np.testing.assert_allclose(lengths, expected, atol=1e-3)


def test_a_title_that_training_has_not_seen():
    encoder = learn()
    words, contexts, _ = sizes_of(N_COMPONENTS)
    unseen = "mesa termo mesa mouse mesa teclado"
    vectors = encoder.encode([unseen, "algo nuevo"])
    assert not vectors[0, words + contexts :].any()
    assert vectors[0, :words].any()
    assert vectors[0, words : words + contexts].any()
    assert not vectors[1].any()
    # The words that are known count, whatever stands between them.
    other = encoder.encode(["mesa termo algo mesa mouse mesa teclado"])
    np.testing.assert_array_equal(other, vectors[:1])


@pytest.mark.parametrize(
    ("n_components", "sizes"),
    [(512, (256, 128, 128)), (4, (2, 1, 1)), (7, (5, 1, 1)), (510, (256, 127, 127))],
)
def test_sizes_of_the_parts(n_components, sizes):
    assert sizes_of(n_components) == sizes
    encoder = learn(n_components)
    assert encoder.n_features == n_components
    assert encoder.encode(TITLES).shape == (33, n_components)


def test_titles_in_another_order_give_the_same_vectors():
    order = np.random.default_rng(1).permutation(len(TITLES))
    place = np.argsort(order)
    sessions = ragged([[int(place[title]) for title in s] for s in SESSIONS])
    tokenizer = WordTokenizer.train(TITLES, normalizer="es", vocab_size=1000)
    encoder = learn_encoder(
        tokenizer,
        Source([TITLES[i] for i in order], sessions),
        SpectralConfig.of_length(16),
        np.random.RandomState(0),
        lambda name, compute, n_blocks: compute(),
    )
    expected = learn(16).encode(TITLES)
    np.testing.assert_allclose(encoder.encode(TITLES), expected, atol=1e-3)


def test_seeds_hardly_matter():
    vectors = [learn(16, seed).encode(TITLES) for seed in (0, 0, 1)]
    assert vectors[0].tobytes() == vectors[1].tobytes()
    grams = [v @ v.T for v in vectors]
    np.testing.assert_allclose(grams[0], grams[2], atol=0.02)


@pytest.mark.parametrize("power", [0.5, 2])
def test_another_power_of_the_singular_values(power):
    plain, other = (learn(singular_value_power=p).context_vectors for p in (1, power))
    values = np.linalg.norm(plain, axis=0)
    # Rows are weighted by idf, so only the ratio between columns is known.
    ratio = np.linalg.norm(other, axis=0) / np.where(values > 0, values, 1)
    left, right = (
        v / np.maximum(np.linalg.norm(v, axis=0), 1e-9) for v in (plain, other)
    )
    np.testing.assert_allclose(left, right, atol=1e-4)
    assert np.unique(ratio[ratio > 0].round(3)).size > 1
