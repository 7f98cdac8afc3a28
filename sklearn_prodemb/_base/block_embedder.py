"""What embedders share whose vectors are blocks of columns, made by linear algebra."""

from __future__ import annotations

import copy
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .embedder import SessionEmbedder


class BlockEmbedder(SessionEmbedder):
    """Base class: vectors of blocks, which can be rotated and cut after a fit.

    A subclass has the parameter `n_components`, and its `encoder_` has `space`,
    `blocks`, `align_to` and `truncate`.
    """

    n_components: int

    @property
    def space_(self) -> str:
        """The fingerprint of the vector space, 16 hexadecimal digits."""
        check_is_fitted(self)
        return self.encoder_.space

    def align_to(self, other: Any) -> Self:
        """Give a copy whose vectors lie in the space of another embedder's.

        Vectors of two fits do not share axes: a model that was trained on the vectors
        of one fit cannot read those of the other. So each block is rotated, such that
        the words and titles that both fits know lie as near to each other as possible.
        The rotation is folded into the tables, and takes no time in `transform`.

        Parameters
        ----------
        other : SpectralEmbedder or ProductEmbedder
            The fitted embedder on whose vectors models were trained.

        Returns
        -------
        aligned : estimator
            A fitted copy. Each block of its vectors is a rotation of this embedder's,
            so cosines within a block stay the same, except for rounding. Its `space_`
            is that of `other`.

        Raises
        ------
        NotFittedError
            If one of the two is not fitted.
        TypeError
            If `other` is another kind of estimator.
        ValueError
            If a block is of another width in `other`, or the two fits share too few
            words or titles; the error says how many.
        """
        check_is_fitted(self)
        check_is_fitted(other)
        encoder = getattr(other, "encoder_", None)
        if not hasattr(encoder, "align_to"):
            raise TypeError(
                f"Vectors are aligned to those of a SpectralEmbedder or a "
                f"ProductEmbedder, not to those of a {type(other).__name__}: fit the "
                f"models on top of the new vectors again."
            )
        return self._with_encoder(self.encoder_.align_to(encoder))

    def truncate(self, n_components: int) -> Self:
        """Give a copy with shorter vectors: the leading columns of each block.

        Parameters
        ----------
        n_components : int
            Number of columns that are kept: a multiple of 4, and at most what there is.

        Returns
        -------
        truncated : estimator
            A fitted copy with this `n_components`. It has another `space_`. Embedders
            of one space that are cut to one number of columns share it.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If `n_components` is no such number.
        """
        check_is_fitted(self)
        encoder = self.encoder_.truncate(n_components)
        return self._with_encoder(encoder).set_params(n_components=int(n_components))

    def _with_encoder(self, encoder: Any) -> Self:
        changed = copy.copy(self)
        changed.encoder_ = encoder
        return changed

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Name the columns by block and space, so that other spaces have other names.

        If vectors are frames, scikit-learn compares their names with those of `fit`.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Ignored.

        Returns
        -------
        names : ndarray of object, shape (n_features_out,)
            Such as "spectralembedder_words0_5f2c81d09ab34e67".
        """
        check_is_fitted(self)
        prefix = type(self).__name__.lower()
        names = [
            f"{prefix}_{block}{i}_{self.space_}"
            for block, columns in self.encoder_.blocks.items()
            for i in range(columns.stop - columns.start)
        ]
        return np.array(names, object)
