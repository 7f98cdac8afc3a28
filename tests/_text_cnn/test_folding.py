"""Folded tables and pooling, against plain products and Conv1d."""

import numpy as np
import pytest
import torch
from plain import PlainTextCNN, TokenLists, ragged

from sklearn_prodemb._text_cnn.chunks import chunks_by_length
from sklearn_prodemb._text_cnn.encoder import TextCNNEncoder
from sklearn_prodemb._text_cnn.folding import NO_WINDOW, Workspace, fold, pool
from sklearn_prodemb._text_cnn.weights import init_weights

VOCABULARY = 150


def random_titles(rng, lengths):
    return [rng.integers(0, VOCABULARY, n).tolist() for n in lengths]


def random_weights(seed, kernel_sizes=(2, 3, 4, 5), dim=24, n_filters=8):
    return init_weights(VOCABULARY, dim, n_filters, kernel_sizes, seed)


def chunks_of(titles, min_columns=5):
    tokens = ragged(titles)
    order = np.argsort(tokens.lengths, kind="stable")
    return list(chunks_by_length(tokens, order, VOCABULARY, min_columns)), order


@pytest.mark.parametrize("kernel_sizes", [(1,), (3,), (2, 7), (5, 2)])
def test_any_kernel_sizes(kernel_sizes):
    weights = random_weights(3, kernel_sizes)
    titles = random_titles(np.random.default_rng(1), range(0, 10))
    expected = PlainTextCNN(weights)(titles).detach().numpy()
    vectors = TextCNNEncoder.from_weights(TokenLists(), weights).encode(titles)
    np.testing.assert_allclose(vectors, expected, rtol=1e-5, atol=1e-5)


def test_folded_table():
    weights = random_weights(5)
    embeddings = torch.tensor(weights.token_embeddings)
    table = fold(embeddings, torch.tensor(weights.filters), Workspace())
    expected = np.einsum("te,bfe->tbf", weights.token_embeddings, weights.filters)
    np.testing.assert_allclose(table[:VOCABULARY].numpy(), expected, atol=1e-5)
    assert (table[VOCABULARY] == 0).all()
    assert (table[-1] == NO_WINDOW).all()
    assert len(table) > VOCABULARY + 1


def test_pool_never_takes_a_window_that_does_not_exist():
    # With all products below zero, padding (a zero) would win if it were let in.
    embeddings = torch.ones(VOCABULARY, 3)
    filters = -torch.ones(14, 2, 3)
    chunks, _ = chunks_of([[1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7, 8]])
    table = fold(embeddings, filters, Workspace())
    pooled = torch.cat([pool(table, chunk, (2, 3, 4, 5)) for chunk in chunks])
    expected = np.repeat([-6.0, -9.0, -12.0, -15.0], 2)
    np.testing.assert_array_equal(pooled.numpy(), [expected, expected])
