"""Results as displays read them: one task, one metric, draws by train size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

_METRICS = {"auc_roc": "AUC ROC", "r2": "R²", "mae": "mean absolute error"}
_COLUMNS = ("model", "task", "part", "metric", "train_size", "score")


@dataclass(frozen=True)
class OneTask:
    """The results of one task.

    Parameters
    ----------
    task : str
        Its name.
    label : str
        Part and metric, in words.
    models : dict of str to narwhals DataFrame
        The rows of each model, models in order of appearance.
    """

    task: str
    label: str
    models: dict[str, Any]


def read_results(results: Any, *, task: str | None, metric: str | None) -> OneTask:
    """Pick one task and one metric of what `compare_models` gave.

    Parameters
    ----------
    results : data frame
        The results.
    task, metric : str or None
        Which; None if there is only one.

    Returns
    -------
    one : OneTask
        The rows of that task and metric.

    Raises
    ------
    TypeError
        If `results` is no data frame.
    ValueError
        If columns are missing, there is no such task or metric, or it must be told
        which one.
    """
    try:
        frame = nw.from_native(results, eager_only=True)
    except TypeError as error:
        raise TypeError(
            f"results must be a data frame as compare_models gives it, got "
            f"{type(results).__name__}."
        ) from error
    missing = [name for name in _COLUMNS if name not in frame.columns]
    if missing:
        raise ValueError(
            f"results must have the columns of compare_models; {missing} are missing "
            f"from {frame.columns}."
        )
    frame, task = _pick(frame, "task", task)
    frame, metric = _pick(frame, "metric", metric)
    frame, part = _pick(frame, "part", None)
    models = frame["model"].unique(maintain_order=True).to_list()
    return OneTask(
        task,
        f"{part} {_METRICS.get(metric, metric)}",
        {model: frame.filter(nw.col("model") == model) for model in models},
    )


def draws(rows: Any) -> dict[int, np.ndarray]:
    """Give the scores of one model, by train size, without those that are NaN."""
    sizes, values = rows["train_size"].to_numpy(), rows["score"].to_numpy()
    by_size = {
        int(s): values[(sizes == s) & ~np.isnan(values)] for s in np.unique(sizes)
    }
    return {size: found for size, found in by_size.items() if len(found)}


def _pick(frame: Any, column: str, value: str | None) -> tuple[Any, str]:
    present = frame[column].unique(maintain_order=True).to_list()
    if value is None:
        if len(present) != 1:
            raise ValueError(
                f"results must have one {column}, got {present}: pass {column}=, or a "
                f"part of the results."
            )
        value = present[0]
    elif value not in present:
        raise ValueError(f"There is no {column} {value!r} in results, only {present}.")
    return frame.filter(nw.col(column) == value), value
