"""The published protocol as one call, retrieval, tasks of a shop, and their figures."""

from typing import TYPE_CHECKING

from .._public import lazy_names

if TYPE_CHECKING:
    from ._attribute_prediction import attribute_prediction
    from ._block_contributions import block_contributions
    from ._cart_lines import cart_lines
    from ._cart_return_prediction import cart_return_prediction
    from ._clicked_to_purchased import clicked_to_purchased
    from ._compare_models import compare_models
    from ._displays.alpha_display import AlphaDisplay
    from ._displays.block_contribution_display import BlockContributionDisplay
    from ._displays.loss_curve_display import LossCurveDisplay
    from ._displays.matching_display import MatchingDisplay
    from ._displays.title_map_display import TitleMapDisplay
    from ._displays.train_size_display import TrainSizeDisplay
    from ._group_scores import group_scores
    from ._group_table import group_table
    from ._hold_out_titles import hold_out_titles
    from ._model_card import model_card
    from ._session_mate_retrieval import session_mate_retrieval
    from ._train_size_split import TrainSizeSplit

__all__ = [
    "AlphaDisplay",
    "BlockContributionDisplay",
    "LossCurveDisplay",
    "MatchingDisplay",
    "TitleMapDisplay",
    "TrainSizeDisplay",
    "TrainSizeSplit",
    "attribute_prediction",
    "block_contributions",
    "cart_lines",
    "cart_return_prediction",
    "clicked_to_purchased",
    "compare_models",
    "group_scores",
    "group_table",
    "hold_out_titles",
    "model_card",
    "session_mate_retrieval",
]

__getattr__, __dir__ = lazy_names(__name__)
