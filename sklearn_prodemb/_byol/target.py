"""The target network's moving average."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def move_target(target: nn.ModuleDict, online: nn.ModuleDict, tau: float) -> None:
    """Move a target network: xi <- tau xi + (1 - tau) theta.

    Parameters
    ----------
    target : ModuleDict
        The target network; moved in place.
    online : ModuleDict
        The online network, which has modules of the same names, and others.
    tau : float
        The decay.
    """
    for name, module in target.items():
        torch._foreach_lerp_(
            list(module.parameters()), list(online[name].parameters()), 1 - tau
        )
