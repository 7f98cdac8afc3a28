"""Vectors of product ids from clicks, in closed form."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval

from .._base.embedder import Learned
from .._base.progress import Progress
from .._items.item_embedder import ItemEmbedder
from .._items.item_encoder import ItemEncoder
from .._public import public
from .._sessions.pairs import pairs_of
from .._sessions.sessions import Sessions
from .._utils.description import Part
from ._clicks.learning import STAGES, ClickConfig, learn_vectors


@public
class ClickEmbedder(ItemEmbedder):
    """Turn product ids into vectors learned from clicks, in closed form.

    Products are near each other if they are seen in sessions with the same products: a
    truncated SVD of positive pointwise mutual information [1]_, with the distribution
    of contexts smoothed [2]_. No titles, no training loop and no torch are needed.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        The sessions to learn from if `fit` is called with ids, as in a pipeline. A
        fitted estimator is pickled and saved without them.
    n_components : int, default=64
        Number of columns of a vector.
    max_session_length : int or None, default=100
        How many products of a session are used, from the first on; None uses all.
    handle_unknown : {"error", "ignore"}, default="error"
        What `transform` does with an id that has no vector: raise an error, or give a
        row of zeros.
    memory : str, path-like, joblib.Memory or None, default=None
        A cache of what was learned, by parameters and sessions.
    random_state : int, RandomState instance or None, default=None
        Seed of the randomised SVD. Equal ints give equal bytes, on one machine with the
        same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print how long each step took.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.ItemEncoder
        Turns ids into vectors. Its attributes are what was learned: `ids`, those with
        another product in their truncated session, and `vectors`, of unit norm.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, as they were truncated.

    See Also
    --------
    BPREmbedder : Learns from what a user took and what not.
    sklearn_prodemb.baselines.Prod2Vec : Learns by skip-gram.

    References
    ----------
    .. [1] Levy and Goldberg, "Neural word embedding as implicit matrix factorization",
       2014.
    .. [2] Levy, Goldberg and Dagan, "Improving distributional similarity with lessons
       learned from word embeddings", 2015.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.multimodal import ClickEmbedder
    >>> df = pd.DataFrame({
    ...     "visit": [1, 1, 2, 2],
    ...     "product": [17, 4, 17, 9],
    ...     "title": ["Mate", "Bombilla", "Mate", "Termo"],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     df, session="visit", title="title", product="product"
    ... )
    >>> ClickEmbedder(random_state=0).fit(sessions).transform([17, 9]).shape
    (2, 64)
    """

    _fitted = {**ItemEmbedder._fitted, "encoder_": Part("ItemEncoder")}

    _parameter_constraints: dict[str, Any] = {
        **ItemEmbedder._parameter_constraints,
        "n_components": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        n_components: int = 64,
        max_session_length: int | None = 100,
        handle_unknown: str = "error",
        memory: Any = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.sessions = sessions
        self.n_components = n_components
        self.max_session_length = max_session_length
        self.handle_unknown = handle_unknown
        self.memory = memory
        self.random_state = random_state
        self.verbose = verbose

    @property
    def _n_tasks(self) -> int:
        return len(STAGES)

    @property
    def _config(self) -> ClickConfig:
        return ClickConfig(self.n_components)

    def _learn(self, sessions: Sessions, seed: int, progress: Progress) -> Learned:
        assert sessions.by_id is not None
        numbers, products = self._paired_products(sessions.by_id)
        vectors = learn_vectors(
            products,
            len(numbers),
            self._config,
            np.random.RandomState(seed),
            progress.stage,
        )
        encoder = ItemEncoder(sessions.by_id.ids[numbers], vectors)
        n_pairs = int(pairs_of(products.lengths).sum())
        return Learned(encoder, {"n_pairs_": n_pairs})
