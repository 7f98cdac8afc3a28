"""Other ways to learn from sessions and titles, to compare with."""

from typing import TYPE_CHECKING, Any

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

_HOMES = {
    "FastTextClassifier": "_fasttext",
    "MetaProd2Vec": "_meta_prod2vec",
    "Prod2Vec": "_prod2vec",
    "TextCNNClassifier": "_text_cnn",
    "TextCNNRegressor": "_text_cnn",
    "TransformerEmbedder": "_transformer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
