"""Vectors of products from their pictures, by a siamese network."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from .._base.progress import Progress
from .._byol.collapse import spread
from .._public import public
from .._sessions.by_id import SessionsById
from .._sessions.sessions import Sessions
from .._utils.description import Curve, Part, Text, Whole
from .._utils.warn import warn
from ..exceptions import CollapseWarning
from ._mates.frame_embedder import FrameEmbedder, Inputs
from ._pictures.picture_input import PictureInputMixin
from ._siamese.config import LOSSES, SiameseConfig
from ._siamese.pairs import known_mates

# Trained networks were seen above 0.6, of all vectors' length.
_SMALLEST_SPREAD = 0.05


@public
class SiameseImageEmbedder(PictureInputMixin, FrameEmbedder):
    """Turn pictures of products into vectors by a siamese network.

    Both pictures of a pair of session mates go through one network, which learns to
    give them vectors that are nearer than those of other products, as in [1]_. The
    backbone of the network is pretrained and not trained further, see `ImageFeatures`.
    One hidden layer after it is trained. A vector has unit norm. It needs `pip install
    'sklearn-prodemb[images]'`, and for a TensorFlow Lite file
    `'sklearn-prodemb[litert]'`.

    A pickle or saved file holds the path and a hash of the file of the pretrained
    network, not the network. `transform` checks that it is still the same.

    Parameters
    ----------
    backbone : str, path-like or callable
        The pretrained network, as of `ImageFeatures`.
    product : str, default="product_id"
        The column of product ids. They link the rows of `X` with the sessions; nothing
        else is learned from them. If rows share an id, the first one stands for it.
    sessions : Sessions or None, default=None
        The sessions to learn from, built with `product=...`. A fitted estimator is
        pickled and saved without them.
    pixel_mean, pixel_std : sequence of three float, default=(0.485, 0.456, 0.406) and \
(0.229, 0.224, 0.225)
        As of `ImageFeatures`.
    batch_size : int, default=32
        Pictures that are decoded and go through the pretrained network at once.
    embedding_dim : int, default=128
        Number of columns of a vector.
    loss : {"info_nce", "triplet"}, default="info_nce"
        The loss of a batch of pairs. The others of a pair are all other products of the
        batch.

        - "info_nce": a softmax tells a mate from the others.
        - "triplet": a mate's cosine exceeds those of others by a margin, as in [1]_.
    max_epochs : int, default=5
        Passes over the products of the sessions, each with one mate.
    pairs_per_batch : int, default=1024
        Pairs in a step.
    learning_rate : float, default=0.002
        Learning rate of Adam.
    max_session_length : int or None, default=100
        How many products of a session are used, from the first on; None uses all.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, pairs, order and dropout. Equal ints give equal bytes, on one
        machine with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print the progress, and the loss of each epoch.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.SiameseEncoder
        Turns features of pictures into vectors.
    loss_curve_ : ndarray of float64, shape (max_epochs,)
        The mean loss of each epoch.
    n_linked_ : int
        Number of rows of `X` with a picture and a product that is in a session.
    backbone_digest_ : str or None
        SHA-256 of the file of the network; None if it is a callable.
    n_backbone_features_ : int
        Number of features of a picture.

    Warns
    -----
    CollapseWarning
        If all pictures have nearly the same vector.

    See Also
    --------
    ImageEmbedder : Learns from the same in closed form, without torch.

    References
    ----------
    .. [1] "One embedding to do them all", 2019, arXiv:1906.12120.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.multimodal import SiameseImageEmbedder
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
    >>> embedder = SiameseImageEmbedder(mean_colours, random_state=0)
    >>> embedder.fit(products, sessions=sessions).transform(products).shape
    (4, 128)
    """

    _fitted = {
        "encoder_": Part("SiameseEncoder", n_features_in="n_backbone_features"),
        "loss_curve_": Curve("n_epochs"),
        "n_linked_": Whole(1),
        "backbone_digest_": Text(optional=True),
        "n_backbone_features_": Whole(1, size="n_backbone_features"),
    }

    _parameter_constraints: dict[str, Any] = {
        **PictureInputMixin._parameter_constraints,
        **FrameEmbedder._parameter_constraints,
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "loss": [StrOptions(set(LOSSES))],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "pairs_per_batch": [Interval(Integral, 2, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
    }

    _what = "a picture"

    def __init__(
        self,
        backbone: str | os.PathLike[str] | Callable[[list[Any]], Any],
        *,
        product: str = "product_id",
        sessions: Sessions | None = None,
        pixel_mean: Sequence[float] = (0.485, 0.456, 0.406),
        pixel_std: Sequence[float] = (0.229, 0.224, 0.225),
        batch_size: int = 32,
        embedding_dim: int = 128,
        loss: str = "info_nce",
        max_epochs: int = 5,
        pairs_per_batch: int = 1024,
        learning_rate: float = 2e-3,
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
        self.embedding_dim = embedding_dim
        self.loss = loss
        self.max_epochs = max_epochs
        self.pairs_per_batch = pairs_per_batch
        self.learning_rate = learning_rate
        self.max_session_length = max_session_length
        self.random_state = random_state
        self.verbose = verbose

    @property
    def _n_tasks(self) -> int:
        # The features, and the epochs.
        return 1 + self.max_epochs

    def _read_inputs(self, data: Any, progress: Progress) -> Inputs:
        return self._read_pictures(data, progress)

    def _read_again(self, data: Any) -> Inputs:
        return self._read_pictures_again(data)

    def _check_linked(self, codes: np.ndarray, by_id: SessionsById) -> None:
        super()._check_linked(codes, by_id)
        if not len(known_mates(by_id, codes, self.max_session_length)):
            raise ValueError(
                "No session has two products with pictures: there is no pair to learn "
                "from."
            )

    def _learn(
        self,
        inputs: Inputs,
        codes: np.ndarray,
        by_id: SessionsById,
        seed: int,
        progress: Progress,
    ) -> dict[str, Any]:
        # Torch is imported when something is trained: an estimator alone is light.
        from ._siamese.training import train_siamese

        values = self.get_params(deep=False)
        names = [field.name for field in dataclasses.fields(SiameseConfig)]
        config = SiameseConfig(**{n: values[n] for n in names if n in values})
        mates = known_mates(by_id, codes, self.max_session_length)
        encoder, losses = train_siamese(
            inputs.features, mates, config, seed=seed, progress=progress
        )
        _warn_if_collapsed(encoder.project(inputs.features[np.unique(mates.values)]))
        return {"encoder_": encoder, "loss_curve_": losses}


def _warn_if_collapsed(vectors: np.ndarray) -> None:
    found = spread(vectors)
    if found < _SMALLEST_SPREAD:
        warn(
            CollapseWarning(
                f"The vectors have collapsed: those of different pictures spread by "
                f"only {found:.2g} of their length. Lower learning_rate, or see "
                f"whether the features of the backbone tell pictures apart."
            )
        )
