"""Vectors of product ids by Bayesian personalised ranking."""

from __future__ import annotations

import dataclasses
from numbers import Integral, Real
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
from .._utils.description import Curve, Part
from ._bpr.config import BPRConfig


@public
class BPREmbedder(ItemEmbedder):
    """Turn product ids into vectors by Bayesian personalised ranking.

    A session is a user u with a vector. A product p has a vector and a bias. A product
    i that the user took is ranked before a product j that the user did not take [1]_,
    [2]_::

        x_up = alpha + b_u + b_p + g_u . g_p
        maximise sum of ln s(x_ui - x_uj) - regularization ||parameters||^2

    s is the logistic function. alpha and b_u cancel in the difference. The vector of a
    product is g_p. A session should have all that a user took: name the column of users
    as `session` in `Sessions.from_frame`.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        The sessions to learn from if `fit` is called with ids, as in a pipeline. A
        fitted estimator is pickled and saved without them.
    embedding_dim : int, default=64
        Number of columns of a vector.
    regularization : float, default=0.005
        Weight of the penalty on the parameters of each triple of user, product taken
        and product not taken.
    learning_rate : float, default=0.05
        Learning rate of stochastic gradient descent, for each triple.
    max_epochs : int, default=20
        Passes over all products of all sessions.
    batch_size : int, default=4096
        Triples in a step. Their gradients are added up.
    max_session_length : int or None, default=None
        How many products of a session are used, from the first on; None uses all. Other
        products count as not taken.
    handle_unknown : {"error", "ignore"}, default="error"
        What `transform` does with an id that has no vector: raise an error, or give a
        row of zeros.
    memory : str, path-like, joblib.Memory or None, default=None
        A cache of trained vectors, by parameters and sessions.
    random_state : int, RandomState instance or None, default=None
        Seed of first vectors, order and products not taken. Equal ints give equal
        bytes, on one machine with the same libraries and number of threads.
    verbose : bool or int, default=False
        Whether to print the loss of each epoch.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.ItemEncoder
        Turns ids into vectors. Its attributes are what was learned: `ids`, those with
        another product in their truncated session, and `vectors`.
    loss_curve_ : ndarray of float64, shape (max_epochs,)
        Mean of -ln s(x_ui - x_uj) over the triples of each epoch.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, as they were truncated.

    See Also
    --------
    ClickEmbedder : Learns what is seen together, in closed form.
    sklearn_prodemb.baselines.Prod2Vec : Learns by skip-gram.

    References
    ----------
    .. [1] Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback",
       2009, arXiv:1205.2618.
    .. [2] "One embedding to do them all", 2019, arXiv:1906.12120.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn_prodemb import Sessions
    >>> from sklearn_prodemb.multimodal import BPREmbedder
    >>> df = pd.DataFrame({
    ...     "user": [1, 1, 2, 2],
    ...     "product": [17, 4, 17, 9],
    ...     "title": ["Mate", "Bombilla", "Mate", "Termo"],
    ... })
    >>> users = Sessions.from_frame(
    ...     df, session="user", title="title", product="product"
    ... )
    >>> BPREmbedder(random_state=0).fit(users).transform([17, 9]).shape
    (2, 64)
    """

    _fitted = {
        **ItemEmbedder._fitted,
        "encoder_": Part("ItemEncoder"),
        "loss_curve_": Curve("n_epochs"),
    }

    _parameter_constraints: dict[str, Any] = {
        **ItemEmbedder._parameter_constraints,
        "embedding_dim": [Interval(Integral, 1, None, closed="left")],
        "regularization": [Interval(Real, 0, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        *,
        sessions: Sessions | None = None,
        embedding_dim: int = 64,
        regularization: float = 0.005,
        learning_rate: float = 0.05,
        max_epochs: int = 20,
        batch_size: int = 4096,
        max_session_length: int | None = None,
        handle_unknown: str = "error",
        memory: Any = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool | int = False,
    ) -> None:
        self.sessions = sessions
        self.embedding_dim = embedding_dim
        self.regularization = regularization
        self.learning_rate = learning_rate
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.max_session_length = max_session_length
        self.handle_unknown = handle_unknown
        self.memory = memory
        self.random_state = random_state
        self.verbose = verbose

    @property
    def _n_tasks(self) -> int:
        return self.max_epochs

    def _learn(self, sessions: Sessions, seed: int, progress: Progress) -> Learned:
        # Torch is imported when something is trained: an estimator alone is light.
        from ._bpr.training import train_bpr

        assert sessions.by_id is not None
        numbers, products = self._paired_products(sessions.by_id)
        values = self.get_params(deep=False)
        names = [field.name for field in dataclasses.fields(BPRConfig)]
        config = BPRConfig(**{name: values[name] for name in names})
        vectors, losses = train_bpr(
            products, len(numbers), config, seed=seed, progress=progress
        )
        if not np.isfinite(vectors).all():
            raise ValueError(
                f"The vectors are not finite. Lower learning_rate (now "
                f"{config.learning_rate}) or regularization (now "
                f"{config.regularization})."
            )
        results = {
            "loss_curve_": losses,
            "n_pairs_": int(pairs_of(products.lengths).sum()),
        }
        encoder = ItemEncoder(sessions.by_id.ids[numbers], vectors)
        return Learned(encoder, results, complete=len(losses) == config.max_epochs)
