"""The embedder to begin with: the closed form, and a network for what it lacks."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ._base.block_embedder import BlockEmbedder
from ._base.coverage import CoverageMixin
from ._base.embedder import Learned
from ._base.product_id_embedder import ProductIdEmbedder
from ._base.progress import Progress
from ._base.steps import Steps
from ._counts.session_counts import SessionCounts
from ._product.encoder import ProductEncoder
from ._product.learning import learn_from_pairs, learn_without_pairs
from ._product.products import Products
from ._product_training.config import LOSSES, NetworkConfig
from ._public import public
from ._sessions.sessions import Sessions
from ._spectral.learning import PARTS, TITLES
from ._spectral.sources import Source, source_of
from ._titles.words import WordTokenizer
from ._trained_embedder import TrainedEmbedder, check_categories, interrupted_warning
from ._utils.description import Curve, Part, Whole
from ._utils.devices import resolve_device
from ._utils.threads import tell_of_block

# Torch is imported when something is trained: an estimator alone is light.
if TYPE_CHECKING:
    from ._byol.checkpoint import Checkpoint
    from ._byol.training import TrainingResult


@public
class ProductEmbedder(CoverageMixin, ProductIdEmbedder, BlockEmbedder, TrainedEmbedder):
    """Turn product titles into vectors learned from browsing sessions.

    No labels are needed. The vectors serve any downstream problem on titles. They have
    two sources.

    **The closed form** of `SpectralEmbedder` holds what the log knows: truncated SVDs
    of the titles' words, of the words of session mates, and of the session mates
    themselves. The last one, the product block, exists only for titles that were seen
    with others.

    **For all other titles** misspelt words are corrected, and the product block is
    predicted from words and character n-grams. The prediction is the mean of a ridge
    regression and a network that is trained by BYOL [1]_ and cross entropy. p is the
    network's prediction for a product, g the projector, q the predictor, h the category
    predictor, c the category and sg stop-gradient. Primes mark the target network,
    which begins as the closed form. A pair (i, j) of one session adds::

        alpha * (2 - 2 cos(q(g(p_i)), sg(g'(p'_j))))
        - (1 - alpha) * log softmax(h(p_i))[c_j]

    and the same with i and j exchanged. `regression_weight` times the mean squared
    distance of p to the product's own closed form is added. BYOL alone regresses to
    popular products, and this term prevents it. It also teaches the norm of a
    prediction: an unsure prediction has a small norm, and is made smaller still.

    If the sessions have product ids, an id finds a product whose title was edited: see
    `transform`.

    Sessions without a pair, such as a catalogue, can be learned from too. The products
    of a category then take the place of session mates, the product block is a truncated
    SVD of sub-words, and two views of a title under sub-word dropout are a pair.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        The sessions to learn from if `fit` is called with titles, as in a pipeline. A
        fitted estimator is pickled and saved without them.
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="basic"
        How titles are normalised: see `normalize_titles`.
    vocab_size : int, default=30_000
        The largest number of words. A small corpus gives fewer.
    max_session_length : int or None, default=100
        How many products of a session are used, from the first on; None uses all.
    n_components : int, default=512
        Number of columns of a vector.
    alpha : float, default=0.9
        Weight of the BYOL loss between 0 and 1; the category loss weighs 1 - alpha.
    regression_weight : float, default=8.0
        Weight of the squared distance to the closed form.
    max_epochs : int, default=10
        Passes over the sessions. If there are more than 5,000, an epoch is 5,000 drawn
        at random. With 0 no network is trained, and the ridge regression alone
        predicts.
    early_stopping : bool, default=False
        Whether to hold products out, and to keep the network of the epoch that
        predicted them best, or of the start.
    validation_fraction : float, default=0.1
        Share of the products that is held out of the network's training, with their
        rows in the sessions. The closed form learns from all products.
    warm_start : bool, default=False
        Whether `fit` begins from the encoder of the previous `fit`.
    device : str, default="auto"
        Where to train: "auto" is a CUDA device if there is one, else the CPU. Other
        names are those of torch ("cpu", "cuda", "cuda:1", "mps"). Everything else runs
        on the CPU, and needs no torch.
    memory : str, path-like, joblib.Memory or None, default=None
        A cache of what was learned, by parameters and sessions. So a grid search learns
        each setting once, and not once for each fold. Each step of the closed form is
        kept too: if a fit was killed, the next one continues after the last finished
        step. Settings that differ only in training share these steps.
    checkpoint : str, path-like or None, default=None
        A file that keeps the state of training, written once a minute and removed at
        the end. A `fit` that finds the file continues from it. Use one file for one
        training at a time. `partial_fit` and a warm start write none. If the path
        cannot be written, this is an OSError before training. If the disk is full
        later, it is a `CheckpointWarning`, and training continues.
    random_state : int, RandomState instance or None, default=None
        Seed of SVDs, weights, order and views. On a CPU, equal ints give equal bytes,
        on one machine with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print how long each step took, and losses about ten times.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.ProductEncoder
        Turns titles into vectors. Its attributes are what was learned: `closed_form`,
        `word_counts`, `ngrams`, `sub_word_weights`, `coefficients` and `network`.
        `encoder_.correct(titles)` shows how titles are read.
    space_ : str
        The fingerprint of the vector space, 16 hexadecimal digits. Columns of embedders
        that share it stand for the same; see `align_to`.
    categories_ : ndarray, shape (n_categories,)
        The categories of the sessions, sorted.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, as they were truncated.
    loss_curve_ : dict of str to ndarray of float64, shape (`n_iter_`,)
        "loss", "byol" and "category" are means over each step's pairs, both directions
        added. "regression" is the mean over its products. A loss that is not trained is
        0.
    n_iter_ : int
        Number of steps.
    validation_scores_ : ndarray of float64, shape (n_epochs + 1,)
        Mean cosine of predicted and true product features of the products held out, at
        the start and after each epoch. It is empty if none were held out.
    best_iter_ : int
        Number of steps of the network that is kept. 0 is the start.

    See Also
    --------
    SpectralEmbedder : The closed form alone: no torch, in seconds.
    TextCNNEmbedder : A text CNN trained by BYOL and cross entropy, as published.
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

    encoder_: ProductEncoder

    _learns_from = (Sessions, SessionCounts)

    _fitted = {
        **TrainedEmbedder._fitted,
        "encoder_": Part("ProductEncoder"),
        "validation_scores_": Curve("n_scores"),
        "best_iter_": Whole(),
    }

    _parameter_constraints: dict[str, Any] = {
        **TrainedEmbedder._parameter_constraints,
        "normalizer": [StrOptions({"es", "pt", "en", "basic"}), callable, None],
        "vocab_size": [Interval(Integral, 2, None, closed="left")],
        "max_session_length": [Interval(Integral, 2, None, closed="left"), None],
        "n_components": [Interval(Integral, 4, None, closed="left")],
        "regression_weight": [Interval(Real, 0, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    }

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        normalizer: str | Callable[[str], str] | None = "basic",
        vocab_size: int = 30_000,
        max_session_length: int | None = 100,
        n_components: int = 512,
        alpha: float = 0.9,
        regression_weight: float = 8.0,
        max_epochs: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        warm_start: bool = False,
        device: str = "auto",
        memory: Any = None,
        checkpoint: str | os.PathLike[str] | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.sessions = sessions
        self.normalizer = normalizer
        self.vocab_size = vocab_size
        self.max_session_length = max_session_length
        self.n_components = n_components
        self.alpha = alpha
        self.regression_weight = regression_weight
        self.max_epochs = max_epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.device = device
        self.memory = memory
        self.checkpoint = checkpoint
        self.random_state = random_state
        self.verbose = verbose

    @property
    def _n_tasks(self) -> int:
        # Titles come first; sub-words are the last part of the closed form.
        return 1 + len(PARTS) + 1 + self.max_epochs

    def _added_up(self, attributes: dict[str, Any]) -> dict[str, Any]:
        best_iter = self.n_iter_ + attributes["best_iter_"]
        return {**super()._added_up(attributes), "best_iter_": best_iter}

    def _train(
        self,
        sessions: Sessions | SessionCounts,
        seed: int,
        progress: Progress,
        *,
        start: ProductEncoder | None,
        checkpoint: Checkpoint | None = None,
    ) -> Learned:
        # All checks come before anything slow.
        # Torch looks for devices: it is needed only if there is something to train.
        device = resolve_device(self.device) if self.max_epochs > 0 else "cpu"
        if start is not None:
            self._check_same_encoder(start)
        with progress.stage(TITLES, 3):
            source = source_of(sessions, self.max_session_length)
            if self.max_epochs > 0:
                check_categories(self.alpha, source.title_categories)
            tell_of_block()
            tokenizer = self._tokenizer(source) if start is None else start.tokenizer
            tell_of_block()
            products = Products.of(tokenizer, source.titles)
            tell_of_block()

        encoder = start
        if encoder is None:
            step, rng = self._steps(sessions, seed, progress)
            encoder = self._learn_start(tokenizer, products, source, step, rng)
        if self.max_epochs == 0:
            results = {
                **self._counts(source),
                "loss_curve_": {name: np.zeros(0) for name in LOSSES},
                "n_iter_": 0,
                "validation_scores_": np.zeros(0),
                "best_iter_": 0,
            }
            return Learned(encoder, results)
        return self._train_network(
            encoder, products, source, device, seed, progress, checkpoint
        )

    def _tokenizer(self, source: Source) -> WordTokenizer:
        return WordTokenizer.train(
            source.titles, normalizer=self.normalizer, vocab_size=self.vocab_size
        )

    def _learn_start(
        self,
        tokenizer: WordTokenizer,
        products: Products,
        source: Source,
        step: Steps,
        rng: np.random.RandomState,
    ) -> ProductEncoder:
        """Learn all that is learned in closed form."""
        has_pairs = source.has_pairs(products.of_title)
        learn = learn_from_pairs if has_pairs else learn_without_pairs
        return learn(tokenizer, products, source, self.n_components, rng, step)

    def _train_network(
        self,
        encoder: ProductEncoder,
        products: Products,
        source: Source,
        device: str,
        seed: int,
        progress: Progress,
        checkpoint: Checkpoint | None,
    ) -> Learned:
        """Train the network that predicts what the closed form lacks."""
        from ._product_training.training import make_data, train_network

        config = NetworkConfig(
            alpha=self.alpha,
            regression_weight=self.regression_weight,
            max_epochs=self.max_epochs,
            validation_fraction=self.validation_fraction,
            early_stopping=self.early_stopping,
            device=device,
        )
        n_sessions = config.sessions_per_epoch * config.max_epochs
        views = source.draw(n_sessions, seed)
        rows = products.distinct_rows(views.titles, views.sessions)
        data = make_data(encoder, products, views.titles, views.categories, rows)
        if not len(data.sessions):
            raise ValueError(
                "No session holds two products that the estimator knows, so there is "
                "nothing to go on with: fit anew on old and new sessions."
            )
        has_categories = (views.categories[data.sessions.values] >= 0).any()

        def learned(result: TrainingResult) -> Learned:
            trained = result.weights
            return Learned(
                encoder.with_network(trained.network),
                {
                    **self._counts(source),
                    "loss_curve_": dict(
                        zip(LOSSES, result.losses.T.copy(), strict=True)
                    ),
                    "n_iter_": len(result.losses),
                    "validation_scores_": trained.scores,
                    "best_iter_": trained.best_iter,
                },
                complete=len(result.losses) == result.n_steps,
            )

        result, collapse = train_network(
            encoder,
            products,
            data,
            len(source.categories) if has_categories else 0,
            config.for_pairs(source.pairs_per_session),
            seed=seed,
            progress=progress,
            attributes=lambda result: learned(result).attributes,
            checkpoint=checkpoint,
        )
        warnings: list[Warning] = [] if collapse is None else [collapse]
        if result.interrupted:
            warnings.append(interrupted_warning(len(result.losses)))
        return dataclasses.replace(learned(result), warnings=tuple(warnings))

    def _counts(self, source: Source) -> dict[str, Any]:
        return {"categories_": source.categories, "n_pairs_": source.n_pairs}

    def _check_same_encoder(self, encoder: ProductEncoder) -> None:
        if (
            self.n_components != encoder.n_features
            or self.normalizer != encoder.tokenizer.normalizer
        ):
            raise ValueError(
                "An encoder cannot be trained further with another normalizer or "
                "n_components than it has: fit anew with warm_start=False."
            )
