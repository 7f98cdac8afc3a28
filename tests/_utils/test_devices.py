"""Where torch computes."""

import pytest
import torch

from sklearn_prodemb._utils.devices import resolve_device


@pytest.mark.parametrize(("available", "name"), [(True, "cuda"), (False, "cpu")])
def test_auto_is_cuda_where_there_is_one(monkeypatch, available, name):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: available)
    assert resolve_device("auto") == name


@pytest.mark.parametrize("name", ["cpu", "cpu:0"])
def test_a_device_that_torch_knows(name):
    assert resolve_device(name) == name


@pytest.mark.parametrize("name", ["abacus", "", "cuda:99"])
def test_a_device_that_cannot_be_used(name):
    with pytest.raises(ValueError, match=f"device='{name}' cannot be used: .") as error:
        resolve_device(name)
    # What torch says of it is kept.
    assert str(error.value.__cause__) in str(error.value)
