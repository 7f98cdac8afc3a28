"""The product features of titles that were not seen with others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .._utils.row_sums import count_columns, row_adder
from .network import SubWordNetwork
from .sub_words import SubWords, inverse_root
from .word_rows import WordRows


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
        If given, a prediction that is shorter is scaled by the square of its share of
        this length: so the unsure ones become shorter still.
    dropped : frozenset of str, default=frozenset()
        Stop words, which say nothing.
    """

    def __init__(
        self,
        sub_words: SubWords,
        coefficients: np.ndarray,
        network: SubWordNetwork | None,
        length: float | None,
        dropped: frozenset[str] = frozenset(),
    ) -> None:
        self._sub_words = sub_words
        self._network = network
        self._length = length
        self._dropped = dropped
        self._coefficients = coefficients
        self._n_outputs = coefficients.shape[1]
        self._rows = WordRows(self._make_rows)

    def predict(self, titles: Sequence[list[str]], inputs: np.ndarray) -> np.ndarray:
        """Predict the product features of titles.

        Parameters
        ----------
        titles : sequence of list of str, of length n_titles
            Their words, known or not; stop words do not count.
        inputs : ndarray of float32, shape (n_titles, n_inputs)
            Their words and contexts blocks.

        Returns
        -------
        features : ndarray of float32, shape (n_titles, n_outputs)
            Zeros for a title without a known sub-word.
        """
        numbers, rows = self._rows.look_up(titles)
        if not len(numbers.values):
            return np.zeros((len(titles), self._n_outputs), np.float32)
        # Sums over words, see `_make_rows`.
        sums = row_adder(numbers, len(rows))(rows)
        squares, n_sub_words = sums[:, -2], sums[:, -1]
        predicted = sums[:, : self._n_outputs] * inverse_root(squares)[:, None]
        if self._network is not None:
            hidden = sums[:, self._n_outputs : -2] * inverse_root(n_sub_words)[:, None]
            predicted = (predicted + self._network.forward(hidden, inputs)) / 2
            predicted[n_sub_words == 0] = 0
        if self._length is not None:
            lengths = np.sqrt(np.einsum("ij,ij->i", predicted, predicted))
            shares = np.minimum(lengths / np.float32(self._length), 1)
            predicted *= np.square(shares)[:, None]
        return predicted

    def _make_rows(self, words: list[str]) -> np.ndarray:
        """Work out what words add to a title's sums."""
        columns = self._sub_words.rows_of(
            [word if word not in self._dropped else "" for word in words]
        )
        weighted = self._sub_words.weigh(columns)
        parts = [weighted @ self._coefficients]
        if self._network is not None:
            counts = count_columns(columns, self._sub_words.n_columns)
            parts.append(counts @ self._network.sub_word_vectors)
        # Last, what titles are scaled by: squared weights, and their number.
        squares = weighted.power(2).sum(axis=1)
        scales = np.stack([squares, columns.lengths], axis=1, dtype=np.float32)
        return np.concatenate([*parts, scales], axis=1)
