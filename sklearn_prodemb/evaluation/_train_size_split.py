"""The published split: 60/20/20 by title, and draws of so many labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils.validation import _num_samples

from .._public import public
from .._titles.check import check_titles
from .._utils.factorize import factorize

TRAIN_SIZES = (100, 500, 1_000, 5_000, 10_000, 50_000, 100_000)
_PARTS = ("validation", "test")


@public
class TrainSizeSplit(BaseCrossValidator):
    """Draw training sets of given sizes, to be scored on one held-out part.

    Distinct titles are split 60/20/20 into a training, a validation and a test part,
    so a title that repeats is on one side only. Each split trains on a draw without
    replacement from the training part, and is scored on all of the validation or all
    of the test part. Choices belong on the validation part.

    Parameters
    ----------
    train_sizes : sequence of int, default=(100, 500, 1_000, 5_000, 10_000, 50_000, \
            100_000)
        Numbers of labelled rows, as published. Those that exceed the training part are
        left out.
    n_draws : int, default=5
        Draws of each size; draw i has the seed i.
    part : {"test", "validation"}, default="test"
        The part to score on.
    random_state : int, default=0
        Seed of the split into three parts.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.feature_extraction.text import TfidfVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn_prodemb.evaluation import TrainSizeSplit
    >>> titles = [f"{word} {i}" for i in range(50) for word in ("mate", "termo")]
    >>> y = np.array([title.startswith("mate") for title in titles])
    >>> model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    >>> cv = TrainSizeSplit([10, 40], n_draws=2)
    >>> cross_val_score(model, titles, y, cv=cv, scoring="roc_auc")
    array([1., 1., 1., 1.])
    """

    def __init__(
        self,
        train_sizes: Sequence[int] = TRAIN_SIZES,
        *,
        n_draws: int = 5,
        part: str = "test",
        random_state: int = 0,
    ) -> None:
        self.train_sizes = train_sizes
        self.n_draws = n_draws
        self.part = part
        self.random_state = random_state

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give the rows to train and to score on, size after size, draw after draw.

        Parameters
        ----------
        X : list, array, Series or frame of n_rows rows
            Titles, or anything else with `groups`.
        y : None
            Ignored.
        groups : list, array or Series of str, of length n_rows, or None, default=None
            The titles, if `X` is not a list of them.

        Yields
        ------
        train : ndarray of int64, shape (train_size,)
            Rows of the training part.
        held_out : ndarray of int64, shape (n_held_out,)
            Rows of the part to score on.

        Raises
        ------
        TypeError, ValueError
            If the titles are no str, a parameter is not valid, or the training part
            is smaller than the smallest size.
        """
        for _, _, train, held_out in self.draws(X, groups):
            yield train, held_out

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Give the number of splits.

        Parameters
        ----------
        X : list, array, Series or frame of n_rows rows
            As in `split`; sizes beyond its training part do not count.
        y : None
            Ignored.
        groups : list, array or Series of str, of length n_rows, or None, default=None
            As in `split`.

        Returns
        -------
        n_splits : int
            Sizes times draws.
        """
        if X is None:
            raise ValueError("X is needed: sizes beyond the training part are left out")
        return len(self._sizes(self.parts(X, groups)[0])) * self.n_draws

    def draws(
        self, X: Any, groups: Any = None
    ) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
        """Give the draws of `split` with what they are.

        Parameters
        ----------
        X : list, array, Series or frame of n_rows rows
            As in `split`.
        groups : list, array or Series of str, of length n_rows, or None, default=None
            As in `split`.

        Yields
        ------
        train_size : int
            The size of the training set.
        draw : int
            The number of the draw, from 0 on.
        train, held_out : ndarray of int64
            The rows, as `split` yields them.
        """
        train, validation, test = self.parts(X, groups)
        held_out = test if self.part == "test" else validation
        for size in self._sizes(train):
            for draw in range(self.n_draws):
                rows = np.random.default_rng(draw).choice(train, size, replace=False)
                yield size, draw, rows, held_out

    def parts(self, X: Any, groups: Any = None) -> list[np.ndarray]:
        """Give the rows of the training, the validation and the test part.

        Parameters
        ----------
        X : list, array, Series or frame of n_rows rows
            As in `split`.
        groups : list, array or Series of str, of length n_rows, or None, default=None
            As in `split`.

        Returns
        -------
        parts : list of 3 ndarrays of int64
            The rows, in the random order of their titles.
        """
        self._check()
        name = "X" if groups is None else "groups"
        try:
            titles = check_titles(X if groups is None else groups, name=name)
        except (TypeError, ValueError) as error:
            if groups is not None:
                raise
            raise type(error)(
                f"{error} Rows are split by title: if X holds more than titles, pass "
                f"them as groups, or to compare_models as (X, y, titles)."
            ) from error
        if groups is not None and len(titles) != _num_samples(X):
            raise ValueError(
                f"groups must have a title for each of the {_num_samples(X)} rows of "
                f"X, got {len(titles)}."
            )
        codes, distinct = factorize(titles, "A title")
        n = len(distinct)
        rank = np.empty(n, np.int64)
        rank[np.random.default_rng(self.random_state).permutation(n)] = np.arange(n)
        ranks = rank[codes]
        rows = np.argsort(ranks, kind="stable")
        cuts = np.searchsorted(ranks[rows], [int(0.6 * n), int(0.8 * n)])
        return np.split(rows, cuts)

    def _sizes(self, train: np.ndarray) -> list[int]:
        sizes = [size for size in self.train_sizes if size <= len(train)]
        if not sizes:
            raise ValueError(
                f"The training part has {len(train)} rows, fewer than any of "
                f"train_sizes={tuple(self.train_sizes)}."
            )
        return sizes

    def _check(self) -> None:
        if self.part not in _PARTS:
            raise ValueError(f"part must be one of {_PARTS}, got {self.part!r}.")
        for name in ("train_sizes", "n_draws"):
            value = getattr(self, name)
            values = [value] if name == "n_draws" else list(value)
            for number in values or [None]:
                whole = isinstance(number, Integral) and not isinstance(number, bool)
                if not whole or number < 1:
                    raise ValueError(f"{name} must be positive ints, got {value!r}.")
