"""Titles in, vectors out, misspelt ones too."""

import pickle
from itertools import pairwise

import numpy as np
import pytest
from small import SESSIONS

from sklearn_prodemb import ProductEmbedder, Sessions
from sklearn_prodemb._product.predictor import Predictor
from sklearn_prodemb.datasets import misspell_titles

# "esa" for "mesa" would be a stop word of Spanish.
EMBEDDER = ProductEmbedder(normalizer="basic", n_components=16, random_state=0)
ENCODER = EMBEDDER.fit(SESSIONS).encoder_
KNOWN = SESSIONS.titles.tolist()


def test_misspelt_titles_get_the_vectors_of_the_titles():
    typos = misspell_titles(KNOWN, random_state=0)
    assert set(KNOWN).isdisjoint(typos)
    np.testing.assert_array_equal(ENCODER.encode(typos), ENCODER.encode(KNOWN))
    assert ENCODER.correct(typos) == KNOWN


def test_known_and_misspelt_titles_in_one_call():
    titles = [KNOWN[0], "zzz", "", misspell_titles([KNOWN[1]], random_state=0)[0]]
    one_by_one = np.concatenate([ENCODER.encode([title]) for title in titles])
    np.testing.assert_array_equal(ENCODER.encode(titles), one_by_one)
    assert not one_by_one[1:3].any()
    assert ENCODER.encode([]).shape == (0, 16)


def test_new_titles_do_not_depend_on_the_batch():
    embedder = ProductEmbedder(normalizer="basic", n_components=512, random_state=0)
    encoder = embedder.set_params(max_epochs=1).fit(SESSIONS).encoder_
    assert encoder.network is not None
    titles = [f"{a} {b} z{i}" for i, (a, b) in enumerate(pairwise(KNOWN))]
    one_by_one = np.concatenate([encoder.encode([title]) for title in titles])
    np.testing.assert_array_equal(encoder.encode(titles), one_by_one)
    np.testing.assert_array_equal(encoder.encode(titles[:7]), one_by_one[:7])
    assert one_by_one[:, encoder.closed_form.n_summed_features :].any()


def test_a_title_of_the_log_is_never_changed():
    # The vocabulary holds the most frequent words only; "messa" is not among them.
    sessions = Sessions.from_lists(
        [["mesa pino", "mesa roble", "messa cedro"], ["mesa pino", "mesa cedro"]]
    )
    embedder = ProductEmbedder(vocab_size=2, n_components=8, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    assert "messa" not in encoder.tokenizer.words
    assert encoder.correct(["Messa Cedro", "messa rojas"]) == [
        "messa cedro",
        "mesa rojas",
    ]


def test_the_state_is_what_the_constructor_takes():
    assert set(ENCODER.__getstate__()) == {
        "closed_form",
        "word_counts",
        "ngrams",
        "sub_word_weights",
        "coefficients",
        "network",
    }
    typos = misspell_titles(KNOWN, random_state=0)
    again = pickle.loads(pickle.dumps(ENCODER))
    np.testing.assert_array_equal(again.encode(typos), ENCODER.encode(typos))


def test_another_normalizer():
    none = ENCODER.with_normalizer(None)
    assert none.tokenizer.normalizer is None
    assert none.word_counts is ENCODER.word_counts
    assert none.network is ENCODER.network
    assert none.correct(["MESA"]) == ["MESA"]


def product_part(titles, encoder=ENCODER):
    return encoder.encode(titles)[:, encoder.closed_form.n_summed_features :]


def predict(titles, encoder=ENCODER):
    """What sub-words say, without a look at other titles."""
    words = [title.split() for title in titles]
    n_summed = encoder.closed_form.n_summed_features
    summed = encoder.closed_form.encode(titles)[:, :n_summed]
    length = 0.7 * encoder.closed_form.lengths[2]
    model = Predictor(encoder.sub_words, encoder.coefficients, encoder.network, length)
    return model.predict(words, summed)


@pytest.mark.parametrize("network", [ENCODER.network, None])
def test_what_was_not_seen_is_predicted(network):
    encoder = ENCODER.with_network(network)
    titles = ["mesa", "lampara silla 99", "termo zzz"]
    ours = product_part(titles, encoder)
    np.testing.assert_allclose(ours, predict(titles, encoder), atol=1e-6)
    assert (np.linalg.norm(ours, axis=1) > 0.01).all()
    assert (network is None) == (encoder.network is None)


def test_what_was_seen_keeps_its_own():
    ours = ENCODER.encode(KNOWN)
    np.testing.assert_array_equal(ours, ENCODER.closed_form.encode(KNOWN))


def test_stop_words_are_no_sub_words():
    params = {"n_components": 16, "max_epochs": 0, "random_state": 0}
    spanish = ProductEmbedder(normalizer="es", **params)
    encoder = spanish.fit(SESSIONS).encoder_
    np.testing.assert_array_equal(encoder.encode(["mesa"]), encoder.encode(["la mesa"]))


def test_a_seen_title_and_a_word_more():
    known = KNOWN[0]
    for title in (f"mesa {known}", f"{known} mesa", known.replace(" ", " mesa ", 1)):
        expected = (predict([title]) + product_part([known])) / 2
        np.testing.assert_allclose(product_part([title]), expected, atol=1e-6)


def test_a_seen_title_and_a_word_that_is_not_known():
    known = KNOWN[0]
    for title in (f"oferta {known}", f"{known} zz9", known.replace(" ", " zzz ", 1)):
        np.testing.assert_allclose(ENCODER.encode([title]), ENCODER.encode([known]))


def test_several_seen_titles_and_a_word_more():
    sessions = [["mesa roja", "silla roja"], ["mesa pino", "silla pino"]]
    embedder = ProductEmbedder(n_components=8, max_epochs=0, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    rows = product_part(["mesa roja", "mesa pino"], encoder).mean(axis=0)
    title = ["mesa roja pino"]
    expected = (predict(title, encoder) + rows) / 2
    np.testing.assert_allclose(product_part(title, encoder), expected, atol=1e-6)


def test_one_word_left_says_too_little():
    sessions = [["mesa", "silla"], ["lampara", "silla"]]
    embedder = ProductEmbedder(n_components=8, max_epochs=0, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    title = ["mesa zzz"]
    expected = predict(title, encoder)
    np.testing.assert_allclose(product_part(title, encoder), expected, atol=1e-6)
