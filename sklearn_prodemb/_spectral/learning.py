"""Spectral vectors: truncated SVDs of words, of contexts and of products.

A title's vector has three parts, each of a fixed length as a vector, side by side:

- words: latent semantic analysis, that is a truncated SVD of the TF-IDF of titles;
- contexts: the words of session mates, a truncated SVD of their PPMI, summed over the
  title's words;
- product: the session mates themselves, a truncated SVD of their PPMI; zero for a title
  that training has not seen.

The first two are sums over a title's words, so each is one row a word of a table.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from .._titles.words import WordTokenizer
from .._utils.ragged import Ragged
from .encoder import SpectralEncoder, count_words, scale_rows
from .ppmi import mates_ppmi, session_matrix
from .svd import truncated_svd

PARTS = ("words", "contexts", "products")


@dataclass(frozen=True)
class SpectralConfig:
    """What the closed form depends on, besides the sessions.

    Parameters
    ----------
    sizes : tuple of three int, default=(256, 128, 128)
        Numbers of features of words, contexts and products.
    lengths : tuple of three float, default=(0.56, 0.70, 0.84)
        Lengths of the three parts as vectors. Shorter vectors suit few labels, since
        linear models penalise large weights; what is learned from sessions counts for
        more.
    max_contexts : int, default=10_000
        The most frequent words that serve as contexts. Rarer ones serve no better, and
        the table of counts grows with them.
    n_power_iterations : int, default=3
        Power iterations of the randomised SVDs.
    singular_value_power : float, default=1.0
        The power of the singular values by which left singular vectors are scaled.
    association : callable, default=mates_ppmi
        Takes sessions and the features of products and of their mates, as `mates_ppmi`
        does, and gives their association.
    """

    sizes: tuple[int, int, int] = (256, 128, 128)
    lengths: tuple[float, float, float] = (0.56, 0.70, 0.84)
    max_contexts: int = 10_000
    n_power_iterations: int = 3
    singular_value_power: float = 1.0
    association: Callable[..., sparse.csr_array] = mates_ppmi

    @classmethod
    def of_length(cls, n_components: int) -> Self:
        """Give half of the features to words, a quarter each to the other two."""
        quarter = n_components // 4
        return cls(sizes=(n_components - 2 * quarter, quarter, quarter))

    def decompose(
        self, matrix: sparse.csr_array, n_components: int, rng: np.random.RandomState
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give what `truncated_svd` gives with these settings."""
        return truncated_svd(
            matrix,
            n_components,
            rng,
            n_power_iterations=self.n_power_iterations,
            singular_value_power=self.singular_value_power,
        )


def learn_encoder(
    tokenizer: WordTokenizer,
    titles: list[str],
    sessions: Ragged,
    config: SpectralConfig,
    rng: np.random.RandomState,
    stage: Callable[[str], AbstractContextManager[Any]],
) -> SpectralEncoder:
    """Learn an encoder from sessions.

    Parameters
    ----------
    tokenizer : WordTokenizer
        Normalisation and the known words.
    titles : list of str, of length n_titles
        The distinct titles.
    sessions : Ragged of int, of length n_sessions
        The titles of each session of two or more, as numbers into `titles`.
    config : SpectralConfig
        Everything else.
    rng : RandomState
        Seed of the randomised SVDs.
    stage : callable
        Called with the name of each of `PARTS`; gives the context in which the part is
        learned.

    Returns
    -------
    encoder : SpectralEncoder
        The encoder; features past the rank of what was seen are zero.

    Raises
    ------
    ValueError
        If no session holds two products.
    """
    keys, products, counts = count_products(tokenizer, titles)
    seen = session_matrix(sessions.replace(products[sessions.values]), len(keys))
    # A title that is empty once normalised is no product.
    known = np.flatnonzero((keys > 0) & (seen.sum(axis=0) > 0))
    if (seen[:, known].sum(axis=1) < 2).all():
        raise ValueError(
            f"None of the {len(sessions)} sessions of two titles or more holds two "
            f"products, that is titles that differ and have text left after "
            f"normalisation (normalizer={tokenizer.normalizer!r}), so there is no pair "
            f"to learn from."
        )
    weighted, idf = weigh_words(counts)

    with stage(PARTS[0]):
        _, right = config.decompose(weighted, config.sizes[0], rng)
        word_vectors = (idf * right).astype(np.float32)

    with stage(PARTS[1]):
        context_vectors = learn_contexts(seen, weighted, idf, config, rng)

    with stage(PARTS[2]):
        itself = sparse.csr_array(sparse.eye_array(len(known)))
        association = config.association(seen[:, known], itself, itself)
        left, _ = config.decompose(association, config.sizes[2], rng)
        product_vectors = scale_rows(left.astype(np.float32), config.lengths[2])

    return SpectralEncoder(
        tokenizer,
        word_vectors,
        context_vectors,
        keys[known],
        product_vectors,
        config.lengths,
    )


def weigh_words(counts: sparse.csr_array) -> tuple[sparse.csr_array, np.ndarray]:
    """Give TF-IDF (n_products, n_words), and the idf as a column (n_words, 1)."""
    tf_idf = TfidfTransformer()
    weighted = sparse.csr_array(tf_idf.fit_transform(counts))
    return weighted, tf_idf.idf_[:, None]


def learn_contexts(
    sessions: sparse.csr_array,
    weighted: sparse.csr_array,
    idf: np.ndarray,
    config: SpectralConfig,
    rng: np.random.RandomState,
) -> np.ndarray:
    """Learn what the words of session mates tell of a word.

    Parameters
    ----------
    sessions : sparse array, shape (n_sessions, n_products)
        As from `session_matrix`.
    weighted, idf
        As from `weigh_words`.
    config : SpectralConfig
        Everything else.
    rng : RandomState
        Seed of the randomised SVD.

    Returns
    -------
    context_vectors : ndarray of float32, shape (n_words, n_context_features)
        As of `SpectralEncoder`.
    """
    # The words in most sessions serve as contexts.
    often = np.argsort(-(sessions.sum(axis=0) @ (weighted > 0)), kind="stable")
    contexts = weighted[:, np.sort(often[: config.max_contexts])]
    association = config.association(sessions, weighted, contexts)
    left, _ = config.decompose(association, config.sizes[1], rng)
    return (idf * left).astype(np.float32)


def count_products(
    tokenizer: WordTokenizer, titles: list[str]
) -> tuple[np.ndarray, np.ndarray, sparse.csr_array]:
    """Count the words of products.

    A product is a normalised title: titles with one key are one product.

    Parameters
    ----------
    tokenizer : WordTokenizer
        Normalisation and the known words.
    titles : list of str, of length n_titles
        The titles.

    Returns
    -------
    keys : ndarray of uint64, shape (n_products,)
        The keys of the products, ascending.
    products : ndarray of int64, shape (n_titles,)
        The product of each title.
    counts : sparse array of float32, shape (n_products, n_words)
        How often each product's title has each word.
    """
    words = tokenizer.encode(titles)
    keys, first, products = np.unique(
        words.keys, return_index=True, return_inverse=True
    )
    counts = count_words(words.tokens, tokenizer.vocab_size)[first]
    counts.sum_duplicates()
    return keys, products, counts
