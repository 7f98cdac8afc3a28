"""The denoising autoencoder against plain loops."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sklearn_prodemb.multimodal._attributes.config import AutoencoderConfig
from sklearn_prodemb.multimodal._attributes.training import (
    Autoencoder,
    reconstruction_loss,
    train,
)

CONFIG = AutoencoderConfig(8, 0.3, 5, 16, 1e-2)
N_VALUES = [2, 3]
# The second attribute follows from the first.
CODES = np.array([[0, 1], [1, 2], [0, 1], [1, -1], [-1, 0]] * 20)


def test_the_loss():
    found = torch.tensor([[0.5, 0.0, 0.2, 0.1, 1.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    columns = torch.tensor([[1, 2], [0, 4]])
    known = torch.tensor([[1.0, 1.0], [0.0, 1.0]])
    of_column = torch.tensor([0, 0, 1, 1, 1])
    truth = [[0, 1, 1, 0, 0], [None, None, 0, 0, 1]]
    total = sum(
        (x - y) ** 2
        for row, wanted in zip(found.tolist(), truth, strict=True)
        for x, y in zip(row, wanted, strict=True)
        if y is not None
    )
    loss = reconstruction_loss(found, columns, known, of_column)
    assert loss.item() == pytest.approx(total / 4)


def test_the_network():
    module = Autoencoder(5, 3, torch.Generator().manual_seed(0))
    columns, present = torch.tensor([[1, 3]]), torch.tensor([[1.0, 0.0]])
    hidden = module.encode(columns, present)
    expected = torch.relu(module.vectors[1] + module.biases)
    torch.testing.assert_close(hidden[0], expected)
    torch.testing.assert_close(
        module.decode(hidden)[0], expected @ module.decoder + module.decoder_biases
    )


def test_what_is_taken_away_is_told_from_the_rest():
    vectors, biases, losses = train(CODES, N_VALUES, CONFIG, 0, lambda line: None)
    assert vectors.shape == (5, 8)
    assert biases.shape == (8,)
    assert losses[-1] < losses[0] / 2
    again, _, _ = train(CODES, N_VALUES, CONFIG, 0, lambda line: None)
    np.testing.assert_array_equal(again, vectors)
    other, _, _ = train(CODES, N_VALUES, CONFIG, 1, lambda line: None)
    assert (other != vectors).any()


def test_lines_are_reported():
    lines = []
    train(CODES, N_VALUES, replace(CONFIG, max_epochs=2), 0, lines.append)
    assert [line.partition(",")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]


def test_a_loss_that_is_not_finite():
    config = replace(CONFIG, learning_rate=1e30)
    with pytest.raises(ValueError, match="not finite in epoch"):
        train(CODES, N_VALUES, config, 0, lambda line: None)
