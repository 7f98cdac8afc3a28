"""The text CNN as a classifier, trained from scratch on labelled titles."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.special import softmax
from sklearn.base import ClassifierMixin, _fit_context

from .._public import public
from .._titles.check import check_titles
from .._utils.description import Array, Labels
from .._utils.targets import check_labels
from ._supervised_cnn.base import BaseTextCNN


@public
class TextCNNClassifier(ClassifierMixin, BaseTextCNN):
    """Classify titles with a text CNN trained from scratch.

    The network of `TextCNNEmbedder` and its sentencepiece tokens, with dropout and a
    linear output layer, all trained together on cross entropy [1]_. Training stops when
    the score on a validation part does not rise any more, and the weights of the best
    epoch are kept.

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
        Share of the titles for validation, at least one. They are drawn by class if
        each class has two titles and the part is large enough.
    device : str, default="auto"
        Where to train: "auto" is a CUDA device if there is one, else the CPU; or
        any name that torch knows. Predictions run on the CPU.
    random_state : int, RandomState instance or None, default=None
        Seed of validation part, weights, dropout and order. On a CPU, equal ints give
        equal bytes, on one machine with the same libraries and number of threads.

    Attributes
    ----------
    classes_ : ndarray, shape (n_classes,)
        The labels, sorted.
    encoder_ : sklearn_prodemb.encoders.TextCNNEncoder
        Turns titles into the vectors that the output layer takes. Its attributes are
        the weights and the tokenizer.
    output_weights_ : ndarray of float32, shape (n_classes, n_features)
        The output layer.
    output_biases_ : ndarray of float32, shape (n_classes,)
        Its biases.
    loss_curve_ : ndarray of float64, shape (`n_iter_`,)
        Mean cross entropy of each epoch, with dropout.
    validation_scores_ : ndarray of float64, shape (`n_iter_`,)
        The score on the validation part after each epoch: with two classes the area
        under the ROC curve if the part has both, else minus the mean cross
        entropy. The weights are those of the highest.
    n_iter_ : int
        Number of epochs.

    See Also
    --------
    TextCNNRegressor : The same for numbers.
    FastTextClassifier : A linear classifier on the mean of word embeddings.

    References
    ----------
    .. [1] Kim, "Convolutional neural networks for sentence classification", 2014,
       arXiv:1408.5882.

    Examples
    --------
    >>> from sklearn_prodemb.baselines import TextCNNClassifier
    >>> titles = ["Carpa 4 personas", "Funda iPhone 12", "Carpa iglú", "Funda silicona"]
    >>> labels = ["camping", "celulares", "camping", "celulares"]
    >>> classifier = TextCNNClassifier(embedding_dim=32, n_filters=16, random_state=0)
    >>> classifier.fit(titles * 10, labels * 10).predict(["Carpa familiar"])
    array(['camping'], dtype='<U9')
    """

    _fitted = {
        **BaseTextCNN._fitted,
        "classes_": Labels("n_classes", fewest=2),
        "output_weights_": Array("float32", ("n_classes", "n_features")),
        "output_biases_": Array("float32", ("n_classes",)),
    }

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any) -> Self:
        """Train on titles and their labels.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles.
        y : array-like of str, int or bool, of length n_titles
            The labels, of two classes or more.

        Returns
        -------
        self : TextCNNClassifier
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            If a title is no str, a label is missing or there are no two classes,
            nothing is left of the titles after normalisation, or a loss is not finite.
            The estimator is then as it was before.
        """
        titles = check_titles(X)
        classes, codes = check_labels(y, len(titles))
        attributes = self._learn(titles, codes, len(classes))
        self.__dict__.update(attributes, classes_=classes)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Give the probability of each class.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles.

        Returns
        -------
        probabilities : ndarray of float64, shape (n_titles, n_classes)
            In the order of `classes_`; each row adds up to 1.

        Raises
        ------
        TypeError, ValueError
            If `X` is no list of titles; the error names what is wrong and where.
        """
        return softmax(self._outputs(X), axis=1)

    def predict(self, X: Any) -> np.ndarray:
        """Give the most probable class.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles.

        Returns
        -------
        labels : ndarray of the type of `classes_`, shape (n_titles,)
            The labels.

        Raises
        ------
        TypeError, ValueError
            As `predict_proba`.
        """
        columns = self.predict_proba(X).argmax(axis=1)
        return self.classes_[columns]
