"""Products: titles that are equal once normalised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._titles.normalize import stop_words
from .._titles.words import WordTokenizer
from .._utils.ragged import Ragged


@dataclass(frozen=True)
class Products:
    """The distinct products of some titles, empty ones left out.

    Parameters
    ----------
    keys : ndarray of uint64, shape (n_products,)
        Their keys, ascending; see `TitleWords`.
    words : list of list of str, of length n_products
        The words of each, known or not, without stop words.
    of_title : ndarray of int64, shape (n_titles,)
        The product of each title, -1 for a title without words.
    """

    keys: np.ndarray
    words: list[list[str]]
    of_title: np.ndarray

    @classmethod
    def of(cls, tokenizer: WordTokenizer, titles: list[str]) -> Products:
        """Find the products of titles."""
        split = tokenizer.split(titles)
        keys, first, of_title = np.unique(
            tokenizer.encode_words(split).keys, return_index=True, return_inverse=True
        )
        # The key of an empty title is the smallest, 0.
        n_empty = int(len(keys) > 0 and keys[0] == 0)
        dropped = stop_words(tokenizer.normalizer) | {""}
        words = [[w for w in split[row] if w not in dropped] for row in first[n_empty:]]
        return cls(keys[n_empty:], words, of_title - n_empty)

    def distinct_rows(self, titles: np.ndarray, sessions: Ragged) -> Ragged:
        """Keep one row of each product of a session.

        Parameters
        ----------
        titles : ndarray of int, shape (n_rows,)
            The title of each row, as a number.
        sessions : Ragged of int64, of length n_sessions
            The rows of each session.

        Returns
        -------
        sessions : Ragged of int64, of length n_kept_sessions
            The sessions of two products or more, a row a product, in the order of keys.
        """
        products = self.of_title[titles[sessions.values]]
        kept = np.flatnonzero(products >= 0)
        pairs = np.stack([sessions.row_numbers[kept], products[kept]])
        (session, _), first = np.unique(pairs, axis=1, return_index=True)
        lengths = np.bincount(session, minlength=len(sessions))
        rows = Ragged.from_lengths(sessions.values[kept[first]], lengths)
        return rows.take(rows.lengths >= 2)
