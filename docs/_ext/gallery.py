"""What sphinx-gallery calls: the order of the examples, and what is set back."""

from typing import Any

import sklearn

# First what a new user needs, then what some do.
ORDER = [
    "plot_first_steps.py",
    "plot_event_log_to_sessions.py",
    "plot_diagnostics.py",
    "plot_which_embedder.py",
    "plot_pipeline_and_grid_search.py",
    "plot_new_listings_and_typos.py",
    "plot_product_ids.py",
    "plot_similar_products.py",
    "plot_compare_with_baselines.py",
    "plot_serving.py",
    "plot_new_day.py",
    "plot_refit_and_align.py",
    "plot_title_map.py",
    "plot_matching.py",
    "plot_multimodal.py",
]
DEFAULTS = sklearn.get_config()


class Place:
    """Give the place of an example in the gallery.

    Parameters
    ----------
    folder : str
        The folder of the examples; there is one.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, script: str) -> int:
        """Give the number of a script."""
        return ORDER.index(script)


def reset_scikit_learn(gallery_conf: dict[str, Any], example: str) -> None:
    """Set scikit-learn's configuration to what it was before an example."""
    sklearn.set_config(**DEFAULTS)
