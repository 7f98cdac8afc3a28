"""Product embeddings from browsing sessions, as a scikit-learn transformer."""

from typing import TYPE_CHECKING

from ._utils.lazy import lazy_names
from ._version import __version__

if TYPE_CHECKING:
    from ._base.persistence import load
    from ._product_embedder import ProductEmbedder
    from ._sessions.sessions import Sessions
    from ._titles.normalize import normalize_titles
    from ._utils.show_versions import show_versions

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
        "Sessions": "_sessions.sessions",
        "load": "_base.persistence",
        "normalize_titles": "_titles.normalize",
        "show_versions": "_utils.show_versions",
        "__version__": "_version",
    },
)
