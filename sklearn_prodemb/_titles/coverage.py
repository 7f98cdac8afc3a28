"""What an embedder knows of titles, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from .._public import public
from .._utils.optional import require
from .in_chunks import TITLES_PER_CHUNK

# As many words as a line holds.
_N_SHOWN = 8


@public
@dataclass(frozen=True, eq=False, repr=False)
class Coverage:
    """What an embedder knows of titles.

    The method `coverage` of an embedder gives one. Printed, it is a summary.

    Parameters
    ----------
    titles : list of str, of length n_titles
        The titles.
    n_words : ndarray of int64, shape (n_titles,)
        Number of words of each title. Stop words do not count.
    n_known : ndarray of int64, shape (n_titles,)
        How many of these the embedder knows as they are spelt.
    n_misspelt : ndarray of int64, shape (n_titles,)
        How many it does not know, and reads as known words.
    is_seen : ndarray of bool, shape (n_titles,)
        Whether the title as a whole, as it is read, was seen with others.
    confidence : ndarray of float32, shape (n_titles,)
        The length of the "products" block of the vector, as a share of that of a seen
        title: 1 if the title was seen, less if the block is predicted and the
        prediction is unsure, 0 if nothing is known.
    unknown_words : dict of str to int
        How often each word occurs that is not known and not read as another, the most
        frequent first.
    misspelt_words : dict of (str, str) to int
        How often each word is read as another, by both, the most frequent first.

    Attributes
    ----------
    n_titles : int
        Number of titles.
    known_share : ndarray of float64, shape (n_titles,)
        Share of the words of each title that are known as they are spelt; 0 for a title
        without words.
    is_predicted : ndarray of bool, shape (n_titles,)
        Whether the "products" block is predicted, and not zero.

    Examples
    --------
    >>> from sklearn_prodemb import ProductEmbedder
    >>> sessions = [["Carpa iglú", "Bolsa de dormir"], ["Funda roja", "Vidrio rojo"]]
    >>> embedder = ProductEmbedder(max_epochs=0, random_state=0).fit(sessions)
    >>> coverage = embedder.coverage(["Carpa iglu", "Carrpa azul", "Mate"])
    >>> coverage.n_words, coverage.n_known, coverage.is_seen
    (array([2, 2, 1]), array([2, 0, 0]), array([ True, False, False]))
    >>> coverage.unknown_words, coverage.misspelt_words
    ({'azul': 1, 'mate': 1}, {('carrpa', 'carpa'): 1})
    """

    titles: list[str]
    n_words: np.ndarray
    n_known: np.ndarray
    n_misspelt: np.ndarray
    is_seen: np.ndarray
    confidence: np.ndarray
    unknown_words: dict[str, int]
    misspelt_words: dict[tuple[str, str], int]

    @property
    def n_titles(self) -> int:
        """Number of titles."""
        return len(self.titles)

    @property
    def known_share(self) -> np.ndarray:
        """Share of the words of each title that are known as they are spelt."""
        return self.n_known / np.maximum(self.n_words, 1)

    @property
    def is_predicted(self) -> np.ndarray:
        """Whether the "products" block of each title is predicted, and not zero."""
        return ~self.is_seen & (self.confidence > 0)

    def summary(self) -> dict[str, float]:
        """Give the numbers of all titles together.

        Returns
        -------
        summary : dict of str to float
            "n_titles"; shares of all words, "known_words", "misspelt_words" and
            "unknown_words"; shares of the titles, "seen_titles" and
            "predicted_titles"; and the "mean_confidence" of those that are predicted.
            A share of nothing is 0.
        """
        n_words, predicted = int(self.n_words.sum()), self.is_predicted
        return {
            "n_titles": self.n_titles,
            "known_words": _share(self.n_known.sum(), n_words),
            "misspelt_words": _share(self.n_misspelt.sum(), n_words),
            "unknown_words": _share(sum(self.unknown_words.values()), n_words),
            "seen_titles": _share(self.is_seen.sum(), self.n_titles),
            "predicted_titles": _share(predicted.sum(), self.n_titles),
            "mean_confidence": _share(
                self.confidence[predicted].sum(dtype=np.float64), predicted.sum()
            ),
        }

    def to_frame(self) -> Any:
        """Give a row a title.

        Returns
        -------
        frame : pandas DataFrame of n_titles rows
            The columns "title", "n_words", "n_known", "n_misspelt", "is_seen",
            "is_predicted" and "confidence".

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        pandas = require("pandas", extra="evaluation", what="Coverage.to_frame")
        return pandas.DataFrame(
            {
                "title": self.titles,
                "n_words": self.n_words,
                "n_known": self.n_known,
                "n_misspelt": self.n_misspelt,
                "is_seen": self.is_seen,
                "is_predicted": self.is_predicted,
                "confidence": self.confidence,
            }
        )

    def _lines(self) -> dict[str, str]:
        """Give the summary in words, line by line."""
        found = self.summary()
        words = f"{found['known_words']:.1%} known"
        if self.misspelt_words:
            words += f", {found['misspelt_words']:.1%} read as known ones"
        words += f", {found['unknown_words']:.1%} unknown"
        seen, predicted = found["seen_titles"], found["predicted_titles"]
        titles = f"{seen:.1%} seen with others"
        if predicted:
            mean = found["mean_confidence"]
            titles += f", {predicted:.1%} predicted (mean confidence {mean:.2f})"
        rest = _share((~self.is_seen & ~self.is_predicted).sum(), self.n_titles)
        titles += f", {rest:.1%} {'neither' if predicted else 'not'}"
        lines = {"words": words, "titles": titles}
        if self.unknown_words:
            lines["unknown words"] = _shown(
                (word, n) for word, n in self.unknown_words.items()
            )
        if self.misspelt_words:
            lines["words read as others"] = _shown(
                (f"{word} → {read}", n)
                for (word, read), n in self.misspelt_words.items()
            )
        return lines

    def __repr__(self) -> str:
        lines = (f"  {name}: {text}" for name, text in self._lines().items())
        return "\n".join([f"Coverage of {self.n_titles:,} titles", *lines])

    def _repr_html_(self) -> str:
        rows = (
            f'<tr><td>{name}</td><td style="text-align:left">{escape(text)}</td></tr>'
            for name, text in self._lines().items()
        )
        return (
            f"<table><thead><tr><th>Coverage</th>"
            f'<th style="text-align:left">{self.n_titles:,} titles</th></tr></thead>'
            f"<tbody>{''.join(rows)}</tbody></table>"
        )


def cover_in_chunks(
    titles: Sequence[str], cover: Callable[[Sequence[str]], Coverage]
) -> Coverage:
    """Put the coverages of chunks of titles together.

    Parameters
    ----------
    titles : sequence of str, of length n_titles
        The titles.
    cover : callable
        Gives the coverage of a chunk of them; words in any order.

    Returns
    -------
    coverage : Coverage
        Of all of them.
    """
    # Of no titles, there is one chunk of none.
    starts = range(0, max(1, len(titles)), TITLES_PER_CHUNK)
    chunks = [cover(titles[start : start + TITLES_PER_CHUNK]) for start in starts]
    arrays = ("n_words", "n_known", "n_misspelt", "is_seen", "confidence")
    return Coverage(
        titles=list(titles),
        **{
            name: np.concatenate([getattr(chunk, name) for chunk in chunks])
            for name in arrays
        },
        unknown_words=_add_up(chunk.unknown_words for chunk in chunks),
        misspelt_words=_add_up(chunk.misspelt_words for chunk in chunks),
    )


def _share(part: float, whole: int) -> float:
    return float(part) / int(whole) if whole else 0.0


def _add_up(counts: Iterable[dict[Any, int]]) -> dict[Any, int]:
    """Add counts up, the largest first and equal ones by name."""
    total: Counter[Any] = Counter()
    for some in counts:
        total.update(some)
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def _shown(counts: Iterable[tuple[str, int]]) -> str:
    names = [f"{name} ({n:,})" for name, n in counts]
    more = ", …" if len(names) > _N_SHOWN else ""
    return ", ".join(names[:_N_SHOWN]) + more
