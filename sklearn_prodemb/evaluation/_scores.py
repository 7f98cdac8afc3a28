"""The metrics of the protocol: AUC ROC for classes, R2 and MAE for numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.metrics import mean_absolute_error, r2_score, roc_auc_score
from sklearn.utils.multiclass import type_of_target

from .._utils.validation import is_missing


def check_target(y: np.ndarray, model: Any, model_name: str, task_name: str) -> None:
    """Raise if a model cannot predict a target.

    Parameters
    ----------
    y : ndarray, shape (n_rows,)
        The target.
    model : estimator
        A classifier or regressor.
    model_name, task_name : str
        What the error calls them.
    """
    missing = [row for row, value in enumerate(y.tolist()) if is_missing(value)]
    if missing:
        raise ValueError(f"Task {task_name!r} has no target in row {missing[0]}.")
    what = f"Model {model_name!r} is a"
    if is_regressor(model):
        if y.dtype.kind not in "biuf" or not np.isfinite(y).all():
            raise ValueError(
                f"{what} regressor, but task {task_name!r} has targets that are not "
                f"finite numbers."
            )
        return
    kind = type_of_target(y)
    if kind not in ("binary", "multiclass"):
        raise ValueError(
            f"{what} classifier, but task {task_name!r} has {kind} targets."
        )
    if len(np.unique(y)) < 2:
        raise ValueError(f"Task {task_name!r} has one class only.")


def scores(
    model: Any | None, X: Any, y: np.ndarray, held_out: np.ndarray
) -> dict[str, float]:
    """Score a fitted model on held-out rows.

    Parameters
    ----------
    model : estimator or None
        A fitted classifier or regressor; None for a classifier that could not be
        fitted.
    X : array-like of n_held_out rows
        The held-out rows, as the model takes them.
    y : ndarray, shape (n_rows,)
        The target of all rows, of which the classes are taken.
    held_out : ndarray of int64, shape (n_held_out,)
        Which of them are held out.

    Returns
    -------
    scores : dict of str to float
        By metric.
    """
    if model is None:
        return {"auc_roc": np.nan}
    if is_classifier(model):
        return {"auc_roc": _auc_roc(model, X, np.unique(y), y[held_out])}
    predicted = model.predict(X)
    return {
        "r2": float(r2_score(y[held_out], predicted)),
        "mae": float(mean_absolute_error(y[held_out], predicted)),
    }


def _auc_roc(model: Any, X: Any, classes: np.ndarray, truth: np.ndarray) -> float:
    values = class_scores(model, X)
    known = model.classes_.tolist()
    present = [c for c in classes.tolist() if 0 < (truth == c).sum() < len(truth)]
    if len(classes) == 2:
        present = present[-1:]
    if not present:
        return np.nan
    # A class that the draw does not hold gets no score: its AUC ROC is that of chance.
    return float(
        np.mean(
            [
                roc_auc_score(truth == c, values[:, known.index(c)])
                if c in known
                else 0.5
                for c in present
            ]
        )
    )


def class_scores(model: Any, X: Any) -> np.ndarray:
    """Give a column of scores for each of the model's classes."""
    if hasattr(model, "decision_function"):
        values = model.decision_function(X)
        if values.ndim == 2:
            return values
        return np.stack([-values, values], axis=1)
    return model.predict_proba(X)
