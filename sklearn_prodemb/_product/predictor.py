"""The product features of titles that were not seen with others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from .network import SubWordNetwork
from .sub_words import SubWords, inverse_root, number_words

# Bounds the memory of the words' rows, some 1.5 KB each.
_MAX_ROWS = 1 << 15


class Predictor:
    """Predict product features by a ridge regression, and a network if there is one.

    Both are linear in a title's sub-words up to the network's hidden layer, so each
    word has one row of sums, which is worked out when the word is first met. Safe to
    use from several threads.

    Parameters
    ----------
    sub_words : SubWords
        Words to weighted sub-words.
    coefficients : ndarray of float32, shape (n_sub_words, n_outputs)
        The ridge regression's.
    network : SubWordNetwork or None
        If given, the prediction is the mean of both.
    length : float or None
        If given, a prediction is scaled by its own length over this one, that of what
        is predicted, if it is shorter: so the unsure ones become shorter still.
    """

    def __init__(
        self,
        sub_words: SubWords,
        coefficients: np.ndarray,
        network: SubWordNetwork | None,
        length: float | None,
    ) -> None:
        self._sub_words = sub_words
        self._network = network
        self._length = length
        self._coefficients = coefficients
        self._n_outputs = coefficients.shape[1]
        self._rows: dict[str, np.ndarray] = {}

    def predict(self, titles: Sequence[list[str]], inputs: np.ndarray) -> np.ndarray:
        """Predict the product features of titles.

        Parameters
        ----------
        titles : sequence of list of str, of length n_titles
            Their words, known or not.
        inputs : ndarray of float32, shape (n_titles, n_inputs)
            Their words and contexts parts.

        Returns
        -------
        features : ndarray of float32, shape (n_titles, n_outputs)
            Zeros for a title without a known sub-word.
        """
        numbers, words = number_words(titles)
        if not words:
            return np.zeros((len(titles), self._n_outputs), np.float32)
        # Sums over words, see `_row_of`.
        ones = np.ones(len(numbers.values), np.float32)
        shape = (len(titles), len(words))
        counts = sparse.csr_array((ones, numbers.values, numbers.offsets), shape)
        sums = counts @ np.stack([self._row_of(word) for word in words])
        squares, n_sub_words = sums[:, -2], sums[:, -1]
        predicted = sums[:, : self._n_outputs] * inverse_root(squares)[:, None]
        if self._network is not None:
            hidden = sums[:, self._n_outputs : -2] * inverse_root(n_sub_words)[:, None]
            predicted = (predicted + self._network.forward(hidden, inputs)) / 2
            predicted[n_sub_words == 0] = 0
        if self._length is not None:
            lengths = np.sqrt(np.einsum("ij,ij->i", predicted, predicted))
            predicted *= np.minimum(lengths / np.float32(self._length), 1)[:, None]
        return predicted

    def _row_of(self, word: str) -> np.ndarray:
        row = self._rows.get(word)
        if row is None:
            columns = self._sub_words.rows_of([word]).values
            weights = self._sub_words.weights[columns]
            parts = [weights @ self._coefficients[columns]]
            if self._network is not None:
                parts.append(self._network.sub_word_vectors[columns].sum(axis=0))
            # Last, what titles are scaled by: squared weights, and their number.
            scales = np.array([weights @ weights, len(columns)], np.float32)
            row = np.concatenate([*parts, scales])
            if len(self._rows) >= _MAX_ROWS:
                self._rows.clear()
            self._rows[word] = row
        return row
