"""The embedder to begin with."""

from __future__ import annotations

import dataclasses

import numpy as np

from ._base.embedder import Learned
from ._base.progress import Progress
from ._product.encoder import ProductEncoder
from ._public import public
from ._sessions.sessions import Sessions
from ._spectral.encoder import SpectralEncoder
from ._spectral.learning import count_products
from ._spectral_embedder import SpectralEmbedder


@public
class ProductEmbedder(SpectralEmbedder):
    """Turn product titles into vectors learned from browsing sessions.

    No labels are needed; the vectors serve any downstream problem on titles. They are
    those of `SpectralEmbedder`, the best that was measured: truncated SVDs of the
    titles' words, of the words of session mates and of the session mates themselves.
    In titles that the log lacks, a misspelt word is read as the known word one letter
    away, see `sklearn_prodemb.encoders.ProductEncoder`.

    Parameters
    ----------
    sessions : Sessions or None, default=None
        What to learn from, if `fit` is called with titles, as a pipeline does. A
        fitted estimator does not take them along when it is pickled or saved.
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="es"
        How titles are normalised: see `normalize_titles`.
    vocab_size : int, default=30_000
        The largest number of words; a small corpus gives fewer.
    max_session_length : int or None, default=100
        Sessions are cut to their first so many products; None keeps all.
    n_components : int, default=512
        Length of a vector.
    memory : str, joblib.Memory or None, default=None
        Where what was learned is cached by parameters and sessions, so that a grid
        search learns each setting once and not once a fold.
    random_state : int, RandomState instance or None, default=None
        Seed of the randomised SVDs. Equal ints give equal bytes.
    verbose : bool or int, default=False
        Whether to print how long each part took.

    Attributes
    ----------
    encoder_ : sklearn_prodemb.encoders.ProductEncoder
        Titles to vectors. Its attributes are what was learned: `closed_form` and
        `word_counts`. `encoder_.correct(titles)` shows how titles are read.
    categories_ : ndarray, shape (n_categories,)
        The categories of the sessions, sorted.
    n_pairs_ : int
        Number of unordered pairs in one pass over the sessions, after cutting.

    See Also
    --------
    Sessions : What the estimator learns from.
    TextCNNEmbedder : A text CNN trained by BYOL and cross entropy, as published.

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

    def _learn(self, sessions: Sessions, seed: int, progress: Progress) -> Learned:
        learned = super()._learn(sessions, seed, progress)
        closed_form = learned.encoder
        assert isinstance(closed_form, SpectralEncoder)
        titles = sessions.titles.tolist()
        _, _, counts = count_products(closed_form.tokenizer, titles)
        in_titles = np.bincount(counts.indices, minlength=counts.shape[1])
        encoder = ProductEncoder(closed_form, in_titles.astype(np.int64))
        return dataclasses.replace(learned, encoder=encoder)
