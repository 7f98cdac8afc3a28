"""Product embeddings from browsing sessions, as a scikit-learn transformer."""

from typing import TYPE_CHECKING, Any

from ._version import __version__

if TYPE_CHECKING:
    from ._persistence import load
    from ._product_embedder import ProductEmbedder
    from ._sessions import Sessions
    from ._titles import normalize_titles

__all__ = ["ProductEmbedder", "Sessions", "__version__", "load", "normalize_titles"]

_HOMES = {
    "ProductEmbedder": "_product_embedder",
    "Sessions": "_sessions",
    "load": "_persistence",
    "normalize_titles": "_titles",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
