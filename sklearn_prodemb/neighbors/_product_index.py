"""What indexes of a catalogue share: the nearest products by some columns."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, _fit_context, clone
from sklearn.neighbors import NearestNeighbors
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted

from .._base.state import StringInputMixin
from .._titles.check import check_titles
from .._utils.validation import as_list, describe
from .._utils.warn import warn
from ._catalogue import Catalogue
from ._title_vectors import TitleVectors

_QUERIES_PER_BLOCK = 1024
# Vectors that were found are gathered so many numbers at a time: 16 MB.
_NUMBERS_PER_BLOCK = 4_000_000


class ProductIndex(StringInputMixin, BaseEstimator):
    """Base class: a catalogue, and the nearest of its products by the cosine.

    A subclass says in `_choose_columns` which columns of the embedder's vectors count.
    """

    _parameter_constraints: dict[str, Any] = {
        "embedder": "no_validation",  # `TitleVectors.of` says more
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "title": [str],
        "product": [str, None],
        "nearest_neighbors": [HasMethods(["fit", "kneighbors"]), None],
    }

    def __init__(
        self,
        embedder: Any,
        *,
        n_neighbors: int = 10,
        title: str = "title",
        product: str | None = None,
        nearest_neighbors: Any = None,
    ) -> None:
        self.embedder = embedder
        self.n_neighbors = n_neighbors
        self.title = title
        self.product = product
        self.nearest_neighbors = nearest_neighbors

    def _choose_columns(self, vectors: TitleVectors) -> TitleVectors:
        """Keep the columns that count.

        Raises
        ------
        ValueError
            If the embedder does not have them.
        """
        raise NotImplementedError

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> Self:
        """Take a catalogue in.

        Parameters
        ----------
        X : list, ndarray, Series or data frame, of length n_products
            The titles; or a frame with a column of titles, any columns that answers
            are to show, and a column of ids if `product` names it.
        y : None
            Ignored, by scikit-learn's convention.

        Returns
        -------
        self : estimator
            The fitted index.

        Raises
        ------
        NotFittedError
            If the embedder is not fitted.
        TypeError
            If the embedder or a title is of a wrong type, or an id cannot be hashed.
        ValueError
            If there is no product, a column is missing, an id is missing or occurs
            twice, or so does a title without ids; if the embedder lacks the columns
            that count, or has no vector for any product.
        """
        vectors = self._choose_columns(TitleVectors.of(self.embedder))
        catalogue = Catalogue.read(X, self.title, self.product)
        units, has_vector = _unit_rows(vectors.encode(catalogue.titles, catalogue.ids))
        if not has_vector.any():
            raise ValueError(
                f"None of the {len(catalogue)} titles has a vector: the embedder "
                f"knows nothing of them."
            )
        rows = np.flatnonzero(has_vector)
        # Zeros have no cosine, but a distance to all other vectors.
        units = units if len(rows) == len(units) else units[rows]
        search = (
            _exact()
            if self.nearest_neighbors is None
            else clone(self.nearest_neighbors)
        )
        self.__dict__.update(
            embedder_=vectors.embedder,
            blocks_=vectors.blocks,
            has_vector_=has_vector,
            nearest_neighbors_=search.fit(units),
            n_samples_fit_=len(catalogue),
            _catalogue=catalogue,
            _units=units,
            _rows=rows,
        )
        return self

    def kneighbors(
        self,
        X: Any = None,
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ) -> tuple[np.ndarray, np.ndarray] | np.ndarray:
        """Give the nearest products of titles, as scikit-learn's `NearestNeighbors`.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles, or \
None, default=None
            The titles; None is the catalogue, each product of which is then not its
            own neighbor.
        n_neighbors : int or None, default=None
            How many products a title; None is `n_neighbors` of the constructor.
        return_distance : bool, default=True
            Whether to give distances.

        Returns
        -------
        distances : ndarray of float32, shape (n_titles, n_neighbors)
            1 minus the cosine, ascending; only if they are asked for. All are 1 for a
            title without a vector, whose neighbors mean nothing.
        indices : ndarray of int64, shape (n_titles, n_neighbors)
            The products as rows of the catalogue. Those without a vector are never
            among them.

        Raises
        ------
        NotFittedError
            If the index is not fitted.
        TypeError
            If a title is no str.
        ValueError
            If more neighbors are asked for than there are products with a vector.
        """
        check_is_fitted(self)
        n = self._check_n(n_neighbors, others=X is None)
        if X is None:
            found, cosines = self._nearest_others(n)
        else:
            found, cosines = self._nearest(self._encode(check_titles(X)), n)
        indices = self._rows[found]
        return (1 - cosines, indices) if return_distance else indices

    def find(self, titles: Any, n_neighbors: int | None = None) -> Any:
        """Give the nearest products of titles as a table.

        Parameters
        ----------
        titles : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles, of the catalogue or not. Products that have the very title of a
            query are not in its answer.
        n_neighbors : int or None, default=None
            How many products a title at most; None is `n_neighbors` of the
            constructor. Products with a similarity of 0 or below are left out.

        Returns
        -------
        table : data frame or dict of str to ndarray
            A row a product that was found, of the kind of frame that `fit` got; a dict
            of arrays, which all kinds of data frames are made of, if `fit` got titles
            alone. The columns are "query", the title; "rank", from 1 on;
            "similarity", the cosine as float32; and those of the catalogue.

        Raises
        ------
        NotFittedError
            If the index is not fitted.
        TypeError
            If a title is no str.
        ValueError
            If `n_neighbors` is not 1 or more.

        Warns
        -----
        UserWarning
            If a title has no vector, so that no product is found.
        """
        check_is_fitted(self)
        n = self._check_n(n_neighbors, at_most=True)
        asked = check_titles(titles, name="titles")
        own = self._catalogue.rows_of_titles(asked)
        return self._find(asked, asked, None, own, n)

    def find_by_id(self, products: Any, n_neighbors: int | None = None) -> Any:
        """Give the nearest products of some products of the catalogue as a table.

        Parameters
        ----------
        products : list, ndarray, Series or one-column frame of ids, of length n_ids
            Product ids, as in the column `product` of the catalogue. A product is not
            in the answer to its own id.
        n_neighbors : int or None, default=None
            As of `find`.

        Returns
        -------
        table : data frame
            As of `find`; "query" has the ids.

        Raises
        ------
        NotFittedError
            If the index is not fitted.
        ValueError
            If there are no ids, one is unknown, or `n_neighbors` is not 1 or more.

        Warns
        -----
        UserWarning
            If a product has no vector, so that none is found.
        """
        check_is_fitted(self)
        n = self._check_n(n_neighbors, at_most=True)
        ids = as_list(products, "products", of="product id")
        rows = self._catalogue.rows_of_ids(ids)
        titles = [self._catalogue.titles[row] for row in rows]
        return self._find(ids, titles, ids, [[row] for row in rows], n)

    def _find(
        self,
        queries: list[Any],
        titles: list[str],
        ids: list[Any] | None,
        own: list[list[int]],
        n: int,
    ) -> Any:
        """Find the nearest products but a query's own rows, and make a table."""
        queried: list[Any] = []
        ranks, rows, similarities = [], [], []
        without = []
        for first in range(0, len(titles), _QUERIES_PER_BLOCK):
            block = slice(first, first + _QUERIES_PER_BLOCK)
            units = self._encode(titles[block], None if ids is None else ids[block])
            without += (first + np.flatnonzero(~units.any(axis=1))).tolist()
            # As many more as may have to be left out of an answer.
            most = n + max(map(len, own[block]))
            places, cosines = self._nearest(units, min(most, len(self._rows)))
            for query, mine, found, cosine in zip(
                queries[block], own[block], self._rows[places], cosines, strict=True
            ):
                kept = np.flatnonzero((cosine > 0) & ~np.isin(found, mine))[:n]
                queried += [query] * len(kept)
                ranks.append(np.arange(1, len(kept) + 1))
                rows.append(found[kept])
                similarities.append(cosine[kept])
        if without:
            self._warn_of(without, titles)
        return self._catalogue.answer(
            queried,
            np.concatenate([np.zeros(0, np.int64), *ranks]),
            np.concatenate([np.zeros(0, np.int64), *rows]),
            np.concatenate([np.zeros(0, np.float32), *similarities]),
        )

    def _warn_of(self, without: list[int], titles: list[str]) -> None:
        warn(
            UserWarning(
                f"{len(without)} of {len(titles)} titles have no vector, so that no "
                f"product is found for them, such as {titles[without[0]]!r} (position "
                f"{without[0]}): the embedder knows none of their words."
            )
        )

    def _encode(
        self, titles: Sequence[str], ids: Sequence[Any] | None = None
    ) -> np.ndarray:
        """Give vectors of norm 1, or zeros."""
        vectors = TitleVectors(self.embedder_, self.blocks_)
        return _unit_rows(vectors.encode(titles, ids))[0]

    def _nearest(
        self, units: np.ndarray, n_neighbors: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give the nearest products and their cosines, these descending.

        Parameters
        ----------
        units : ndarray of float32, shape (n_queries, n_columns)
            Vectors of norm 1, or zeros.
        n_neighbors : int
            How many products a query.

        Returns
        -------
        places : ndarray of int64, shape (n_queries, n_neighbors)
            The products as rows of `_units`.
        cosines : ndarray of float32, shape (n_queries, n_neighbors)
            Their cosines with the query.
        """
        places = np.empty((len(units), n_neighbors), np.int64)
        cosines = np.empty((len(units), n_neighbors), np.float32)
        for first in range(0, len(units), _QUERIES_PER_BLOCK):
            block = slice(first, first + _QUERIES_PER_BLOCK)
            found = self.nearest_neighbors_.kneighbors(
                units[block], n_neighbors=n_neighbors, return_distance=False
            )
            similar = self._cosines(units[block], found)
            # The order is that of the cosine, whatever distance the search has.
            order = np.argsort(-similar, axis=1, kind="stable")
            places[block] = np.take_along_axis(found, order, axis=1)
            cosines[block] = np.take_along_axis(similar, order, axis=1)
        return places, cosines

    def _nearest_others(self, n_neighbors: int) -> tuple[np.ndarray, np.ndarray]:
        """Give what `_nearest` gives for each product, but the product itself."""
        units = self._units
        if len(self._rows) < self.n_samples_fit_:
            units = np.zeros((self.n_samples_fit_, units.shape[1]), np.float32)
            units[self._rows] = self._units
        places, cosines = self._nearest(units, n_neighbors + 1)
        # Equal vectors may come before the product's own, which may then be missing.
        is_own = self._rows[places] == np.arange(len(places))[:, None]
        is_own[~is_own.any(axis=1), -1] = True
        shape = (len(places), n_neighbors)
        return places[~is_own].reshape(shape), cosines[~is_own].reshape(shape)

    def _cosines(self, units: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Give the cosines of queries with what was found for each."""
        cosines = np.empty(places.shape, np.float32)
        step = max(1, _NUMBERS_PER_BLOCK // max(1, places.shape[1] * units.shape[1]))
        for first in range(0, len(units), step):
            block = slice(first, first + step)
            found = self._units[places[block]]
            np.einsum("qd,qnd->qn", units[block], found, out=cosines[block])
        return cosines.clip(-1, 1)

    def _check_n(
        self, n_neighbors: int | None, others: bool = False, at_most: bool = False
    ) -> int:
        """Give how many neighbors to look for; `at_most`, fewer if there are fewer."""
        n = self.n_neighbors if n_neighbors is None else n_neighbors
        if not isinstance(n, Integral) or isinstance(n, bool) or n < 1:
            raise ValueError(f"n_neighbors must be 1 or more, got {describe(n)}.")
        n_known = len(self._rows)
        if at_most:
            return min(int(n), n_known)
        if n + others > n_known:
            has = f"{n_known} of the {self.n_samples_fit_} products have a vector"
            raise ValueError(
                f"n_neighbors={n} is more than there are "
                f"{'other ' if others else ''}products: {has}."
            )
        return int(n)

    # joblib would write the vectors twice, once for the exact search.
    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if self.nearest_neighbors is None:
            state.pop("nearest_neighbors_", None)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "_units" in state and "nearest_neighbors_" not in state:
            state = {**state, "nearest_neighbors_": _exact().fit(state["_units"])}
        super().__setstate__(state)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "nearest_neighbors_")


def _exact() -> NearestNeighbors:
    """Give the search that compares with all vectors."""
    # Vectors of norm 1 have one order by distance and by cosine, and scikit-learn is
    # faster by distance.
    return NearestNeighbors(algorithm="brute", metric="sqeuclidean")


def _unit_rows(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Divide rows by their norms, in place; tell which are not zeros."""
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    has_vector = norms > 0
    norms[~has_vector] = 1
    vectors /= norms[:, None]
    return vectors, has_vector
