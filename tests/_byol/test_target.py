"""The target network follows the online network."""

import torch
from torch import nn

from sklearn_prodemb._byol.target import move_target


def test_it_moves_by_a_share_of_the_way():
    online = nn.ModuleDict({name: nn.Linear(3, 2) for name in ("encoder", "predictor")})
    target = nn.ModuleDict({"encoder": nn.Linear(3, 2)}).requires_grad_(False)
    before = {name: value.clone() for name, value in target.state_dict().items()}
    theirs = {name: value.clone() for name, value in online.state_dict().items()}
    move_target(target, online, 0.9)
    for name, value in target.state_dict().items():
        expected = 0.9 * before[name] + 0.1 * theirs[name]
        torch.testing.assert_close(value, expected)
    for name, value in online.state_dict().items():
        assert torch.equal(value, theirs[name])
