"""The added terms against sums over pairs."""

import numpy as np
import pytest
import torch
from small_network import small_data
from torch.nn import functional as F

from sklearn_prodemb._product_training.batches import make_batch
from sklearn_prodemb._product_training.objective import (
    contrastive_loss,
    mate_log_likelihoods,
    regression_loss,
)

BATCH = make_batch(small_data(), np.arange(12), 4, np.random.default_rng(0))
N = len(BATCH.products)


def draw(seed, n_features=5):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(N, n_features, dtype=torch.float64, generator=generator)


def plain_contrastive(prediction, closed_form, scale):
    """One pair after the other; the product itself is no candidate."""
    rows = BATCH.rows
    total = 0
    for i, s in zip(rows.product, rows.session, strict=True):
        others = [k for k in range(N) if k != i]
        cosines = prediction[i] @ F.normalize(closed_form[others], dim=1).T
        logits = scale * cosines + BATCH.counts[others].log()
        for j in rows.product[rows.session == s]:
            if j != i:
                total = total - F.log_softmax(logits, dim=0)[others.index(j)]
    return total


@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_contrastive_loss_is_the_sum_over_pairs(scale):
    prediction, closed_form = draw(0).requires_grad_(), draw(1)
    ours = contrastive_loss(prediction, closed_form, BATCH, scale)
    plain = plain_contrastive(prediction, closed_form, scale)
    torch.testing.assert_close(ours, plain, rtol=1e-6, atol=0)
    gradients = [torch.autograd.grad(x, prediction)[0] for x in (ours, plain)]
    torch.testing.assert_close(*gradients, rtol=1e-5, atol=1e-8)


def test_log_likelihoods_add_up():
    likelihoods = mate_log_likelihoods(draw(0), draw(1), BATCH, 10.0)
    torch.testing.assert_close(likelihoods.exp().sum(1), torch.ones(N).double())
    assert (likelihoods.diagonal() < -20).all()


def test_a_prediction_of_nothing_says_how_often_products_are_seen():
    likelihoods = mate_log_likelihoods(torch.zeros(N, 5), draw(1).float(), BATCH, 10.0)
    share = BATCH.counts[1:] / BATCH.counts[1:].sum()
    torch.testing.assert_close(likelihoods[0, 1:].exp(), share)


def test_regression_loss():
    a, b = draw(0), draw(1)
    expected = np.mean([np.sum(row**2) for row in (a - b).numpy()])
    assert float(regression_loss(a, b)) == pytest.approx(expected)
