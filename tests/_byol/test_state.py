"""What a learner keeps on disk is checked before anything is taken over."""

import copy

import pytest
import torch
from small_network import small_learner
from small_training import make_learner
from torch import nn

from sklearn_prodemb._byol.state import (
    check_entries,
    check_networks_state,
    networks_state,
    restore_networks,
)


def trained(kind, **params):
    """Two layers, one of which has no gradient, after a step or before any."""
    model = nn.ModuleDict({"used": nn.Linear(3, 2), "unused": nn.Linear(1, 1)})
    optimizer = kind(model.parameters(), lr=0.1, **params)
    target = copy.deepcopy(model)
    return model, target, optimizer


def step(model, target, optimizer):
    optimizer.zero_grad()
    model["used"](torch.ones(4, 3)).sum().backward()
    optimizer.step()


@pytest.fixture(params=[(torch.optim.AdamW, {}), (torch.optim.SGD, {"momentum": 0.9})])
def networks(request):
    kind, params = request.param
    return trained(kind, **params)


def leaves(value, path=()):
    """Give the path to each value that holds no others."""
    items = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value)
    for key, one in items:
        yield from leaves(one, (*path, key))
    if not items:
        yield path


def at(state, path):
    for key in path:
        state = state[key]
    return state


def test_a_state_goes_back(networks):
    fresh = copy.deepcopy(networks)
    step(*networks)
    state = copy.deepcopy(networks_state(*networks))
    check_networks_state(state, *fresh)
    restore_networks(state, *fresh)
    for one, other in zip(networks[0].parameters(), fresh[0].parameters(), strict=True):
        assert torch.equal(one, other)
    step(*networks)
    step(*fresh)
    assert torch.equal(networks[0]["used"].weight, fresh[0]["used"].weight)


def test_whatever_is_missing_or_of_another_form_is_seen(networks):
    fresh = copy.deepcopy(networks)
    step(*networks)
    whole = networks_state(*networks)
    paths = list(leaves(whole))
    assert len(paths) > 15
    for path in paths:
        wrong = [object(), None, "text", torch.zeros(7), torch.zeros(2, 3).int()]
        for value in wrong:
            if type(value) is type(at(whole, path)) is not torch.Tensor:
                continue
            state = copy.deepcopy(whole)
            at(state, path[:-1])[path[-1]] = value
            with pytest.raises(ValueError, match=str(path[0])):
                check_networks_state(state, *fresh)
        state = copy.deepcopy(whole)
        del at(state, path[:-1])[path[-1]]
        with pytest.raises(ValueError, match=str(path[0])):
            check_networks_state(state, *fresh)


@pytest.mark.parametrize("state", [None, [], {}, {"optimizer": 3}, torch.zeros(2)])
def test_no_state_at_all(networks, state):
    with pytest.raises(ValueError, match="there is no"):
        check_networks_state(state, *networks)


def test_other_entries_are_allowed():
    check_entries({"a": 1, "b": 2}, {"a": 0})
    with pytest.raises(ValueError, match=r"a\[1\] is of type int, not of type float"):
        check_entries({"a": [1.0, 2]}, {"a": [0.0, 0.0]})
    with pytest.raises(ValueError, match="a list of length 1, not a list of length 2"):
        check_entries({"a": [1.0]}, {"a": [0.0, 0.0]})


@pytest.mark.parametrize("make", [make_learner, small_learner])
def test_a_learner_checks_before_it_changes(make):
    state = make().state()
    state["optimizer"]["param_groups"][0]["params"] = []
    state["online"] = {k: v + 1 for k, v in state["online"].items()}
    learner = make()
    before = copy.deepcopy(learner.online.state_dict())
    with pytest.raises(ValueError, match="optimizer"):
        learner.restore(state)
    after = learner.online.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
