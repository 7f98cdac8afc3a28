"""Titles with some of their words and n-grams left out: the views that are compared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from .._product.sub_words import SubWords, inverse_root, number_words
from .._spectral.encoder import SpectralEncoder
from .._utils.ragged import Ragged


class View(NamedTuple):
    """What the network sees of some titles.

    Parameters
    ----------
    inputs : ndarray of float32, shape (n_titles, n_inputs)
        Words and contexts blocks of the closed form.
    sub_words : Ragged of int64, of length n_titles
        The columns of each title's sub-words.
    """

    inputs: np.ndarray
    sub_words: Ragged


class Views:
    """Draws views of products.

    Parameters
    ----------
    closed_form : SpectralEncoder
        Words to inputs.
    sub_words : SubWords
        Words to sub-words.
    titles : list of list of str, of length n_products
        The words of the products.
    """

    def __init__(
        self, closed_form: SpectralEncoder, sub_words: SubWords, titles: list[list[str]]
    ) -> None:
        self._closed_form = closed_form
        self._weights = sub_words.weights
        self._titles, words = number_words(titles)
        self._columns = sub_words.rows_of(words)
        # A known word's own column comes first among its columns.
        self._n_known = closed_form.tokenizer.vocab_size
        # In how many titles each word is.
        pairs = np.stack([self._titles.row_numbers, self._titles.values])
        self._in_titles = np.bincount(
            np.unique(pairs, axis=1)[1], minlength=max(1, len(words))
        )

    def draw(
        self,
        products: np.ndarray,
        rng: np.random.Generator,
        word_dropout: float,
        ngram_dropout: float,
    ) -> View:
        """Draw a view of each product.

        The n-grams of a word that is left out stay, as if the word were not known.

        Parameters
        ----------
        products : ndarray of int64, shape (n_titles,)
            The products.
        rng : numpy Generator
            The source of randomness.
        word_dropout, ngram_dropout : float
            As of `NetworkConfig`.

        Returns
        -------
        view : View
            A row a product.
        """
        words = self._titles.take(products)
        columns = self._columns.take(words.values)
        # Which words are left out, and which n-grams.
        share = np.maximum(word_dropout, 1 / self._in_titles[words.values])
        word_stays = rng.random(len(share)) >= share
        is_word = columns.values < self._n_known
        stays = np.where(
            is_word,
            np.repeat(word_stays, columns.lengths),
            rng.random(len(is_word)) >= ngram_dropout,
        )
        # The closed form of the known words that stay.
        title_of_column = np.repeat(words.row_numbers, columns.lengths)
        tokens = _rows(columns.values, title_of_column, stays & is_word, len(words))
        kept = _rows(columns.values, title_of_column, stays, len(words))
        return View(self._closed_form.sum_words(tokens), kept)

    def tf_idf(self, view: View) -> sparse.csr_array:
        """Weigh the sub-words of a view, see `SubWords.tf_idf`."""
        rows = view.sub_words
        weights = self._weights[rows.values]
        squares = np.bincount(rows.row_numbers, weights**2, minlength=len(rows))
        weights = weights * inverse_root(squares)[rows.row_numbers]
        shape = (len(rows), len(self._weights))
        return sparse.csr_array((weights, rows.values, rows.offsets), shape)


def _rows(
    values: np.ndarray, row_numbers: np.ndarray, kept: np.ndarray, n_rows: int
) -> Ragged:
    lengths = np.bincount(row_numbers[kept], minlength=n_rows)
    return Ragged.from_lengths(values[kept], lengths)
