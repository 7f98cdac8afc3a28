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
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.extmath import randomized_svd

from .._titles.words import TitleWords
from .ppmi import mates_ppmi, session_matrix

# Lengths of the three parts of a vector. Shorter vectors suit few labels, since linear
# models penalise large weights; what is learned from sessions counts for more.
LENGTHS = (0.56, 0.70, 0.84)
PARTS = ("words", "contexts", "products")
# Rarer words serve as contexts no better, and the table of counts grows with them.
_MAX_CONTEXTS = 10_000
_POWER_ITERATIONS = 3
_NOTHING = 1e-6


@dataclass(frozen=True)
class SpectralTables:
    """What is learned: rows to add up and rows to look up.

    Parameters
    ----------
    word_vectors : ndarray of float32, shape (n_words, n_word_features)
        The words part of each word.
    context_vectors : ndarray of float32, shape (n_words, n_context_features)
        The contexts part of each word.
    product_keys : ndarray of uint64, shape (n_products,)
        The titles in sessions of two or more, by their keys, ascending.
    product_vectors : ndarray of float32, shape (n_products, n_product_features)
        Their product part, of its final length.
    """

    word_vectors: np.ndarray
    context_vectors: np.ndarray
    product_keys: np.ndarray
    product_vectors: np.ndarray

    @property
    def n_features(self) -> int:
        """Length of a title's vector."""
        tables = (self.word_vectors, self.context_vectors, self.product_vectors)
        return sum(table.shape[1] for table in tables)


def part_sizes(n_components: int) -> tuple[int, int, int]:
    """Give half of the features to words, a quarter each to contexts and products."""
    contexts = products = n_components // 4
    return n_components - contexts - products, contexts, products


def learn_tables(
    words: TitleWords,
    title_codes: np.ndarray,
    offsets: np.ndarray,
    vocab_size: int,
    n_components: int,
    rng: np.random.RandomState,
    begin: Callable[[str], None],
) -> SpectralTables:
    """Learn the tables from sessions.

    Parameters
    ----------
    words : TitleWords
        The words of the distinct titles.
    title_codes : ndarray of int32, shape (n_rows,)
        The title of each row, session after session.
    offsets : ndarray of int64, shape (n_sessions + 1,)
        Session i has rows `offsets[i]` to `offsets[i + 1]`.
    vocab_size : int
        Number of words.
    n_components : int
        Length of a title's vector.
    rng : RandomState
        Seed of the randomised SVDs.
    begin : callable
        Called with the name of each part before work on it begins.

    Returns
    -------
    tables : SpectralTables
        The tables; features past the rank of what was seen are zero.
    """
    keys, first, products = np.unique(
        words.keys, return_index=True, return_inverse=True
    )
    sizes = part_sizes(n_components)
    counts = _counts(words, vocab_size)[first]
    counts.sum_duplicates()
    tf_idf = TfidfTransformer()
    titles = sparse.csr_array(tf_idf.fit_transform(counts))
    idf = tf_idf.idf_[:, None]

    begin(PARTS[0])
    _, right = _svd(titles, sizes[0], rng)
    word_vectors = (idf * right).astype(np.float32)

    begin(PARTS[1])
    sessions = session_matrix(products[title_codes], offsets, len(keys))
    n_sessions = sessions.sum(axis=0)
    often = np.argsort(-(n_sessions @ (titles > 0)), kind="stable")
    contexts = titles[:, np.sort(often[:_MAX_CONTEXTS])]
    left, _ = _svd(mates_ppmi(sessions, titles, contexts), sizes[1], rng)
    context_vectors = (idf * left).astype(np.float32)

    begin(PARTS[2])
    # Titles of which nothing is left are no product.
    known = np.flatnonzero((keys > 0) & (n_sessions > 0))
    sessions = sessions[:, known]
    itself = sparse.csr_array(sparse.eye_array(len(known)))
    left, _ = _svd(mates_ppmi(sessions, itself, itself), sizes[2], rng)
    return SpectralTables(
        word_vectors,
        context_vectors,
        keys[known],
        _scaled(left.astype(np.float32), LENGTHS[2]),
    )


def _counts(words: TitleWords, vocab_size: int) -> sparse.csr_array:
    shape = (len(words.keys), vocab_size)
    ones = np.ones(len(words.tokens), np.float32)
    return sparse.csr_array((ones, words.tokens, words.offsets), shape)


def _scaled(
    rows: np.ndarray, length: float, out: np.ndarray | None = None
) -> np.ndarray:
    """Scale rows to a length; what is left of nothing after rounding stays nothing."""
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    factors = np.divide(
        np.float32(length), norms, out=np.zeros_like(norms), where=norms > _NOTHING
    )
    return np.multiply(rows, factors[:, None], out=out)


def _svd(
    matrix: sparse.csr_array, n_components: int, rng: np.random.RandomState
) -> tuple[np.ndarray, np.ndarray]:
    """Give U S and V of a truncated SVD, with columns of zeros past the rank."""
    rank = min(n_components, *matrix.shape)
    left, values, right = randomized_svd(
        matrix, rank, n_iter=_POWER_ITERATIONS, random_state=rng
    )
    missing = ((0, 0), (0, n_components - rank))
    return np.pad(left * values, missing), np.pad(right.T, missing)


class SpectralEncoder:
    """Titles' words to vectors, for inference.

    Parameters
    ----------
    tables : SpectralTables
        The tables.
    """

    def __init__(self, tables: SpectralTables) -> None:
        self._tables = tables

    @property
    def n_features(self) -> int:
        """Length of a title's vector."""
        return self._tables.n_features

    def __call__(
        self,
        tokens: np.ndarray,
        offsets: np.ndarray,
        keys: np.ndarray,
        out: np.ndarray | None = None,
    ) -> np.ndarray:
        """Encode titles.

        Parameters
        ----------
        tokens, offsets, keys : ndarray
            The words of the titles, see `TitleWords`.
        out : ndarray of float32, shape (n_titles, n_features), or None, default=None
            Where the vectors are written.

        Returns
        -------
        vectors : ndarray of float32, shape (n_titles, n_features)
            The three parts side by side, each of its length or, where nothing is known,
            zero; `out` where it is given.
        """
        tables = self._tables
        if out is None:
            out = np.empty((len(keys), tables.n_features), np.float32)
        words = TitleWords(tokens, offsets, keys)
        counts = _counts(words, len(tables.word_vectors))
        begin = 0
        for table, length in zip(
            (tables.word_vectors, tables.context_vectors), LENGTHS, strict=False
        ):
            end = begin + table.shape[1]
            _scaled(counts @ table, length, out[:, begin:end])
            begin = end
        out[:, begin:] = 0
        places = np.searchsorted(tables.product_keys, keys)
        places = np.minimum(places, len(tables.product_keys) - 1)
        seen = np.flatnonzero(tables.product_keys[places] == keys)
        out[seen, begin:] = tables.product_vectors[places[seen]]
        return out
