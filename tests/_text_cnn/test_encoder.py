"""Inference: the lazily folded table."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from plain import PlainTextCNN, flatten

from sklearn_prodemb._text_cnn.encoder import FoldedEncoder, init_weights


def make(seed=0, vocab_size=500):
    generator = torch.Generator().manual_seed(seed)
    weights = init_weights(vocab_size, 32, 16, (2, 3, 4, 5), generator)
    rng = np.random.default_rng(seed)
    titles = [rng.integers(0, vocab_size, n).tolist() for n in rng.integers(0, 30, 200)]
    return weights, titles


def test_vectors_equal_conv1d_title_by_title():
    weights, titles = make()
    expected = PlainTextCNN(weights)(titles).detach().numpy()
    vectors = FoldedEncoder(weights)(*flatten(titles))
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected, rtol=1e-5, atol=1e-5)


def test_a_vector_does_not_depend_on_the_calls_before():
    weights, titles = make()
    at_once = FoldedEncoder(weights)(*flatten(titles))
    encoder = FoldedEncoder(weights)
    one_by_one = np.concatenate([encoder(*flatten([t])) for t in reversed(titles)])
    np.testing.assert_array_equal(one_by_one[::-1], at_once)


def test_threads_share_one_table():
    weights, titles = make()
    expected = FoldedEncoder(weights)(*flatten(titles))
    encoder = FoldedEncoder(weights)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda t: encoder(*flatten([t])), titles))
    np.testing.assert_array_equal(np.concatenate(results), expected)


def test_no_titles():
    weights, _ = make()
    assert FoldedEncoder(weights)(*flatten([])).shape == (0, 64)


def test_a_title_without_tokens_is_the_biases():
    weights, _ = make()
    vector = FoldedEncoder(weights)(*flatten([[]]))[0]
    np.testing.assert_array_equal(vector, np.maximum(weights.biases, 0))


def test_weights_are_drawn_as_torch_draws_them():
    generator = torch.Generator().manual_seed(0)
    weights = init_weights(5000, 64, 32, (2, 5), generator)
    assert abs(weights.token_embeddings.std() - 1) < 0.01
    for blocks, size in ((weights.filters[:2], 2), (weights.filters[2:], 5)):
        bound = 1 / np.sqrt(64 * size)
        assert 0.98 * bound < np.abs(blocks).max() <= bound
        assert abs(blocks.mean()) < 0.02 * bound
