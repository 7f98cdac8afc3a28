"""Public names that are imported when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, homes: dict[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the `__getattr__` and `__dir__` of a package.

    Parameters
    ----------
    package : str
        The package's `__name__`.
    homes : dict of str to str
        The module of each public name.

    Returns
    -------
    getattr_, dir_ : callable
        What the package assigns to `__getattr__` and `__dir__` (PEP 562).
    """

    def getattr_(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f".{homes[name]}", package), name)

    def dir_() -> list[str]:
        return sorted(homes)

    return getattr_, dir_
