"""Vectors of a pretrained transformer, frozen, as a scikit-learn transformer."""

from __future__ import annotations

import copy
import os
from functools import partial
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._base.encoder import encode_distinct
from .._base.state import SavableMixin, StringInputMixin
from .._public import public
from .._titles.check import check_titles
from .._utils.description import Part


@public
class TransformerEmbedder(
    SavableMixin,
    StringInputMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Turn product titles into vectors of a pretrained transformer, without training.

    Nothing is learned from titles: `fit` loads the model. Needs
    `pip install 'sklearn-prodemb[transformers]'`.

    A pickle or saved file holds the model's name or path, the commit on the hub and the
    parameters, a few kB, but not its weights. After the file is loaded, the first
    `transform` loads the model again, and checks that it is still the same.

    Parameters
    ----------
    model : str or path-like, default="dccuchile/bert-base-spanish-wwm-cased"
        A folder that `save_pretrained` wrote, or a name on the Hugging Face hub, which
        is downloaded once. The default is BETO [1]_, a BERT of Spanish. A model that
        brings code of its own is refused.
    pooling : {"cls", "mean"}, default="cls"
        How a title's tokens become one vector: the last hidden state of the first
        token, or the mean over all tokens. Most models of sentence-transformers are
        trained for "mean".
    max_length : int, default=128
        Titles are truncated to this many tokens, including the special tokens.
    batch_size : int, default=32
        Titles that go through the model at once.
    device : str, default="auto"
        Where to run: "auto" is a CUDA device if there is one, else the CPU; or any
        name that torch knows.
    local_files_only : bool, default=False
        Whether a model that is not on this machine is an error, not a download.

    Attributes
    ----------
    encoder_ : TransformerEncoder
        The model's name, commit and way of pooling.

    See Also
    --------
    sklearn_prodemb.ProductEmbedder : Learns from browsing sessions.

    Notes
    -----
    `device`, `batch_size` and `local_files_only` may be changed after `fit`.

    References
    ----------
    .. [1] Cañete et al., "Spanish pre-trained BERT model and evaluation data", 2020.

    Examples
    --------
    >>> from sklearn_prodemb.baselines import TransformerEmbedder
    >>> embedder = TransformerEmbedder()
    >>> X = embedder.fit_transform(["Carpa iglú 2 personas"])  # doctest: +SKIP
    >>> X.shape  # doctest: +SKIP
    (1, 768)
    """

    _fitted = {"encoder_": Part("TransformerEncoder")}

    _parameter_constraints: dict[str, Any] = {
        "model": [str, os.PathLike],
        "pooling": [StrOptions({"cls", "mean"})],
        "max_length": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "device": [str],
        "local_files_only": ["boolean"],
    }

    def __init__(
        self,
        *,
        model: str | os.PathLike[str] = "dccuchile/bert-base-spanish-wwm-cased",
        pooling: str = "cls",
        max_length: int = 128,
        batch_size: int = 32,
        device: str = "auto",
        local_files_only: bool = False,
    ) -> None:
        self.model = model
        self.pooling = pooling
        self.max_length = max_length
        self.batch_size = batch_size
        self.device = device
        self.local_files_only = local_files_only

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any = None, y: Any = None) -> Self:
        """Load the model.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, or None, default=None
            Titles, which are only checked.
        y : None
            Ignored, for a pipeline's sake.

        Returns
        -------
        self : TransformerEmbedder
            The fitted estimator.

        Raises
        ------
        ImportError
            If transformers is not installed.
        OSError
            If the model cannot be found, downloaded or read.
        TypeError
            If a title is no str; the error names its position.
        ValueError
            If `X` is one bare str, or the model does not take `max_length` tokens.
        """
        from ._transformer.encoder import TransformerEncoder

        if X is not None:
            check_titles(X)
        self.encoder_ = TransformerEncoder.fit(
            os.fspath(self.model),
            pooling=self.pooling,
            max_length=self.max_length,
            device=self.device,
            local_files_only=self.local_files_only,
        )
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Embed titles.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles; each distinct one is embedded once.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features_out)
            One row for each title, whatever the other titles are, up to rounding. If a
            title has no tokens and the model adds none of its own, its row is zeros.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        OSError
            If the estimator comes from a file, and its model cannot be found or
            read, or is another than it was fitted with.
        TypeError
            If a title is no str; the error names its position.
        ValueError
            If `X` is one bare str, or has more than one column.
        """
        check_is_fitted(self)
        # `device` and others may be set anew after `fit`.
        self._validate_params()
        return encode_distinct(
            check_titles(X),
            partial(
                self.encoder_.encode,
                batch_size=self.batch_size,
                device=self.device,
                local_files_only=self.local_files_only,
            ),
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file, for `sklearn_prodemb.load` to read.

        The file names the model and does not hold it.

        Parameters
        ----------
        path : str or path-like
            The file; it is replaced only once it is complete.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        OSError
            If the file cannot be written; the error names it.
        """
        plain = copy.copy(self)
        plain.model = os.fspath(self.model)  # skops takes no paths
        super(TransformerEmbedder, plain).save(path)

    @property
    def _n_features_out(self) -> int:
        return self.encoder_.n_features

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
