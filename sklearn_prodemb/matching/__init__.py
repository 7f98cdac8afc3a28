"""The same product in many offers: groups of offers, and pairs of them."""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from ._embedding_matcher import EmbeddingMatcher
    from ._network_pair_matcher import NetworkPairMatcher
    from ._pair_matcher import PairMatcher
    from ._product_matcher import ProductMatcher

__all__ = ["EmbeddingMatcher", "NetworkPairMatcher", "PairMatcher", "ProductMatcher"]

__getattr__, __dir__ = lazy_names(__name__)
