"""The losses and their gradients, against plain loops."""

import math

import numpy as np
import pytest
import torch

from sklearn_prodemb.multimodal._siamese.config import SiameseConfig
from sklearn_prodemb.multimodal._siamese.losses import LOSS, triplet

CONFIG = SiameseConfig(4, "triplet", 1, 8, 0.1, margin=0.3, temperature=0.2)
RNG = np.random.default_rng(0)
COSINES = RNG.uniform(-1, 1, (6, 6))
IS_OTHER = RNG.random((6, 6)) < 0.7
np.fill_diagonal(IS_OTHER, False)


def plain_triplet(s):
    found = []
    for i in range(6):
        for j in range(6):
            above = CONFIG.margin + s[i, j] - s[i, i]
            if IS_OTHER[i, j] and above > 0:
                found.append(above)
    return sum(found) / len(found)


def plain_info_nce(s):
    total = 0
    for i in range(6):
        own = math.exp(s[i, i] / CONFIG.temperature)
        others = sum(
            math.exp(s[i, j] / CONFIG.temperature) for j in range(6) if IS_OTHER[i, j]
        )
        total -= math.log(own / (own + others))
    return total / 6


@pytest.mark.parametrize(
    ("name", "plain"), [("triplet", plain_triplet), ("info_nce", plain_info_nce)]
)
def test_values_and_gradients(name, plain):
    cosines = torch.tensor(COSINES, requires_grad=True)
    with torch.enable_grad():
        loss = LOSS[name](cosines, torch.from_numpy(IS_OTHER), CONFIG)
        loss.backward()
    np.testing.assert_allclose(loss.item(), plain(COSINES), rtol=1e-12)
    expected = np.zeros((6, 6))
    for place in np.ndindex(6, 6):
        step = np.zeros((6, 6))
        step[place] = 1e-6
        expected[place] = (plain(COSINES + step) - plain(COSINES - step)) / 2e-6
    np.testing.assert_allclose(cosines.grad.numpy(), expected, atol=1e-7)


@pytest.mark.parametrize("name", LOSS)
def test_without_others_there_is_nothing_to_learn(name):
    cosines = torch.tensor(COSINES, requires_grad=True)
    with torch.enable_grad():
        loss = LOSS[name](cosines, torch.zeros(6, 6, dtype=torch.bool), CONFIG)
        loss.backward()
    assert loss.item() == 0
    assert not cosines.grad.any()


def test_others_that_are_far_enough_do_not_count():
    near = torch.eye(6)
    is_other = torch.from_numpy(IS_OTHER)
    assert triplet(near, is_other, CONFIG).item() == 0
    # All vectors one is no way out: each of the others is a margin too near.
    same = torch.ones(6, 6)
    assert triplet(same, is_other, CONFIG).item() == pytest.approx(CONFIG.margin)
