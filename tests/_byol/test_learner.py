"""The networks in training."""

from dataclasses import replace

import pytest
import torch
from small_training import CONFIG, N_CATEGORIES, make_problem

from sklearn_prodemb._byol.learner import Learner


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
    _, weights, _ = make_problem()
    config = replace(CONFIG, alpha=alpha)
    learner = Learner(weights, n_categories, config, torch.Generator())
    assert set(learner.online) == trained
    assert (learner.target is not None) == (alpha > 0)


def test_the_target_network_starts_equal_and_gets_no_gradient():
    data, weights, _ = make_problem()
    learner = Learner(weights, N_CATEGORIES, CONFIG, torch.Generator())
    for name, module in learner.target.items():
        torch.testing.assert_close(
            module.state_dict(), learner.online[name].state_dict(), rtol=0, atol=0
        )
        assert not any(p.requires_grad for p in module.parameters())
    before = learner.target["encoder"].filters.clone()
    first = learner.encoder.filters.detach().clone()
    learner.step(data, data.pairs.argsort()[:5], 0, 10)
    # It moves by 1 - tau of the way to the online network.
    moved = before + (1 - CONFIG.tau) * (learner.encoder.filters - before)
    torch.testing.assert_close(learner.target["encoder"].filters, moved)
    assert not torch.equal(learner.encoder.filters, first)


def test_state_and_restore():
    data, weights, _ = make_problem()
    sessions = data.pairs.argsort()[:5]
    a, b = (
        Learner(weights, N_CATEGORIES, CONFIG, torch.Generator().manual_seed(s))
        for s in (0, 1)
    )
    a.step(data, sessions, 0, 10)
    b.restore(a.state())
    losses = [learner.step(data, sessions, 1, 10) for learner in (a, b)]
    torch.testing.assert_close(*losses, rtol=0, atol=0)
