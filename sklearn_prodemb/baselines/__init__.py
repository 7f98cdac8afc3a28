"""What one would use instead of `ProductEmbedder`, as scikit-learn estimators."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._transformer import TransformerEmbedder

__all__ = [
    "TransformerEmbedder",
]

_HOMES = {
    "TransformerEmbedder": "_transformer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
