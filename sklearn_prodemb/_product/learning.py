"""What ProductEmbedder learns in closed form, before anything is trained."""

from __future__ import annotations

import numpy as np

from .._spectral.blocks import SlicedRows
from .._spectral.contexts import count_group_contexts
from .._spectral.encoder import SpectralEncoder
from .._spectral.learning import (
    PARTS,
    SpectralConfig,
    Step,
    count_products,
    find_often,
    learn_contexts,
    learn_encoder,
    weigh_words,
)
from .._spectral.learning_ids import learn_ids
from .._spectral.sources import Source
from .._titles.words import WordTokenizer
from .._utils.fingerprint import fingerprint
from .._utils.ragged import Ragged
from .._utils.threads import blocks_in_threads, tell_of_block
from .encoder import ProductEncoder
from .products import Products
from .ridge import fit_ridge
from .sub_words import SubWords

STAGE = "sub-words"
# More steps change no score, and a weaker or stronger penalty neither up to a factor 2.
_RIDGE_ALPHA = 0.5
_RIDGE_ITERATIONS = 10

# There is not much else in a vector if there are no session mates.
_SUB_WORDS_LENGTH = 1.25


def learn_from_pairs(
    tokenizer: WordTokenizer,
    products: Products,
    source: Source,
    n_components: int,
    rng: np.random.RandomState,
    step: Step,
) -> ProductEncoder:
    """Learn the closed form of sessions, and regress its product block on sub-words.

    Parameters
    ----------
    tokenizer : WordTokenizer
        Normalisation and the known words.
    products : Products
        The products of the distinct titles.
    source : Source
        The distinct titles, and who was seen with whom.
    n_components : int
        Number of columns of a vector.
    rng : RandomState
        Seed of the randomised SVDs.
    step : callable
        Called with the name of each step, a function that does it, and the number of
        blocks that `told_of_blocks` tells of meanwhile; gives what the function gives.

    Returns
    -------
    encoder : ProductEncoder
        An encoder without a network.
    """
    config = SpectralConfig.of_length(n_components)
    closed_form = learn_encoder(tokenizer, source, config, rng, step)

    def of_sub_words() -> tuple[SubWords, np.ndarray, np.ndarray]:
        sub_words, in_titles = SubWords.learn(tokenizer.words, products.words)
        tell_of_block()
        places = closed_form.find_products(products.keys)
        seen = np.flatnonzero(places >= 0)
        coefficients = fit_product_features(
            sub_words,
            [products.words[i] for i in seen],
            closed_form.product_vectors[places[seen]].astype(np.float32),
        )
        return sub_words, in_titles, coefficients

    sub_words, in_titles, coefficients = step(
        STAGE, of_sub_words, 1 + _RIDGE_ITERATIONS
    )
    return _encoder(closed_form, in_titles, sub_words, coefficients)


def learn_without_pairs(
    tokenizer: WordTokenizer,
    products: Products,
    source: Source,
    n_components: int,
    rng: np.random.RandomState,
    step: Step,
) -> ProductEncoder:
    """Learn from titles alone, and from their categories if there are any.

    Without session mates, the products of one category take their place for the
    contexts; all other features are a truncated SVD of the sub-words.

    Parameters
    ----------
    tokenizer : WordTokenizer
        Normalisation and the known words.
    products : Products
        The products of the distinct titles.
    source : Source
        The distinct titles, and the category of each.
    n_components, rng, step
        As of `learn_from_pairs`.

    Returns
    -------
    encoder : ProductEncoder
        An encoder without a network, in which no title has a row of its own.
    """
    config = SpectralConfig.of_length(n_components)
    _, of_title, counts = count_products(tokenizer, source.titles)
    weighted, idf = weigh_words(counts)

    def of_categories() -> np.ndarray:
        groups = _group(of_title, source.title_categories)
        if not len(groups):
            return np.zeros((tokenizer.vocab_size, 0), np.float32)
        sizes = np.bincount(groups.values, minlength=counts.shape[0])
        often = find_often(sizes @ (weighted > 0), config.max_word_contexts)
        met = count_group_contexts(groups, weighted, weighted[:, often])
        return learn_contexts(met, idf, config, rng)

    def of_sub_words() -> tuple[SubWords, np.ndarray, np.ndarray]:
        sub_words, in_titles = SubWords.learn(tokenizer.words, products.words)
        tell_of_block()
        tf_idf = SlicedRows(sub_words.tf_idf(products.words))
        _, coefficients = config.decompose(tf_idf, n_features, rng)
        return sub_words, in_titles, coefficients

    with blocks_in_threads():
        context_vectors = step(
            PARTS[1], of_categories, (config.n_passes + 2) * SlicedRows(idf).n_blocks
        )
        n_features = n_components - context_vectors.shape[1]
        n_rows = SlicedRows(products.keys).n_blocks
        sub_words, in_titles, coefficients = step(
            STAGE, of_sub_words, 1 + config.n_passes * n_rows
        )
    coefficients = (_SUB_WORDS_LENGTH * coefficients).astype(np.float32)
    closed_form = SpectralEncoder(
        tokenizer,
        np.zeros((tokenizer.vocab_size, 0), np.float32),
        context_vectors,
        np.zeros(0, np.uint64),
        np.zeros((0, n_features), np.float16),
        (*config.lengths[:2], _SUB_WORDS_LENGTH),
        # Most columns are in no table of the closed form.
        space=fingerprint(tokenizer.vocabulary, context_vectors, coefficients),
    )
    if source.by_id is not None:
        # No title has a row, and so no id; but ids may be given.
        closed_form = learn_ids(closed_form, source.by_id, source.titles)
    return _encoder(closed_form, in_titles, sub_words, coefficients)


def _group(products: np.ndarray, categories: np.ndarray) -> Ragged:
    """Group the products (n_titles,) by category, each once; those of two or more."""
    known = (products >= 0) & (categories >= 0)
    pairs = np.stack([categories[known], products[known]])
    category, product = np.unique(pairs, axis=1)
    _, sizes = np.unique(category, return_counts=True)
    groups = Ragged.from_lengths(product, sizes)
    return groups.take(groups.lengths >= 2)


def fit_product_features(
    sub_words: SubWords, titles: list[list[str]], vectors: np.ndarray
) -> np.ndarray:
    """Regress product vectors on the sub-words of titles; give the coefficients."""
    return fit_ridge(
        sub_words.tf_idf(titles),
        vectors,
        alpha=_RIDGE_ALPHA,
        n_iterations=_RIDGE_ITERATIONS,
    )


def _encoder(
    closed_form: SpectralEncoder,
    in_titles: np.ndarray,
    sub_words: SubWords,
    coefficients: np.ndarray,
) -> ProductEncoder:
    return ProductEncoder(
        closed_form,
        in_titles[: closed_form.tokenizer.vocab_size],
        sub_words.ngrams,
        sub_words.weights,
        coefficients,
    )
