"""Words in, weighted sub-words out: the word itself, and what it shares with others."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from .._utils.ragged import Ragged

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

    @property
    def n_columns(self) -> int:
        """Number of known words and n-grams."""
        return len(self.weights)

    @classmethod
    def learn(cls, words: Sequence[str], titles: Sequence[list[str]]) -> SubWords:
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
        """
        hashes = [hash_ngrams(word) for word in words]
        ngrams, n_words = np.unique(_join(hashes, np.uint32), return_counts=True)
        ngrams = ngrams[n_words > 1]
        alike = cls(words, ngrams, np.ones(len(words) + len(ngrams), np.float32))
        in_titles = alike.count_titles(titles)
        weights = np.log((1 + len(titles)) / (1 + in_titles)) + 1
        weights[len(words) :] *= _NGRAM_SHARE
        return cls(words, ngrams, weights.astype(np.float32))

    def rows_of(self, words: Sequence[str]) -> Ragged:
        """Give the columns of words and of their n-grams, a row of int64 a word."""
        rows = [self._columns_of(word) for word in words]
        lengths = np.array([len(row) for row in rows], np.int64)
        return Ragged.from_lengths(_join(rows, np.int64), lengths)

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
        rows = self.rows_of(words)
        of_words = _indicators(rows, self.n_columns)
        of_words.data = self.weights[rows.values]
        of_titles = _indicators(numbers, len(words))
        squares = of_titles @ of_words.power(2).sum(axis=1)
        scales = sparse.diags_array(inverse_root(squares))
        return sparse.csr_array(scales @ of_titles @ of_words)

    def count_titles(self, titles: Sequence[list[str]]) -> np.ndarray:
        """Count in how many titles each sub-word is, int64 (n_columns,)."""
        return np.bincount(self.tf_idf(titles).indices, minlength=self.n_columns)

    def _columns_of(self, word: str) -> np.ndarray:
        hashes = hash_ngrams(word)
        places = np.searchsorted(self.ngrams, hashes)
        inside = places < len(self.ngrams)
        places, hashes = places[inside], hashes[inside]
        columns = places[self.ngrams[places] == hashes] + len(self._numbers)
        number = self._numbers.get(word)
        return columns if number is None else np.append(np.int64(number), columns)


def inverse_root(squares: np.ndarray) -> np.ndarray:
    """Give 1 / sqrt(x), and 0 for 0, float32."""
    roots = np.sqrt(squares, dtype=np.float32)
    return np.divide(1, roots, out=np.zeros_like(roots), where=roots > 0)


def number_words(titles: Sequence[list[str]]) -> tuple[Ragged, list[str]]:
    """Give the words of titles as numbers, a row a title, and the distinct words."""
    numbers: dict[str, int] = {}
    values = [
        numbers.setdefault(word, len(numbers)) for words in titles for word in words
    ]
    lengths = np.array([len(words) for words in titles], np.int64)
    return Ragged.from_lengths(np.array(values, np.int64), lengths), list(numbers)


def hash_ngrams(word: str) -> np.ndarray:
    """Hash the character n-grams of a word, uint32, distinct and ascending."""
    marked = f"<{word}>"
    ngrams = {
        marked[start : start + n]
        for n in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(marked) - n + 1)
    }
    hashes = [zlib.crc32(ngram.encode("utf-8", "surrogatepass")) for ngram in ngrams]
    return np.unique(np.array(hashes, np.uint32))


def _indicators(rows: Ragged, n_columns: int) -> sparse.csr_array:
    # SciPy may sort in place: it gets offsets and columns of its own.
    ones = np.ones(len(rows.values), np.float32)
    return sparse.csr_array(
        (ones, rows.values, rows.offsets), (len(rows), n_columns), copy=True
    )


def _join(arrays: list[np.ndarray], dtype: type) -> np.ndarray:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype)
