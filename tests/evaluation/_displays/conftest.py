"""Results to draw, and figures that are closed after each test."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")
from matplotlib import pyplot as plt


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def results():
    """Scores as `compare_models` gives them; one draw of the smallest size is NaN."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        [
            {
                "model": model,
                "task": task,
                "part": "test",
                "metric": "auc_roc",
                "train_size": size,
                "draw": draw,
                "score": rng.uniform(0.5, 1) if size > 100 or draw else np.nan,
            }
            for model in ("ours", "theirs", "none")
            for task in ("used", "counterfeit")
            for size in (100, 500, 1000)
            for draw in range(3)
        ]
    )


@pytest.fixture
def by_size(results):
    """The scores of a model in the task "used", grouped by train size."""

    def group(model):
        rows = results[(results["model"] == model) & (results["task"] == "used")]
        return rows.groupby("train_size")["score"]

    return group
