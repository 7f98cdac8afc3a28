"""Words in, weighted sub-words out: the word itself, and what it shares with others."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import chain

import numpy as np
from scipy import sparse

from .._utils.ragged import Ragged
from .._utils.row_sums import count_columns

_SHORTEST, _LONGEST = 3, 5
# A title has many more n-grams than words: so both are worth about as much.
_NGRAM_SHARE = 0.3


class SubWords:
    """The TF-IDF of titles' words and of their character n-grams.

    The first columns are the known words, the others the n-grams (3 to 5 characters,
    the ends of a word marked, as fastText has them [1]_). Only n-grams that two known
    words or more share have a column: one of a single word says no more than the word.

    A word or n-gram in n of the N titles weighs log((1 + N) / (1 + n)) + 1, an n-gram
    0.3 times that. A title's row is the sum of its words' rows, over the root of the
    sum of their squared lengths.

    Parameters
    ----------
    words : sequence of str, of length n_words
        The known words.
    ngrams : ndarray of uint32, shape (n_ngrams,)
        Hashes of the n-grams, ascending.
    weights : ndarray of float32, shape (n_words + n_ngrams,)
        The weights of words and n-grams.

    References
    ----------
    .. [1] Bojanowski et al., "Enriching word vectors with subword information", 2017.
    """

    def __init__(
        self, words: Sequence[str], ngrams: np.ndarray, weights: np.ndarray
    ) -> None:
        self.ngrams = ngrams
        self.weights = weights
        self._numbers = {word: number for number, word in enumerate(words)}
        columns = range(len(self._numbers), len(self._numbers) + len(ngrams))
        self._of_ngrams = dict(zip(ngrams.tolist(), columns, strict=True))

    @property
    def n_columns(self) -> int:
        """Number of known words and n-grams."""
        return len(self.weights)

    @classmethod
    def learn(
        cls, words: Sequence[str], titles: Sequence[list[str]]
    ) -> tuple[SubWords, np.ndarray]:
        """Take the n-grams that known words share, and weigh by how rare they are.

        Parameters
        ----------
        words : sequence of str, of length n_words
            The known words.
        titles : sequence of list of str, of length n_titles
            The words of distinct titles, known or not.

        Returns
        -------
        sub_words : SubWords
            Columns and weights.
        in_titles : ndarray of int64, shape (n_columns,)
            In how many titles each is.
        """
        hashes = [hashed for word in words for hashed in hash_ngrams(word)]
        ngrams, n_words = np.unique(np.array(hashes, np.uint32), return_counts=True)
        ngrams = ngrams[n_words > 1]
        alike = cls(words, ngrams, np.ones(len(words) + len(ngrams), np.float32))
        columns = alike.tf_idf(titles).indices
        in_titles = np.bincount(columns, minlength=alike.n_columns)
        weights = np.log((1 + len(titles)) / (1 + in_titles)) + 1
        weights[len(words) :] *= _NGRAM_SHARE
        return cls(words, ngrams, weights.astype(np.float32)), in_titles

    def rows_of(self, words: Sequence[str]) -> Ragged:
        """Give the columns of words and of their n-grams, a row of int64 a word."""
        rows = [self._columns_of(word) for word in words]
        lengths = np.array([len(row) for row in rows], np.int64)
        values = np.fromiter(chain.from_iterable(rows), np.int64, lengths.sum())
        return Ragged.from_lengths(values, lengths)

    def tf_idf(self, titles: Sequence[list[str]]) -> sparse.csr_array:
        """Weigh the sub-words of titles.

        Parameters
        ----------
        titles : sequence of list of str, of length n_titles
            The words of titles, known or not.

        Returns
        -------
        rows : sparse array of float32, shape (n_titles, n_columns)
            For each title the sum of its words' rows, of length 1 if the words share no
            n-gram; zeros for a title without a known sub-word.
        """
        numbers, words = number_words(titles)
        of_words = self.weigh(self.rows_of(words))
        of_titles = count_columns(numbers, len(words))
        squares = of_titles @ of_words.power(2).sum(axis=1)
        scales = sparse.diags_array(inverse_root(squares))
        return sparse.csr_array(scales @ of_titles @ of_words)

    def weigh(self, rows: Ragged) -> sparse.csr_array:
        """Give rows of columns (n_rows, n_columns) with the weights of the columns."""
        weighted = count_columns(rows, self.n_columns)
        weighted.data = self.weights[rows.values]
        return weighted

    def _columns_of(self, word: str) -> list[int]:
        number = self._numbers.get(word)
        columns = [] if number is None else [number]
        found = map(self._of_ngrams.get, sorted(hash_ngrams(word)))
        columns.extend(column for column in found if column is not None)
        return columns


def inverse_root(squares: np.ndarray) -> np.ndarray:
    """Give 1 / sqrt(x), and 0 for 0, float32."""
    roots = np.sqrt(squares, dtype=np.float32)
    return np.divide(1, roots, out=np.zeros_like(roots), where=roots > 0)


def number_words(titles: Sequence[list[str]]) -> tuple[Ragged, list[str]]:
    """Give the words of titles as numbers, a row a title, and the distinct words."""
    words = list(dict.fromkeys(chain.from_iterable(titles)))
    number_of = dict(zip(words, range(len(words)), strict=True)).__getitem__
    lengths = np.array([len(title) for title in titles], np.int64)
    numbers = map(number_of, chain.from_iterable(titles))
    values = np.fromiter(numbers, np.int64, lengths.sum())
    return Ragged.from_lengths(values, lengths), words


def hash_ngrams(word: str) -> set[int]:
    """Hash the character n-grams of a word, each to an unsigned int of 32 bits."""
    marked = f"<{word}>"
    return {
        zlib.crc32(marked[start : start + n].encode("utf-8", "surrogatepass"))
        for n in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(marked) - n + 1)
    }
