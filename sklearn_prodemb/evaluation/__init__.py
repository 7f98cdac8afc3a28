"""The published protocol as one call, session-mate retrieval, and their figures."""

from typing import TYPE_CHECKING

from .._lazy import lazy_names

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

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "AlphaDisplay": "_alpha_display",
        "LossCurveDisplay": "_loss_curve_display",
        "TitleMapDisplay": "_title_map_display",
        "TrainSizeDisplay": "_train_size_display",
        "TrainSizeSplit": "_splits",
        "compare_models": "_protocol",
        "session_mate_retrieval": "_retrieval",
    },
)
