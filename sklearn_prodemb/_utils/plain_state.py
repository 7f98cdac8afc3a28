"""Objects whose state is what their constructor takes."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np


class PlainStateMixin:
    """Pickle, copy and save an object as the arguments of its constructor.

    Each constructor argument is a public attribute of the same name. All else that an
    object holds, such as tables that are filled on demand, is built again, so that a
    file depends on nothing private. What a file holds passes through `__init__`, which
    can check it. Memory maps are written as plain arrays.
    """

    def __getstate__(self) -> dict[str, Any]:
        names = signature(type(self)).parameters
        return {name: without_memory_maps(getattr(self, name)) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        type(self).__init__(self, **state)


def without_memory_maps(value: Any) -> Any:
    """Give a memory map, or those in a dict, as the plain arrays they stand for."""
    if isinstance(value, dict):
        return {key: without_memory_maps(item) for key, item in value.items()}
    return value.view(np.ndarray) if isinstance(value, np.memmap) else value
