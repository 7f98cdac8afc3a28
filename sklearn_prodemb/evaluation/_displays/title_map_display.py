"""Titles in two dimensions, coloured by category or by a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.manifold import TSNE
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state, check_scalar

from ..._public import public
from ..._titles.check import check_titles
from ..._utils.factorize import factorize
from ..._utils.validation import is_number
from .colours import GREY, distinct_colours
from .point_labels import label_points
from .style import axes

# As many dimensions as van der Maaten and Hinton keep before t-SNE.
_MAX_DIMENSIONS = 50
_LEAST_TITLES = 4
# Unit vectors that differ by less are equal but for rounding.
_NOTHING = 1e-6
# A target of more values has a colour bar, or is one of many labels.
_TWO = 2
# Names that a legend holds beside the map.
_MOST_BESIDE = 20
_COLUMNS_BELOW = 3
# A colour bar goes from the lowest of these percentiles to the highest: a few large
# numbers would leave one colour to all others.
_PERCENTILES = (2, 98)


@public
class TitleMapDisplay:
    """A map of titles: titles with similar vectors are close to each other.

    It is recommended to use `from_estimator` to create one.

    Parameters
    ----------
    positions : ndarray of float, shape (n_titles, 2)
        Where the titles lie.
    categories : sequence of str or None, of length n_titles, or None, default=None
        Their categories; None is drawn in grey.
    target : sequence of length n_titles, or None, default=None
        Their values of a target: numbers, which are drawn with a colour bar if there
        are more than two, or labels, of which each has a colour. None or NaN is drawn
        in grey. Only one of `categories` and `target` is given; without both, all
        titles have one colour.
    titles : sequence of str, of length n_titles, or None, default=None
        The titles; needed to write some beside their points.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn.
    figure_ : matplotlib Figure
        The figure of the axes.
    points_ : dict of str or None to matplotlib PathCollection
        The points of each category or label that has a colour, and of None, all others;
        of numbers, those of "target".
    colorbar_ : matplotlib Colorbar or None
        The colour bar of numbers.
    labels_ : dict of int to matplotlib Annotation
        The titles that were written, by number.

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
        self,
        *,
        positions: np.ndarray,
        categories: Sequence[str | None] | None = None,
        target: Sequence[Any] | np.ndarray | None = None,
        titles: Sequence[str] | None = None,
    ) -> None:
        self.positions = positions
        self.categories = categories
        self.target = target
        self.titles = titles

    @classmethod
    def from_estimator(
        cls,
        transformer: Any,
        titles: Any,
        categories: Any = None,
        *,
        target: Any = None,
        n_titles: int = 2_000,
        n_categories: int = 10,
        n_labels: int = 0,
        layout: Any = None,
        random_state: int | np.random.RandomState | None = None,
        ax: Any = None,
        scatter_kw: Mapping[str, Any] | None = None,
        text_kw: Mapping[str, Any] | None = None,
    ) -> TitleMapDisplay:
        """Lay out the vectors of titles by cosine similarity.

        Parameters
        ----------
        transformer : estimator
            A fitted transformer of titles: anything with a method `transform` that
            gives a dense or sparse row for each title.
        titles : list, array, Series or one-column frame of str
            The titles.
        categories : sequence, as long as `titles`, or None, default=None
            Their categories; missing values are allowed.
        target : sequence, as long as `titles`, or None, default=None
            What is to be predicted, in place of categories: two labels, a colour each;
            more than two numbers, with a colour bar; other labels are drawn as
            categories are. Missing values are allowed.
        n_titles : int, default=2_000
            How many titles to draw, chosen at random if there are more; four or more.
        n_categories : int, default=10
            How many categories have a colour, the most frequent ones. Above ten,
            further colours are chosen to be told apart from those before.
        n_labels : int, default=0
            How many titles to write beside their points, each where it stands for those
            around it; fewer, if there is no room.
        layout : transformer or None, default=None
            What lays out vectors of unit length: a clone of it must give two columns by
            `fit_transform`, as `PCA(2)`, `sklearn.manifold.TSNE` and `umap.UMAP` do.
            None is t-SNE of the first 50 principal components.
        random_state : int, RandomState instance or None, default=None
            Seed of the choice and of the layout, if that is not given.
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        scatter_kw, text_kw : dict or None, default=None
            As in `plot`.

        Returns
        -------
        display : TitleMapDisplay
            The display, drawn.

        Raises
        ------
        TypeError
            If a title is no str, or `layout` no transformer.
        ValueError
            If `categories` or `target` is not as long as `titles`, both are given,
            there are fewer than four titles, all have one vector, or the layout does
            not give two columns.
        """
        check_scalar(n_titles, "n_titles", Integral, min_val=_LEAST_TITLES)
        check_scalar(n_categories, "n_categories", Integral, min_val=0)
        check_scalar(n_labels, "n_labels", Integral, min_val=0)
        texts = check_titles(titles, name="titles")
        if layout is not None and not hasattr(layout, "fit_transform"):
            raise TypeError(
                f"layout must be a transformer, such as PCA(2), got {layout!r:.60}."
            )
        if categories is not None and target is not None:
            raise ValueError(
                "A point has one colour: give categories or target, not both."
            )
        names = _as_long_as(texts, categories, "categories")
        values = _as_long_as(texts, target, "target")
        if len(texts) < _LEAST_TITLES:
            raise ValueError(f"A map takes four titles or more, got {len(texts)}.")
        rng = check_random_state(random_state)
        rows = rng.permutation(len(texts))[:n_titles].tolist()
        chosen = [texts[row] for row in rows]
        vectors = normalize(transformer.transform(chosen))
        positions = _lay_out(vectors, layout, rng)
        if values is not None:
            values = [values[row] for row in rows]
            # Of many labels, the most frequent ones have a colour.
            if _numbers(values) is None and len(_labels(values)) > _TWO:
                names, values = values, None
        elif names is not None:
            names = [names[row] for row in rows]
        if names is not None:
            names = _most_frequent(names, n_categories)
        display = cls(
            positions=positions, categories=names, target=values, titles=chosen
        )
        return display.plot(
            ax, n_labels=n_labels, scatter_kw=scatter_kw, text_kw=text_kw
        )

    def plot(
        self,
        ax: Any = None,
        *,
        n_labels: int = 0,
        scatter_kw: Mapping[str, Any] | None = None,
        text_kw: Mapping[str, Any] | None = None,
    ) -> TitleMapDisplay:
        """Draw the points; categories in order of size, labels of a target sorted.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where to draw; None makes a figure.
        n_labels : int, default=0
            As in `from_estimator`.
        scatter_kw : dict or None, default=None
            Passed to `Axes.scatter`; such as `cmap` and `norm` for numbers.
        text_kw : dict or None, default=None
            Passed to `Axes.annotate` for the titles that are written.

        Returns
        -------
        display : TitleMapDisplay
            Itself.

        Raises
        ------
        ValueError
            If titles are to be written, and the display has none.
        """
        if n_labels and self.titles is None:
            raise ValueError("n_labels writes titles, but the display has no titles.")
        self.ax_ = axes(ax, type(self).__name__, figsize=self._figsize())
        self.figure_ = self.ax_.figure
        self.points_: dict[str | None, Any] = {}
        self.colorbar_ = None
        positions = np.asarray(self.positions)
        kwargs = {"s": 8, "linewidths": 0, **(scatter_kw or {})}
        numbers = None if self.target is None else _numbers(self.target)
        if numbers is not None:
            self._draw_numbers(positions, numbers, kwargs)
        else:
            self._draw_groups(positions, kwargs)
        self.ax_.set(xticks=[], yticks=[])
        self.ax_.grid(False)
        self.ax_.spines[["left", "bottom"]].set_visible(False)
        self.labels_ = {}
        if n_labels:
            self.labels_ = label_points(
                self.ax_, positions, self.titles or [], n_labels, text_kw
            )
        return self

    def _figsize(self) -> tuple[float, float]:
        # A legend below takes room that the map needs.
        n_names = len({*self.categories}) if self.categories is not None else 0
        n_below = n_names if n_names > _MOST_BESIDE + 1 else 0
        return 6.4, 4.8 + 0.2 * -(-n_below // _COLUMNS_BELOW)

    def _draw_groups(self, positions: np.ndarray, kwargs: dict[str, Any]) -> None:
        """Draw points in the colours of their categories or labels."""
        values = self.categories if self.target is None else self.target
        if values is None:
            self.points_[None] = self.ax_.scatter(*positions.T, **kwargs)
            return
        codes, distinct = factorize(list(values), "A value", plain=True)
        sizes = np.bincount(codes[codes >= 0], minlength=len(distinct))
        # Categories by size, labels as they are sorted.
        order = np.argsort(-sizes, kind="stable").tolist()
        if self.target is not None:
            order.sort(key=lambda code: _sort_key(distinct[code]))
        names = [str(distinct[code]) for code in order]
        if (codes < 0).any():
            label = "all other" if "other" in names else "other"
            self.points_[None] = self.ax_.scatter(
                *positions[codes < 0].T, **{"color": GREY, "label": label, **kwargs}
            )
        colours = distinct_colours(len(names))
        for code, name, colour in zip(order, names, colours, strict=True):
            # Small groups cover large ones, and all of them what has no colour.
            zorder = 2 - sizes[code] / (len(codes) + 1)
            style = {"color": colour, "label": name, "zorder": zorder}
            self.points_[name] = self.ax_.scatter(
                *positions[codes == code].T, **{**style, **kwargs}
            )
        handles = list(self.points_.values())
        if None in self.points_:
            handles.append(handles.pop(0))
        beside = {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
        below = {
            "loc": "upper center",
            "bbox_to_anchor": (0.5, 0),
            "ncols": _COLUMNS_BELOW,
        }
        self.ax_.legend(
            handles=handles,
            frameon=False,
            fontsize="small",
            markerscale=2,
            **(beside if len(distinct) <= _MOST_BESIDE else below),
        )

    def _draw_numbers(
        self, positions: np.ndarray, numbers: np.ndarray, kwargs: dict[str, Any]
    ) -> None:
        """Draw points in the colours of numbers, and the colour bar."""
        known = np.isfinite(numbers)
        if not known.all():
            self.points_[None] = self.ax_.scatter(
                *positions[~known].T, **{**kwargs, "color": GREY}
            )
        limits: dict[str, Any] = {}
        if not kwargs.keys() & {"norm", "vmin", "vmax"}:
            low, high = np.percentile(numbers[known], _PERCENTILES)
            if low < high:
                limits = {"vmin": low, "vmax": high}
        points = self.ax_.scatter(
            *positions[known].T, c=numbers[known], **{**limits, **kwargs}
        )
        self.points_["target"] = points
        self.colorbar_ = self.figure_.colorbar(
            points, ax=self.ax_, extend="both" if limits else "neither", aspect=40
        )


def _as_long_as(texts: list[str], values: Any, name: str) -> list[Any] | None:
    """Give values, if there are any, as a list as long as the titles."""
    if values is None:
        return None
    values = list(values)
    if len(values) != len(texts):
        raise ValueError(
            f"{name} must be as long as titles: {len(values)} {name} for {len(texts)} "
            f"titles."
        )
    return values


def _labels(values: Any) -> list[Any]:
    """Give the distinct values that are not missing."""
    return factorize(list(values), "A value", plain=True).distinct


def _sort_key(label: Any) -> tuple[bool, Any]:
    return isinstance(label, str), label


def _numbers(values: Any) -> np.ndarray | None:
    """Give numbers, NaN where one is missing; None if they are labels."""
    codes, distinct = factorize(list(values), "A value", plain=True)
    if len(distinct) <= _TWO or not all(map(is_number, distinct)):
        return None
    return np.append(np.array(distinct, np.float64), np.nan)[codes]


def _most_frequent(names: list[Any], n: int) -> list[str | None]:
    """Give names as str, and None for all but the most frequent ones."""
    codes, distinct = factorize(names, "A category")
    often = np.argsort(-np.bincount(codes[codes >= 0], minlength=1), kind="stable")
    kept = set(often[:n].tolist())
    return [str(distinct[c]) if c in kept else None for c in codes.tolist()]


def _lay_out(vectors: Any, layout: Any, rng: np.random.RandomState) -> np.ndarray:
    """Lay out unit vectors, dense or sparse, in the plane."""
    n_titles, n_features = vectors.shape
    if (vectors.max(axis=0) - vectors.min(axis=0)).max() < _NOTHING:
        raise ValueError(
            f"All {n_titles} titles have one vector, so there is nothing to map."
        )
    if layout is not None:
        positions = np.asarray(clone(layout, safe=False).fit_transform(vectors))
        if positions.shape != (n_titles, 2):
            raise ValueError(
                f"layout must give two columns and a row a title, ({n_titles}, 2), but "
                f"{type(layout).__name__} gives {positions.shape}."
            )
        return positions
    if n_features <= _MAX_DIMENSIONS and sparse.issparse(vectors):
        vectors = vectors.toarray()
    # PCA takes no sparse matrix of so few rows.
    reducer = TruncatedSVD if sparse.issparse(vectors) else PCA
    n_components = min(_MAX_DIMENSIONS, n_titles, n_features)
    reduce = reducer(n_components, random_state=rng)
    tsne = TSNE(perplexity=min(30.0, (n_titles - 1) / 3), random_state=rng)
    # By scikit-learn's configuration both may give data frames.
    reduce.set_output(transform="default")
    tsne.set_output(transform="default")
    reduced = reduce.fit_transform(vectors)
    # t-SNE begins with two columns.
    reduced = np.pad(reduced, ((0, 0), (0, max(0, 2 - n_components))))
    return tsne.fit_transform(reduced)
