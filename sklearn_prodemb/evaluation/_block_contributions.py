"""What each block of a vector adds to the decision of a linear model."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    RobustScaler,
    StandardScaler,
)
from sklearn.utils.validation import check_is_fitted

from .._public import public

INTERCEPT = "intercept"
# A column stays a column, so a block stays a block.
_SCALERS = (MaxAbsScaler, MinMaxScaler, Normalizer, RobustScaler, StandardScaler)
# Beside the largest decision, what float32 rounds and no more.
_TOLERANCE = 1e-3


@public
def block_contributions(model: Any, X: Any) -> dict[str, np.ndarray]:
    """Tell how much of a linear model's decision comes from which block of columns.

    A vector of `ProductEmbedder` or `SpectralEmbedder` has the blocks "words",
    "contexts" and "products". A linear model adds up weighted columns, so its decision
    is a sum over the blocks.

    Parameters
    ----------
    model : Pipeline
        A fitted pipeline: an embedder, frozen or not, or a `ColumnTransformer` with
        one; scalers, if any; and a linear model, such as `LogisticRegression`,
        `LinearSVC` or `Ridge`. `make_pipeline(embedder, head)` makes one of two that
        are fitted already.
    X : list, ndarray, Series or frame of n_titles rows
        What the pipeline takes, such as titles.

    Returns
    -------
    contributions : dict of str to ndarray of float64
        A key a block and "intercept". The sum of all is what `decision_function`
        gives, or `predict` of a regressor, and each has its shape, (n_titles,) or
        (n_titles, n_outputs); the intercept is () or (n_outputs,). Of a
        `ColumnTransformer`, "title__words" is a block of the transformer "title"; the
        columns of a transformer without blocks are one.

    Raises
    ------
    NotFittedError
        If the pipeline is not fitted.
    TypeError
        If `model` is no pipeline, its first step has no blocks, a step mixes columns,
        or the last step is not linear.

    See Also
    --------
    BlockContributionDisplay : Draws them.

    Examples
    --------
    >>> from sklearn.linear_model import Ridge
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_prodemb import SpectralEmbedder
    >>> from sklearn_prodemb.evaluation import block_contributions
    >>> sessions = [["Mate imperial", "Bombilla"], ["Mate imperial", "Termo 1 L"]]
    >>> titles = ["Mate imperial", "Bombilla", "Termo 1 L"]
    >>> embedder = SpectralEmbedder(random_state=0).fit(sessions)
    >>> head = Ridge().fit(embedder.transform(titles), [9, 4, 7])
    >>> model = make_pipeline(embedder, head)
    >>> contributions = block_contributions(model, titles)
    >>> [*contributions]
    ['words', 'contexts', 'products', 'intercept']
    >>> bool((abs(sum(contributions.values()) - model.predict(titles)) < 1e-3).all())
    True
    """
    if not isinstance(model, Pipeline) or len(model.steps) < 2:
        raise TypeError(
            f"model must be a fitted Pipeline of an embedder and a linear model, got "
            f"{type(model).__name__}: make_pipeline(embedder, head) makes one."
        )
    names, steps = zip(*model.steps, strict=True)
    for step in (steps[0], steps[-1]):
        check_is_fitted(step)
    blocks = _blocks_of(steps[0])
    if blocks is None:
        raise TypeError(
            f"The first step, {names[0]!r}, must be an embedder whose vectors have "
            f"blocks, as ProductEmbedder and SpectralEmbedder, or a ColumnTransformer, "
            f"got {type(_thawed(steps[0])).__name__}."
        )
    for name, step in model.steps[1:-1]:
        if step not in (None, "passthrough") and not isinstance(
            _thawed(step), _SCALERS
        ):
            raise TypeError(
                f"Step {name!r}, {type(_thawed(step)).__name__}, lies between embedder "
                f"and head, and may mix the columns of several blocks. What may lie "
                f"there is {', '.join(kind.__name__ for kind in _SCALERS)}."
            )
    vectors = model[:-1].transform(X)
    parts = _split(steps[-1], vectors, blocks)
    if parts is None:
        raise TypeError(
            f"The last step, {names[-1]!r}, must be a linear model, whose decision is "
            f"the weighted sum of columns by its coef_ and intercept_, such as "
            f"LogisticRegression, LinearSVC or Ridge, got "
            f"{type(_thawed(steps[-1])).__name__}."
        )
    return parts


def _split(
    head: Any, vectors: Any, blocks: dict[str, slice]
) -> dict[str, np.ndarray] | None:
    """Split the decisions of a head by blocks; None if it is not linear."""
    coefficients = getattr(head, "coef_", None)
    if coefficients is None:
        return None
    decide = getattr(head, "decision_function", None) or head.predict
    decision = np.asarray(decide(vectors))
    if decision.dtype.kind != "f":
        return None
    if not issparse(vectors):
        vectors = np.asarray(vectors, np.float64)
    # A row a column of the vectors, a column an output.
    weights = np.atleast_2d(np.asarray(coefficients, np.float64)).T
    intercept = np.asarray(getattr(head, "intercept_", 0.0), np.float64)
    parts = {name: vectors[:, rows] @ weights[rows] for name, rows in blocks.items()}
    if decision.ndim == 1 and weights.shape[1] == 1:
        parts = {name: part[:, 0] for name, part in parts.items()}
        intercept = intercept.reshape(())
    parts[INTERCEPT] = intercept
    # Whatever has coefficients, its decision tells whether it is linear in them.
    total = sum(parts.values())
    least = _TOLERANCE * np.abs(decision).max(initial=0)
    is_sum = np.shape(total) == decision.shape and np.allclose(
        total, decision, rtol=0, atol=least
    )
    return parts if is_sum else None


def _blocks_of(step: Any) -> dict[str, slice] | None:
    """Give the blocks of what a fitted transformer gives; None if it has none."""
    step = _thawed(step)
    if not isinstance(step, ColumnTransformer):
        return getattr(getattr(step, "encoder_", None), "blocks", None)
    blocks = {}
    for name, columns in step.output_indices_.items():
        if columns.start == columns.stop:
            continue
        parts = _blocks_of(step.named_transformers_[name])
        if parts is None:
            blocks[name] = columns
            continue
        for part, own in parts.items():
            first = columns.start
            blocks[f"{name}__{part}"] = slice(first + own.start, first + own.stop)
    return blocks


def _thawed(step: Any) -> Any:
    return step.estimator if isinstance(step, FrozenEstimator) else step
