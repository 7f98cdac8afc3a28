"""Prod2Vec: vectors of product ids from the sessions they are in."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._base.embedder import Learned
from .._base.progress import Progress
from .._items.item_encoder import ItemEncoder
from .._public import public
from .._sessions.sessions import Sessions
from .._utils.description import Part
from ._skip_gram.skip_gram_embedder import SkipGramEmbedder


@public
class Prod2Vec(SkipGramEmbedder):
    """Turn product ids into vectors learned from browsing sessions.

    Skip-gram with negative sampling on sessions of ids [1]_: each product predicts
    every other product of its session [2]_. An id that was in no session has no vector.
    `ProductEmbedder` gives one to any title.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        The sessions to learn from if `fit` is called with ids, as in a pipeline. A
        fitted estimator is pickled and saved without them.
    embedding_dim : int, default=64
        Number of columns of a vector.
    n_negatives : int, default=5
        Weight of the negatives: their number for a pair of products.
    subsample : float or None, default=None
        f is a product's share of all occurrences. In each epoch it stays in a session
        with probability sqrt(subsample / f), at most 1. None keeps all.
    learning_rate : float, default=0.1
        Learning rate of AdaGrad; it falls linearly to 0.
    max_epochs : int, default=10
        Passes over all sessions.
    batch_size : int, default=4096
        Approximate number of unordered pairs of products in a batch: batches are made
        of whole sessions.
    max_session_length : int or None, default=10
        How many products of a session are used, from the first on; None uses all, and
        then memory grows with the square of the longest session.
    handle_unknown : {"error", "ignore"}, default="error"
        What `transform` does with an id that has no vector: raise an error, or give a
        row of zeros.
    memory : str, path-like, joblib.Memory or None, default=None
        A cache of trained vectors, by parameters and sessions.
    random_state : int, RandomState instance or None, default=None
        Seed of first vectors, order and negatives. Equal ints give equal bytes, on one
        machine with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print the loss of each epoch.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.ItemEncoder
        Turns ids into vectors. Its attributes are what was learned: `ids`, those with
        another product in their truncated session, and `vectors`.
    loss_curve_ : ndarray of float64, shape (max_epochs,)
        Mean loss over the ordered pairs of each epoch.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, as they were truncated.

    See Also
    --------
    MetaProd2Vec : Learns from titles and categories too.

    References
    ----------
    .. [1] Grbovic et al., "E-commerce in your inbox: Product recommendations at scale",
       2015, arXiv:1506.08438.
    .. [2] Barkan and Koenigstein, "Item2Vec: Neural item embedding for collaborative
       filtering", 2016, arXiv:1603.04259.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.baselines import Prod2Vec
    >>> df = pd.DataFrame({
    ...     "visit": [1, 1, 2, 2],
    ...     "product": [17, 4, 17, 9],
    ...     "title": ["Mate", "Bombilla", "Mate", "Termo"],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     df, session="visit", title="title", product="product"
    ... )
    >>> Prod2Vec(random_state=0).fit(sessions).transform([17, 9]).shape
    (2, 64)
    """

    _fitted = {**SkipGramEmbedder._fitted, "encoder_": Part("ItemEncoder")}

    _parameter_constraints: dict[str, Any] = {**SkipGramEmbedder._parameter_constraints}

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        embedding_dim: int = 64,
        n_negatives: int = 5,
        subsample: float | None = None,
        learning_rate: float = 0.1,
        max_epochs: int = 10,
        batch_size: int = 4096,
        max_session_length: int | None = 10,
        handle_unknown: str = "error",
        memory: Any = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.sessions = sessions
        self.embedding_dim = embedding_dim
        self.n_negatives = n_negatives
        self.subsample = subsample
        self.learning_rate = learning_rate
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.max_session_length = max_session_length
        self.handle_unknown = handle_unknown
        self.memory = memory
        self.random_state = random_state
        self.verbose = verbose

    def _learn(self, sessions: Sessions, seed: int, progress: Progress) -> Learned:
        assert sessions.by_id is not None
        numbers, products = self._paired_products(sessions.by_id)
        tokens = np.arange(len(numbers))[:, None]
        vectors, results, complete = self._learn_vectors(
            tokens, products, seed, progress
        )
        encoder = ItemEncoder(sessions.by_id.ids[numbers], vectors)
        return Learned(encoder, results, complete=complete)
