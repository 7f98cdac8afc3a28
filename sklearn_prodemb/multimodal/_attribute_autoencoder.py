"""Vectors of products from their attributes."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from .._base.progress import Progress
from .._base.state import FrameInputMixin, SavableMixin
from .._public import public
from .._utils.description import Curve, Labels, Part, Whole
from .._utils.plain_values import as_objects
from .._utils.seeds import draw_seed
from ..exceptions import InvalidFileError
from ._attributes.config import AutoencoderConfig
from ._attributes.encoder import AttributeEncoder
from ._attributes.values import learn_values


@public
class AttributeAutoencoder(
    SavableMixin,
    FrameInputMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Turn the attributes of products into vectors, by a denoising autoencoder.

    Attributes such as brand, colour or product type are one-hot encoded. A network with
    one hidden layer learns to reconstruct them from an input in which some are hidden
    [1]_. The hidden layer is the vector. Attributes that occur together are near each
    other in it, and the other attributes stand in for one that is missing.

    Parameters
    ----------
    embedding_dim : int, default=128
        Number of columns of a vector.
    corruption : float, default=0.3
        Probability with which an attribute is hidden in training.
    max_epochs : int, default=20
        Passes over the products.
    batch_size : int, default=256
        Products in a step.
    learning_rate : float, default=0.002
        Learning rate of Adam.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, order and corruption. Equal ints give equal bytes, on one
        machine with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print the loss of each epoch.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.AttributeEncoder
        Turns attributes into vectors. Its attributes are the values and their weights.
    loss_curve_ : ndarray of float64, shape (max_epochs,)
        The mean loss of each epoch.
    feature_names_in_ : ndarray of object, shape (`n_features_in_`,)
        The attributes.
    n_features_in_ : int
        Number of attributes.

    See Also
    --------
    sklearn.preprocessing.OneHotEncoder : The attributes, with a column for each value.

    References
    ----------
    .. [1] "One embedding to do them all", 2019, arXiv:1906.12120.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb.multimodal import AttributeAutoencoder
    >>> products = pd.DataFrame({
    ...     "type": ["shoe", "shoe", "sandal", "shirt"],
    ...     "season": ["winter", "winter", "summer", None],
    ... })
    >>> embedder = AttributeAutoencoder(embedding_dim=8, random_state=0).fit(products)
    >>> embedder.transform(products).shape
    (4, 8)
    """

    _fitted = {
        "encoder_": Part("AttributeEncoder"),
        "loss_curve_": Curve("n_epochs"),
        "feature_names_in_": Labels("n_features_in", "object", of=str, fewest=1),
        "n_features_in_": Whole(1, size="n_features_in"),
    }

    _parameter_constraints: dict[str, Any] = {
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "corruption": [Interval(Real, 0, 1, closed="left")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        embedding_dim: int = 128,
        corruption: float = 0.3,
        max_epochs: int = 20,
        batch_size: int = 256,
        learning_rate: float = 2e-3,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.embedding_dim = embedding_dim
        self.corruption = corruption
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from the attributes of products.

        Parameters
        ----------
        X : data frame of shape (n_products, n_attributes)
            A row for each product, a column for each attribute. Values are str, numbers
            or bool, and each value is a class of its own. Values may be missing.
        y : None
            Not used.

        Returns
        -------
        self : AttributeAutoencoder
            The fitted estimator.

        Raises
        ------
        TypeError
            If X is no data frame, or a value is neither a str nor a number; the error
            names row and column.
        ValueError
            If X is empty, a column has no value, or a loss is not finite. The estimator
            is then as it was before.
        """
        from ._attributes.training import train

        codes, values = learn_values(X)
        config = AutoencoderConfig(
            embedding_dim=self.embedding_dim,
            corruption=self.corruption,
            max_epochs=self.max_epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
        )
        vectors, biases, losses = train(
            codes,
            [len(of_attribute) for of_attribute in values.values()],
            config,
            draw_seed(self.random_state),
            Progress(self).report,
        )
        self.__dict__.update(
            encoder_=AttributeEncoder(values, vectors, biases),
            loss_curve_=losses,
            feature_names_in_=as_objects(list(values)),
            n_features_in_=len(values),
        )
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Give the vectors of products.

        Parameters
        ----------
        X : data frame of shape (n_products, n_attributes)
            The attributes of `fit`, in any order of columns.

        Returns
        -------
        vectors : ndarray of float32, shape (n_products, embedding_dim)
            The vectors. A value that is missing, or that `fit` did not see, adds
            nothing.

        Raises
        ------
        TypeError, ValueError
            If X is no data frame, a value is neither a str nor a number, or the columns
            are not those of `fit`.
        """
        check_is_fitted(self)
        return self.encoder_.encode(X)

    @property
    def _n_features_out(self) -> int:
        return self.encoder_.n_features

    def _check_together(self) -> None:
        if self.feature_names_in_.tolist() != list(self.encoder_.values):
            raise InvalidFileError(
                "AttributeAutoencoder.feature_names_in_ are not those of its encoder"
            )

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")
