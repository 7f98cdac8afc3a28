"""Vectors of products from more than their titles."""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from ._attribute_autoencoder import AttributeAutoencoder
    from ._attribute_embedder import AttributeEmbedder
    from ._bpr_embedder import BPREmbedder
    from ._click_embedder import ClickEmbedder
    from ._image_embedder import ImageEmbedder
    from ._image_features import ImageFeatures
    from ._multi_modal_embedder import MultiModalEmbedder
    from ._siamese_image_embedder import SiameseImageEmbedder

__all__ = [
    "AttributeAutoencoder",
    "AttributeEmbedder",
    "BPREmbedder",
    "ClickEmbedder",
    "ImageEmbedder",
    "ImageFeatures",
    "MultiModalEmbedder",
    "SiameseImageEmbedder",
]

__getattr__, __dir__ = lazy_names(__name__)
