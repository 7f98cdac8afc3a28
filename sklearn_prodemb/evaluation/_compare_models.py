"""Compare models on labelled problems, as published: one call, one tidy frame."""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples

from .._public import public
from .._utils.optional import require
from ._results import COLUMNS, Results
from ._scores import check_target, scores
from ._train_size_split import TRAIN_SIZES, TrainSizeSplit


@public
def compare_models(
    models: Mapping[str, Any],
    tasks: Mapping[str, Sequence[Any]],
    *,
    train_sizes: Sequence[int] = TRAIN_SIZES,
    n_draws: int = 5,
    part: str = "test",
    random_state: int = 0,
    path: str | os.PathLike[str] | None = None,
    n_jobs: int | None = None,
    verbose: bool = False,
) -> Any:
    """Score models on tasks with few and with many labels.

    Each model is fitted on draws of each size from the training part of each task, and
    scored on a held-out part; see `TrainSizeSplit` for the parts. The first steps of a
    pipeline that are frozen (`FrozenEstimator`) do not depend on the labels: they
    transform the rows of a task once, not once for each draw.

    Parameters
    ----------
    models : dict of str to estimator
        Classifiers and regressors for the rows of the tasks, by name.
    tasks : dict of str to (X, y) or (X, y, titles)
        Rows and what is to be predicted, by name: labels for classifiers, numbers for
        regressors. `X` is a list, array or Series of titles; or, where `titles` are
        given for the split into parts, anything that models take, such as a data frame
        with a column of titles and one of product ids.
    train_sizes : sequence of int, default=(100, 500, 1_000, 5_000, 10_000, 50_000, \
            100_000)
        Numbers of labelled rows; those beyond a task's training part are left out.
    n_draws : int, default=5
        Draws of each size.
    part : {"test", "validation"}, default="test"
        What to score on. Choices belong on the validation part.
    random_state : int, default=0
        Seed of the split into parts.
    path : str, path-like or None, default=None
        A CSV file that keeps each score at once. A later call with the same file
        computes only scores that are missing, or that belong to another model or other
        rows under the same name. Use one file for one call at a time.
    n_jobs : int or None, default=None
        Draws at a time, as in joblib.
    verbose : bool, default=False
        Whether to show a progress bar; needs rich.

    Returns
    -------
    results : pandas.DataFrame
        A row a score, with columns "model", "task", "part", "train_size" (rows),
        "draw", "metric", "score", "fit_seconds" (of the steps that are not frozen, on
        one draw) and "transform_seconds" (of the frozen steps, on all rows of the
        task). Metrics are "auc_roc" for two classes and
        its macro average, one class against the rest, for more; "r2" and "mae" for
        regressors. The score is NaN if a draw holds one class only.

    Raises
    ------
    ImportError
        If pandas is not installed, or rich with `verbose`.
    OSError
        If `path` cannot be written, before anything is fitted; or later, if the disk
        is full for one. The scores found before are in the file then.
    TypeError, ValueError
        If a model, a task or a parameter is not valid, or `path` is no file of scores,
        before anything is fitted.

    See Also
    --------
    TrainSizeSplit : The draws, for scikit-learn's own `cross_validate`.
    TrainSizeDisplay : The results as a figure.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.frozen import FrozenEstimator
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_prodemb.datasets import make_sessions
    >>> from sklearn_prodemb.evaluation import compare_models
    >>> market = make_sessions(100, random_state=0)
    >>> words = TfidfVectorizer().fit(market.titles)
    >>> results = compare_models(
    ...     {"TF-IDF": make_pipeline(FrozenEstimator(words), LogisticRegression())},
    ...     {"used": (market.titles, market.targets["used"])},
    ...     train_sizes=[100],
    ...     n_draws=2,
    ... )
    >>> results[["model", "task", "train_size", "draw", "metric"]]
        model  task  train_size  draw   metric
    0  TF-IDF  used         100     0  auc_roc
    1  TF-IDF  used         100     1  auc_roc
    """
    pd = require("pandas", extra="evaluation", what="compare_models")
    splitter = TrainSizeSplit(
        train_sizes, n_draws=n_draws, part=part, random_state=random_state
    )
    problems = [_Problem(name, task, splitter) for name, task in tasks.items()]
    for name, model in models.items():
        _check_model(name, model)
        for problem in problems:
            check_target(problem.y, model, name, problem.name)
    results = Results(None if path is None else Path(path))
    found: list[dict[str, Any]] = []
    total = sum(len(problem.draws) for problem in problems) * len(models)
    with _progress(verbose, total) as advance:
        for name, model in models.items():
            represent = _Representation(model)
            for problem in problems:
                about = {"model": name, "task": problem.name, "part": part}
                if path is not None:
                    about["key"] = _key(name, model, problem)
                missing = []
                for job in problem.draws:
                    known = results.find(**about, train_size=job[0], draw=job[1])
                    found += known
                    if known:
                        advance()
                    else:
                        missing.append(job)
                if not missing:
                    continue
                results.check_writable()
                X = represent(problem.X)
                for row in joblib.Parallel(n_jobs, return_as="generator_unordered")(
                    joblib.delayed(_score)(represent.head, X, problem.y, *job)
                    for job in missing
                ):
                    metrics = row.pop("scores")
                    shared = {**about, **row, "transform_seconds": represent.seconds}
                    new = [
                        {**shared, "metric": metric, "score": score}
                        for metric, score in metrics.items()
                    ]
                    results.add(new)
                    found += new
                    advance()
    order = {name: i for i, name in enumerate([*models, *tasks])}
    found.sort(
        key=lambda r: (order[r["model"]], order[r["task"]], r["train_size"], r["draw"])
    )
    return pd.DataFrame(found, columns=list(COLUMNS))


class _Problem:
    """One task, checked, with its draws."""

    def __init__(self, name: str, task: Any, splitter: TrainSizeSplit) -> None:
        if not isinstance(task, (tuple, list)) or len(task) not in (2, 3):
            raise TypeError(
                f"Task {name!r} must be (X, y) or (X, y, titles), got "
                f"{type(task).__name__}."
            )
        self.name = name
        self.X, self.y = task[0], np.asarray(task[1])
        self.titles = task[2] if len(task) == 3 else None
        if self.y.shape != (_num_samples(self.X),):
            raise ValueError(
                f"Task {name!r} must have a target for each of its "
                f"{_num_samples(self.X)} rows, got y of shape {self.y.shape}."
            )
        try:
            self.draws = list(splitter.draws(self.X, self.titles))
        except (TypeError, ValueError) as error:
            raise type(error)(f"Task {name!r}: {error}") from error


class _Representation:
    """What the frozen first steps of a model make of rows, and the steps after them."""

    def __init__(self, model: Any) -> None:
        steps = model.steps if isinstance(model, Pipeline) else [("model", model)]
        n = 0
        while n < len(steps) - 1 and isinstance(steps[n][1], FrozenEstimator):
            n += 1
        self._frozen = [step for _, step in steps[:n]]
        self.head = Pipeline(steps[n:]) if n else model
        self._kept: tuple[Any, Any] = (None, None)
        self.seconds = 0.0

    def __call__(self, X: Any) -> Any:
        if not self._frozen:
            return X
        # Tasks that follow one another often share their rows.
        if self._kept[0] is not X:
            vectors, start = X, time.perf_counter()
            for step in self._frozen:
                vectors = step.transform(vectors)
            self.seconds = time.perf_counter() - start
            self._kept = X, vectors
        return self._kept[1]


def _score(
    model: Any,
    X: Any,
    y: np.ndarray,
    train_size: int,
    draw: int,
    train: np.ndarray,
    held_out: np.ndarray,
) -> dict[str, Any]:
    """Fit a clone of a model on one draw, and score it."""
    model = clone(model)
    one_class = is_classifier(model) and len(np.unique(y[train])) < 2
    start = time.perf_counter()
    if not one_class:
        model.fit(_safe_indexing(X, train), y[train])
    seconds = time.perf_counter() - start
    found = scores(
        None if one_class else model, _safe_indexing(X, held_out), y, held_out
    )
    return {
        "train_size": train_size,
        "draw": draw,
        "fit_seconds": seconds,
        "scores": found,
    }


def _key(name: str, model: Any, problem: _Problem) -> str:
    try:
        return joblib.hash((model, problem.X, problem.y, problem.titles))
    except pickle.PicklingError as error:
        raise ValueError(
            f"Model {name!r} holds what cannot be pickled, so path= cannot tell it "
            f"from others: {str(error.args[0])[:200]}. Use functions and classes of a "
            f"module, no lambdas."
        ) from error


def _check_model(name: str, model: Any) -> None:
    if not is_classifier(model) and not is_regressor(model):
        raise TypeError(
            f"Model {name!r} must be a classifier or a regressor, or a pipeline that "
            f"ends with one, got {type(model).__name__}."
        )


@contextmanager
def _progress(verbose: bool, total: int) -> Iterator[Any]:
    if not verbose:
        yield lambda: None
        return
    progress = require("rich.progress", extra="progress", what="verbose=True")
    with progress.Progress(
        *progress.Progress.get_default_columns(), progress.MofNCompleteColumn()
    ) as bar:
        task = bar.add_task("compare_models", total=total)
        yield lambda: bar.advance(task)
