"""Product embeddings from browsing sessions, as scikit-learn transformers."""

from typing import TYPE_CHECKING

from ._public import lazy_names
from ._version import __version__

if TYPE_CHECKING:
    from ._base.persistence import load
    from ._counts.session_counts import SessionCounts
    from ._pinned_embedder import PinnedEmbedder
    from ._product_embedder import ProductEmbedder
    from ._sessions.by_id import SessionsById
    from ._sessions.events import SessionEvents
    from ._sessions.sessions import Sessions
    from ._spectral_embedder import SpectralEmbedder
    from ._text_cnn_embedder import TextCNNEmbedder
    from ._titles.coverage import Coverage
    from ._titles.normalize import normalize_titles
    from ._utils.show_versions import show_versions

__all__ = [
    "Coverage",
    "PinnedEmbedder",
    "ProductEmbedder",
    "SessionCounts",
    "SessionEvents",
    "Sessions",
    "SessionsById",
    "SpectralEmbedder",
    "TextCNNEmbedder",
    "__version__",
    "load",
    "normalize_titles",
    "show_versions",
]

__getattr__, __dir__ = lazy_names(__name__)
