"""The text CNN as a module against Conv1d title by title, values and gradients."""

import numpy as np
import pytest
import torch
from plain import PlainTextCNN, ragged

from sklearn_prodemb._text_cnn import chunks as chunks_module
from sklearn_prodemb._text_cnn import folding
from sklearn_prodemb._text_cnn.chunks import chunks_by_length
from sklearn_prodemb._text_cnn.folding import Workspace
from sklearn_prodemb._text_cnn.module import TextCNN, linear_layer
from sklearn_prodemb._text_cnn.weights import init_weights

VOCABULARY = 150


def random_titles(rng, lengths):
    return [rng.integers(0, VOCABULARY, n).tolist() for n in lengths]


def random_weights(seed):
    return init_weights(VOCABULARY, 24, 8, (2, 3, 4, 5), seed)


def chunks_of(titles):
    tokens = ragged(titles)
    order = np.argsort(tokens.lengths, kind="stable")
    return list(chunks_by_length(tokens, order, VOCABULARY, min_columns=5)), order


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


def test_export_copies_the_weights():
    weights = random_weights(6)
    module = TextCNN(weights, Workspace())
    exported = module.export()
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    # Neither what came in nor what went out changes with the module.
    again = random_weights(6)
    for name in ("token_embeddings", "filters", "biases"):
        for arrays in (weights, exported):
            np.testing.assert_array_equal(getattr(arrays, name), getattr(again, name))
    assert exported.kernel_sizes == (2, 3, 4, 5)
    assert not module.export().filters.any()


def test_a_linear_layer_is_drawn_as_torch_draws_it():
    before = torch.get_rng_state()
    layer = linear_layer(400, 300, torch.Generator().manual_seed(0))
    again = linear_layer(400, 300, torch.Generator().manual_seed(0))
    assert torch.equal(torch.get_rng_state(), before)
    assert (layer.in_features, layer.out_features) == (400, 300)
    for name in ("weight", "bias"):
        drawn = getattr(layer, name)
        assert torch.equal(drawn, getattr(again, name))
        assert drawn.requires_grad
        # Uniform within 1 / sqrt(400), as the documentation of nn.Linear says.
        assert 0.98 / 20 < drawn.abs().max() <= 1 / 20
        assert abs(drawn.std() * 20 * 3**0.5 - 1) < 0.1
