"""Vectors of products from more than their titles."""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from ._attribute_autoencoder import AttributeAutoencoder

__all__ = ["AttributeAutoencoder"]

__getattr__, __dir__ = lazy_names(__name__)
