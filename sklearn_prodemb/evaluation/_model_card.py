"""What a saved estimator is, on a page that goes with its file."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.utils._param_validation import validate_params
from sklearn.utils.validation import check_is_fitted

from .._base.state import SavableMixin
from .._public import public
from .._utils.optional import require
from .._utils.show_versions import machine
from .._utils.validation import describe
from ._results import COLUMNS

# What the package depends on; which extras were there says nothing of the estimator.
_PACKAGES = (
    "torch",
    "sentencepiece",
    "scikit-learn",
    "scipy",
    "numpy",
    "joblib",
    "narwhals",
    "skops",
)
_NOT_TOLD = "*Nobody has written this yet: pass `{}` to `model_card`.*"
_LIMITS = """\
- Two fits have different axes. A model that was fitted on vectors of one fit gives
  nonsense on vectors of another one.
- The estimator knows what its data held. Measure it again on your own problem, and on
  each group of products and people that matters to you, before you act on it."""
_USE = """\
```python
import sklearn_prodemb

estimator = sklearn_prodemb.load(path)
```"""


@validate_params(
    {
        "estimator": "no_validation",  # the function says more
        "description": [str, None],
        "fitted_on": [str, None],
        "limits": [str, None],
        "scores": "no_validation",  # `_table_of_scores` says more
    },
    prefer_skip_nested_validation=True,
)
@public
def model_card(
    estimator: Any,
    *,
    description: str | None = None,
    fitted_on: str | None = None,
    limits: str | None = None,
    scores: Any = None,
) -> Any:
    """Describe a fitted estimator on a page that goes with its file.

    The card tells what the estimator is, what it was fitted on, its sizes, parameters,
    scores, limits and versions. It is a card of skops, so that sections, tables and
    plots can be added to it. Neither the card nor the file holds titles.

    Parameters
    ----------
    estimator : estimator, or FrozenEstimator or PinnedEmbedder of one
        A fitted estimator of this package.
    description : str or None, default=None
        What it is for, as Markdown.
    fitted_on : str or None, default=None
        What it was fitted on: which log, from when to when, who may use it. As
        Markdown.
    limits : str or None, default=None
        What it is not good at, as Markdown. It goes before what holds for all
        estimators.
    scores : pandas.DataFrame or None, default=None
        What `compare_models` gave. The card has the mean and the standard deviation
        over draws.

    Returns
    -------
    card : skops.card.Card
        The card. `card.save("README.md")` writes it, `card.render()` gives the text.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the estimator is not fitted.
    TypeError
        If `estimator` is not of this package, or `scores` is no data frame.
    ValueError
        If another parameter is of a wrong type, or `scores` lacks a column.

    See Also
    --------
    compare_models : Gives the scores.

    Examples
    --------
    >>> from sklearn_prodemb import SpectralEmbedder
    >>> from sklearn_prodemb.datasets import make_sessions
    >>> from sklearn_prodemb.evaluation import model_card
    >>> market = make_sessions(100, random_state=0)
    >>> embedder = SpectralEmbedder(random_state=0).fit(market.sessions)
    >>> card = model_card(embedder, fitted_on="100 made-up sessions.")
    >>> print(card.render())  # doctest: +SKIP
    """
    # What a pipeline holds is the embedder in it.
    if isinstance(estimator, FrozenEstimator):
        estimator = estimator.estimator
    if not isinstance(estimator, SavableMixin):
        raise TypeError(
            f"estimator must be a fitted estimator of sklearn-prodemb, got "
            f"{describe(estimator)}. Of a pipeline, pass its step."
        )
    check_is_fitted(estimator)
    cards = require("skops.card", extra="evaluation", what="model_card")
    # Without sessions and callbacks, as in a file.
    stripped = estimator._for_file()
    name = type(estimator).__name__
    card = cards.Card(stripped, model_diagram=False, template=None)

    summary = (inspect.getdoc(type(estimator)) or "").partition("\n\n")[0]
    card.add(**{name: summary.replace("\n", " ")})
    card.add(**{f"{name}/Purpose": description or _NOT_TOLD.format("description")})
    fitted = f"{name}/Fitted on"
    card.add(**{fitted: fitted_on or _NOT_TOLD.format("fitted_on")})
    _add_table(card, f"{fitted}/What fit counted", _counts(estimator))
    _add_table(card, f"{name}/Sizes", _sizes(estimator))
    card.add_hyperparams(section=f"{name}/Parameters")
    if scores is not None:
        _add_table(card, f"{name}/Scores", _table_of_scores(scores))
    card.add(
        **{f"{name}/Limits": "\n".join([*([limits, ""] if limits else []), _LIMITS])}
    )
    card.add(**{f"{name}/Use": _USE})
    versions = machine(_PACKAGES)["versions"]
    rows = {"package": [*versions], "version": [*versions.values()]}
    _add_table(card, f"{name}/Versions", rows)
    return card


def _add_table(card: Any, section: str, table: dict[str, list[Any]]) -> None:
    if len(next(iter(table.values()))):
        card.add_table(**{section: table})
        # skops names the section of a table by its whole path.
        card.select(section).title = section.rpartition("/")[2]


def _counts(estimator: Any) -> dict[str, list[Any]]:
    """Give the fitted attributes that are whole numbers, and lengths of arrays."""
    found = {}
    for name in estimator._fitted:
        value = getattr(estimator, name, None)
        if isinstance(value, (int, np.integer)):
            found[f"`{name}`"] = f"{value:,}"
        elif isinstance(value, np.ndarray) and value.ndim == 1 and len(value):
            found[f"`{name}`"] = f"{len(value):,} values"
    return {"attribute": [*found], "number": [*found.values()]}


def _sizes(estimator: Any) -> dict[str, list[Any]]:
    """Give the number of columns, in all and by block, and the tables."""
    found: dict[str, str] = {}
    encoder = getattr(estimator, "encoder_", None)
    n_columns = getattr(encoder, "n_features", None)
    if n_columns is not None:
        found["columns of a vector"] = f"{n_columns:,}"
    space = getattr(estimator, "space_", None)
    if space is not None:
        found["`space_`, the fingerprint of the axes"] = space
    for block, columns in getattr(encoder, "blocks", {}).items():
        found[f"columns of the block {block!r}"] = f"{columns.stop - columns.start:,}"
    n_bytes = 0
    for path, array in _arrays(encoder, "encoder_"):
        shape = " x ".join(f"{size:,}" for size in array.shape)
        found[f"`{path}`"] = f"{shape}, {array.dtype}"
        n_bytes += array.nbytes
    found["all tables"] = f"{n_bytes / 2**20:,.1f} MiB"
    return {"what": [*found], "size": [*found.values()]}


def _arrays(part: Any, path: str) -> Iterator[tuple[str, np.ndarray]]:
    """Give the arrays that an object of `encoders` holds, with their paths."""
    for name in getattr(part, "_state", {}):
        value = getattr(part, name)
        if isinstance(value, np.ndarray):
            yield f"{path}.{name}", value
        else:
            yield from _arrays(value, f"{path}.{name}")


def _table_of_scores(scores: Any) -> dict[str, list[Any]]:
    """Give a row a model, task, part, size and metric: mean and deviation."""
    keys = ["model", "task", "part", "train_size", "metric"]
    if not hasattr(scores, "groupby"):
        raise TypeError(
            "scores must be the data frame that compare_models gives, but is "
            f"{describe(scores)}."
        )
    lacking = [name for name in [*keys, "score"] if name not in scores.columns]
    if lacking:
        raise ValueError(
            f"scores lacks the columns {lacking}: pass what compare_models gives, "
            f"which has {[*COLUMNS]}."
        )
    found = scores.groupby(keys, sort=False)["score"].agg(["mean", "std"])
    found = found.reset_index()
    return {
        **{key: found[key].tolist() for key in keys},
        "score": [
            f"{mean:.3f}" if deviation != deviation else f"{mean:.3f} ± {deviation:.3f}"
            for mean, deviation in zip(found["mean"], found["std"], strict=True)
        ],
    }
