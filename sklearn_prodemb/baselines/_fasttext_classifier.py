"""fastText's supervised mode as a classifier of titles."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, Self

import joblib
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._base.state import SavableMixin, StringInputMixin
from .._public import public
from .._titles.check import check_titles
from .._titles.normalize import normalize_titles
from .._utils.description import Labels, Part
from .._utils.seeds import draw_seed
from .._utils.targets import check_labels
from ._fasttext.model import FastTextModel, as_lines, import_fasttext, train

# Bounds the memory of predict_proba: fastText gives a str for each class of each title.
_TITLES_PER_CHUNK = 8192
_OF_THE_LIBRARY = (
    "lr",
    "dim",
    "epoch",
    "min_count",
    "word_ngrams",
    "minn",
    "maxn",
    "bucket",
    "loss",
)

# fastText's numbers have 32 bits.
_LARGEST = 2**31 - 1


@public
class FastTextClassifier(
    ClassifierMixin, SavableMixin, StringInputMixin, BaseEstimator
):
    """Classify titles with fastText's supervised mode.

    It is a linear classifier on the mean of word (and n-gram) embeddings, all learned
    together [1]_. It runs the fastText library itself, and parameters have its names.
    Install it with `pip install 'sklearn-prodemb[fasttext]'`. Other builds do not
    initialise nine tenths of the embeddings, so equal seeds give different results and
    training fails at times.

    Parameters
    ----------
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="basic"
        How titles are normalised: see `normalize_titles`.
    lr : float, default=0.5
        Learning rate at the first step; it falls linearly to 0.
    dim : int, default=50
        Number of columns of the embeddings.
    epoch : int, default=25
        Passes over the titles.
    min_count : int, default=1
        Words that occur less often are dropped.
    word_ngrams : int, default=2
        The longest n-gram of words with an embedding.
    minn : int, default=2
        The shortest n-gram of characters with an embedding.
    maxn : int, default=5
        The longest n-gram of characters with an embedding; 0 for none.
    bucket : int, default=200_000
        Embeddings that n-grams of words and characters share by their hash, each of
        `dim` float32. If there are no n-grams, there are no buckets.
    loss : {"softmax", "hs", "ova"}, default="softmax"
        Softmax, hierarchical softmax, which is faster with thousands of classes, or
        one classifier a class.
    n_jobs : int or None, default=None
        Threads that train; None is 1. With more than one they write over each other's
        updates, and results differ from run to run.
    random_state : int, RandomState instance or None, default=None
        Seed of the embeddings. With one thread, equal ints give equal bytes, on one
        machine with the same libraries.

    Attributes
    ----------
    classes_ : ndarray, shape (n_classes,)
        The labels, sorted.
    model_ : sklearn_prodemb.encoders.FastTextModel
        The model; its attribute `data` are the bytes that fastText writes to a file.
        Label i stands for `classes_[i]`.

    See Also
    --------
    TextCNNClassifier : A convolutional network trained on titles and labels.

    References
    ----------
    .. [1] Joulin et al., "Bag of tricks for efficient text classification", 2016,
       arXiv:1607.01759.

    Examples
    --------
    >>> from sklearn_prodemb.baselines import FastTextClassifier
    >>> titles = ["Carpa 4 personas", "Carpa iglú", "Funda iPhone", "Funda silicona"]
    >>> labels = ["camping", "camping", "celulares", "celulares"]
    >>> classifier = FastTextClassifier(random_state=0).fit(titles, labels)
    >>> classifier.predict(["Carpa familiar", "Funda Samsung"])
    array(['camping', 'celulares'], dtype='<U9')
    """

    _fitted = {
        "classes_": Labels("n_classes", fewest=2),
        "model_": Part("FastTextModel", n_labels="n_classes"),
    }

    _parameter_constraints: dict[str, Any] = {
        "normalizer": [StrOptions({"es", "pt", "en", "basic"}), callable, None],
        "lr": [Interval(Real, 0, None, closed="neither")],
        "dim": [Interval(Integral, 1, _LARGEST, closed="both")],
        "epoch": [Interval(Integral, 1, _LARGEST, closed="both")],
        "min_count": [Interval(Integral, 1, _LARGEST, closed="both")],
        "word_ngrams": [Interval(Integral, 1, _LARGEST, closed="both")],
        "minn": [Interval(Integral, 0, _LARGEST, closed="both")],
        "maxn": [Interval(Integral, 0, _LARGEST, closed="both")],
        "bucket": [Interval(Integral, 1, _LARGEST, closed="both")],
        "loss": [StrOptions({"softmax", "hs", "ova"})],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        normalizer: str | Callable[[str], str] | None = "basic",
        lr: float = 0.5,
        dim: int = 50,
        epoch: int = 25,
        min_count: int = 1,
        word_ngrams: int = 2,
        minn: int = 2,
        maxn: int = 5,
        bucket: int = 200_000,
        loss: str = "softmax",
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.normalizer = normalizer
        self.lr = lr
        self.dim = dim
        self.epoch = epoch
        self.min_count = min_count
        self.word_ngrams = word_ngrams
        self.minn = minn
        self.maxn = maxn
        self.bucket = bucket
        self.loss = loss
        self.n_jobs = n_jobs
        self.random_state = random_state

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
        self : FastTextClassifier
            The fitted estimator.

        Raises
        ------
        ImportError
            If fastText is not installed.
        TypeError, ValueError
            If a title is no str, a label is missing or there are no two classes,
            nothing is left of the titles after normalisation or by `min_count`, or
            training does not converge. The estimator is then as it was before.
        """
        import_fasttext()  # before any work
        lines = self._lines(check_titles(X))
        classes, codes = check_labels(y, len(lines))
        if not any(line.strip() for line in lines):
            raise ValueError(
                f"None of the {len(lines)} titles has any text left after "
                f"normalisation (normalizer={self.normalizer!r})."
            )
        # The end of a title is a word to fastText, which a title without others needs.
        if self.min_count > len(lines):
            raise ValueError(
                f"min_count={self.min_count} leaves no word of {len(lines)} titles."
            )
        seed = draw_seed(self.random_state)
        data = train(
            lines,
            codes,
            params={name: getattr(self, name) for name in _OF_THE_LIBRARY},
            n_threads=joblib.effective_n_jobs(self.n_jobs),
            seed=seed,
        )
        self.__dict__.update(classes_=classes, model_=FastTextModel(data))
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
        check_is_fitted(self)
        lines = self._lines(check_titles(X))
        probabilities = np.zeros((len(lines), len(self.classes_)))
        for start in range(0, len(lines), _TITLES_PER_CHUNK):
            chunk = lines[start : start + _TITLES_PER_CHUNK]
            self.model_.predict(chunk, probabilities[start : start + len(chunk)])
        # fastText adds 1e-5 to each, and "ova" makes no distribution of them.
        return probabilities / probabilities.sum(axis=1, keepdims=True)

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

    def _lines(self, titles: list[str]) -> list[str]:
        return as_lines(normalize_titles(titles, normalizer=self.normalizer))

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")
