"""ProductEmbedder's encoder: titles in, vectors out, misspelt ones too."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np

from .._public import public
from .._spectral.encoder import SpectralEncoder
from .._titles.normalize import Normalizer
from .._titles.spelling import Spelling
from .._titles.words import TitleWords, WordTokenizer
from .._utils.plain_state import PlainStateMixin


@public
class ProductEncoder(PlainStateMixin):
    """Titles to the closed form's vectors, after misspelt words are read.

    A title that was seen with others is taken as it is. In any other, a word that is
    not known is read as a known word one letter away, if there is one: in this order,
    and the most frequent one if several fit,

    1. any such word that makes the title as a whole one that was seen, from three
       letters on;
    2. a word of which one letter is dropped, doubled or swapped with its neighbour,
       from four letters on;
    3. a word of which one letter is changed, or to which one is added, from seven
       letters on.

    Words with digits are left alone.

    Parameters
    ----------
    closed_form : SpectralEncoder
        Words to vectors.
    word_counts : ndarray of int64, shape (n_words,)
        In how many titles each of the closed form's words is.

    Attributes
    ----------
    n_features : int
        Length of a title's vector.
    """

    def __init__(self, closed_form: SpectralEncoder, word_counts: np.ndarray) -> None:
        self.closed_form = closed_form
        self.word_counts = word_counts
        self.n_features = closed_form.n_features

    @property
    def tokenizer(self) -> WordTokenizer:
        """Normalisation and the known words."""
        return self.closed_form.tokenizer

    @cached_property
    def _spelling(self) -> Spelling:
        # Made when it is first needed: it takes a moment, and memory.
        keys = self.closed_form.product_keys
        return Spelling(self.tokenizer, self.word_counts, keys)

    def encode(
        self, titles: Sequence[str], out: np.ndarray | None = None
    ) -> np.ndarray:
        """Encode titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.
        out : ndarray of float32, shape (n_titles, n_features), or None, default=None
            Where the vectors are written.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features)
            The vectors; `out` if it is given.
        """
        return self.closed_form.encode_words(self._read(titles), out)

    def correct(self, titles: Sequence[str]) -> list[str]:
        """Give titles as they are read: normalised, and misspelt words replaced.

        Stop words, which do not count, are still there.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        titles : list of str, of length n_titles
            The titles with known words in place of misspelt ones.
        """
        split = self.tokenizer.split(titles)
        self._correct(split, self.tokenizer.encode_words(split))
        return [" ".join(words) for words in split]

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the same encoder with another normalizer."""
        closed_form = self.closed_form.with_normalizer(normalizer)
        return type(self)(closed_form, self.word_counts)

    def _read(self, titles: Sequence[str]) -> TitleWords:
        split = self.tokenizer.split(titles)
        words = self.tokenizer.encode_words(split)
        changed = self._correct(split, words)
        if not len(changed):
            return words
        corrected = self.tokenizer.encode_words([split[row] for row in changed])
        return words.replace(changed, corrected)

    def _correct(self, split: list[list[str]], words: TitleWords) -> np.ndarray:
        """Correct split titles in place; give the numbers of those that changed."""
        rows = np.flatnonzero(words.n_unknown)
        seen = self.closed_form.find_products(words.keys[rows]) >= 0
        changed = []
        for row in rows[~seen].tolist():
            corrected = self._spelling.correct(split[row])
            if corrected != split[row]:
                split[row] = corrected
                changed.append(row)
        return np.array(changed, np.int64)
