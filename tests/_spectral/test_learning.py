"""Spectral vectors against dense algebra."""

import numpy as np
import pytest
from plain import flatten, plain_ppmi

from sklearn_prodemb._spectral import learning
from sklearn_prodemb._spectral.learning import (
    LENGTHS,
    SpectralEncoder,
    learn_tables,
    part_sizes,
)
from sklearn_prodemb._titles.words import WordTokenizer

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


def learn(n_components=N_COMPONENTS, sessions=SESSIONS, titles=TITLES, seed=0):
    tokenizer = WordTokenizer.train(titles, normalizer="es", vocab_size=1000)
    codes, offsets = flatten(sessions)
    begun = []
    tables = learn_tables(
        tokenizer.encode(titles),
        codes,
        offsets,
        tokenizer.vocab_size,
        n_components,
        np.random.RandomState(seed),
        begun.append,
    )
    assert tuple(begun) == learning.PARTS
    return tokenizer, tables


def encode(tokenizer, tables, titles):
    return SpectralEncoder(tables)(*tokenizer.encode(titles))


def unit(rows):
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)


def plain_parts(titles):
    """The three parts by dense algebra, for titles that training has seen."""
    normalized = [t.lower().replace("!", "") for t in titles]
    normalized = [t if t.split()[0] in WORDS else "" for t in normalized]
    products = list(dict.fromkeys(normalized))
    counts = np.array([[p.split().count(w) for w in WORDS] for p in products], float)
    df = (counts > 0).sum(axis=0)
    idf = np.log((1 + len(products)) / (1 + df)) + 1
    tf_idf = unit(counts * idf)
    sessions = [[products.index(normalized[i]) for i in s] for s in SESSIONS]
    known = [i for i, p in enumerate(products) if p]
    u, s, v = np.linalg.svd(tf_idf, full_matrices=False)
    words = unit(tf_idf @ v.T)
    u, s, _ = np.linalg.svd(plain_ppmi(sessions, tf_idf, tf_idf), full_matrices=False)
    contexts = unit(tf_idf @ (u * s))
    place = {i: n for n, i in enumerate(known)}
    kept = [[place[i] for i in session if i in place] for session in sessions]
    itself = np.eye(len(known))
    u, s, _ = np.linalg.svd(plain_ppmi(kept, itself, itself), full_matrices=False)
    mates = np.zeros((len(products), len(known)))
    mates[known] = unit(u * s)
    rows = [products.index(t) for t in normalized]
    return [part[rows] for part in (words, contexts, mates)]


def test_parts_are_truncated_svds():
    vectors = encode(*learn(), TITLES)
    assert vectors.shape == (33, N_COMPONENTS)
    ends = np.cumsum(part_sizes(N_COMPONENTS))
    # Singular vectors are determined up to a rotation, which no angle tells.
    for part, plain, length in zip(
        np.split(vectors, ends[:-1], axis=1), plain_parts(TITLES), LENGTHS, strict=True
    ):
        np.testing.assert_allclose(
            part @ part.T, length**2 * plain @ plain.T, atol=2e-5
        )


def test_each_part_has_its_length():
    tokenizer, tables = learn()
    ends = np.cumsum(part_sizes(N_COMPONENTS))
    parts = np.split(encode(tokenizer, tables, TITLES), ends[:-1], axis=1)
    lengths = np.array([np.linalg.norm(part, axis=1) for part in parts])
    expected = np.tile(np.array(LENGTHS)[:, None], len(TITLES))
    expected[:, -2:] = 0
    np.testing.assert_allclose(lengths, expected, atol=1e-6)


def test_a_title_that_training_has_not_seen():
    tokenizer, tables = learn()
    words, contexts, _ = part_sizes(N_COMPONENTS)
    unseen = "mesa termo mesa mouse mesa teclado"
    vectors = encode(tokenizer, tables, [unseen, "algo nuevo"])
    assert not vectors[0, words + contexts :].any()
    assert vectors[0, :words].any()
    assert vectors[0, words : words + contexts].any()
    assert not vectors[1].any()
    # The words that are known count, whatever stands between them.
    other = encode(tokenizer, tables, ["mesa termo algo mesa mouse mesa teclado"])
    np.testing.assert_array_equal(other, vectors[:1])


@pytest.mark.parametrize(
    ("n_components", "sizes"),
    [(512, (256, 128, 128)), (4, (2, 1, 1)), (7, (5, 1, 1)), (510, (256, 127, 127))],
)
def test_sizes_of_the_parts(n_components, sizes):
    assert part_sizes(n_components) == sizes
    tokenizer, tables = learn(n_components)
    assert tables.n_features == n_components
    assert encode(tokenizer, tables, TITLES).shape == (33, n_components)


def test_contexts_are_the_most_frequent_words(monkeypatch):
    whole = learn()[1].context_vectors
    monkeypatch.setattr(learning, "_MAX_CONTEXTS", 3)
    seen = []
    ppmi = learning.mates_ppmi
    monkeypatch.setattr(
        learning, "mates_ppmi", lambda *a: seen.append(a[2]) or ppmi(*a)
    )
    tables = learn()[1]
    assert seen[0].shape[1] == 3
    assert np.linalg.matrix_rank(tables.context_vectors) <= 3
    assert np.linalg.matrix_rank(whole) > 3


def test_seeds_hardly_matter():
    vectors = [encode(*learn(16, seed=seed), TITLES) for seed in (0, 0, 1)]
    assert vectors[0].tobytes() == vectors[1].tobytes()
    grams = [v @ v.T for v in vectors]
    np.testing.assert_allclose(grams[0], grams[2], atol=0.02)


def test_output_array():
    tokenizer, tables = learn(16)
    out = np.full((33, 16), np.nan, np.float32)
    result = SpectralEncoder(tables)(*tokenizer.encode(TITLES), out=out)
    assert result is out
    np.testing.assert_array_equal(out, encode(tokenizer, tables, TITLES))
