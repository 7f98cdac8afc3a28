"""Product ids, titles and categories in, vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from ..._items.item_encoder import ItemEncoder
from ..._public import public
from ..._titles.normalize import NORMALIZER, Normalizer, normalize_titles
from ..._utils.description import Array, Labels
from ..._utils.plain_state import PlainStateMixin
from ..._utils.validation import is_missing


@public
class MetaItemEncoder(PlainStateMixin):
    """Turn product ids into vectors, with the metadata's mean for unknown ids.

    Parameters
    ----------
    ids : ndarray of object, shape (n_ids,)
        The ids that have a vector.
    vectors : ndarray of float32, shape (n_ids, embedding_dim)
        Their vectors.
    titles : ndarray of object (str), shape (n_titles,)
        The distinct normalised titles.
    title_vectors : ndarray of float32, shape (n_titles, embedding_dim)
        Their vectors.
    categories : ndarray of object, shape (n_categories,)
        The distinct categories.
    category_vectors : ndarray of float32, shape (n_categories, embedding_dim)
        Their vectors.
    normalizer : {"es", "pt", "en", "basic"}, callable or None
        As in `normalize_titles`.

    Attributes
    ----------
    n_features : int
        Number of columns of a vector.
    """

    _state = {
        "ids": Labels("n_ids", "object"),
        "vectors": Array("float32", ("n_ids", "embedding_dim")),
        "titles": Labels("n_titles", "object", of=str),
        "title_vectors": Array("float32", ("n_titles", "embedding_dim")),
        "categories": Labels("n_categories", "object"),
        "category_vectors": Array("float32", ("n_categories", "embedding_dim")),
        "normalizer": NORMALIZER,
    }

    def __init__(
        self,
        ids: np.ndarray,
        vectors: np.ndarray,
        titles: np.ndarray,
        title_vectors: np.ndarray,
        categories: np.ndarray,
        category_vectors: np.ndarray,
        normalizer: Normalizer,
    ) -> None:
        self.ids = ids
        self.vectors = vectors
        self.titles = titles
        self.title_vectors = title_vectors
        self.categories = categories
        self.category_vectors = category_vectors
        self.normalizer = normalizer
        self.n_features = vectors.shape[1]
        self._ids = ItemEncoder(ids, vectors)
        self._metadata = (
            ItemEncoder(titles, title_vectors),
            ItemEncoder(categories, category_vectors),
        )

    def look_up(
        self, ids: Sequence[Any], *metadata: Sequence[Any]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give the vectors of products.

        Parameters
        ----------
        ids : sequence of hashable, of length n
            The ids.
        *metadata : sequence, of length n
            Titles, or titles and categories; missing values are allowed.

        Returns
        -------
        vectors : ndarray of float32, shape (n, n_features)
            One row for each product, zeros if neither id nor metadata has a vector.
        known : ndarray of bool, shape (n,)
            Whether one of them has.
        """
        vectors, known = self._ids.look_up(ids)
        others = np.flatnonzero(~known)
        if len(others) and metadata:
            columns = [[column[i] for i in others.tolist()] for column in metadata]
            columns[0] = normalize_given(columns[0], self.normalizer)
            vectors[others], known[others] = self._means(columns, len(others))
        return vectors, known

    def _means(
        self, metadata: list[list[Any]], n: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Average the vectors of each product's title and category that have one."""
        sums, counts = np.zeros((n, self.n_features), np.float32), np.zeros(n, np.int64)
        for encoder, values in zip(self._metadata, metadata, strict=False):
            vectors, known = encoder.look_up(values)
            sums += vectors
            counts += known
        return sums / np.maximum(counts, 1, dtype=np.float32)[:, None], counts > 0

    def with_normalizer(self, normalizer: Normalizer) -> Self:
        """Give the same encoder with another normalizer.

        Parameters
        ----------
        normalizer : str, callable or None
            As in `normalize_titles`.

        Returns
        -------
        encoder : MetaItemEncoder
            A new encoder, which shares the tables of this one.
        """
        return type(self)(**{**self.__getstate__(), "normalizer": normalizer})


def normalize_given(titles: Sequence[Any], normalizer: Normalizer) -> list[str | None]:
    """Normalise titles; None if one is missing or nothing is left of it."""
    given = [title for title in titles if not is_missing(title)]
    normalized = iter(normalize_titles(given, normalizer=normalizer))
    return [None if is_missing(t) else next(normalized) or None for t in titles]
