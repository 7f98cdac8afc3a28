"""Where torch computes."""

from __future__ import annotations


def resolve_device(name: str) -> str:
    """Give the device of a `device` parameter.

    Parameters
    ----------
    name : str
        "auto", a CUDA device if there is one, else the CPU; or a name that torch
        knows.

    Returns
    -------
    device : str
        A name that torch knows.

    Raises
    ------
    ValueError
        If torch has no such device.
    """
    import torch  # when something is trained

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"device={name!r} cannot be used: {error}.") from error
    return name
