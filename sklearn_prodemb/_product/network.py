"""The trained network, in numpy."""

from __future__ import annotations

import numpy as np

from .._public import public
from .._utils.description import Array
from .._utils.plain_state import PlainStateMixin


@public
class SubWordNetwork(PlainStateMixin):
    """A network of one hidden layer with a skip connection.

    x has the counts of a title's sub-words, divided by the root of their sum. b has its
    words block and its contexts block in the closed form. The product features are::

        relu(x E + b A + c) B + b D + d

    Parameters
    ----------
    sub_word_vectors : ndarray of float32, shape (n_sub_words, n_hidden)
        E.
    input_weights : ndarray of float32, shape (n_inputs, n_hidden)
        A.
    hidden_biases : ndarray of float32, shape (n_hidden,)
        c.
    output_weights : ndarray of float32, shape (n_hidden, n_outputs)
        B.
    skip_weights : ndarray of float32, shape (n_inputs, n_outputs)
        D.
    output_biases : ndarray of float32, shape (n_outputs,)
        d.
    """

    _state = {
        "sub_word_vectors": Array("float32", ("n_sub_words", "n_hidden")),
        "input_weights": Array("float32", ("n_inputs", "n_hidden")),
        "hidden_biases": Array("float32", ("n_hidden",)),
        "output_weights": Array("float32", ("n_hidden", "n_outputs")),
        "skip_weights": Array("float32", ("n_inputs", "n_outputs")),
        "output_biases": Array("float32", ("n_outputs",)),
    }

    def __init__(
        self,
        sub_word_vectors: np.ndarray,
        input_weights: np.ndarray,
        hidden_biases: np.ndarray,
        output_weights: np.ndarray,
        skip_weights: np.ndarray,
        output_biases: np.ndarray,
    ) -> None:
        self.sub_word_vectors = sub_word_vectors
        self.input_weights = input_weights
        self.hidden_biases = hidden_biases
        self.output_weights = output_weights
        self.skip_weights = skip_weights
        self.output_biases = output_biases
        # One product for both that the inputs take part in; see `forward`.
        both = np.concatenate([input_weights, skip_weights], axis=1)
        self._of_inputs = both.astype(np.float64)
        self._output_weights = output_weights.astype(np.float64)

    def rotate(self, inputs: np.ndarray, outputs: np.ndarray) -> SubWordNetwork:
        """Give the same network for rotated inputs, with rotated outputs.

        Parameters
        ----------
        inputs : ndarray of float64, shape (n_inputs, n_inputs)
            The rotation R of the words and contexts blocks: b R comes in place of b.
        outputs : ndarray of float64, shape (n_outputs, n_outputs)
            The rotation of the product features.

        Returns
        -------
        rotated : SubWordNetwork
            Its outputs for b R are this network's for b, rotated.
        """
        # b = (b R) R^T: weights of inputs are multiplied by R^T.
        tables = {
            "input_weights": inputs.T @ self.input_weights,
            "output_weights": self.output_weights @ outputs,
            "skip_weights": inputs.T @ self.skip_weights @ outputs,
            "output_biases": self.output_biases @ outputs,
        }
        turned = {name: table.astype(np.float32) for name, table in tables.items()}
        return type(self)(**{**self.__getstate__(), **turned})

    def truncate(
        self, inputs: np.ndarray, n_outputs: int, factor: float
    ) -> SubWordNetwork:
        """Give a network of some of the inputs, and of the leading outputs.

        Parameters
        ----------
        inputs : ndarray of int64, shape (n_kept,)
            The inputs that are kept.
        n_outputs : int
            The number of outputs.
        factor : float
            What the outputs are multiplied by.

        Returns
        -------
        truncated : SubWordNetwork
            The network, with fewer weights.
        """
        scaled = {
            "output_weights": self.output_weights,
            "skip_weights": self.skip_weights[inputs],
            "output_biases": self.output_biases,
        }
        tables = {
            name: np.ascontiguousarray(np.float32(factor) * table[..., :n_outputs])
            for name, table in scaled.items()
        }
        tables["input_weights"] = self.input_weights[inputs]
        return type(self)(**{**self.__getstate__(), **tables})

    def are_finite(self) -> bool:
        """Tell whether all weights are finite.

        Returns
        -------
        are_finite : bool
            Whether they are.
        """
        return all(np.isfinite(array).all() for array in vars(self).values())

    def forward(self, sub_words: np.ndarray, inputs: np.ndarray) -> np.ndarray:
        """Give the product features.

        Parameters
        ----------
        sub_words : ndarray of float32, shape (n_titles, n_hidden)
            x E.
        inputs : ndarray of float32, shape (n_titles, n_inputs)
            b.

        Returns
        -------
        outputs : ndarray of float32, shape (n_titles, n_outputs)
            The product features.
        """
        # In double precision, in which sums do not depend on how many titles there are
        # but for what rounding to float32 takes away.
        of_inputs = inputs.astype(np.float64) @ self._of_inputs
        hidden = sub_words + of_inputs[:, : sub_words.shape[1]]
        hidden += self.hidden_biases
        np.maximum(hidden, 0, out=hidden)
        outputs = hidden @ self._output_weights
        outputs += of_inputs[:, hidden.shape[1] :]
        outputs += self.output_biases
        return outputs.astype(np.float32)
