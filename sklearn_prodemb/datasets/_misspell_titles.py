"""Misspell titles as people do, to see what a model makes of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import validate_params

from .._public import public
from .._titles.check import check_titles
from ._spelling import double, drop, swap

# Four letters in a row or more.
_WORD = re.compile(r"[^\W\d_]{4,}")


@validate_params({"random_state": ["random_state"]}, prefer_skip_nested_validation=True)
@public
def misspell_titles(
    titles: Any, *, random_state: int | np.random.RandomState | None = None
) -> list[str]:
    """Misspell one word of each title.

    In one word of more than three letters, one letter is dropped, doubled or swapped
    with the next one. The word, the letter and the kind of change are drawn with equal
    probabilities.

    Parameters
    ----------
    titles : list, ndarray, Series or one-column frame of str, of length n_titles
        The titles.
    random_state : int, RandomState instance or None, default=None
        Seed of what is drawn.

    Returns
    -------
    misspelt : list of str, of length n_titles
        The titles. A title without four letters in a row does not change.

    Raises
    ------
    TypeError
        If a title is no str.
    ValueError
        If `titles` is one bare str, or has more than one column.

    Examples
    --------
    >>> from sklearn_prodemb.datasets import misspell_titles
    >>> misspell_titles(["Mesa plegable", "TV 42"], random_state=0)
    ['Mesa plegbale', 'TV 42']
    """
    titles = check_titles(titles, name="titles")
    rng = check_random_state(random_state)
    # Three numbers a title, so that a title's typo depends on its place alone.
    draws = rng.random_sample((len(titles), 3))
    return [_misspell(title, *draw) for title, draw in zip(titles, draws, strict=True)]


def _misspell(title: str, which: float, how: float, where: float) -> str:
    words = list(_WORD.finditer(title))
    if not words:
        return title
    word = words[int(which * len(words))]
    text = word.group()
    slip = (drop, double, swap)[int(how * 3)]
    results = _changes(text, slip) or _changes(text, drop)
    changed = results[int(where * len(results))]
    return title[: word.start()] + changed + title[word.end() :]


def _changes(word: str, slip: Callable[[str, int], str]) -> list[str]:
    # Two letters that are equal leave the word as it is when they are swapped.
    places = range(len(word) - 1 if slip is swap else len(word))
    return [changed for at in places if (changed := slip(word, at)) != word]
