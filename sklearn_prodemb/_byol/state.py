"""What a learner keeps on disk, and whether what is found there has that form."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn


def networks_state(
    online: nn.Module, target: nn.Module | None, optimizer: torch.optim.Optimizer
) -> dict[str, Any]:
    """Give the state of both networks and the optimiser."""
    return {
        "online": online.state_dict(),
        "target": None if target is None else target.state_dict(),
        "optimizer": optimizer.state_dict(),
    }


def check_networks_state(
    state: dict[str, Any],
    online: nn.Module,
    target: nn.Module | None,
    optimizer: torch.optim.Optimizer,
) -> None:
    """Raise a ValueError unless `state` is one of such networks and optimiser."""
    full = _after_a_step(optimizer).state_dict()
    found = _entry(_entry(state, "optimizer"), "state")
    if isinstance(found, dict):
        # A parameter that no loss depends on has no state.
        full["state"] = {k: v for k, v in full["state"].items() if k in found}
    expected = networks_state(online, target, optimizer)
    check_entries(state, {**expected, "optimizer": full})


def restore_networks(
    state: dict[str, Any],
    online: nn.Module,
    target: nn.Module | None,
    optimizer: torch.optim.Optimizer,
) -> None:
    """Take over a state that was checked."""
    online.load_state_dict(state["online"])
    if target is not None:
        target.load_state_dict(state["target"])
    optimizer.load_state_dict(state["optimizer"])


def check_entries(state: dict[str, Any], expected: dict[str, Any]) -> None:
    """Raise a ValueError unless `state` has such entries, among others.

    Parameters
    ----------
    state : dict of str to object
        What was found.
    expected : dict of str to object
        Entries of the same form: of the same types, tensors of the same shape and
        dtype, dicts with the same keys and lists of the same length.
    """
    for name, value in expected.items():
        _check_form(_entry(state, name), value, name)


def _entry(state: Any, name: str) -> Any:
    if not isinstance(state, dict) or name not in state:
        raise ValueError(f"there is no {name}")
    return state[name]


def _check_form(found: Any, expected: Any, name: str) -> None:
    if _form(found) != _form(expected):
        raise ValueError(f"{name} is {_form(found)}, not {_form(expected)}")
    if isinstance(expected, dict):
        if found.keys() != expected.keys():
            raise ValueError(f"{name} has {list(found)}, not {list(expected)}")
        for key, value in expected.items():
            _check_form(found[key], value, f"{name}[{key!r}]")
    elif isinstance(expected, (list, tuple)):
        for i, (one, value) in enumerate(zip(found, expected, strict=True)):
            _check_form(one, value, f"{name}[{i}]")


def _form(value: Any) -> str:
    if isinstance(value, torch.Tensor):
        return f"a tensor of {value.dtype} and shape {tuple(value.shape)}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of length {len(value)}"
    return "a dict" if isinstance(value, dict) else f"of type {type(value).__name__}"


def _after_a_step(optimizer: torch.optim.Optimizer) -> torch.optim.Optimizer:
    """Copy an optimiser and let it make a step: only then it has all its state."""
    stepped = copy.deepcopy(optimizer)
    for group in stepped.param_groups:
        for parameter in group["params"]:
            parameter.grad = torch.zeros_like(parameter)
    stepped.step()
    return stepped
