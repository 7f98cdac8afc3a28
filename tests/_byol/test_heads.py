"""Heads on distinct products with weights against heads on a batch of pairs."""

import numpy as np
import torch
from plain import as_rows, ordered_pairs, plain_head, random_sessions
from torch import nn

from sklearn_prodemb._byol.heads import Head, WeightedBatchNorm
from sklearn_prodemb._byol.objective import byol_loss, category_loss


def test_weighted_batch_norm_is_batch_norm_on_repeated_rows():
    generator = torch.manual_seed(0)
    x = torch.randn(6, 5, dtype=torch.float64, generator=generator, requires_grad=True)
    counts = torch.tensor([1, 4, 2, 1, 7, 3])
    ours = WeightedBatchNorm(5).double()
    plain = nn.BatchNorm1d(5).double()
    for norm in (ours, plain):
        with torch.no_grad():
            norm.weight.copy_(torch.arange(1.0, 6))
            norm.bias.copy_(torch.arange(5.0))
    repeated = torch.arange(6).repeat_interleave(counts)
    expected = plain(x[repeated])
    result = ours(x, counts / counts.sum(dtype=torch.float64))[repeated]
    torch.testing.assert_close(result, expected, rtol=1e-10, atol=1e-10)
    direction = torch.randn(expected.shape, dtype=torch.float64, generator=generator)
    (ours_gradient,) = torch.autograd.grad((result * direction).sum(), x)
    (plain_gradient,) = torch.autograd.grad((expected * direction).sum(), x)
    torch.testing.assert_close(ours_gradient, plain_gradient, rtol=1e-9, atol=1e-10)


def test_heads_and_objective_equal_a_batch_of_pairs():
    """One row a product with weights gives what one row an ordered pair gives."""
    n_products, n_features, n_categories = 12, 10, 4
    sessions = random_sessions(
        np.random.default_rng(0), [2, 3, 6, 10], n_products, n_categories, 0.3
    )
    # Every product of a batch is in some pair.
    seen = sorted({p for session in sessions for p, _ in session})
    number = {p: i for i, p in enumerate(seen)}
    sessions = [[(number[p], c) for p, c in session] for session in sessions]
    generator = torch.Generator().manual_seed(0)
    projector = Head(n_features, 16, 8, generator).double()
    predictor = Head(8, 16, 8, generator).double()
    category = Head(n_features, 16, n_categories, generator).double()
    shape = (len(seen), n_features)
    y = torch.randn(shape, dtype=torch.float64, generator=generator)
    target = torch.randn(len(seen), 8, dtype=torch.float64, generator=generator)
    y.requires_grad_()

    rows = as_rows(sessions)
    weights = rows.weights(len(seen), torch.float64)
    prediction = predictor(projector(y, weights), weights)
    loss = byol_loss(prediction, target, rows)
    loss = loss + category_loss(category(y, weights), rows)
    (gradient,) = torch.autograd.grad(loss, y, retain_graph=True)

    pairs = list(ordered_pairs(sessions))
    keys = torch.tensor([i for (i, _), _ in pairs])
    queries = torch.tensor([j for _, (j, _) in pairs])
    targets = torch.tensor([c for _, (_, c) in pairs])
    q = plain_head(predictor)(plain_head(projector)(y[keys]))
    cosines = nn.functional.cosine_similarity(q, target[queries], dim=1)
    plain = (2 - 2 * cosines).sum() + nn.functional.cross_entropy(
        plain_head(category)(y[keys]), targets, ignore_index=-1, reduction="sum"
    )
    (plain_gradient,) = torch.autograd.grad(plain, y)

    torch.testing.assert_close(loss, plain, rtol=1e-10, atol=1e-9)
    torch.testing.assert_close(gradient, plain_gradient, rtol=1e-8, atol=1e-9)


def test_head_is_drawn_as_linear_draws():
    head = Head(64, 32, 8, torch.Generator().manual_seed(0))
    assert 0.1 < head.hidden.weight.abs().max().item() <= 1 / 8
    again = Head(64, 32, 8, torch.Generator().manual_seed(0))
    torch.testing.assert_close(head.state_dict(), again.state_dict(), rtol=0, atol=0)
