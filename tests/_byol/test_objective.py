"""The all-pairs objective against a double loop over pairs, in float64."""

import numpy as np
import pytest
import torch
from plain import as_rows, ordered_pairs, random_sessions
from torch.nn import functional as F

from sklearn_prodemb._byol.objective import byol_loss, category_loss

REL = 1e-10


def plain_byol(prediction, target, sessions):
    total = prediction.sum() * 0
    for (i, _), (j, _) in ordered_pairs(sessions):
        cosine = F.cosine_similarity(prediction[i], target[j].detach(), dim=0)
        total = total + 2 - 2 * cosine
    return total


def plain_category(logits, sessions):
    total = logits.sum() * 0
    for (i, _), (_, category) in ordered_pairs(sessions):
        if category >= 0:
            total = total - torch.log_softmax(logits[i], dim=0)[category]
    return total


CASES = {
    "pairs": ([2, 2, 2], 5, 3, 0.0),
    "singles, pairs and a session of 80": ([1, 2, 80, 1, 2], 90, 7, 0.0),
    "only singles": ([1, 1], 4, 2, 0.0),
    "mixed, missing categories": ([1, 2, 3, 7, 10, 10], 12, 4, 0.4),
    "one category for all": ([5, 6, 2], 10, 1, 0.2),
    "no category known": ([5, 2], 6, 3, 1.0),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_all_pairs_equal_the_double_loop(case, seed):
    lengths, n_products, n_categories, missing = case
    rng = np.random.default_rng(seed)
    sessions = random_sessions(rng, lengths, n_products, n_categories, missing)
    rows = as_rows(sessions)
    generator = torch.Generator().manual_seed(seed)

    def draw(n_columns):
        values = torch.randn(
            n_products, n_columns, dtype=torch.float64, generator=generator
        )
        return values.requires_grad_()

    prediction, target, logits = draw(16), draw(16), draw(n_categories)
    for fast, plain, inputs in (
        (
            byol_loss(prediction, target, rows),
            plain_byol(prediction, target, sessions),
            prediction,
        ),
        (
            category_loss(logits, rows),
            plain_category(logits, sessions),
            logits,
        ),
    ):
        torch.testing.assert_close(fast, plain, rtol=REL, atol=1e-9)
        (fast_gradient,) = torch.autograd.grad(fast, inputs)
        (plain_gradient,) = torch.autograd.grad(plain, inputs)
        torch.testing.assert_close(fast_gradient, plain_gradient, rtol=REL, atol=1e-9)


def test_no_gradient_reaches_the_target_network():
    sessions = [[(0, 0), (1, 1)]]
    prediction = torch.randn(2, 4, requires_grad=True)
    target = torch.randn(2, 4, requires_grad=True)
    byol_loss(prediction, target, as_rows(sessions)).backward()
    assert prediction.grad is not None
    assert target.grad is None


def test_byol_is_zero_where_all_agree_and_eight_a_pair_where_all_oppose():
    rows = as_rows([[(0, -1), (1, -1), (2, -1)]])
    same = torch.ones(3, 4, dtype=torch.float64)
    assert byol_loss(same, same * 3, rows).item() == pytest.approx(0, abs=1e-12)
    # Three unordered pairs, both directions, 2 - 2 * (-1) = 4 each.
    assert byol_loss(same, -same, rows).item() == pytest.approx(3 * 2 * 4)


def test_category_loss_of_a_uniform_prediction():
    rows = as_rows([[(0, 0), (1, 3), (2, -1)]])
    # Ordered pairs with a known target: (1,0), (2,0), (0,1), (2,1).
    loss = category_loss(torch.zeros(3, 5, dtype=torch.float64), rows)
    assert loss.item() == pytest.approx(4 * np.log(5))


def test_weights_are_shares_of_ordered_pairs():
    sessions = [[(0, 0), (1, 0)], [(1, 0), (2, 0), (3, 0)], [(4, 0)]]
    weights = as_rows(sessions).weights(5, torch.float64)
    keys = [i for (i, _), _ in ordered_pairs(sessions)]
    expected = np.bincount(keys, minlength=5) / len(keys)
    np.testing.assert_allclose(weights.numpy(), expected)


def test_the_same_bits_every_time():
    # Large enough for torch to work from many threads, and with products that repeat,
    # so that any sum whose order is left to the threads would show.
    rng = np.random.default_rng(0)
    rows = as_rows(random_sessions(rng, [10] * 900, 300, 30, 0.1))
    values = torch.randn(3, 300, 256, generator=torch.Generator().manual_seed(0))

    def gradients():
        prediction, target, logits = values.clone().unbind()
        prediction.requires_grad_()
        logits.requires_grad_()
        loss = byol_loss(prediction, target, rows) + category_loss(logits, rows)
        return (loss, *torch.autograd.grad(loss, [prediction, logits]))

    first = gradients()
    for _ in range(20):
        assert all(map(torch.equal, gradients(), first))
