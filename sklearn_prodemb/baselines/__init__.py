"""Other ways to learn from sessions and titles, to compare with."""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from ._fasttext_classifier import FastTextClassifier
    from ._meta_prod2vec import MetaProd2Vec
    from ._prod2vec import Prod2Vec
    from ._text_cnn_classifier import TextCNNClassifier
    from ._text_cnn_regressor import TextCNNRegressor
    from ._transformer_embedder import TransformerEmbedder

__all__ = [
    "FastTextClassifier",
    "MetaProd2Vec",
    "Prod2Vec",
    "TextCNNClassifier",
    "TextCNNRegressor",
    "TransformerEmbedder",
]

__getattr__, __dir__ = lazy_names(__name__)
