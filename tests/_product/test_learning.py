"""What is learned before anything is trained."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from small import SESSIONS, TITLES, WORDS

from sklearn_prodemb import ProductEmbedder, Sessions, SpectralEmbedder
from sklearn_prodemb._product.learning import fit_product_features, learn_without_pairs
from sklearn_prodemb._product.products import Products
from sklearn_prodemb._spectral.sources import source_of
from sklearn_prodemb.encoders import WordTokenizer

PARAMS = {"n_components": 16, "random_state": 0, "normalizer": "basic"}
CATALOGUE = Sessions.from_lists(
    [[row] for session in SESSIONS.to_lists() for row in session]
)


def start(sessions=SESSIONS, **params):
    return ProductEmbedder(max_epochs=0, **(PARAMS | params)).fit(sessions).encoder_


def test_the_closed_form_is_that_of_spectral_embedder():
    expected = SpectralEmbedder(**PARAMS).fit(SESSIONS).encoder_
    ours = start().closed_form
    for name, value in expected.__getstate__().items():
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(ours, name), value)


def test_words_are_counted_in_distinct_titles():
    sessions = [
        ["Mesa mesa pino", "silla"],
        ["MESA MESA PINO", "mesa"],
        ["silla", "mesa"],
    ]
    encoder = start(sessions, n_components=8)
    counts = dict(zip(encoder.tokenizer.words, encoder.word_counts, strict=True))
    assert counts == {"mesa": 2, "pino": 1, "silla": 1}
    assert encoder.word_counts.dtype == np.int64


def test_the_ridge_is_fitted_on_titles_seen_with_others():
    alone = "lampara zzz"
    sessions = Sessions.from_lists([*SESSIONS.to_lists(), [(alone, None)]])
    encoder = start(sessions)
    closed_form = encoder.closed_form
    titles = SESSIONS.titles.tolist()
    rows = closed_form.find_products(closed_form.tokenizer.encode(titles).keys)
    order = np.argsort(rows)
    expected = fit_product_features(
        encoder.sub_words,
        [titles[i].split() for i in order],
        closed_form.product_vectors[rows[order]],
    )
    np.testing.assert_array_equal(encoder.coefficients, expected)
    assert closed_form.find_products(closed_form.tokenizer.encode([alone]).keys) == -1


def test_more_steps_hardly_change_a_prediction():
    encoder = start()
    titles = [title.split() for title in TITLES]
    features = encoder.sub_words.tf_idf(titles)
    vectors = encoder.encode(TITLES)[:, encoder.closed_form.n_summed_features :]
    model = Ridge(alpha=0.5, fit_intercept=False).fit(features.toarray(), vectors)
    expected = model.predict(features.toarray())
    error = np.linalg.norm(features @ encoder.coefficients - expected)
    assert error < 0.05 * np.linalg.norm(expected)


def test_a_session_of_one_product_in_two_spellings_is_no_pair():
    twice = [["Mesa", "MESA!"], ["silla", "lampara"]]
    encoder = start(twice, n_components=8)
    assert len(encoder.closed_form.product_keys) == 2
    assert np.linalg.norm(encoder.encode(["mesa"])) > 0


def test_a_catalogue_has_no_rows_of_its_own():
    encoder = start(CATALOGUE)
    assert len(encoder.closed_form.product_keys) == 0
    vectors = encoder.encode(TITLES)
    assert vectors.shape == (60, 16)
    # A quarter is contexts, of length .7; the others are the sub-words' SVD.
    contexts, others = np.split(vectors, [4], axis=1)
    np.testing.assert_allclose(np.linalg.norm(contexts, axis=1), 0.7, rtol=1e-5)
    words = [title.split() for title in TITLES]
    matrix = encoder.sub_words.tf_idf(words)
    np.testing.assert_allclose(others, matrix @ encoder.coefficients, atol=1e-6)
    # The SVD keeps about as much as any so many directions can.
    values = np.linalg.svd(matrix.toarray(), compute_uv=False)
    others = others / 1.25
    assert np.square(others).sum() > 0.98 * np.square(values[:12]).sum()
    right = encoder.coefficients / 1.25
    np.testing.assert_allclose(right.T @ right, np.eye(12), atol=1e-5)


def test_contexts_of_a_catalogue_are_its_categories():
    encoder = start(CATALOGUE)
    words = encoder.encode(WORDS)[:, :4]
    same = encoder.encode([f"{word} 99" for word in WORDS])[:, :4]
    assert (words @ same.T).argmax(axis=1).tolist() == list(range(10))


def test_a_catalogue_without_categories():
    encoder = start([[title] for title in TITLES])
    assert encoder.closed_form.n_summed_features == 0
    assert encoder.encode(TITLES).shape == (60, 16)


def test_a_catalogue_of_one_title():
    encoder = start([["mesa roja"]])
    assert np.linalg.norm(encoder.encode(["mesa"])) > 0
    assert not encoder.encode(["zzz"]).any()


@pytest.mark.parametrize("categories", [[-1, -1, -1], [0, -1, 1], [0, 1, 0]])
def test_steps_are_told(categories):
    titles = ["mesa roja", "silla", "mesa"]
    source = source_of(
        Sessions.from_lists(
            [
                [(t, None if c < 0 else c)]
                for t, c in zip(titles, categories, strict=True)
            ]
        ),
        None,
    )
    tokenizer = WordTokenizer.train(titles, normalizer="es", vocab_size=100)
    begun = []

    def step(name, compute, n_blocks):
        begun.append(name)
        return compute()

    encoder = learn_without_pairs(
        tokenizer,
        Products.of(tokenizer, titles),
        source,
        8,
        np.random.RandomState(0),
        step,
    )
    assert begun == ["contexts", "sub-words"]
    has_group = categories == [0, 1, 0]
    assert encoder.closed_form.n_summed_features == (2 if has_group else 0)
    assert encoder.n_features == 8
