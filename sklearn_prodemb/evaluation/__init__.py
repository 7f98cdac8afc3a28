"""The published protocol as one call, session-mate retrieval, and their figures."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._alpha_display import AlphaDisplay
    from ._loss_curve_display import LossCurveDisplay
    from ._protocol import compare_models
    from ._retrieval import session_mate_retrieval
    from ._splits import TrainSizeSplit
    from ._title_map_display import TitleMapDisplay
    from ._train_size_display import TrainSizeDisplay

__all__ = [
    "AlphaDisplay",
    "LossCurveDisplay",
    "TitleMapDisplay",
    "TrainSizeDisplay",
    "TrainSizeSplit",
    "compare_models",
    "session_mate_retrieval",
]

_HOMES = {
    "AlphaDisplay": "_alpha_display",
    "LossCurveDisplay": "_loss_curve_display",
    "TitleMapDisplay": "_title_map_display",
    "TrainSizeDisplay": "_train_size_display",
    "TrainSizeSplit": "_splits",
    "compare_models": "_protocol",
    "session_mate_retrieval": "_retrieval",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
