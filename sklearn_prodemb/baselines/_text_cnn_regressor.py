"""The text CNN as a regressor, trained from scratch on titles and numbers."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.preprocessing import StandardScaler

from .._public import public
from .._titles.check import check_titles
from .._utils.description import Array
from .._utils.targets import check_numbers
from ._supervised_cnn.base import BaseTextCNN


@public
class TextCNNRegressor(RegressorMixin, BaseTextCNN):
    """Predict a number from a title with a text CNN trained from scratch.

    As `TextCNNClassifier`, with one output and the mean squared error of the
    standardised target.

    Parameters
    ----------
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="basic"
        How titles are normalised: see `normalize_titles`.
    vocab_size : int, default=30_000
        The largest number of tokens; a small corpus gives fewer.
    embedding_dim : int, default=512
        Number of columns of a token's embedding.
    kernel_sizes : tuple of int, default=(2, 3, 4, 5)
        Numbers of tokens that the convolutions span.
    n_filters : int, default=128
        Filters for each kernel size.
    dropout : float, default=0.5
        Share of the encoder's features that are dropped in training.
    learning_rate : float, default=0.001
        Learning rate of AdamW.
    weight_decay : float, default=1e-5
        Weight decay of AdamW.
    batch_size : int, default=64
        Titles a batch.
    max_epochs : int, default=25
        Passes over the titles, at most.
    n_iter_no_change : int, default=5
        Training stops after so many epochs without a new best.
    validation_fraction : float, default=0.1
        Share of the titles for validation, at least one.
    device : str, default="auto"
        Where to train: "auto" is a CUDA device if there is one, else the CPU; or
        any name that torch knows. Predictions run on the CPU.
    random_state : int, RandomState instance or None, default=None
        Seed of validation part, weights, dropout and order. On a CPU, equal ints give
        equal bytes, on one machine with the same libraries and number of threads.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.TextCNNEncoder
        Turns titles into the vectors that the output layer takes. Its attributes are
        the weights and the tokenizer.
    output_weights_ : ndarray of float64, shape (1, n_features)
        The output layer, in the target's unit.
    output_biases_ : ndarray of float64, shape (1,)
        Its bias, in the target's unit.
    loss_curve_ : ndarray of float64, shape (`n_iter_`,)
        Mean squared error of each epoch, of the standardised target and with dropout.
    validation_scores_ : ndarray of float64, shape (`n_iter_`,)
        Minus the mean squared error of the standardised target on the validation part
        after each epoch; the weights are those of the highest.
    n_iter_ : int
        Number of epochs.

    See Also
    --------
    TextCNNClassifier : The same for classes.

    Examples
    --------
    >>> from sklearn_prodemb.baselines import TextCNNRegressor
    >>> titles = ["Carpa 4 personas", "Funda iPhone 12", "Carpa iglú", "Funda silicona"]
    >>> prices = [120.0, 10.0, 100.0, 8.0]
    >>> regressor = TextCNNRegressor(embedding_dim=32, n_filters=16, random_state=0)
    >>> regressor.fit(titles * 10, prices * 10).predict(["Carpa familiar"]) > 50
    array([ True])
    """

    _fitted = {
        **BaseTextCNN._fitted,
        "output_weights_": Array("float64", ("1", "n_features")),
        "output_biases_": Array("float64", ("1",)),
    }

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any) -> Self:
        """Train on titles and their targets.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles.
        y : array-like of float, of length n_titles
            The targets.

        Returns
        -------
        self : TextCNNRegressor
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If a title is no str, a target is missing or no number, nothing is left
            of the titles after normalisation, or a loss is not finite. The estimator
            is then as it was before.
        """
        titles = check_titles(X)
        targets = check_numbers(y, len(titles))[:, None]
        scaler = StandardScaler().fit(targets)
        standardized = scaler.transform(targets)[:, 0].astype(np.float32)
        attributes = self._learn(titles, standardized, 1)
        attributes["output_weights_"] = attributes["output_weights_"] * scaler.scale_
        attributes["output_biases_"] = (
            attributes["output_biases_"] * scaler.scale_ + scaler.mean_
        )
        self.__dict__.update(attributes)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predict the target.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles.

        Returns
        -------
        targets : ndarray of float64, shape (n_titles,)
            One number for each title.

        Raises
        ------
        TypeError, ValueError
            If `X` is no list of titles; the error names what is wrong and where.
        """
        return self._outputs(X)[:, 0]
