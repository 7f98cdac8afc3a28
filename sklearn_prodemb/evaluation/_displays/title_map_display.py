"""Titles in two dimensions, coloured by category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.manifold import TSNE
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state, check_scalar

from ..._public import public
from ..._titles.check import check_titles
from ..._utils.factorize import factorize
from .style import axes

# As many dimensions as van der Maaten and Hinton keep before t-SNE.
_MAX_DIMENSIONS = 50
_LEAST_TITLES = 4
# Unit vectors that differ by less are equal but for rounding.
_NOTHING = 1e-6


@public
class TitleMapDisplay:
    """A map of titles: titles with similar vectors are close to each other.

    It is recommended to use `from_estimator` to create one.

    Parameters
    ----------
    positions : ndarray of float, shape (n_titles, 2)
        Where the titles lie.
    categories : sequence of str or None, of length n_titles
        Their categories; None is drawn in grey.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of the axes.
    points_ : dict of str or None to matplotlib PathCollection
        The points of each category that has a colour, and of None, all others.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> from sklearn_prodemb import ProductEmbedder
    >>> from sklearn_prodemb.datasets import make_sessions
    >>> from sklearn_prodemb.evaluation import TitleMapDisplay
    >>> market = make_sessions(100, random_state=0)
    >>> embedder = ProductEmbedder(random_state=0).fit(market.sessions)
    >>> display = TitleMapDisplay.from_estimator(
    ...     embedder, market.titles, market.categories, n_titles=100, random_state=0
    ... )
    >>> display.positions.shape
    (100, 2)
    >>> plt.close(display.figure_)
    """

    def __init__(
        self, *, positions: np.ndarray, categories: Sequence[str | None]
    ) -> None:
        self.positions = positions
        self.categories = categories

    @classmethod
    def from_estimator(
        cls,
        transformer: Any,
        titles: Any,
        categories: Any,
        *,
        n_titles: int = 2_000,
        n_categories: int = 10,
        random_state: int | np.random.RandomState | None = None,
        ax: Any = None,
        scatter_kw: Mapping[str, Any] | None = None,
    ) -> TitleMapDisplay:
        """Lay out the vectors of titles by t-SNE on cosine similarity.

        Parameters
        ----------
        transformer : estimator
            A fitted transformer of titles: anything with a method `transform` that
            gives a dense or sparse row for each title.
        titles : list, array, Series or one-column frame of str
            The titles.
        categories : sequence, as long as `titles`
            Their categories; missing values are allowed.
        n_titles : int, default=2_000
            How many titles to draw, chosen at random if there are more; four or more.
        n_categories : int, default=10
            How many categories have a colour, the most frequent ones.
        random_state : int, RandomState instance or None, default=None
            Seed of the choice and of the layout.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        scatter_kw : dict or None, default=None
            As in `plot`.

        Returns
        -------
        display : TitleMapDisplay
            The display, drawn.

        Raises
        ------
        ValueError
            If `categories` is not as long as `titles`, there are fewer than four
            titles, or all have one vector.
        """
        check_scalar(n_titles, "n_titles", Integral, min_val=_LEAST_TITLES)
        check_scalar(n_categories, "n_categories", Integral, min_val=0)
        texts, names = check_titles(titles, name="titles"), list(categories)
        if len(names) != len(texts):
            raise ValueError(
                f"categories must be as long as titles: {len(names)} categories for "
                f"{len(texts)} titles."
            )
        if len(texts) < _LEAST_TITLES:
            raise ValueError(f"A map takes four titles or more, got {len(texts)}.")
        rng = check_random_state(random_state)
        rows = rng.permutation(len(texts))[:n_titles]
        vectors = normalize(transformer.transform([texts[row] for row in rows]))
        layout = _lay_out(vectors, rng)
        codes, distinct = factorize([names[row] for row in rows], "A category")
        often = np.argsort(-np.bincount(codes[codes >= 0], minlength=1), kind="stable")
        kept = set(often[:n_categories].tolist())
        shown = [str(distinct[c]) if c in kept else None for c in codes.tolist()]
        return cls(positions=layout, categories=shown).plot(ax, scatter_kw=scatter_kw)

    def plot(
        self, ax: Any = None, *, scatter_kw: Mapping[str, Any] | None = None
    ) -> TitleMapDisplay:
        """Draw the points, categories in order of size.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        scatter_kw : dict or None, default=None
            Passed to `Axes.scatter`.

        Returns
        -------
        display : TitleMapDisplay
            Itself.
        """
        self.ax_ = axes(ax, type(self).__name__)
        self.figure_ = self.ax_.figure
        self.points_ = {}
        positions = np.asarray(self.positions)
        categories = np.array(self.categories, object)
        names = [name for name in dict.fromkeys(self.categories) if name is not None]
        names.sort(key=lambda name: -(categories == name).sum())
        for name in [None, *names]:
            rows = np.array([category == name for category in categories])
            if not rows.any():
                continue
            colour = {"color": "lightgrey"} if name is None else {}
            label = name
            if name is None:
                label = "all other" if "other" in names else "other"
            kwargs = {"s": 8, "linewidths": 0, **colour, **(scatter_kw or {})}
            self.points_[name] = self.ax_.scatter(
                *positions[rows].T, label=label, **kwargs
            )
        self.ax_.set(xticks=[], yticks=[])
        self.ax_.grid(False)
        self.ax_.spines[["left", "bottom"]].set_visible(False)
        handles = list(self.points_.values())
        if None in self.points_:
            handles.append(handles.pop(0))
        self.ax_.legend(
            handles=handles,
            frameon=False,
            fontsize="small",
            markerscale=2,
            loc="center left",
            bbox_to_anchor=(1, 0.5),
        )
        return self


def _lay_out(vectors: Any, rng: np.random.RandomState) -> np.ndarray:
    """Lay out unit vectors, dense or sparse, in the plane."""
    n_titles, n_features = vectors.shape
    if (vectors.max(axis=0) - vectors.min(axis=0)).max() < _NOTHING:
        raise ValueError(
            f"All {n_titles} titles have one vector, so there is nothing to map."
        )
    if n_features <= _MAX_DIMENSIONS and sparse.issparse(vectors):
        vectors = vectors.toarray()
    # PCA takes no sparse matrix of so few rows.
    reducer = TruncatedSVD if sparse.issparse(vectors) else PCA
    n_components = min(_MAX_DIMENSIONS, n_titles, n_features)
    reduce = reducer(n_components, random_state=rng)
    layout = TSNE(perplexity=min(30.0, (n_titles - 1) / 3), random_state=rng)
    # By scikit-learn's configuration both may give data frames.
    reduce.set_output(transform="default")
    layout.set_output(transform="default")
    reduced = reduce.fit_transform(vectors)
    # t-SNE begins with two columns.
    reduced = np.pad(reduced, ((0, 0), (0, max(0, 2 - n_components))))
    return layout.fit_transform(reduced)
