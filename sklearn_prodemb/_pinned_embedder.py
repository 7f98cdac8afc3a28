"""A fitted embedder in a pipeline, and the vector space of the pipeline's fit."""

from __future__ import annotations

from typing import Any, Self

from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from ._public import public

# What a `FrozenEstimator` passes on, but would change the space, or lose the pin.
_NOT_PINNED = ("partial_fit", "save")


@public
class PinnedEmbedder(FrozenEstimator):
    """Keep a fitted embedder as it is, and refuse another vector space than in `fit`.

    It is a `FrozenEstimator` that looks at `space_`. `fit` does not fit the embedder,
    and remembers its space, as what follows in the pipeline learns from vectors of that
    space. `transform` raises an error if the embedder has been replaced by one of
    another space since.

    Parameters
    ----------
    estimator : SpectralEmbedder or ProductEmbedder
        The fitted embedder.

    Attributes
    ----------
    pinned_space_ : str
        The `space_` of the embedder when this was fitted.

    See Also
    --------
    SpectralEmbedder.align_to : Vectors of a new fit in the space of an old one.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import Pipeline
    >>> from sklearn_prodemb import PinnedEmbedder, SpectralEmbedder
    >>> from sklearn_prodemb.datasets import make_sessions
    >>> market = make_sessions(300, random_state=0)
    >>> old, new = (
    ...     SpectralEmbedder(random_state=seed).fit(market.sessions) for seed in (0, 1)
    ... )
    >>> pipe = Pipeline([("emb", PinnedEmbedder(old)), ("lr", LogisticRegression())])
    >>> pipe = pipe.fit(market.titles, market.targets["used"])
    >>> pipe.set_params(emb__estimator=new).predict(market.titles)
    Traceback (most recent call last):
    ValueError: Vectors of another space: ...
    >>> pipe = pipe.set_params(emb__estimator=new.align_to(old))
    >>> pipe.predict(market.titles).shape == (len(market.titles),)
    True
    """

    def fit(self, X: Any = None, y: Any = None, **params: Any) -> Self:
        """Remember the space of the embedder, which stays as it is.

        Parameters
        ----------
        X, y : object
            Ignored, for a pipeline's sake.
        **params : dict
            Ignored, for a pipeline's sake.

        Returns
        -------
        self : PinnedEmbedder
            The estimator.

        Raises
        ------
        NotFittedError
            If the embedder is not fitted.
        TypeError
            If the embedder has no `space_`.
        """
        self.pinned_space_ = self._space()
        return self

    def transform(self, X: Any) -> Any:
        """Embed titles, as the embedder does.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features_out)
            The vectors, or a frame of them if `set_output` was called.

        Raises
        ------
        NotFittedError
            If this was not fitted, as when it takes the place of another step of a
            fitted pipeline.
        ValueError
            If the embedder's space is another than when this was fitted.
        """
        self.check_space()
        return self.estimator.transform(X)

    def check_space(self) -> None:
        """Raise an error if the embedder is not of the space of `fit`.

        Raises
        ------
        NotFittedError
            If this was not fitted, as when it takes the place of another step of a
            fitted pipeline.
        ValueError
            If the embedder's space is another than when this was fitted.
        """
        pinned = vars(self).get("pinned_space_")
        space = self._space()
        if pinned is None:
            raise NotFittedError(
                f"This PinnedEmbedder was not fitted, so it cannot tell whether what "
                f"follows was trained in the space {space}. Fit the pipeline. If it is "
                f"fitted, put the embedder into the step that it has: "
                f"pipe.set_params(<step name>__estimator=embedder)."
            )
        if space != pinned:
            raise ValueError(
                f"Vectors of another space: what follows was trained in the space "
                f"{pinned}, and the embedder is of {space}. Use "
                f"embedder.align_to(old), with the embedder that it was trained on, or "
                f"fit the pipeline again."
            )

    def _space(self) -> str:
        if hasattr(type(self.estimator), "space_"):
            check_is_fitted(self.estimator)
            space: str = self.estimator.space_
            return space
        raise TypeError(
            f"PinnedEmbedder needs a SpectralEmbedder or a ProductEmbedder, which have "
            f"a space_, not a {type(self.estimator).__name__}."
        )

    def __sklearn_clone__(self) -> Self:
        # A clone is not fitted; its embedder is.
        return type(self)(self.estimator)

    def __sklearn_is_fitted__(self) -> bool:
        return "pinned_space_" in vars(self)

    def __getattr__(self, name: str) -> Any:
        # Else `copy.deepcopy` would find the embedder's way to copy itself.
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _NOT_PINNED:
            raise AttributeError(
                f"A PinnedEmbedder has no {name!r}, which would leave the pinned space "
                f"or lose it: use pinned.estimator.{name}, or joblib.dump for the pin."
            )
        return super().__getattr__(name)
