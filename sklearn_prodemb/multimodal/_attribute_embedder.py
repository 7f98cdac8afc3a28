"""Vectors of products from their attributes, and from what they are seen with."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._base.progress import Progress
from .._public import public
from .._sessions.sessions import Sessions
from .._utils.description import ByName, Labels, Whole
from .._utils.plain_values import as_objects
from ..exceptions import InvalidFileError
from ._attributes.values import find_values, learn_values, one_hot
from ._mates.frame_embedder import Inputs
from ._mates.projection_embedder import ProjectionEmbedder


@public
class AttributeEmbedder(ProjectionEmbedder):
    """Turn the attributes of products into vectors learned from browsing sessions.

    Attributes such as brand, colour or product type are one-hot encoded. A vector has
    two blocks side by side, each with a fixed norm: the principal components of the
    attributes, and a prediction of the vector of session mates by ridge regression. The
    second block predicts what a product that no session has yet will be seen with.

    Parameters
    ----------
    product : str, default="product_id"
        The column of product ids. They link the rows of `X` with the sessions; nothing
        else is learned from them.
    sessions : Sessions or None, default=None
        The sessions to learn from, built with `product=...`. A fitted estimator is
        pickled and saved without them.
    n_components : int, default=256
        Number of columns of a vector, half of them for each block.
    alpha : float, default=0.5
        Penalty of the ridge regression for each product, in units of the mean variance
        of the features.
    max_session_length : int or None, default=100
        How many products of a session are used, from the first on; None uses all.
    random_state : int, RandomState instance or None, default=None
        Seed of the SVDs. Equal ints give equal bytes, on one machine with the same
        libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print how long each step took.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.SessionProjection
        Turns one-hot attributes into vectors.
    values_ : dict of str to ndarray of object
        The values of each attribute, in the order of their columns.
    n_linked_ : int
        Number of rows of `X` with a product that is in a session.
    feature_names_in_ : ndarray of object, shape (`n_features_in_`,)
        The attributes.
    n_features_in_ : int
        Number of attributes.

    See Also
    --------
    AttributeAutoencoder : The published method, which needs no sessions.
    sklearn.preprocessing.OneHotEncoder : The attributes, with a column for each value.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.multimodal import AttributeEmbedder
    >>> products = pd.DataFrame({
    ...     "product_id": [1, 2, 3, 4],
    ...     "type": ["shoe", "shoe", "sandal", "shirt"],
    ...     "season": ["winter", "winter", "summer", None],
    ... })
    >>> log = pd.DataFrame({
    ...     "visit": [1, 1, 2, 2],
    ...     "product_id": [1, 2, 3, 4],
    ...     "title": ["Boot", "Winter boot", "Sandal", "Shirt"],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     log, session="visit", title="title", product="product_id"
    ... )
    >>> embedder = AttributeEmbedder(sessions=sessions, random_state=0).fit(products)
    >>> embedder.transform(products).shape
    (4, 256)
    """

    _fitted = {
        **ProjectionEmbedder._fitted,
        "values_": ByName(Labels("_", "object", fewest=1), fewest=1),
        "feature_names_in_": Labels("n_features_in", "object", of=str, fewest=1),
        "n_features_in_": Whole(1, size="n_features_in"),
    }

    _parameter_constraints: dict[str, Any] = {
        **ProjectionEmbedder._parameter_constraints
    }

    _what = "an attribute"

    _lengths = (0.3, 0.65)

    values_: dict[str, np.ndarray]
    feature_names_in_: np.ndarray

    def __init__(
        self,
        *,
        product: str = "product_id",
        sessions: Sessions | None = None,
        n_components: int = 256,
        alpha: float = 0.5,
        max_session_length: int | None = 100,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.product = product
        self.sessions = sessions
        self.n_components = n_components
        self.alpha = alpha
        self.max_session_length = max_session_length
        self.random_state = random_state
        self.verbose = verbose

    def _read_inputs(self, data: Any, progress: Progress) -> Inputs:
        with progress.stage("attributes"):
            codes, values = learn_values(data)
        attributes = {
            "values_": values,
            "feature_names_in_": as_objects(list(values)),
            "n_features_in_": len(values),
        }
        present = np.asarray(np.any(codes >= 0, axis=1))
        return Inputs(one_hot(codes, values), present, attributes)

    def _read_again(self, data: Any) -> Inputs:
        codes = find_values(data, self.values_)
        present = np.asarray(np.any(codes >= 0, axis=1))
        return Inputs(one_hot(codes, self.values_), present)

    def _check_together(self) -> None:
        n_values = sum(map(len, self.values_.values()))
        if n_values != len(self.encoder_.mean):
            raise InvalidFileError(
                f"AttributeEmbedder.encoder_ must take {n_values} features, one a "
                f"value, but takes {len(self.encoder_.mean)}"
            )
        if self.product in self.values_:
            raise InvalidFileError(
                f"AttributeEmbedder.product is {self.product!r}, one of its attributes"
            )
        if self.feature_names_in_.tolist() != list(self.values_):
            raise InvalidFileError(
                "AttributeEmbedder.feature_names_in_ are not those of its values_"
            )
