"""Product embeddings from browsing sessions, as a scikit-learn transformer."""

from typing import TYPE_CHECKING

from ._lazy import lazy_names
from ._version import __version__

if TYPE_CHECKING:
    from ._persistence import load
    from ._product_embedder import ProductEmbedder
    from ._sessions import Sessions
    from ._show_versions import show_versions
    from ._titles import normalize_titles

__all__ = [
    "ProductEmbedder",
    "Sessions",
    "__version__",
    "load",
    "normalize_titles",
    "show_versions",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "ProductEmbedder": "_product_embedder",
        "Sessions": "_sessions",
        "load": "_persistence",
        "normalize_titles": "_titles",
        "show_versions": "_show_versions",
        "__version__": "_version",
    },
)
