"""Losses against loops over pairs, and what their gradients reach."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from sklearn_prodemb.matching._embedding.config import EmbeddingConfig
from sklearn_prodemb.matching._embedding.losses import (
    arcface,
    cosine_margin,
    info_nce,
    loss_of,
)

CONFIG = EmbeddingConfig("cosine_margin", "own", 4, 1, 4, 1e-3)
PRODUCTS = [0, 0, 1, 1, 2]


def of_batch(seed=0):
    generator = torch.Generator().manual_seed(seed)
    vectors = torch.randn(5, 4, generator=generator, dtype=torch.float64)
    vectors = torch.nn.functional.normalize(vectors, dim=1)
    is_same = torch.tensor(np.equal.outer(PRODUCTS, PRODUCTS))
    return vectors @ vectors.T, is_same.fill_diagonal_(False)


def test_info_nce():
    similarities, is_same = of_batch()
    s, losses = similarities.tolist(), []
    for i in range(5):
        for p in range(5):
            if is_same[i, p]:
                total = sum(math.exp(s[i][j] / 0.1) for j in range(5) if j != i)
                losses.append(-math.log(math.exp(s[i][p] / 0.1) / total))
    found = info_nce(similarities, is_same, CONFIG)
    assert found.item() == pytest.approx(np.mean(losses))


def test_cosine_margin():
    similarities, is_same = of_batch()
    s = similarities.tolist()
    pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
    pulled = [1 - s[i][j] for i, j in pairs if is_same[i, j]]
    pushed = [s[i][j] - 0.3 for i, j in pairs if not is_same[i, j] and s[i][j] > 0.3]
    assert pushed
    found = cosine_margin(similarities, is_same, CONFIG)
    assert found.item() == pytest.approx(np.mean(pulled) + np.mean(pushed))
    # Nothing above the margin, nothing to push.
    found = cosine_margin(similarities, is_same, replace(CONFIG, margin=1.0))
    assert found.item() == pytest.approx(np.mean(pulled))


def test_arcface():
    cosines = torch.tensor([[0.9, 0.1], [-0.5, 0.2], [-1.0, 0.5], [0.3, 0.3]])
    of_row = [0, 1, 0, None]
    is_same = torch.tensor([[p == j for j in range(2)] for p in of_row])
    losses = []
    for row, product in zip(cosines.tolist(), of_row, strict=True):
        if product is not None:
            angle = math.acos(max(row[product], -1 + 1e-6)) + 0.3
            logits = list(row)
            logits[product] = math.cos(min(angle, math.pi))
            total = sum(math.exp(20 * x) for x in logits)
            losses.append(-math.log(math.exp(20 * logits[product]) / total))
    found = arcface(cosines, is_same, CONFIG)
    assert found.item() == pytest.approx(np.mean(losses), rel=1e-5)


@pytest.mark.parametrize("loss", ["cosine_margin", "info_nce", "arcface"])
def test_gradients_are_those_of_differences(loss):
    similarities, is_same = of_batch(1)
    if loss == "arcface":
        similarities, is_same = similarities[:, 1:], is_same[:, 1:]
    config = replace(CONFIG, loss=loss)
    both = torch.ones(2, *is_same.shape, dtype=torch.bool)
    values = torch.stack([similarities, similarities.flip(0) * 0.9]).requires_grad_()
    for gradient in ("own", "joint"):
        chosen = replace(config, gradient=gradient)
        assert torch.autograd.gradcheck(
            lambda s, chosen=chosen: loss_of(s, both, is_same, chosen), values
        )


def test_own_adds_up_the_losses_of_kinds():
    first, is_same = of_batch(0)
    second, _ = of_batch(1)
    both = torch.ones(2, 5, 5, dtype=torch.bool)
    found = loss_of(torch.stack([first, second]), both, is_same, CONFIG)
    alone = [cosine_margin(s, is_same, CONFIG) for s in (first, second)]
    assert found.item() == pytest.approx(sum(alone).item())


def test_worst_has_the_value_of_joint_and_trains_the_kind_that_is_wrong():
    first, is_same = of_batch(0)
    second, _ = of_batch(1)
    both = torch.ones(2, 5, 5, dtype=torch.bool)
    values, gradients = {}, {}
    for name in ("joint", "worst"):
        s = torch.stack([first, second]).requires_grad_()
        loss = loss_of(s, both, is_same, replace(CONFIG, gradient=name))
        loss.backward()
        values[name], gradients[name] = loss.item(), s.grad
    assert values["worst"] == pytest.approx(values["joint"])
    for i in range(5):
        for j in range(5):
            kinds = [first[i, j].item(), second[i, j].item()]
            wrong = np.argmin(kinds) if is_same[i, j] else np.argmax(kinds)
            expected = gradients["joint"][:, i, j].clone()
            expected[1 - wrong] = 0
            assert gradients["worst"][:, i, j].tolist() == expected.tolist()


def test_a_kind_that_is_missing_counts_in_no_pair():
    first, is_same = of_batch(0)
    second = torch.zeros(5, 5, dtype=torch.float64)
    both = torch.ones(2, 5, 5, dtype=torch.bool)
    both[1] = False
    for gradient in ("own", "joint", "worst"):
        s = torch.stack([first, second]).requires_grad_()
        config = replace(CONFIG, gradient=gradient)
        loss = loss_of(s, both, is_same, config)
        alone = cosine_margin(first, is_same, CONFIG)
        assert loss.item() == pytest.approx(alone.item())
        loss.backward()
        assert (gradient == "joint") or not s.grad[1].any()
