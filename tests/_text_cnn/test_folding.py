"""The folded convolution against Conv1d title by title, values and gradients."""

import numpy as np
import pytest
import torch
from plain import PlainTextCNN, TokenLists, ragged

from sklearn_prodemb._text_cnn import chunks as chunks_module
from sklearn_prodemb._text_cnn import folding
from sklearn_prodemb._text_cnn.chunks import chunks_by_length
from sklearn_prodemb._text_cnn.encoder import TextCNNEncoder
from sklearn_prodemb._text_cnn.folding import NO_WINDOW, Workspace, fold, pool
from sklearn_prodemb._text_cnn.module import TextCNN
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


LENGTHS = {
    "all lengths from none": range(0, 14),
    "shorter than every kernel": [0, 1, 1, 0],
    "long ones": [300, 1, 40, 5],
    "one title": [7],
    "equal lengths": [5] * 9,
}


@pytest.mark.parametrize("n_rows", [64, 4096])
@pytest.mark.parametrize("chunk_size", [6, 64, 4096])
@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS.keys())
def test_values_and_gradients_equal_conv1d(lengths, chunk_size, n_rows, monkeypatch):
    monkeypatch.setattr(folding, "_MAX_ROWS", n_rows)
    monkeypatch.setattr(chunks_module, "_TOKENS_PER_CHUNK", chunk_size)
    rng = np.random.default_rng(0)
    titles = random_titles(rng, lengths)
    weights = random_weights(1)
    plain, folded = PlainTextCNN(weights), TextCNN(weights, Workspace())
    chunks, order = chunks_of(titles)

    expected = plain(titles)[order.tolist()]
    result = folded(folded.embeddings, chunks, len(titles))
    torch.testing.assert_close(result, expected, rtol=1e-5, atol=1e-5)

    direction = torch.randn(expected.shape, generator=torch.manual_seed(2))
    (expected * direction).sum().backward()
    (result * direction).sum().backward()
    for ours, theirs in (
        (folded.embeddings.grad, plain.embedding.weight.grad),
        (folded.filters.grad, plain.filter_gradients()),
        (folded.biases.grad, plain.bias_gradients()),
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)

    with torch.no_grad():
        without = folded(folded.embeddings, chunks, len(titles))
    torch.testing.assert_close(without, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kernel_sizes", [(1,), (3,), (2, 7), (5, 2)])
def test_any_kernel_sizes(kernel_sizes):
    weights = random_weights(3, kernel_sizes)
    titles = random_titles(np.random.default_rng(1), range(0, 10))
    expected = PlainTextCNN(weights)(titles).detach().numpy()
    vectors = TextCNNEncoder.from_weights(TokenLists(), weights).encode(titles)
    np.testing.assert_allclose(vectors, expected, rtol=1e-5, atol=1e-5)


def test_repeated_windows_share_one_gradient():
    # All windows of a title of one token tie: the gradient goes to just one of them.
    weights = random_weights(4)
    plain, folded = PlainTextCNN(weights), TextCNN(weights, Workspace())
    titles = [[7] * 12]
    chunks, _ = chunks_of(titles)
    plain(titles).sum().backward()
    folded(folded.embeddings, chunks, 1).sum().backward()
    torch.testing.assert_close(
        folded.embeddings.grad, plain.embedding.weight.grad, rtol=1e-4, atol=1e-4
    )


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
