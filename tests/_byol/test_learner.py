"""The networks in training."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from small_training import CONFIG, N_CATEGORIES, make_learner


@pytest.mark.parametrize(
    ("alpha", "n_categories", "trained"),
    [
        (1, N_CATEGORIES, {"encoder", "projector", "predictor"}),
        (0, N_CATEGORIES, {"encoder", "category"}),
        (0.5, 0, {"encoder", "projector", "predictor"}),
        (0.5, N_CATEGORIES, {"encoder", "projector", "predictor", "category"}),
    ],
)
def test_what_is_not_needed_is_not_built(alpha, n_categories, trained):
    config = replace(CONFIG, alpha=alpha)
    learner = make_learner(config, n_categories=n_categories)
    assert set(learner.online) == trained
    assert (learner.target is not None) == (alpha > 0)


def test_the_target_network_starts_equal_and_gets_no_gradient():
    learner = make_learner()
    for name, module in learner.target.items():
        torch.testing.assert_close(
            module.state_dict(), learner.online[name].state_dict(), rtol=0, atol=0
        )
        assert not any(p.requires_grad for p in module.parameters())
    before = learner.target["encoder"].filters.clone()
    first = learner.encoder.filters.detach().clone()
    learner.step(learner.data.pairs.argsort()[:5], 0, 10)
    # It moves by 1 - tau of the way to the online network.
    moved = before + (1 - CONFIG.tau) * (learner.encoder.filters - before)
    torch.testing.assert_close(learner.target["encoder"].filters, moved)
    assert not torch.equal(learner.encoder.filters, first)


def test_state_and_restore():
    a, b = (make_learner(seed=seed) for seed in (0, 1))
    sessions = a.data.pairs.argsort()[:5]
    a.step(sessions, 0, 10)
    b.restore(a.state())
    losses = [learner.step(sessions, 1, 10) for learner in (a, b)]
    torch.testing.assert_close(*losses, rtol=0, atol=0)


def test_the_plan_of_an_epoch_is_the_same_whenever_it_is_asked():
    learner = make_learner()
    plans = [np.concatenate(learner.plan(epoch)) for epoch in (0, 0, 1)]
    np.testing.assert_array_equal(plans[0], plans[1])
    assert not np.array_equal(plans[0], plans[2])
    assert sorted(plans[0]) == sorted(plans[2]) == list(range(24))


def test_rounded_products_learn_nearly_the_same():
    full = make_learner()
    rounded = make_learner(replace(CONFIG, precision="bfloat16"))
    sessions = full.data.pairs.argsort()
    for step in range(5):
        losses = [learner.step(sessions, step, 10) for learner in (full, rounded)]
        assert not torch.equal(*losses)
        torch.testing.assert_close(*losses, rtol=0.03, atol=0.03)
    weights = [learner.export() for learner in (full, rounded)]
    first = make_learner().export()
    for name in ("token_embeddings", "filters", "biases"):
        a, b, before = (getattr(w, name) for w in (*weights, first))
        assert b.dtype == np.float32
        # The steps go the same way.
        steps = (a - before).ravel(), (b - before).ravel()
        assert np.corrcoef(*steps)[0, 1] > 0.98
