"""Titles in, spectral vectors out."""

import pickle

import numpy as np
import pytest
from scipy.stats import ortho_group
from small import SESSIONS, TITLES, spectral

from sklearn_prodemb._spectral import encoder as home
from sklearn_prodemb._spectral.encoder import scale_rows

NEW = ["mesa silla", "termo carpa zzz", ""]


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
        "space",
    }
    again = pickle.loads(pickle.dumps(encoder))
    np.testing.assert_array_equal(again.encode(TITLES), encoder.encode(TITLES))


def test_another_normalizer():
    encoder = spectral(normalizer="basic").fit(SESSIONS).encoder_
    none = encoder.with_normalizer(None)
    assert none.word_vectors is encoder.word_vectors
    assert none.space == encoder.space
    assert not none.encode(["MESA"]).any()
    assert encoder.encode(["MESA"]).any()


def fit(**params):
    return spectral(**params).fit(SESSIONS).encoder_


def test_the_space_is_that_of_the_tables():
    encoder = fit()
    assert encoder.space == fit().space
    assert encoder.space != fit(random_state=1).space
    state = encoder.__getstate__() | {"space": None}
    for name in ("word_vectors", "context_vectors", "product_vectors"):
        changed = state | {name: state[name] * state[name].dtype.type(1.5)}
        assert type(encoder)(**changed).space != encoder.space
    assert type(encoder)(**state).space == encoder.space


def test_a_rotated_encoder_rotates_vectors():
    encoder = fit()
    rotations = {
        name: ortho_group.rvs(columns.stop - columns.start, random_state=seed)
        for seed, (name, columns) in enumerate(encoder.blocks.items())
    }
    rotated = encoder.rotate(rotations, "0" * 16)
    before, after = (e.encode(TITLES + NEW) for e in (encoder, rotated))
    for name, columns in encoder.blocks.items():
        # Rows of products are kept in half precision.
        atol = 1e-3 if name == "products" else 1e-6
        expected = before[:, columns] @ rotations[name]
        np.testing.assert_allclose(after[:, columns], expected, atol=atol)
    assert rotated.space == "0" * 16
    assert rotated.product_vectors.dtype == np.float16
    assert rotated.tokenizer is encoder.tokenizer


def test_an_aligned_encoder_gives_the_vectors_of_the_other():
    encoder, other = fit(), fit(random_state=1)
    rotations = {
        name: ortho_group.rvs(columns.stop - columns.start, random_state=0)
        for name, columns in encoder.blocks.items()
    }
    other = encoder.rotate(rotations, other.space)
    aligned = encoder.align_to(other)
    assert aligned.space == other.space != encoder.space
    ours, others = aligned.encode(TITLES + NEW), other.encode(TITLES + NEW)
    np.testing.assert_allclose(ours, others, atol=2e-3)
    assert np.abs(encoder.encode(TITLES) - others[: len(TITLES)]).max() > 0.1


@pytest.mark.parametrize("n_components", [4, 8, 12])
def test_a_truncated_encoder_gives_the_leading_columns(monkeypatch, n_components):
    monkeypatch.setattr(home, "_ROWS_AT_ONCE", 7)
    encoder = fit()
    short = encoder.truncate(n_components)
    before, after = (e.encode(TITLES + NEW) for e in (encoder, short))
    assert after.shape[1] == short.n_features == n_components
    for length, columns, kept in zip(
        encoder.lengths, encoder.blocks.values(), short.blocks.values(), strict=True
    ):
        leading = before[:, columns][:, : kept.stop - kept.start]
        expected = scale_rows(leading, length)
        np.testing.assert_allclose(after[:, kept], expected, atol=1e-3)
    # A view would hold the tables that it is a part of.
    assert short.word_vectors.base is None


def test_spaces_of_truncated_encoders():
    encoder, other = fit(), fit(random_state=1)
    spaces = {e.truncate(n).space for e in (encoder, other) for n in (4, 8, 12, 16)}
    assert len(spaces) == 8
    aligned = other.align_to(encoder)
    assert aligned.truncate(8).space == encoder.truncate(8).space
    assert encoder.truncate(16) is encoder


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_single_row_is_scaled_as_among_others(dtype):
    rows = np.random.default_rng(0).standard_normal((200, 7)).astype(dtype)
    rows[::10] = 0
    rows[5::10] *= 1e-7
    together = scale_rows(rows, 0.7)
    alone = [scale_rows(row[None], 0.7) for row in rows]
    np.testing.assert_array_equal(np.concatenate(alone), together, strict=True)
    norms = np.linalg.norm(together, axis=1)
    np.testing.assert_allclose(norms, np.where(np.arange(200) % 5, 0.7, 0), rtol=1e-6)
