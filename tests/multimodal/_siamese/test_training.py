"""The training of the network, against the network that numpy runs."""

from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from sklearn_prodemb._utils.ragged import Ragged
from sklearn_prodemb.multimodal._siamese.config import SiameseConfig
from sklearn_prodemb.multimodal._siamese.losses import LOSS
from sklearn_prodemb.multimodal._siamese.training import (
    SiameseModule,
    others,
    pair_loss,
    train_siamese,
)

RNG = np.random.default_rng(0)
FEATURES = RNG.normal(3, 2, size=(30, 6)).astype(np.float32)
FEATURES[:, 5] = 4  # tells nothing
MATES = Ragged.from_lengths(np.arange(30), np.full(10, 3))


def config(**params):
    given = {
        "embedding_dim": 4,
        "loss": "info_nce",
        "max_epochs": 3,
        "pairs_per_batch": 8,
        "learning_rate": 0.01,
    }
    return SiameseConfig(**{**given, **params})


def module(**params):
    mean, std = FEATURES.mean(axis=0), FEATURES.std(axis=0) + np.float32(0.1)
    return SiameseModule(mean, std, config(**params), torch.Generator().manual_seed(0))


class Quiet:
    """Progress that stops after some epochs."""

    def __init__(self, stop_at=None):
        self.stop_at, self.lines = stop_at, []

    def epoch(self, number, n_epochs, n_steps):
        return nullcontext(SimpleNamespace(stopped=number + 1 == self.stop_at))

    def report(self, text):
        self.lines.append(text)


def trained(progress=None, seed=0, **params):
    return train_siamese(
        FEATURES, MATES, config(**params), seed=seed, progress=progress or Quiet()
    )


def test_the_encoder_is_the_module():
    network = module().eval()
    with torch.no_grad():
        expected = network(torch.from_numpy(FEATURES)).numpy()
    np.testing.assert_allclose(network.export().project(FEATURES), expected, atol=1e-5)


def test_dropout_takes_a_share_away_and_keeps_the_mean():
    network = module(dropout=0.25)
    units = network._dropped(torch.ones(200, 200))
    assert units.unique().tolist() == pytest.approx([0, 4 / 3])
    assert units.mean().item() == pytest.approx(1, abs=0.02)
    assert (network.eval()._dropped(units) == units).all()


def test_others_are_neither_of_a_pair():
    pairs = RNG.integers(6, size=(12, 2))
    expected = [[b not in pair.tolist() for b in pairs[:, 1]] for pair in pairs]
    np.testing.assert_array_equal(others(pairs), expected)


@pytest.mark.parametrize("loss", LOSS)
def test_a_product_in_several_pairs_is_as_if_it_were_several(loss):
    pairs = np.array([[0, 1], [1, 0], [2, 5], [2, 1], [7, 7], [9, 3]])
    gradients = []
    for plain in (False, True):
        network = module(loss=loss, dropout=0.0)
        with torch.enable_grad():
            if plain:
                first, second = (
                    network(torch.from_numpy(FEATURES[rows])) for rows in pairs.T
                )
                is_other = torch.from_numpy(others(pairs))
                found = LOSS[loss](first @ second.T, is_other, network_config(loss))
            else:
                found = pair_loss(network, FEATURES, pairs, network_config(loss))
            found.backward()
        gradients.append([found.detach()] + [p.grad for p in network.parameters()])
    for a, b in zip(*gradients, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def network_config(loss):
    return config(loss=loss, dropout=0.0)


@pytest.mark.parametrize("loss", LOSS)
def test_losses_fall_and_seeds_count(loss):
    encoder, losses = trained(loss=loss, max_epochs=30)
    assert losses.shape == (30,)
    assert losses[-5:].mean() < losses[:5].mean()
    again, same = trained(loss=loss, max_epochs=30)
    assert same.tobytes() == losses.tobytes()
    expected = encoder.project(FEATURES).tobytes()
    assert again.project(FEATURES).tobytes() == expected
    other, _ = trained(loss=loss, max_epochs=30, seed=1)
    assert other.project(FEATURES).tobytes() != expected
    np.testing.assert_allclose(
        np.linalg.norm(encoder.project(FEATURES), axis=1), 1, atol=1e-5
    )


def test_a_training_can_be_stopped():
    whole = trained()[1]
    progress = Quiet(stop_at=2)
    np.testing.assert_array_equal(trained(progress)[1], whole[:2])
    assert progress.lines[1].startswith("epoch 2 of 3: loss ")


def test_a_loss_that_is_not_finite():
    with pytest.raises(ValueError, match=r"not finite in epoch .*learning_rate \(now"):
        trained(learning_rate=1e30)


def test_the_source_of_randomness_of_others_is_left_alone():
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    trained()
    assert (torch.rand(3) == expected).all()
