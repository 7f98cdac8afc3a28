"""The weights of the text CNN."""

from dataclasses import replace

import numpy as np
import torch

from sklearn_prodemb._text_cnn.weights import init_weights


def test_weights_are_drawn_as_torch_draws_them():
    weights = init_weights(5000, 64, 32, (2, 5), 0)
    assert abs(weights.token_embeddings.std() - 1) < 0.01
    for blocks, size in ((weights.filters[:2], 2), (weights.filters[2:], 5)):
        bound = 1 / np.sqrt(64 * size)
        assert 0.98 * bound < np.abs(blocks).max() <= bound
        assert abs(blocks.mean()) < 0.02 * bound
    again = init_weights(5000, 64, 32, (2, 5), torch.Generator().manual_seed(0))
    np.testing.assert_array_equal(again.filters, weights.filters)


def test_weights_that_are_not_finite():
    weights = init_weights(5, 4, 2, (2,), 0)
    assert weights.are_finite()
    for name in ("token_embeddings", "filters", "biases"):
        for value in (np.nan, np.inf):
            array = getattr(weights, name).copy()
            array.flat[-1] = value
            assert not replace(weights, **{name: array}).are_finite()
