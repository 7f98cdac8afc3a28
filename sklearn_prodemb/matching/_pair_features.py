"""What tells whether two offers are one product: features of pairs."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy import sparse

from ._offers import Offers
from ._text_table import TextTable
from ._unit_rows import unit_rows

# Pairs of a chunk: the memory is that of the n-grams of their texts.
_CHUNK = 20_000


def pair_features(
    offers: Offers,
    table: TextTable,
    left: np.ndarray,
    right: np.ndarray,
    asked: np.ndarray | None = None,
) -> tuple[np.ndarray, list[str]]:
    """Compare pairs of offers.

    A feature never depends on which of the two offers is left. For two numbers, one of
    each offer, there is the lower and the higher one.

    Parameters
    ----------
    offers : Offers
        The offers.
    table : TextTable
        Their joined texts.
    left, right : ndarray of int64, shape (n_pairs,)
        Distinct pairs: all among which a pair has its rank.
    asked : ndarray of int64, shape (n_asked,), or None, default=None
        Which of the pairs are compared; None is all.

    Returns
    -------
    features : ndarray of float32, shape (n_asked, n_features)
        The features, NaN if something is missing.
    names : list of str, of length n_features
        Their names.
    """
    if asked is None:
        asked = np.arange(len(left))
    a, b = left[asked], right[asked]
    columns = _compare_texts(table, left, right, asked)
    if len(offers.texts) > 1:
        for name, texts in offers.texts.items():
            found = _compare_column(texts, a, b)
            columns |= {f"{name}: {key}": value for key, value in found.items()}
    for name, numbers in offers.numbers.items():
        columns |= {
            f"{name}: {key}": value
            for key, value in _compare_numbers(numbers[a], numbers[b]).items()
        }
    for name, bits in offers.bits.items():
        # The sum of missing bits is missing too, also if no offer has any.
        known = bits if bits.shape[1] else np.full((len(bits), 1), np.nan, np.float32)
        columns[f"{name}: bits that differ"] = np.abs(known[a] - known[b]).sum(axis=1)
    for name, vectors in offers.vectors.items():
        units = unit_rows(np.nan_to_num(vectors, nan=0.0))
        # That of a missing vector, or of zeros, is missing too.
        has_vector = (units != 0).any(axis=1)
        cosines = np.einsum("ij,ij->i", units[a], units[b])
        columns[f"{name}: cosine"] = np.where(
            has_vector[a] & has_vector[b], cosines, np.nan
        )
    return np.stack(list(columns.values()), axis=1, dtype=np.float32), list(columns)


def pair_feature_names(offers: Offers) -> list[str]:
    """Name the features of pairs of offers with these columns."""
    nobody = np.zeros(0, np.int64)
    _, names = pair_features(offers.take(nobody), _any_table(), nobody, nobody)
    return names


def similarities(table: TextTable, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Give the mean cosine of words and n-grams, float32 (n_pairs,)."""
    words, ngrams = _both_cosines(table, left, right)
    return (words + ngrams) / np.float32(2)


def _compare_texts(
    table: TextTable, left: np.ndarray, right: np.ndarray, asked: np.ndarray
) -> dict[str, np.ndarray]:
    words, ngrams = _both_cosines(table, left, right)
    columns = _compare_words(
        table, left[asked], right[asked], words[asked], ngrams[asked]
    )
    # Offers compete: a pair is judged beside the other pairs of its two offers.
    n_texts = table.words.shape[0]
    for name, values in {
        "words": words,
        "n-grams": ngrams,
        "words and n-grams": words + ngrams,
    }.items():
        ranks, shares = _compete(values, left, right, n_texts)
        columns |= _both(f"rank by {name}", ranks[0][asked], ranks[1][asked])
        columns |= _both(f"share of best {name}", shares[0][asked], shares[1][asked])
    return columns


def _compare_column(texts: list[str], a: np.ndarray, b: np.ndarray) -> dict[str, Any]:
    """Compare texts that are one of several columns."""
    table = TextTable.of(texts)
    if table is not None:
        return _compare_words(table, a, b, *_both_cosines(table, a, b))
    # A column without any text is missing: other offers may have it.
    nobody = np.zeros(0, np.int64)
    nothing = np.zeros(0, np.float32)
    names = _compare_words(_any_table(), nobody, nobody, nothing, nothing)
    return dict.fromkeys(names, np.full(len(a), np.nan, np.float32))


@cache
def _any_table() -> TextTable:
    """Give a table of some text, where it does not matter of which."""
    table = TextTable.of(["any"])
    assert table is not None
    return table


def _compare_words(
    table: TextTable,
    left: np.ndarray,
    right: np.ndarray,
    words: np.ndarray,
    ngrams: np.ndarray,
) -> dict[str, np.ndarray]:
    """Compare texts by their words and n-grams, of which the cosines are known."""
    columns = {"words": words, "n-grams": ngrams}
    # What both texts have of each kind of words: how many, and how rare they are.
    is_plain = ~(table.is_number | table.is_code)
    kinds = {
        "words": np.ones(len(is_plain), np.float32),
        "rare words": table.rarity,
        "rare plain words": table.rarity * is_plain,
        "numbers": table.is_number.astype(np.float32),
        "codes": table.is_code.astype(np.float32),
    }
    weights = np.stack(list(kinds.values()), axis=1)
    shared, rarest = _shared(table, left, right, weights)
    totals = table.counts @ weights
    columns["rarest shared word"] = rarest
    for place, kind in enumerate(kinds):
        common = shared[:, place]
        a, b = totals[left, place], totals[right, place]
        columns[f"shared {kind}"] = common
        columns |= _both(f"{kind} not shared", a - common, b - common)
        if kind in ("words", "rare words"):
            columns |= _both(f"share of {kind}", _ratio(common, a), _ratio(common, b))
    lengths = table.lengths[left], table.lengths[right]
    columns["shorter length"] = np.minimum(*lengths)
    columns["ratio of lengths"] = _ratio(np.minimum(*lengths), np.maximum(*lengths))
    first = table.first_words
    columns["same first word"] = (first[left] == first[right]).astype(np.float32)
    return columns


def _compare_numbers(a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    sizes = np.maximum(np.abs(a), np.abs(b))
    return {
        "difference": np.abs(a - b),
        "relative difference": np.where(
            np.isnan(sizes), np.nan, _ratio(np.abs(a - b), sizes)
        ),
    }


def _both(name: str, a: np.ndarray, b: np.ndarray) -> dict[str, np.ndarray]:
    """Give what each offer of a pair has, whichever is left."""
    return {f"{name}, lower": np.minimum(a, b), f"{name}, higher": np.maximum(a, b)}


def _ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Divide; 0 if the divisor is 0."""
    return np.divide(a, b, out=np.zeros_like(a, np.float32), where=b > 0)


def _both_cosines(
    table: TextTable, left: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give the cosines of pairs by words and by n-grams."""
    words, ngrams = (_cosines(m, left, right) for m in (table.words, table.ngrams))
    return words, ngrams


def _cosines(
    matrix: sparse.csr_array, left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Give the dot products of pairs of rows, float32 (n_pairs,)."""
    result = np.empty(len(left), np.float32)
    for begin in range(0, len(left), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        result[part] = matrix[left[part]].multiply(matrix[right[part]]).sum(axis=1)
    return result


def _shared(
    table: TextTable, left: np.ndarray, right: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Add up the weights (n_words, n_kinds) of shared words, and give the rarest."""
    shared = np.empty((len(left), weights.shape[1]), np.float32)
    rarest = np.zeros(len(left), np.float32)
    for begin in range(0, len(left), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        common = table.counts[left[part]].multiply(table.weighted[right[part]])
        common = sparse.csr_array(common)
        rarest[part] = common.max(axis=1).toarray().ravel()
        common.data = np.ones_like(common.data)
        shared[part] = common @ weights
    return shared, rarest


def _compete(
    values: np.ndarray, left: np.ndarray, right: np.ndarray, n_texts: int
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Rank each pair among the pairs of its left, and of its right offer.

    Returns
    -------
    ranks : list of two ndarray of float32, shape (n_pairs,)
        How many pairs of the offer have a higher value.
    shares : list of two ndarray of float32, shape (n_pairs,)
        The value as a share of the offer's highest one.
    """
    n_pairs = len(values)
    offers = np.concatenate([left, right])
    twice = np.concatenate([values, values])
    # Sorted by offer, and by value from the highest on.
    order = np.lexsort((-twice, offers))
    sorted_offers, sorted_values = offers[order], twice[order]
    begins = np.searchsorted(sorted_offers, np.arange(n_texts))
    # Equal values have one rank: that of the first of them.
    is_new = np.ones(len(order), bool)
    is_new[1:] = (np.diff(sorted_offers) != 0) | (np.diff(sorted_values) != 0)
    first_equal = np.flatnonzero(is_new)[np.cumsum(is_new) - 1]
    ranks = np.empty(len(order), np.float32)
    ranks[order] = first_equal - begins[sorted_offers]
    best = np.zeros(n_texts, np.float32)
    np.maximum.at(best, offers, twice)
    shares = _ratio(twice, best[offers])
    return [ranks[:n_pairs], ranks[n_pairs:]], [shares[:n_pairs], shares[n_pairs:]]
