"""Objects whose state is what their constructor takes."""

from __future__ import annotations

from inspect import signature
from typing import Any, ClassVar

import numpy as np

from .description import Description, check_form


class PlainStateMixin:
    """Pickle, copy and save an object as the arguments of its constructor.

    Each constructor argument is a public attribute of the same name. All else that an
    object holds, such as tables that are filled on demand, is built again, so that a
    file depends on nothing private. Memory maps are written as plain arrays.

    A class describes all arguments in `_state`. What a file holds is held against the
    types and shapes of the description before it passes through `__init__`.
    """

    _state: ClassVar[Description]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        arguments = set(signature(cls).parameters)
        described = set(getattr(cls, "_state", ()))
        if arguments != described:
            raise TypeError(
                f"{cls.__name__} must describe in _state what its constructor takes; "
                f"they differ in {', '.join(sorted(arguments ^ described))}"
            )

    def _check_together(self) -> None:
        """Raise an InvalidFileError if attributes do not fit each other.

        Each is as described. By default nothing else is asked of them.
        """

    def __getstate__(self) -> dict[str, Any]:
        state = {name: getattr(self, name) for name in self._state}
        return {
            name: without_memory_maps(value)
            for name, value in state.items()
            if value is not None or not self._state[name].omitted
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = {**{n: None for n, f in self._state.items() if f.omitted}, **state}
        check_form(self._state, state, type(self).__name__)
        type(self).__init__(self, **state)


def without_memory_maps(value: Any) -> Any:
    """Give a memory map, or those in a dict, as the plain arrays they stand for."""
    if isinstance(value, dict):
        return {key: without_memory_maps(item) for key, item in value.items()}
    return value.view(np.ndarray) if isinstance(value, np.memmap) else value
