"""Texts as hashed words and character n-grams, so that unseen ones count as well."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

# As many columns of words, and as many of n-grams.
_N_COLUMNS = 2**15
N_COLUMNS = 2 * _N_COLUMNS
_COMMON = {
    "n_features": _N_COLUMNS,
    "lowercase": False,
    "norm": None,
    "alternate_sign": False,
    "dtype": np.float32,
}
_WORDS = HashingVectorizer(analyzer=str.split, **_COMMON)
_NGRAMS = HashingVectorizer(analyzer="char_wb", ngram_range=(3, 5), **_COMMON)


def learn_rarity(texts: list[str]) -> np.ndarray:
    """Give the inverse document frequency of each column, float32 (N_COLUMNS,)."""
    n_with = np.zeros(N_COLUMNS)
    for place, counts in enumerate(_count(texts)):
        begin = place * _N_COLUMNS
        n_with[begin : begin + _N_COLUMNS] = np.bincount(
            counts.indices, minlength=_N_COLUMNS
        )
    return (np.log((1 + len(texts)) / (1 + n_with)) + 1).astype(np.float32)


def hash_texts(texts: list[str], rarity: np.ndarray) -> sparse.csr_array:
    """Give the TF-IDF of words and n-grams side by side.

    Parameters
    ----------
    texts : list of str, of length n_texts
        Normalised texts.
    rarity : ndarray of float32, shape (N_COLUMNS,)
        The inverse document frequency of each column.

    Returns
    -------
    rows : sparse array of float32, shape (n_texts, N_COLUMNS)
        Words and n-grams have the same share of a row; a row that is not empty has the
        length 1.
    """
    # scikit-learn does not take an empty list.
    words, ngrams = _count([*texts, ""])
    # A long text repeats n-grams more than words.
    ngrams.data = 1 + np.log(ngrams.data)
    sides = []
    for side, weights in ((words, rarity[:_N_COLUMNS]), (ngrams, rarity[_N_COLUMNS:])):
        side.data *= weights[side.indices]
        sides.append(normalize(side))
    rows = sparse.csr_array(sparse.hstack(sides) * np.float32(0.5**0.5))
    return rows[: len(texts)]


def _count(texts: list[str]) -> tuple[sparse.csr_array, sparse.csr_array]:
    words, ngrams = (sparse.csr_array(v.transform(texts)) for v in (_WORDS, _NGRAMS))
    return words, ngrams
