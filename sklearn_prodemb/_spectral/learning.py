"""Spectral vectors: truncated SVDs of words, of contexts and of products.

A title's vector has three blocks of columns, each with a fixed norm:

- words: latent semantic analysis, that is a truncated SVD of the TF-IDF of titles;
- contexts: the words of session mates, a truncated SVD of their PPMI, summed over the
  title's words;
- products: the session mates themselves, a truncated SVD of their PPMI; zero for a
  title that training has not seen.

The first two are sums over a title's words. So each has a table with a row for each
word.

Everything is learned from the words of products and from `Mates`, some rows at a time.
Memory grows with the numbers of words, contexts and products, not with sessions or
pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
from scipy import sparse

from .._titles.words import WordTokenizer
from .._utils.renumber import renumber
from .._utils.row_sums import count_columns
from .._utils.threads import blocks_in_threads
from .blocks import RowBlocks, SlicedRows
from .contexts import count_blocks, count_contexts
from .encoder import SpectralEncoder, scale_rows
from .learning_ids import learn_ids
from .mates import Mates
from .ppmi import ProductPPMI, compare_in_place
from .sources import Source
from .svd import left_vectors, truncated_svd

# What comes first is up to the caller: to read titles.
TITLES = "titles"
PARTS = ("words", "contexts", "products")
_TITLES_PER_BLOCK = 8_192

T = TypeVar("T")


class Step(Protocol):
    """Does a step of learning, see `learn_encoder`."""

    def __call__(self, name: str, compute: Callable[[], T], n_blocks: int = 0) -> T: ...


@dataclass(frozen=True)
class SpectralConfig:
    """What the closed form depends on, besides the sessions.

    Parameters
    ----------
    sizes : tuple of three int, default=(256, 128, 128)
        Numbers of columns of words, contexts and products.
    lengths : tuple of three float, default=(0.56, 0.70, 0.84)
        Norms of the three blocks. Small norms suit few labels, since linear models
        penalise large weights. Blocks that are learned from sessions count more.
    max_word_contexts : int, default=10_000
        The most frequent words that serve as contexts of words. Rarer ones serve no
        better, and the table of counts grows with them.
    max_product_contexts : int, default=20_000
        The most seen products that serve as contexts of products. Rarer ones add noise.
    n_power_iterations : int, default=4
        Power iterations of the randomised SVDs.
    singular_value_power : float, default=1.0
        The power of the singular values by which left singular vectors are scaled.
    """

    sizes: tuple[int, int, int] = (256, 128, 128)
    lengths: tuple[float, float, float] = (0.56, 0.70, 0.84)
    max_word_contexts: int = 10_000
    max_product_contexts: int = 20_000
    n_power_iterations: int = 4
    singular_value_power: float = 1.0

    @classmethod
    def of_length(cls, n_components: int) -> Self:
        """Give half of the features to words, a quarter each to the other two."""
        quarter = n_components // 4
        return cls(sizes=(n_components - 2 * quarter, quarter, quarter))

    @property
    def n_passes(self) -> int:
        """Number of passes over the rows of a matrix that `decompose` makes."""
        return self.n_power_iterations + 1

    def decompose(
        self, matrix: RowBlocks, n_components: int, rng: np.random.RandomState
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give what `truncated_svd` gives with these settings."""
        return truncated_svd(
            matrix, n_components, rng, n_power_iterations=self.n_power_iterations
        )

    def left_vectors(
        self, matrix: RowBlocks, n_components: int, rng: np.random.RandomState
    ) -> Iterator[np.ndarray]:
        """Give scaled left singular vectors, a block of rows at a time."""
        values, right = self.decompose(matrix, n_components, rng)
        return left_vectors(matrix, values, right, power=self.singular_value_power)


def learn_encoder(
    tokenizer: WordTokenizer,
    source: Source,
    config: SpectralConfig,
    rng: np.random.RandomState,
    step: Step,
) -> SpectralEncoder:
    """Learn an encoder from who was seen with whom.

    Parameters
    ----------
    tokenizer : WordTokenizer
        Normalisation and the known words.
    source : Source
        The distinct titles, and who was seen with whom; with product ids if there are.
    config : SpectralConfig
        Everything else.
    rng : RandomState
        Seed of the randomised SVDs.
    step : callable
        Called with the name of each of `PARTS`, a function that learns it, and the
        number of blocks that `told_of_blocks` tells of meanwhile; gives what the
        function gives.

    Returns
    -------
    encoder : SpectralEncoder
        The encoder; features past the rank of what was seen are zero.

    Raises
    ------
    ValueError
        If no two products were seen together.
    """
    keys, of_title, counts = count_products(tokenizer, source.titles)
    if not source.has_pairs(of_title):
        raise ValueError(
            f"No session holds two products, that is titles that differ and have text "
            f"left after normalisation (normalizer={tokenizer.normalizer!r}), so there "
            f"is no pair to learn from."
        )
    mates = source.mates(of_title, len(keys))
    weighted, idf = weigh_words(counts)

    n_contexts = min(config.max_word_contexts, len(idf))
    # PPMI is counted or compared once, decomposed, and multiplied with what was found.
    n_passes = config.n_passes + 2

    with blocks_in_threads():
        word_vectors = step(
            PARTS[0],
            lambda: learn_words(weighted, idf, config, rng),
            config.n_passes * SlicedRows(weighted, _TITLES_PER_BLOCK).n_blocks,
        )

        def of_mates() -> np.ndarray:
            often = mates.counts @ (weighted > 0)
            contexts = find_often(often, config.max_word_contexts)
            met = count_contexts(mates, weighted, weighted[:, contexts])
            return learn_contexts(met, idf, config, rng)

        context_vectors = step(
            PARTS[1],
            of_mates,
            count_blocks(mates, n_contexts) + n_passes * SlicedRows(idf).n_blocks,
        )
        product_keys, product_vectors = step(
            PARTS[2],
            lambda: learn_products(mates, keys, config, rng),
            n_passes * len(mates.blocks),
        )

    encoder = SpectralEncoder(
        tokenizer,
        word_vectors,
        context_vectors,
        product_keys,
        product_vectors,
        config.lengths,
    )
    if source.by_id is None:
        return encoder
    return learn_ids(encoder, source.by_id, source.titles)


def learn_words(
    weighted: sparse.csr_array,
    idf: np.ndarray,
    config: SpectralConfig,
    rng: np.random.RandomState,
) -> np.ndarray:
    """Learn what the other words of titles tell of a word.

    Parameters
    ----------
    weighted : sparse array of float32, shape (n_products, n_words)
        The TF-IDF of products.
    idf : ndarray, shape (n_words, 1)
        As from `weigh_words`.
    config : SpectralConfig
        Everything else.
    rng : RandomState
        Seed of the randomised SVD.

    Returns
    -------
    word_vectors : ndarray of float32, shape (n_words, n_word_features)
        As of `SpectralEncoder`.
    """
    rows = SlicedRows(weighted, _TITLES_PER_BLOCK)
    _, right = config.decompose(rows, config.sizes[0], rng)
    return (idf * right).astype(np.float32)


def weigh_words(counts: sparse.csr_array) -> tuple[sparse.csr_array, np.ndarray]:
    """Give TF-IDF (n_products, n_words), and the idf as a column (n_words, 1)."""
    # It takes a moment to import, and who only embeds does not need it.
    from sklearn.feature_extraction.text import TfidfTransformer

    tf_idf = TfidfTransformer()
    weighted = sparse.csr_array(tf_idf.fit_transform(counts))
    return weighted, tf_idf.idf_[:, None]


def find_often(counts: np.ndarray, n: int) -> np.ndarray:
    """Give the numbers of the n largest counts, ascending; the first of equal ones."""
    return np.sort(np.argsort(-counts, kind="stable")[:n])


def learn_contexts(
    counts: np.ndarray,
    idf: np.ndarray,
    config: SpectralConfig,
    rng: np.random.RandomState,
) -> np.ndarray:
    """Learn what the words of session mates tell of a word.

    Parameters
    ----------
    counts : ndarray of float32, shape (n_words, n_contexts)
        How often words and contexts meet; it is overwritten.
    idf : ndarray, shape (n_words, 1)
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
    ppmi = compare_in_place(counts)
    left = config.left_vectors(ppmi, config.sizes[1], rng)
    return (idf * np.concatenate(list(left))).astype(np.float32)


def learn_products(
    mates: Mates,
    keys: np.ndarray,
    config: SpectralConfig,
    rng: np.random.RandomState,
) -> tuple[np.ndarray, np.ndarray]:
    """Learn what the session mates of a product tell of it.

    Parameters
    ----------
    mates : Mates
        Who was seen with whom.
    keys : ndarray of uint64, shape (n_products,)
        The keys of the products.
    config : SpectralConfig
        Everything else.
    rng : RandomState
        Seed of the randomised SVD.

    Returns
    -------
    product_keys, product_vectors
        As of `SpectralEncoder`, of the products of which something is known.
    """
    # In the order of keys, so that the random vectors do not depend on that of titles.
    contexts = find_often(mates.counts, config.max_product_contexts)
    contexts = contexts[np.argsort(keys[contexts])]
    order = np.argsort(keys)
    place = np.empty_like(order)
    place[order] = np.arange(len(keys))
    vectors = np.empty((len(keys), config.sizes[2]), np.float16)
    is_known = np.zeros(len(keys), bool)
    ppmi = ProductPPMI(mates, contexts)
    blocks = config.left_vectors(ppmi, config.sizes[2], rng)
    for (first, end), left in zip(mates.blocks, blocks, strict=True):
        rows = scale_rows(left, config.lengths[2])
        vectors[place[first:end]] = rows
        is_known[place[first:end]] = rows.any(axis=1)
    return keys[order][is_known], vectors[is_known]


def count_products(
    tokenizer: WordTokenizer, titles: list[str]
) -> tuple[np.ndarray, np.ndarray, sparse.csr_array]:
    """Count the words of products.

    A product is a normalised title: titles with one key are one product, and a title
    that is empty once normalised is none.

    Parameters
    ----------
    tokenizer : WordTokenizer
        Normalisation and the known words.
    titles : list of str, of length n_titles
        The titles.

    Returns
    -------
    keys : ndarray of uint64, shape (n_products,)
        The keys of the products, in the order in which titles bring them.
    of_title : ndarray of int64, shape (n_titles,)
        The product of each title, -1 if it is none.
    counts : sparse array of float32, shape (n_products, n_words)
        How often each product's title has each word.
    """
    words = tokenizer.encode(titles)
    kept = np.flatnonzero(words.keys)
    numbers, first = renumber(words.keys[kept])
    of_title = np.full(len(titles), -1)
    of_title[kept] = numbers
    counts = count_columns(words.tokens.take(kept[first]), tokenizer.vocab_size)
    counts.sum_duplicates()
    return words.keys[kept[first]], of_title, counts
