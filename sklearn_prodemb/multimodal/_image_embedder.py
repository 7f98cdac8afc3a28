"""Vectors of products from their pictures, and from what they are seen with."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .._base.progress import Progress
from .._public import public
from .._sessions.sessions import Sessions
from .._utils.description import Text, Whole
from ._mates.frame_embedder import Inputs
from ._mates.projection_embedder import ProjectionEmbedder
from ._pictures.picture_input import PictureInputMixin


@public
class ImageEmbedder(PictureInputMixin, ProjectionEmbedder):
    """Turn pictures of products into vectors learned from browsing sessions.

    A pretrained network gives features of a picture, see `ImageFeatures`. Their roots
    are taken, so that a few large ones do not hide the others [1]_. A vector has two
    blocks side by side, each with a fixed norm: the principal components of the roots,
    and a prediction of the vector of session mates by ridge regression. The second
    block predicts what a product that no session has yet will be seen with. It needs
    `pip install 'sklearn-prodemb[images]'`, and for a TensorFlow Lite file
    `'sklearn-prodemb[litert]'`.

    A pickle or saved file holds the path and a hash of the file of the network, not the
    network. `transform` checks that it is still the same.

    Parameters
    ----------
    backbone : str, path-like or callable
        The pretrained network, as of `ImageFeatures`.
    product : str, default="product_id"
        The column of product ids. They link the rows of `X` with the sessions; nothing
        else is learned from them.
    sessions : Sessions or None, default=None
        The sessions to learn from, built with `product=...`. A fitted estimator is
        pickled and saved without them.
    pixel_mean, pixel_std : sequence of three float, default=(0.485, 0.456, 0.406) and \
(0.229, 0.224, 0.225)
        As of `ImageFeatures`.
    batch_size : int, default=32
        Pictures that are decoded and go through the network at once.
    n_components : int, default=256
        Number of columns of a vector, half of them for each block.
    alpha : float, default=0.5
        Penalty of the ridge regression for each product, in units of the mean variance
        of the features.
    max_session_length : int or None, default=100
        How many products of a session are used, from the first on; None uses all.
    random_state : int, RandomState instance or None, default=None
        Seed of the SVD of the sessions. Equal ints give equal bytes, on one machine
        with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print the progress, and how long each step took.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.SessionProjection
        Turns roots of the features of pictures into vectors.
    n_linked_ : int
        Number of rows of `X` with a picture and a product that is in a session.
    backbone_digest_ : str or None
        SHA-256 of the file of the network; None if it is a callable.
    n_backbone_features_ : int
        Number of features that the network gives.

    See Also
    --------
    ImageFeatures : The features of the network, without training.

    References
    ----------
    .. [1] Perronnin, Sanchez and Mensink, "Improving the Fisher kernel for large-scale
       image classification", 2010.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.multimodal import ImageEmbedder
    >>> def mean_colours(pictures):
    ...     return np.array([np.asarray(p).mean(axis=(0, 1)) for p in pictures])
    >>> rng = np.random.default_rng(0)
    >>> products = pd.DataFrame({
    ...     "product_id": [1, 2, 3, 4],
    ...     "picture": [*rng.integers(256, size=(4, 8, 8, 3), dtype=np.uint8)],
    ... })
    >>> log = pd.DataFrame({
    ...     "visit": [1, 1, 2, 2],
    ...     "product_id": [1, 2, 3, 4],
    ...     "title": ["Boot", "Winter boot", "Sandal", "Shirt"],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     log, session="visit", title="title", product="product_id"
    ... )
    >>> embedder = ImageEmbedder(mean_colours, sessions=sessions, random_state=0)
    >>> embedder.fit_transform(products).shape
    (4, 256)
    """

    _fitted = {
        **ProjectionEmbedder._fitted,
        "backbone_digest_": Text(optional=True),
        "n_backbone_features_": Whole(1, size="n_features"),
    }

    _parameter_constraints: dict[str, Any] = {
        **PictureInputMixin._parameter_constraints,
        **ProjectionEmbedder._parameter_constraints,
    }

    _what = "a picture"

    _lengths = (0.25, 0.55)

    def __init__(
        self,
        backbone: str | os.PathLike[str] | Callable[[list[Any]], Any],
        *,
        product: str = "product_id",
        sessions: Sessions | None = None,
        pixel_mean: Sequence[float] = (0.485, 0.456, 0.406),
        pixel_std: Sequence[float] = (0.229, 0.224, 0.225),
        batch_size: int = 32,
        n_components: int = 256,
        alpha: float = 0.5,
        max_session_length: int | None = 100,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.backbone = backbone
        self.product = product
        self.sessions = sessions
        self.pixel_mean = pixel_mean
        self.pixel_std = pixel_std
        self.batch_size = batch_size
        self.n_components = n_components
        self.alpha = alpha
        self.max_session_length = max_session_length
        self.random_state = random_state
        self.verbose = verbose

    def _read_inputs(self, data: Any, progress: Progress) -> Inputs:
        return _with_roots(self._read_pictures(data, progress))

    def _read_again(self, data: Any) -> Inputs:
        return _with_roots(self._read_pictures_again(data))


def _with_roots(inputs: Inputs) -> Inputs:
    """Take the roots of features, of each with its sign."""
    features = inputs.features
    roots = np.copysign(np.sqrt(np.abs(features)), features)
    return replace(inputs, features=roots)
