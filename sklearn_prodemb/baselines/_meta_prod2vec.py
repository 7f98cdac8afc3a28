"""Meta-Prod2Vec: vectors of product ids, helped by titles and categories."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from .._base.embedder import Learned
from .._base.progress import Progress
from .._items.products import check_products
from .._public import public
from .._sessions.sessions import Sessions
from .._utils.description import Part
from .._utils.factorize import factorize
from ._skip_gram.meta_item_encoder import MetaItemEncoder, normalize_given
from ._skip_gram.skip_gram_embedder import SkipGramEmbedder


@public
class MetaProd2Vec(SkipGramEmbedder):
    """Turn product ids into vectors learned from sessions, titles and categories.

    Prod2Vec with metadata as side information [1]_. I is a product and X another
    product of its session. M and M' are their metadata (title and category, each a
    token). Each term is the loss of skip-gram with negative sampling::

        J = J(X|I) + metadata_weight * (J(I|M) + J(X|M) + J(M'|I) + J(M'|M))

    An id that was in no session gets the mean of the vectors of its title and category.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        The sessions to learn from if `fit` is called with ids, as in a pipeline. A
        fitted estimator is pickled and saved without them.
    metadata_weight : float, default=1.0
        The weight of each of the four terms with metadata; 0 leaves them out.
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="basic"
        How titles are normalised: see `normalize_titles`. Products whose normalised
        titles are equal share them; an empty one counts as missing.
    embedding_dim : int, default=64
        Number of columns of a vector.
    n_negatives : int, default=5
        Weight of the negatives: their number for a pair of tokens.
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
        What `transform` does if neither the id nor its metadata has a vector: raise an
        error, or give a row of zeros.
    memory : str, path-like, joblib.Memory or None, default=None
        A cache of trained vectors, by parameters and sessions.
    random_state : int, RandomState instance or None, default=None
        Seed of first vectors, order and negatives. Equal ints give equal bytes, on one
        machine with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print the loss of each epoch.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.MetaItemEncoder
        Turns products into vectors. Its attributes are what was learned: `ids` and
        `vectors`, of ids with another product in their truncated session, then of ids
        with a vector from their metadata; `titles` (normalised) and `title_vectors`;
        `categories` and `category_vectors`.
    loss_curve_ : ndarray of float64, shape (max_epochs,)
        Loss of each epoch, a mean over the weights of its pairs of tokens.
    n_pairs_ : int
        Number of unordered pairs of products in one pass over the sessions, as they
        were truncated.

    See Also
    --------
    Prod2Vec : Learns from ids alone.

    References
    ----------
    .. [1] Vasile, Smirnova and Conneau, "Meta-Prod2Vec: Product embeddings using
       side-information for recommendation", 2016, arXiv:1607.07326.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.baselines import MetaProd2Vec
    >>> df = pd.DataFrame({
    ...     "visit": [1, 1, 2, 2],
    ...     "product": [17, 4, 17, 9],
    ...     "title": ["Mate", "Bombilla", "Mate", "Termo"],
    ... })
    >>> sessions = Sessions.from_frame(
    ...     df, session="visit", title="title", product="product"
    ... )
    >>> model = MetaProd2Vec(random_state=0).fit(sessions)
    >>> model.transform([17, 9]).shape
    (2, 64)
    >>> never_seen = pd.DataFrame({"product": [23], "title": ["¡Termo!"]})
    >>> bool((model.transform(never_seen) == model.encoder_.title_vectors[2]).all())
    True
    """

    _fitted = {**SkipGramEmbedder._fitted, "encoder_": Part("MetaItemEncoder")}

    _parameter_constraints: dict[str, Any] = {
        **SkipGramEmbedder._parameter_constraints,
        "metadata_weight": [Interval(Real, 0, None, closed="left")],
        "normalizer": [StrOptions({"es", "pt", "en", "basic"}), callable, None],
    }

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        metadata_weight: float = 1.0,
        normalizer: str | Callable[[str], str] | None = "basic",
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
        self.metadata_weight = metadata_weight
        self.normalizer = normalizer
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

    def _check(self, X: Any) -> list[list[Any]]:
        return check_products(X)

    def _learn(self, sessions: Sessions, seed: int, progress: Progress) -> Learned:
        assert sessions.by_id is not None
        by_id = sessions.by_id
        numbers, products = self._paired_products(by_id)
        # Ids, titles and categories share one vocabulary of tokens, in this order.
        titles = normalize_given(by_id.titles[numbers], self.normalizer)
        n_tokens = len(numbers)
        columns, names = [np.arange(n_tokens)], []
        for values in (titles, by_id.categories[numbers]):
            codes, distinct = factorize(values, "Metadata")
            columns.append(np.where(codes >= 0, codes + n_tokens, -1))
            names.append(np.fromiter(distinct, object, len(distinct)))
            n_tokens += len(distinct)
        vectors, results, complete = self._learn_vectors(
            np.stack(columns, axis=1), products, seed, progress
        )
        of_ids, of_titles, of_categories = np.split(
            vectors, [len(numbers), len(numbers) + len(names[0])]
        )
        metadata = (names[0], of_titles, names[1], of_categories, self.normalizer)
        # Products without a pair get the mean of their metadata, if it has a vector.
        encoder = MetaItemEncoder(by_id.ids[numbers], of_ids, *metadata)
        others = np.setdiff1d(np.arange(by_id.n_products), numbers)
        means, found = encoder.look_up(
            by_id.ids[others], by_id.titles[others], by_id.categories[others]
        )
        ids = np.append(by_id.ids[numbers], by_id.ids[others[found]])
        encoder = MetaItemEncoder(
            ids, np.concatenate([of_ids, means[found]]), *metadata
        )
        return Learned(encoder, results, complete=complete)

    def transform(self, X: Any) -> np.ndarray:
        """Give the vectors of products.

        Parameters
        ----------
        X : list, ndarray or Series of ids, or frame, ndarray or list of rows with one \
to three columns, of length n
            The ids; or ids, titles and categories, in this order. Missing values are
            allowed in the latter. The metadata counts if the id has no vector.

        Returns
        -------
        vectors : ndarray of float32, shape (n, embedding_dim)
            One row for each product.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If `X` is no collection, an id or category cannot be hashed, or a title
            is no str.
        ValueError
            If neither an id nor its metadata has a vector, unless `handle_unknown`
            is "ignore", or `X` has more columns.
        """
        return self._look_up(X)
