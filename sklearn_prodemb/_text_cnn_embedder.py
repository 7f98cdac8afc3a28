"""The published method: a text CNN trained by BYOL and cross entropy."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ._base.embedder import Learned
from ._base.progress import Progress
from ._byol.collapse import collapse_warning, spread
from ._byol.config import TrainingConfig
from ._public import public
from ._sessions.pairs import check_pairs, paired_rows, pairs_of
from ._sessions.sessions import Sessions
from ._text_cnn.kernel_sizes import check_kernel_sizes
from ._titles.pieces import PieceTokenizer
from ._trained_embedder import TrainedEmbedder, check_categories, interrupted_warning
from ._utils.description import Part
from ._utils.devices import resolve_device
from ._utils.ragged import Ragged

# Torch is imported when something is trained: an estimator alone is light.
if TYPE_CHECKING:
    from ._byol.checkpoint import Checkpoint
    from ._byol.training import TrainingResult
    from ._text_cnn.encoder import TextCNNEncoder

_TITLES_FOR_SPREAD = 2000


@public
class TextCNNEmbedder(TrainedEmbedder):
    """Turn product titles into the vectors of a text CNN trained as published.

    Products seen in one session predict each other, by BYOL [1]_ between their
    representations and cross entropy on the other product's category. y is the text
    CNN's output for a product, g the projector, q the predictor, h the category
    predictor, c the category and sg stop-gradient. Primes mark the target network. A
    pair (i, j) of one session adds::

        alpha * (2 - 2 cos(q(g(y_i)), sg(g'(y'_j))))
        - (1 - alpha) * log softmax(h(y_i))[c_j]

    and the same with i and j exchanged. The defaults are the published numbers.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        The sessions to learn from if `fit` is called with titles, as in a pipeline. A
        fitted estimator is pickled and saved without them.
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="es"
        How titles are normalised: see `normalize_titles`. The default is the published
        one, which drops Spanish stop words.
    vocab_size : int, default=30_000
        The largest number of sentencepiece tokens; a small corpus gives fewer.
    max_session_length : int or None, default=10
        How many products of a session are used, from the first on; None uses all.
    alpha : float, default=0.9
        Weight of the BYOL loss between 0 and 1; the category loss weighs 1 - alpha.
        With 1 nothing prevents a collapse of the representation.
    embedding_dim : int, default=512
        Number of columns of a token's embedding.
    kernel_sizes : tuple of int, default=(2, 3, 4, 5)
        Numbers of tokens that the convolutions span.
    n_filters : int, default=128
        Filters for each kernel size; a vector has `n_filters * len(kernel_sizes)`
        columns.
    hidden_dim : int, default=1024
        Hidden units of projector, predictor and category predictor.
    projection_dim : int, default=128
        Number of columns of the projection.
    tau : float, default=0.996
        Decay of the target network at the first step; a cosine takes it to 1.
    optimizer : {"sgd", "adamw"}, default="sgd"
        The optimiser.
    learning_rate : float, default=0.45
        Learning rate after warm-up; a cosine takes it to 0. It is not scaled by the
        batch size. "adamw" needs a smaller one, such as 0.001.
    momentum : float, default=0.9
        Momentum of "sgd".
    weight_decay : float, default=1e-5
        Weight decay.
    warmup : float, default=0.01
        Share of the steps over which the learning rate climbs from 0.
    max_epochs : int, default=1
        Passes over all pairs. 0 leaves the encoder untrained, as a baseline.
    batch_size : int, default=4096
        Approximate number of pairs in a batch: batches are made of whole sessions.
    warm_start : bool, default=False
        Whether `fit` begins from the encoder and tokens of the previous `fit`.
    device : str, default="auto"
        Where to train: "auto" is a CUDA device if there is one, else the CPU. Other
        names are those of torch ("cpu", "cuda", "cuda:1", "mps"). Everything else runs
        on the CPU.
    precision : {"float32", "bfloat16"}, default="float32"
        What the factors of matrix products in training are rounded to; sums, weights
        and all else stay float32. "bfloat16" is faster on processors that have such
        products, and slower on others.
    memory : str, path-like, joblib.Memory or None, default=None
        A cache of what was learned, by parameters and sessions. So a grid search learns
        each setting once, and not once for each fold.
    checkpoint : str, path-like or None, default=None
        A file that keeps the state of training, written once a minute and removed at
        the end. A `fit` that finds the file continues from it. Use one file for one
        training at a time. `partial_fit` and a warm start write none. If the path
        cannot be written, this is an OSError before training. If the disk is full
        later, it is a `CheckpointWarning`, and training continues.
    random_state : int, RandomState instance or None, default=None
        Seed of tokens, weights and order. On a CPU, equal ints give equal bytes, on
        one machine with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print losses, about ten times and at least once in each epoch.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.TextCNNEncoder
        Turns titles into vectors. Its attributes are what was learned: `tokenizer`,
        `token_embeddings`, `filters`, `biases` and `kernel_sizes`.
    categories_ : ndarray, shape (n_categories,)
        The categories of the sessions, sorted.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, as they were truncated.
    loss_curve_ : dict of str to ndarray of float64, shape (`n_iter_`,)
        "loss", "byol" and "category" are means over each step's pairs, both directions
        added. loss = alpha * byol + (1 - alpha) * category. A loss that is not trained
        is 0.
    n_iter_ : int
        Number of steps.

    See Also
    --------
    ProductEmbedder : The embedder to begin with.
    Sessions : What the estimator learns from.

    References
    ----------
    .. [1] Grill et al., "Bootstrap your own latent: A new approach to self-supervised
       learning", 2020, arXiv:2006.07733.

    Examples
    --------
    >>> from sklearn_prodemb import Sessions, TextCNNEmbedder
    >>> sessions = Sessions.from_lists([
    ...     [("Carpa 4 personas", "Camping"), ("Bolsa de dormir", "Camping")],
    ...     [("Funda iPhone 12", "Fundas"), ("Vidrio iPhone 12", "Vidrios")],
    ... ])
    >>> embedder = TextCNNEmbedder(embedding_dim=32, random_state=0).fit(sessions)
    >>> embedder.transform(["Carpa iglú 2 personas", "Funda silicona"]).shape
    (2, 512)
    """

    encoder_: TextCNNEncoder

    _fitted = {**TrainedEmbedder._fitted, "encoder_": Part("TextCNNEncoder")}

    _parameter_constraints: dict[str, Any] = {
        **TrainedEmbedder._parameter_constraints,
        "normalizer": [StrOptions({"es", "pt", "en", "basic"}), callable, None],
        "vocab_size": [Interval(Integral, 2, None, closed="left")],
        "max_session_length": [Interval(Integral, 2, None, closed="left"), None],
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
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "precision": [StrOptions({"float32", "bfloat16"})],
    }

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        normalizer: str | Callable[[str], str] | None = "es",
        vocab_size: int = 30_000,
        max_session_length: int | None = 10,
        alpha: float = 0.9,
        embedding_dim: int = 512,
        kernel_sizes: tuple[int, ...] = (2, 3, 4, 5),
        n_filters: int = 128,
        hidden_dim: int = 1024,
        projection_dim: int = 128,
        tau: float = 0.996,
        optimizer: str = "sgd",
        learning_rate: float = 0.45,
        momentum: float = 0.9,
        weight_decay: float = 1e-5,
        warmup: float = 0.01,
        max_epochs: int = 1,
        batch_size: int = 4096,
        warm_start: bool = False,
        device: str = "auto",
        precision: str = "float32",
        memory: Any = None,
        checkpoint: str | os.PathLike[str] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.sessions = sessions
        self.normalizer = normalizer
        self.vocab_size = vocab_size
        self.max_session_length = max_session_length
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
        self.precision = precision
        self.memory = memory
        self.checkpoint = checkpoint
        self.random_state = random_state
        self.verbose = verbose

    @property
    def _n_tasks(self) -> int:
        return 1 + self.max_epochs

    def _train(
        self,
        sessions: Sessions,
        seed: int,
        progress: Progress,
        *,
        start: TextCNNEncoder | None,
        checkpoint: Checkpoint | None = None,
    ) -> Learned:
        """Train an encoder, from scratch or from `start`."""
        from ._byol.batches import TrainingData
        from ._byol.learner import Learner
        from ._byol.training import TrainingResult, train
        from ._text_cnn.encoder import TextCNNEncoder

        # All checks come before anything slow.
        config = self._config()
        rows = paired_rows(sessions.offsets, self.max_session_length)
        categories = sessions.category_codes[rows.values]
        if config.max_epochs > 0:
            check_pairs(sessions.n_sessions, rows)
            check_categories(config.alpha, categories)
        if start is not None:
            self._check_same_network(start)

        with progress.stage("titles"):
            encoder = self._new_encoder(sessions, seed) if start is None else start
        tokenizer, weights = encoder.tokenizer, encoder.weights

        def learned(result: TrainingResult) -> Learned:
            return Learned(
                TextCNNEncoder.from_weights(tokenizer, result.weights),
                {
                    "categories_": sessions.categories,
                    "n_pairs_": int(pairs_of(rows.lengths).sum()),
                    "loss_curve_": dict(
                        zip(Learner.losses, result.losses.T.copy(), strict=True)
                    ),
                    "n_iter_": len(result.losses),
                },
                complete=len(result.losses) == result.n_steps,
            )

        if config.max_epochs == 0:
            nothing = np.empty((0, len(Learner.losses)))
            return learned(TrainingResult(weights, nothing, n_steps=0))
        data = TrainingData(
            tokenizer.encode(sessions.titles.tolist()),
            sessions.title_codes[rows.values],
            categories,
            rows.replace(np.arange(len(rows.values))),
        )
        n_categories = sessions.n_categories if (categories >= 0).any() else 0
        result = train(
            Learner(data, weights, n_categories, config, seed),
            config.max_epochs,
            seed=seed,
            progress=progress,
            attributes=lambda result: learned(result).attributes,
            checkpoint=checkpoint,
        )
        done = learned(result)
        warnings = self._warnings(done.encoder, sessions, rows, result, config)
        return dataclasses.replace(done, warnings=warnings)

    def _config(self) -> TrainingConfig:
        names = {field.name for field in dataclasses.fields(TrainingConfig)}
        values = {name: getattr(self, name) for name in names - {"device"}}
        # Numbers of numpy, as a search draws them, cannot be part of a checkpoint.
        values = {
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in values.items()
        }
        check_kernel_sizes(self.kernel_sizes)
        return TrainingConfig(device=resolve_device(self.device), **values)

    def _new_encoder(self, sessions: Sessions, seed: int) -> TextCNNEncoder:
        from ._text_cnn.encoder import TextCNNEncoder
        from ._text_cnn.weights import init_weights

        tokenizer = PieceTokenizer.train(
            sessions.titles,
            np.bincount(sessions.title_codes, minlength=sessions.n_products),
            normalizer=self.normalizer,
            vocab_size=self.vocab_size,
        )
        weights = init_weights(
            tokenizer.vocab_size,
            self.embedding_dim,
            self.n_filters,
            tuple(self.kernel_sizes),
            seed,
        )
        return TextCNNEncoder.from_weights(tokenizer, weights)

    def _check_same_network(self, encoder: TextCNNEncoder) -> None:
        wanted = (sum(self.kernel_sizes), self.n_filters, self.embedding_dim)
        if (
            encoder.filters.shape != wanted
            or tuple(self.kernel_sizes) != encoder.kernel_sizes
            or self.normalizer != encoder.tokenizer.normalizer
        ):
            raise ValueError(
                "An encoder cannot be trained further with another normalizer, "
                "embedding_dim, n_filters or kernel_sizes than it has: fit anew with "
                "warm_start=False."
            )

    @staticmethod
    def _warnings(
        encoder: Any,
        sessions: Sessions,
        rows: Ragged,
        result: TrainingResult,
        config: TrainingConfig,
    ) -> tuple[Warning, ...]:
        """Look at the vectors of some titles; raise if they are not finite."""
        found: list[Warning | None] = []
        n_steps = len(result.losses)
        if result.interrupted:
            found.append(interrupted_warning(n_steps))
        if n_steps:
            rng = np.random.default_rng(0)
            products = np.unique(sessions.title_codes[rows.values])
            n = min(_TITLES_FOR_SPREAD, len(products))
            sample = sessions.titles[rng.choice(products, n, replace=False)]
            vectors = encoder.encode(sample.tolist())
            if not np.isfinite(vectors).all():
                raise ValueError(
                    f"Vectors are not finite after {n_steps} steps. {config.advice}"
                )
            found.append(collapse_warning(spread(vectors), config.alpha))
        return tuple(warning for warning in found if warning is not None)
