"""The estimator: browsing sessions in, title vectors out."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from inspect import signature
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from ._base.session_routes import is_nested, resolve_sessions
from ._base.state import PlainStateMixin, StringInputMixin
from ._sessions.sessions import Sessions
from ._utils.validation import check_titles

# A chunk bounds the memory of transform: its tokens and vectors, a few tens of MB.
_TITLES_PER_CHUNK = 8192
_UNUSED_BY = {
    "byol": ["n_components"],
    "spectral": [
        "alpha",
        "embedding_dim",
        "kernel_sizes",
        "n_filters",
        "hidden_dim",
        "projection_dim",
        "tau",
        "optimizer",
        "learning_rate",
        "momentum",
        "weight_decay",
        "warmup",
        "max_epochs",
        "batch_size",
        "warm_start",
    ],
}


def _trains(embedder: ProductEmbedder) -> bool:
    if embedder.method == "byol":
        return True
    raise AttributeError(
        f"partial_fit needs method='byol', got method={embedder.method!r}: put all "
        f"sessions together and fit, which takes seconds to minutes."
    )


class ProductEmbedder(
    PlainStateMixin,
    StringInputMixin,
    ClassNamePrefixFeaturesOutMixin,
    CallbackSupportMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Turn product titles into vectors learned from browsing sessions.

    No labels are needed; the vectors serve any downstream problem on titles. By default
    they are spectral: truncated SVDs of the titles' words, of the words of session
    mates and of the session mates themselves, in seconds and without a training loop.
    With `method="byol"` they are those of a text CNN trained as published: products
    seen in one session predict each other, BYOL [1]_ between their representations plus
    cross entropy on the other product's category, weighted by `alpha`.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        What to learn from, where `fit` is called with titles, as a pipeline does. A
        fitted estimator does not take them along when it is pickled or saved.
    method : {"spectral", "byol"}, default="spectral"
        How the vectors are learned. Published: "byol" with `alpha=0.9`,
        `optimizer="sgd"`, `learning_rate=0.45` and `max_session_length=10`.
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="es"
        How titles are normalised: see `normalize_titles`.
    vocab_size : int, default=30_000
        The largest number of words, or of sentencepiece tokens with `method="byol"`; a
        small corpus gives fewer.
    max_session_length : int or None, default=100
        Sessions are cut to their first so many products; None keeps all. Published: 10.
    n_components : int, default=512
        Length of a vector: half for words, a quarter each for contexts and products.
        Only with `method="spectral"`.
    alpha : float, default=0.5
        Weight of the BYOL loss between 0 and 1; the category loss weighs 1 - alpha. At
        1 nothing keeps the representation from collapsing. This and what follows up to
        `warm_start` count only with `method="byol"`.
    embedding_dim : int, default=512
        Length of a token's embedding.
    kernel_sizes : tuple of int, default=(2, 3, 4, 5)
        Numbers of tokens that the convolutions span.
    n_filters : int, default=128
        Filters a kernel size; a vector has `n_filters * len(kernel_sizes)` features.
    hidden_dim : int, default=1024
        Hidden units of projector, predictor and category predictor.
    projection_dim : int, default=128
        Length of the projection.
    tau : float, default=0.996
        Decay of the target network at the first step; a cosine takes it to 1.
    optimizer : {"adamw", "sgd"}, default="adamw"
        The optimiser.
    learning_rate : float, default=0.001
        Learning rate after warm-up; a cosine takes it to 0. It is not scaled by the
        batch size.
    momentum : float, default=0.9
        Momentum of "sgd".
    weight_decay : float, default=1e-5
        Weight decay.
    warmup : float, default=0.01
        Share of the steps over which the learning rate climbs from 0.
    max_epochs : int, default=1
        Passes over all pairs. 0 leaves the encoder untrained, as a baseline.
    batch_size : int, default=4096
        Pairs a batch, about: batches are made of whole sessions.
    warm_start : bool, default=False
        Whether `fit` begins from the encoder and tokens of the previous `fit`.
    device : str, default="auto"
        Where "byol" trains: "auto" is a CUDA device where there is one, else the CPU;
        or any name that torch knows ("cpu", "cuda", "cuda:1", "mps"). All else runs on
        the CPU.
    memory : str, joblib.Memory or None, default=None
        Where what was learned is cached by parameters and sessions, so that a grid
        search learns each setting once and not once a fold.
    checkpoint : str, path-like or None, default=None
        A file that keeps the state of training with "byol", written once a minute and
        removed at the end. A `fit` that finds it there goes on from where it stood. One
        file serves one training at a time; `partial_fit` and a warm start write none.
    random_state : int, RandomState instance or None, default=None
        Seed of the randomised SVDs, or of tokens, weights and order. On a CPU, equal
        ints give equal bytes.
    verbose : bool or int, default=False
        Whether to print how long each part took, or losses, about ten times and at
        least once an epoch.

    Attributes
    ----------
    tokenizer_ : WordTokenizer or TitleTokenizer
        Normalisation and the words, or the sentencepiece model, as bytes.
    categories_ : ndarray, shape (n_categories,)
        The categories of the sessions, sorted. Only "byol" learns from them.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, after cutting.
    word_vectors_ : ndarray of float32, shape (n_words, n_word_features)
        One row a word, its weight (inverse document frequency) included. This and the
        next three only with `method="spectral"`.
    context_vectors_ : ndarray of float32, shape (n_words, n_context_features)
        What each word's titles are seen with, weighted in the same way.
    product_keys_ : ndarray of uint64, shape (n_seen,)
        Hashes of the normalised titles seen with others, ascending.
    product_vectors_ : ndarray of float32, shape (n_seen, n_product_features)
        What each of these titles is seen with.
    token_embeddings_ : ndarray of float32, shape (n_tokens, embedding_dim)
        One row a token. This and what follows only with `method="byol"`.
    filters_ : ndarray of float32, shape (sum(kernel_sizes), n_filters, embedding_dim)
        Kernel after kernel, offset after offset.
    biases_ : ndarray of float32, shape (n_features_out,)
        Kernel after kernel.
    kernel_sizes_ : tuple of int
        The kernel sizes of the trained encoder.
    loss_curve_ : dict of str to ndarray of float64, shape (n_iter_,)
        For "loss", "byol" and "category" the mean over each step's pairs, both
        directions added; loss = alpha * byol + (1 - alpha) * category. A part that is
        not trained is 0.
    n_iter_ : int
        Number of steps.

    See Also
    --------
    Sessions : What the estimator learns from.

    References
    ----------
    .. [1] Grill et al., "Bootstrap your own latent: A new approach to self-supervised
       learning", 2020, arXiv:2006.07733.

    Examples
    --------
    >>> from sklearn_prodemb import ProductEmbedder, Sessions
    >>> sessions = Sessions.from_lists([
    ...     [("Carpa 4 personas", "Camping"), ("Bolsa de dormir", "Camping")],
    ...     [("Funda iPhone 12", "Fundas"), ("Vidrio iPhone 12", "Vidrios")],
    ... ])
    >>> embedder = ProductEmbedder(random_state=0).fit(sessions)
    >>> embedder.transform(["Carpa iglú 2 personas", "Funda silicona"]).shape
    (2, 512)
    """

    _caches = ("_encoder",)

    # Found by scikit-learn's metadata routing: fit asks for sessions unprompted.
    __metadata_request__fit = {"sessions": True}

    _parameter_constraints: dict[str, Any] = {
        "sessions": "no_validation",  # `resolve_sessions` says more
        "method": [StrOptions({"spectral", "byol"})],
        "normalizer": [StrOptions({"es", "pt", "en", "basic"}), callable, None],
        "vocab_size": [Interval(Integral, 2, None, closed="left")],
        "max_session_length": [Interval(Integral, 2, None, closed="left"), None],
        "n_components": [Interval(Integral, 4, None, closed="left")],
        "alpha": [Interval(Real, 0, 1, closed="both")],
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "kernel_sizes": [tuple, list],
        "n_filters": [Interval(Integral, 1, None, closed="left")],
        "hidden_dim": [Interval(Integral, 1, None, closed="left")],
        "projection_dim": [Interval(Integral, 1, None, closed="left")],
        "tau": [Interval(Real, 0, 1, closed="both")],
        "optimizer": [StrOptions({"sgd", "adamw"})],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "warmup": [Interval(Real, 0, 1, closed="both")],
        "max_epochs": [Interval(Integral, 0, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "warm_start": ["boolean"],
        "device": [str],
        "memory": [str, HasMethods("cache"), None],
        "checkpoint": [str, os.PathLike, None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        method: str = "spectral",
        normalizer: str | Callable[[str], str] | None = "es",
        vocab_size: int = 30_000,
        max_session_length: int | None = 100,
        n_components: int = 512,
        alpha: float = 0.5,
        embedding_dim: int = 512,
        kernel_sizes: tuple[int, ...] = (2, 3, 4, 5),
        n_filters: int = 128,
        hidden_dim: int = 1024,
        projection_dim: int = 128,
        tau: float = 0.996,
        optimizer: str = "adamw",
        learning_rate: float = 1e-3,
        momentum: float = 0.9,
        weight_decay: float = 1e-5,
        warmup: float = 0.01,
        max_epochs: int = 1,
        batch_size: int = 4096,
        warm_start: bool = False,
        device: str = "auto",
        memory: Any = None,
        checkpoint: str | os.PathLike[str] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.sessions = sessions
        self.method = method
        self.normalizer = normalizer
        self.vocab_size = vocab_size
        self.max_session_length = max_session_length
        self.n_components = n_components
        self.alpha = alpha
        self.embedding_dim = embedding_dim
        self.kernel_sizes = kernel_sizes
        self.n_filters = n_filters
        self.hidden_dim = hidden_dim
        self.projection_dim = projection_dim
        self.tau = tau
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.warmup = warmup
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.warm_start = warm_start
        self.device = device
        self.memory = memory
        self.checkpoint = checkpoint
        self.random_state = random_state
        self.verbose = verbose

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self, X: Any = None, y: Any = None, *, sessions: Sessions | None = None
    ) -> Self:
        """Learn the vectors from browsing sessions.

        Parameters
        ----------
        X : Sessions, nested list of str or (str, category) pairs, or titles
            The sessions. Where they come as `sessions` or from the constructor, `X`
            is what a pipeline passes on, titles, and only checked.
        y : None
            Ignored, for a pipeline's sake.
        sessions : Sessions or None, default=None
            The sessions, where `X` is titles; goes before the constructor's.

        Returns
        -------
        self : ProductEmbedder
            The fitted estimator. Where training by "byol" is interrupted by the
            keyboard, it holds what was trained so far.

        Raises
        ------
        TypeError
            Where sessions or titles are of a wrong type.
        ValueError
            Where there are no sessions, no pairs or nothing to learn, or a loss is
            not finite. The estimator is then as it was before.

        Warns
        -----
        CollapseWarning
            Where all titles got nearly the same vector.
        InterruptedTrainingWarning
            Where training was interrupted by the keyboard.
        UserWarning
            Where a parameter is set that the method does not use.
        """
        found = resolve_sessions(X, sessions, self.sessions)
        self._warn_of_unused()
        if self.method == "spectral":
            from ._spectral_embedder import N_STAGES as max_subtasks
            from ._spectral_embedder import fit_spectral as learn
        else:
            from ._text_cnn_embedder import fit_byol as learn

            max_subtasks = self.max_epochs
        context = self._init_callback_context(max_subtasks=max_subtasks)
        context.call_on_fit_task_begin(estimator=self)
        attributes = learn(self, found, context)
        # What another method left behind would tell of another fit.
        for name in [n for n in vars(self) if n.endswith("_") and n not in attributes]:
            delattr(self, name)
        self.__dict__.update(attributes)
        context.call_on_fit_task_end(
            estimator=self, reconstruction_attributes=lambda: attributes
        )
        return self

    def _warn_of_unused(self) -> None:
        defaults = signature(type(self)).parameters
        names = [
            name
            for name in _UNUSED_BY[self.method]
            if getattr(self, name) != defaults[name].default
        ]
        if names:
            warnings.warn(
                f"method={self.method!r} does not use "
                f"{', '.join(f'{name}={getattr(self, name)!r}' for name in names)}: "
                f"leave it out, or set method.",
                UserWarning,
                stacklevel=5,
            )

    @available_if(_trains)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Go on training with further sessions, with `method="byol"` alone.

        The first call trains from scratch, as `fit`. Later ones keep the tokens and
        go on from the encoder; projector, predictor, category predictor and target
        network, which are not kept after training, begin anew, as do the schedules.

        Parameters
        ----------
        X : Sessions, or nested list of str or (str, category) pairs
            The further sessions.
        y : None
            Ignored, for a pipeline's sake.

        Returns
        -------
        self : ProductEmbedder
            The fitted estimator; `n_iter_`, `n_pairs_` and `loss_curve_` go on from
            the call before, and `categories_` holds all categories so far.
        """
        from ._text_cnn_embedder import fit_further

        self.__dict__.update(fit_further(self, resolve_sessions(X, None, None)))
        return self

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> Any:
        """Learn the vectors, then embed titles.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles. Sessions come as `sessions` or from the constructor.
        y : None
            Ignored, for a pipeline's sake.
        **fit_params : dict
            Passed to `fit`.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features_out)
            As `transform` gives them.

        Raises
        ------
        TypeError, ValueError
            As `fit` and `transform`, before any training where `X` holds no titles.
        """
        self._validate_params()
        if isinstance(X, Sessions) or is_nested(X):
            raise TypeError(
                "fit_transform embeds titles, but X holds sessions: call "
                "fit(sessions), then transform(titles)."
            )
        return super().fit_transform(X, y, **fit_params)

    def transform(self, X: Any) -> np.ndarray:
        """Embed titles.

        Parameters
        ----------
        X : list, ndarray, Series or one-column frame of str, of length n_titles
            The titles. One of which nothing is left after normalisation gets the
            vector of a title without words.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features_out)
            One row a title, whatever the other titles are.

        Raises
        ------
        NotFittedError
            Where the estimator is not fitted.
        TypeError
            Where a title is no str; the error names its position.
        ValueError
            Where `X` is one bare str, or has more than one column.
        """
        check_is_fitted(self)
        titles = check_titles(X)
        number = {title: i for i, title in enumerate(dict.fromkeys(titles))}
        distinct = list(number)
        vectors = np.empty((len(distinct), self._n_features_out), np.float32)
        for start in range(0, len(distinct), _TITLES_PER_CHUNK):
            chunk = slice(start, start + _TITLES_PER_CHUNK)
            encoded = self.tokenizer_.encode(distinct[chunk])
            self._encoder(*encoded, out=vectors[chunk])
        if len(distinct) == len(titles):
            return vectors
        return vectors[[number[title] for title in titles]]

    @property
    def _n_features_out(self) -> int:
        return self._encoder.n_features

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "tokenizer_")

    def _make_caches(self) -> dict[str, Any]:
        make: Callable[[Any], Any]
        if hasattr(self, "filters_"):
            from ._text_cnn_embedder import make_encoder as make
        else:
            from ._spectral_embedder import make_encoder as make
        return {"_encoder": make(self)}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
