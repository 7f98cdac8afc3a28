"""Estimators of titles to compare with, each with a scikit-learn interface."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._fasttext import FastTextClassifier
    from ._text_cnn import TextCNNClassifier, TextCNNRegressor

__all__ = [
    "FastTextClassifier",
    "TextCNNClassifier",
    "TextCNNRegressor",
]

_HOMES = {
    "FastTextClassifier": "_fasttext",
    "TextCNNClassifier": "_text_cnn",
    "TextCNNRegressor": "_text_cnn",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
