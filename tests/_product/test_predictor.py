"""Predictions from sums over words."""

import numpy as np
import pytest
from small_sub_words import N_INPUTS, N_OUTPUTS, SUB_WORDS, TITLES, draw_network

from sklearn_prodemb._product.predictor import Predictor

rng = np.random.default_rng(0)
COEFFICIENTS = rng.standard_normal((SUB_WORDS.n_columns, N_OUTPUTS)).astype(np.float32)
NETWORK = draw_network()
QUERIES = [*TITLES, ["mesita", "nueva"], ["zzzz"], [], ["mesa", "mesa"]]
INPUTS = rng.standard_normal((len(QUERIES), N_INPUTS)).astype(np.float32)


def plain(titles, inputs):
    """One title after the other, from all its sub-words."""
    out = []
    for title, row in zip(titles, inputs, strict=True):
        columns = SUB_WORDS.rows_of(title).values
        if not len(columns):
            out.append(np.zeros(N_OUTPUTS))
            continue
        ridge = SUB_WORDS.tf_idf([title]) @ COEFFICIENTS
        bag = NETWORK.sub_word_vectors[columns].sum(axis=0) / np.sqrt(len(columns))
        hidden = np.maximum(
            bag + row @ NETWORK.input_weights + NETWORK.hidden_biases, 0
        )
        network = hidden @ NETWORK.output_weights + row @ NETWORK.skip_weights
        out.append((ridge[0] + network + NETWORK.output_biases) / 2)
    return np.array(out)


def test_the_ridge_alone():
    ours = Predictor(SUB_WORDS, COEFFICIENTS, None, None).predict(QUERIES, INPUTS)
    np.testing.assert_allclose(
        ours, SUB_WORDS.tf_idf(QUERIES) @ COEFFICIENTS, atol=1e-5
    )
    assert ours.dtype == np.float32


def test_the_mean_of_ridge_and_network():
    ours = Predictor(SUB_WORDS, COEFFICIENTS, NETWORK, None).predict(QUERIES, INPUTS)
    np.testing.assert_allclose(ours, plain(QUERIES, INPUTS), atol=1e-5)
    assert ours.dtype == np.float32


@pytest.mark.parametrize("network", [None, NETWORK])
def test_nothing_known_says_nothing(network):
    ours = Predictor(SUB_WORDS, COEFFICIENTS, network, 1.0)
    assert not ours.predict([["zzzz"], []], INPUTS[:2]).any()
    assert ours.predict([[]], INPUTS[:1]).shape == (1, N_OUTPUTS)
    assert ours.predict([], INPUTS[:0]).shape == (0, N_OUTPUTS)


def test_the_unsure_ones_are_shortened():
    plain = Predictor(SUB_WORDS, COEFFICIENTS, NETWORK, None).predict(QUERIES, INPUTS)
    lengths = np.linalg.norm(plain, axis=1)
    middle = float(np.median(lengths[lengths > 0]))
    ours = Predictor(SUB_WORDS, COEFFICIENTS, NETWORK, middle).predict(QUERIES, INPUTS)
    shares = np.minimum(lengths / middle, 1)
    assert (shares < 1).sum() > 2
    assert (shares == 1).sum() > 1
    np.testing.assert_allclose(ours, plain * shares[:, None] ** 2, rtol=1e-5)


def test_stop_words_say_nothing():
    without = Predictor(SUB_WORDS, COEFFICIENTS, NETWORK, None, frozenset({"roja"}))
    titles = [[word for word in title if word != "roja"] for title in QUERIES]
    np.testing.assert_allclose(
        without.predict(QUERIES, INPUTS), plain(titles, INPUTS), atol=1e-5
    )
