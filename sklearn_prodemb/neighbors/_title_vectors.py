"""Some columns of the vectors that a fitted embedder gives for titles."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import _is_fitted as is_fitted
from sklearn.utils.validation import check_is_fitted

from .._pinned_embedder import PinnedEmbedder
from .._utils.plain_values import as_objects
from .._utils.validation import describe

# Vectors of a batch take 16 MB.
_TITLES_PER_BATCH = 8192


@dataclass(frozen=True)
class TitleVectors:
    """Titles in, some columns of their vectors out, in batches.

    Parameters
    ----------
    embedder : fitted estimator
        Gives vectors of titles.
    blocks : dict of str to slice
        The columns of each block that is kept, in their order. Empty if the embedder
        has no blocks: then all columns are kept.
    """

    embedder: Any
    blocks: Mapping[str, slice]

    @classmethod
    def of(cls, embedder: Any) -> Self:
        """Take all columns of an embedder as it is now.

        Parameters
        ----------
        embedder : fitted estimator, or FrozenEstimator or PinnedEmbedder of one
            Gives vectors of titles. What it learns later does not count.

        Raises
        ------
        NotFittedError
            If it is not fitted.
        ValueError
            If a fitted `PinnedEmbedder` holds an embedder of another space by now.
        TypeError
            If it has no method `transform`, or is a class.
        """
        if isinstance(embedder, PinnedEmbedder) and is_fitted(embedder):
            embedder.check_space()
        if isinstance(embedder, FrozenEstimator):
            embedder = embedder.estimator
        if not hasattr(embedder, "transform") or isinstance(embedder, type):
            raise TypeError(
                f"embedder must be a fitted embedder of titles, such as "
                f"ProductEmbedder().fit(sessions), got {describe(embedder)}."
            )
        try:
            check_is_fitted(embedder)
        except NotFittedError as error:
            name = type(embedder).__name__
            raise NotFittedError(
                f"embedder must be fitted, but this {name} is not: call "
                f"{name}.fit(sessions) first."
            ) from error
        encoder = getattr(embedder, "encoder_", None)
        # A later fit gives the embedder another encoder, and leaves that of the copy.
        return cls(copy.copy(embedder), dict(getattr(encoder, "blocks", {})))

    def only(self, names: Sequence[str]) -> Self:
        """Keep the columns of some blocks, in this order.

        Raises
        ------
        ValueError
            If there is no such block, one is named twice, or they have no columns.
        """
        unknown = [name for name in names if name not in self.blocks]
        kept = {name: c for name, c in self.blocks.items() if name in names}
        if kept and not unknown and all(c.start == c.stop for c in kept.values()):
            raise ValueError(
                f"The blocks {list(names)!r} of this {type(self.embedder).__name__} "
                f"have no columns: it was fitted on sessions of one product each."
            )
        if unknown or not names or len(set(names)) < len(names):
            known = ", ".join(map(repr, self.blocks))
            raise ValueError(
                f"blocks must be distinct names of blocks of a vector, but are "
                f"{list(names)!r}; {type(self.embedder).__name__} has "
                f"{f'the blocks {known}' if known else 'no blocks'}."
            )
        return type(self)(self.embedder, {name: self.blocks[name] for name in names})

    @property
    def knows_mates(self) -> bool:
        """Whether the blocks are those of titles that are seen together.

        An embedder can learn from a catalogue without any pair. Its words are then in
        the block "products", and the block "words" is empty.
        """
        words = self.blocks.get("words", slice(0, 0))
        return words.stop > words.start

    @property
    def knows_ids(self) -> bool:
        """Whether product ids choose columns that are kept."""
        encoder = getattr(self.embedder, "encoder_", None)
        return getattr(encoder, "ids", None) is not None and "products" in self.blocks

    def encode(
        self, titles: Sequence[str], ids: Sequence[Any] | None = None
    ) -> np.ndarray:
        """Give the vectors of titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles.
        ids : sequence of length n_titles, or None, default=None
            Their product ids. They count if the embedder knows ids.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_columns)
            Their vectors. No more than a batch is in memory with all columns.

        Raises
        ------
        TypeError, ValueError
            If the embedder does not give a dense, finite vector a title.
        """
        vectors = None
        first = 0
        for batch in self.batches(titles, ids):
            if vectors is None:
                vectors = np.empty((len(titles), batch.shape[1]), np.float32)
            vectors[first : first + len(batch)] = batch
            first += len(batch)
        assert vectors is not None
        return vectors

    def batches(
        self, titles: Sequence[str], ids: Sequence[Any] | None = None
    ) -> Iterator[np.ndarray]:
        """Give the vectors as `encode` does, a batch after the other, at least one."""
        for first in range(0, max(len(titles), 1), _TITLES_PER_BATCH):
            rows = slice(first, first + _TITLES_PER_BATCH)
            batch: Any = list(titles[rows])
            if ids is not None and self.knows_ids:
                batch = np.stack([as_objects(batch), as_objects(ids[rows])], axis=1)
            yield self._columns(self._transform(batch))

    def _transform(self, titles: Any) -> np.ndarray:
        vectors = self.embedder.transform(titles)
        name = type(self.embedder).__name__
        if issparse(vectors):
            raise TypeError(
                f"embedder must give dense vectors, but {name} gives sparse ones: put "
                f"a TruncatedSVD behind it."
            )
        # It is a frame if the embedder's output was set so.
        vectors = np.asarray(vectors, np.float32)
        if vectors.ndim != 2 or len(vectors) != len(titles):
            raise ValueError(
                f"embedder must give a vector for each of {len(titles)} titles, but "
                f"{name} gives an array of shape {vectors.shape}."
            )
        if not np.isfinite(vectors).all():
            raise ValueError(f"{name} gives vectors that are not finite.")
        return vectors

    def _columns(self, vectors: np.ndarray) -> np.ndarray:
        if not self.blocks:
            return vectors
        parts = [vectors[:, columns] for columns in self.blocks.values()]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
