"""Other ways to learn from sessions and titles, to compare with."""

from typing import TYPE_CHECKING

from .._lazy import lazy_names

if TYPE_CHECKING:
    from ._fasttext import FastTextClassifier
    from ._meta_prod2vec import MetaProd2Vec
    from ._prod2vec import Prod2Vec
    from ._text_cnn import TextCNNClassifier, TextCNNRegressor
    from ._transformer import TransformerEmbedder

__all__ = [
    "FastTextClassifier",
    "MetaProd2Vec",
    "Prod2Vec",
    "TextCNNClassifier",
    "TextCNNRegressor",
    "TransformerEmbedder",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "FastTextClassifier": "_fasttext",
        "MetaProd2Vec": "_meta_prod2vec",
        "Prod2Vec": "_prod2vec",
        "TextCNNClassifier": "_text_cnn",
        "TextCNNRegressor": "_text_cnn",
        "TransformerEmbedder": "_transformer",
    },
)
