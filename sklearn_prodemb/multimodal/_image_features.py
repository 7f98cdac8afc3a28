"""Features of products' pictures, from a pretrained network."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils.validation import check_is_fitted

from .._base.state import SavableMixin
from .._public import public
from .._utils.description import Text, Whole
from ._pictures.backbone import digest_of
from ._pictures.picture_input import PictureInputMixin
from ._pictures.reading import check_pictures, read_cells


@public
class ImageFeatures(
    PictureInputMixin,
    SavableMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Turn pictures into the features of a pretrained network, without training.

    Nothing is learned from pictures. `ImageEmbedder` learns from these features and the
    sessions. It needs `pip install 'sklearn-prodemb[images]'`, and for a TensorFlow
    Lite file `'sklearn-prodemb[litert]'`.

    A pickle or saved file holds the path and a hash of the file of the network, not the
    network. `transform` checks that it is still the same.

    Parameters
    ----------
    backbone : str, path-like or callable
        The network without its classification layer: a file that ends in .onnx or
        .tflite, or a callable that takes a list of PIL images of mode "RGB" and gives
        an array with a row for each image. A file takes pictures of shape (n, 3,
        height, width) or (n, height, width, 3), and a picture is resized to its height
        and width, 224 if the file leaves them open.
    pixel_mean, pixel_std : sequence of three float, default=(0.485, 0.456, 0.406) and \
(0.229, 0.224, 0.225)
        Mean and standard deviation of red, green and blue, from 0 to 1, by which the
        pixels are scaled for a file that takes float32. The defaults are those of the
        models of torchvision and most of timm. A file that takes uint8 gets the pixels
        as they are.
    batch_size : int, default=32
        Pictures that are decoded and go through the network at once.
    verbose : bool or int, default=False
        Whether to print the progress.

    Attributes
    ----------
    backbone_digest_ : str or None
        SHA-256 of the file of the network; None if it is a callable.
    n_backbone_features_ : int
        Number of features.

    See Also
    --------
    ImageEmbedder : Learns from sessions which of these features matter.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_prodemb.multimodal import ImageFeatures
    >>> def mean_colours(pictures):
    ...     return np.array([np.asarray(p).mean(axis=(0, 1)) for p in pictures])
    >>> white = np.full((8, 8, 3), 255, np.uint8)
    >>> features = ImageFeatures(backbone=mean_colours).fit([white])
    >>> features.transform([white, None])
    array([[255., 255., 255.],
           [  0.,   0.,   0.]], dtype=float32)
    """

    _fitted = {
        "backbone_digest_": Text(optional=True),
        "n_backbone_features_": Whole(1),
    }

    _parameter_constraints: dict[str, Any] = {
        **PictureInputMixin._parameter_constraints
    }

    def __init__(
        self,
        backbone: str | os.PathLike[str] | Callable[[list[Any]], Any],
        *,
        pixel_mean: Sequence[float] = (0.485, 0.456, 0.406),
        pixel_std: Sequence[float] = (0.229, 0.224, 0.225),
        batch_size: int = 32,
        verbose: bool | int = False,
    ) -> None:
        self.backbone = backbone
        self.pixel_mean = pixel_mean
        self.pixel_std = pixel_std
        self.batch_size = batch_size
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> Self:
        """Open the network, and run one picture through it.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame, of length n_pictures
            The pictures, as of `transform`; at least one is not missing.
        y : None
            Not used.

        Returns
        -------
        self : ImageFeatures
            The fitted estimator.

        Raises
        ------
        TypeError, ValueError
            As `transform`, or if there is no picture.
        OSError
            If the file of the network does not exist.
        ImportError
            If a library is not installed; the error says what to install.
        """
        self._fit(X, only_first=True)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X: Any, y: Any = None) -> np.ndarray:
        """Open the network, and give the features of pictures, which are read once.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame, of length n_pictures
            As of `fit`.
        y : None
            Not used.

        Returns
        -------
        features : ndarray of float32, shape (n_pictures, `n_backbone_features_`)
            As `transform` gives them.

        Raises
        ------
        TypeError, ValueError, OSError, ImportError
            As `fit`.
        """
        return self._fit(X, only_first=False)

    def _fit(self, X: Any, *, only_first: bool) -> np.ndarray:
        """Note what is known of the network, and give features."""
        backbone = self._open_backbone()
        cells = read_cells(X)
        present = check_pictures(cells, _place)
        if not present.any():
            raise ValueError("X has no picture.")
        if only_first:
            present = np.arange(len(cells)) == np.argmax(present)
        features = self._extract(backbone, cells, present, _place, None)
        self.__dict__.update(
            backbone_digest_=digest_of(self.backbone),
            n_backbone_features_=features.shape[1],
        )
        return features

    def transform(self, X: Any) -> np.ndarray:
        """Give the features of pictures.

        All pictures are read before the network begins, so that an error comes soon.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame, of length n_pictures
            The pictures: each the path of a file, the bytes of a file, a PIL image, or
            an array of uint8 of shape (height, width, 3); None or NaN if it is missing.
            Nothing is downloaded.

        Returns
        -------
        features : ndarray of float32, shape (n_pictures, `n_backbone_features_`)
            One row for each picture, zeros if it is missing.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError, ValueError
            If a cell is no picture, damaged or too large, or the network gives what is
            not finite or of another length than in `fit`; the error names the row. If
            the file of the network is not that of `fit`.
        """
        check_is_fitted(self)
        return self._extract_again(read_cells(X), _place).features

    @property
    def _n_features_out(self) -> int:
        return self.n_backbone_features_

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_backbone_features_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _place(row: int) -> str:
    return f"Row {row} of X"
