"""Inference: the lazily folded table."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from plain import PlainTextCNN, TokenLists
from small import SESSIONS, TITLES, small

from sklearn_prodemb._text_cnn.encoder import TextCNNEncoder
from sklearn_prodemb._text_cnn.weights import init_weights


def make(seed=0, vocab_size=500):
    weights = init_weights(vocab_size, 32, 16, (2, 3, 4, 5), seed)
    rng = np.random.default_rng(seed)
    titles = [rng.integers(0, vocab_size, n).tolist() for n in rng.integers(0, 30, 200)]
    return weights, titles


def encoder_of(weights):
    return TextCNNEncoder.from_weights(TokenLists(), weights)


def test_vectors_equal_conv1d_title_by_title():
    weights, titles = make()
    expected = PlainTextCNN(weights)(titles).detach().numpy()
    vectors = encoder_of(weights).encode(titles)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, rtol=1e-5, atol=1e-5)


def test_a_vector_does_not_depend_on_the_calls_before():
    weights, titles = make()
    at_once = encoder_of(weights).encode(titles)
    encoder = encoder_of(weights)
    one_by_one = np.concatenate([encoder.encode([t]) for t in reversed(titles)])
    np.testing.assert_array_equal(one_by_one[::-1], at_once)


def test_threads_share_one_table():
    weights, titles = make()
    expected = encoder_of(weights).encode(titles)
    encoder = encoder_of(weights)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda t: encoder.encode([t]), titles))
    np.testing.assert_array_equal(np.concatenate(results), expected)


def test_no_titles():
    weights, _ = make()
    assert encoder_of(weights).encode([]).shape == (0, 64)


def test_a_title_without_tokens_is_the_biases():
    weights, _ = make()
    vector = encoder_of(weights).encode([[]])[0]
    np.testing.assert_array_equal(vector, np.maximum(weights.biases, 0))


def test_the_state_is_what_the_constructor_takes():
    encoder = small().fit(SESSIONS).encoder_
    assert set(encoder.__getstate__()) == {
        "tokenizer",
        "token_embeddings",
        "filters",
        "biases",
        "kernel_sizes",
    }
    again = pickle.loads(pickle.dumps(encoder))
    np.testing.assert_array_equal(again.encode(TITLES), encoder.encode(TITLES))


def test_another_normalizer():
    encoder = small(normalizer="basic").fit(SESSIONS).encoder_
    shout = encoder.with_normalizer(str.upper)
    assert shout.tokenizer.normalizer is str.upper
    assert shout.filters is encoder.filters
    np.testing.assert_array_equal(
        shout.with_normalizer("basic").encode(TITLES), encoder.encode(TITLES)
    )
