"""The objects that fitted estimators hold: encoders, tokenizers, models and offers.

They are attributes of fitted estimators, such as `encoder_`, and public so that what
was learned can be read, and so that files name them by a path that does not move.
"""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from .._items.item_encoder import ItemEncoder
    from .._product.encoder import ProductEncoder
    from .._product.network import SubWordNetwork
    from .._spectral.encoder import SpectralEncoder
    from .._spectral.product_ids import ProductIds
    from .._text_cnn.encoder import TextCNNEncoder
    from .._titles.pieces import PieceTokenizer
    from .._titles.words import WordTokenizer
    from ..baselines._fasttext.model import FastTextModel
    from ..baselines._skip_gram.meta_item_encoder import MetaItemEncoder
    from ..baselines._transformer.encoder import TransformerEncoder
    from ..matching._boosted_trees import BoostedTrees
    from ..matching._embedding.encoder import OfferEncoder
    from ..matching._offers import Offers
    from ..matching._pair_network import PairNetwork
    from ..multimodal._attributes.encoder import AttributeEncoder
    from ..multimodal._mates.projection import SessionProjection
    from ..multimodal._siamese.encoder import SiameseEncoder

__all__ = [
    "AttributeEncoder",
    "BoostedTrees",
    "FastTextModel",
    "ItemEncoder",
    "MetaItemEncoder",
    "OfferEncoder",
    "Offers",
    "PairNetwork",
    "PieceTokenizer",
    "ProductEncoder",
    "ProductIds",
    "SessionProjection",
    "SiameseEncoder",
    "SpectralEncoder",
    "SubWordNetwork",
    "TextCNNEncoder",
    "TransformerEncoder",
    "WordTokenizer",
]

__getattr__, __dir__ = lazy_names(__name__)
