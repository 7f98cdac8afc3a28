"""The closed form: spectral vectors of titles from browsing sessions."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ._base.block_embedder import BlockEmbedder
from ._base.coverage import CoverageMixin
from ._base.embedder import Learned
from ._base.product_id_embedder import ProductIdEmbedder
from ._base.progress import Progress
from ._counts.session_counts import SessionCounts
from ._public import public
from ._sessions.sessions import Sessions
from ._spectral.learning import PARTS, TITLES, SpectralConfig, learn_encoder
from ._spectral.sources import source_of
from ._titles.words import WordTokenizer
from ._utils.description import Labels, Part, Whole
from ._utils.threads import tell_of_block


@public
class SpectralEmbedder(CoverageMixin, ProductIdEmbedder, BlockEmbedder):
    """Turn product titles into spectral vectors learned from browsing sessions.

    A vector has three truncated SVDs side by side, each with a fixed norm: of the
    titles' words (TF-IDF) [1]_, of the words of session mates, and of the session mates
    themselves (both as positive pointwise mutual information [2]_). It needs no labels,
    no categories, no training loop and no torch. If the sessions have product ids, an
    id finds a product whose title was edited: see `transform`.

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
        Number of columns of a vector: half for words, a quarter each for the words of
        session mates and for the session mates.
    memory : str, path-like, joblib.Memory or None, default=None
        A cache of what was learned, by parameters and sessions. So a grid search learns
        each setting once, and not once for each fold. Each step is kept too: if a fit
        was killed, the next one continues after the last finished step.
    random_state : int, RandomState instance or None, default=None
        Seed of the randomised SVDs. Equal ints give equal bytes, on one machine with
        the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print how long each step took.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.SpectralEncoder
        Turns titles into vectors. Its attributes are what was learned: `tokenizer`,
        `word_vectors`, `context_vectors`, `product_keys`, `product_vectors` and `ids`.
    space_ : str
        The fingerprint of the vector space, 16 hexadecimal digits. Columns of embedders
        that share it stand for the same; see `align_to`.
    categories_ : ndarray, shape (n_categories,)
        The categories of the sessions, sorted. Nothing is learned from them.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, as they were truncated.

    See Also
    --------
    ProductEmbedder : The embedder to begin with.
    TextCNNEmbedder : A text CNN trained as published.
    Sessions : What the estimator learns from.

    References
    ----------
    .. [1] Deerwester et al., "Indexing by latent semantic analysis", 1990.
    .. [2] Levy and Goldberg, "Neural word embedding as implicit matrix factorization",
       2014.

    Examples
    --------
    >>> from sklearn_prodemb import Sessions, SpectralEmbedder
    >>> sessions = Sessions.from_lists([
    ...     [("Carpa 4 personas", "Camping"), ("Bolsa de dormir", "Camping")],
    ...     [("Funda iPhone 12", "Fundas"), ("Vidrio iPhone 12", "Vidrios")],
    ... ])
    >>> embedder = SpectralEmbedder(random_state=0).fit(sessions)
    >>> embedder.transform(["Carpa iglú 2 personas", "Funda silicona"]).shape
    (2, 512)
    """

    _learns_from = (Sessions, SessionCounts)

    _fitted = {
        "encoder_": Part("SpectralEncoder"),
        "categories_": Labels("n_categories"),
        "n_pairs_": Whole(),
    }

    _parameter_constraints: dict[str, Any] = {
        **BlockEmbedder._parameter_constraints,
        "normalizer": [StrOptions({"es", "pt", "en", "basic"}), callable, None],
        "vocab_size": [Interval(Integral, 2, None, closed="left")],
        "max_session_length": [Interval(Integral, 2, None, closed="left"), None],
        "n_components": [Interval(Integral, 4, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        normalizer: str | Callable[[str], str] | None = "basic",
        vocab_size: int = 30_000,
        max_session_length: int | None = 100,
        n_components: int = 512,
        memory: Any = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.sessions = sessions
        self.normalizer = normalizer
        self.vocab_size = vocab_size
        self.max_session_length = max_session_length
        self.n_components = n_components
        self.memory = memory
        self.random_state = random_state
        self.verbose = verbose

    @property
    def _n_tasks(self) -> int:
        return 1 + len(PARTS)

    def _learn(
        self, sessions: Sessions | SessionCounts, seed: int, progress: Progress
    ) -> Learned:
        with progress.stage(TITLES, 2):
            source = source_of(sessions, self.max_session_length)
            source.check_pairs()
            tell_of_block()
            tokenizer = WordTokenizer.train(
                source.titles, normalizer=self.normalizer, vocab_size=self.vocab_size
            )
            tell_of_block()
        step, rng = self._steps(sessions, seed, progress)
        config = SpectralConfig.of_length(self.n_components)
        encoder = learn_encoder(tokenizer, source, config, rng, step)
        results = {"categories_": source.categories, "n_pairs_": source.n_pairs}
        return Learned(encoder, results)
