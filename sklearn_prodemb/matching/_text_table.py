"""A column of texts as weighted words and character n-grams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

_NGRAMS = (3, 5)


@dataclass(frozen=True)
class TextTable:
    """The words and n-grams of texts, and how rare they are among them.

    Parameters
    ----------
    words, ngrams : sparse array of float32, shape (n_texts, n_words or n_ngrams)
        The TF-IDF of words, and of character n-grams (3 to 5); rows of length 1.
    counts : sparse array of float32, shape (n_texts, n_words)
        1 for each word of a text.
    rarity : ndarray of float32, shape (n_words,)
        The inverse document frequency of the words, over that of a word of one text.
    is_number, is_code : ndarray of bool, shape (n_words,)
        Whether a word is of digits alone, or of digits and letters.
    lengths : ndarray of float32, shape (n_texts,)
        Number of characters.
    first_words : ndarray of int64, shape (n_texts,)
        The first word of each text as a number, -1 for an empty one.
    """

    words: sparse.csr_array
    ngrams: sparse.csr_array
    counts: sparse.csr_array
    rarity: np.ndarray
    is_number: np.ndarray
    is_code: np.ndarray
    lengths: np.ndarray
    first_words: np.ndarray

    @classmethod
    def of(cls, texts: list[str]) -> TextTable | None:
        """Weigh the words of normalised texts; None if there are none at all."""
        if not any(texts):
            return None
        vectorizer = TfidfVectorizer(
            analyzer=str.split, lowercase=False, dtype=np.float32
        )
        words = sparse.csr_array(vectorizer.fit_transform(texts))
        ngrams = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=_NGRAMS,
            lowercase=False,
            sublinear_tf=True,
            dtype=np.float32,
        ).fit_transform(texts)
        known = vectorizer.get_feature_names_out().tolist()
        counts = words.copy()
        counts.data = np.ones_like(counts.data)
        has_digit = np.array([any(map(str.isdigit, word)) for word in known])
        all_digits = np.array([word.isdigit() for word in known])
        number_of = vectorizer.vocabulary_
        first = [number_of[t.partition(" ")[0]] if t else -1 for t in texts]
        rarity = vectorizer.idf_ / (np.log((1 + len(texts)) / 2) + 1)
        return cls(
            words,
            sparse.csr_array(ngrams),
            counts,
            rarity.astype(np.float32),
            all_digits,
            has_digit & ~all_digits,
            np.array([len(text) for text in texts], np.float32),
            np.array(first, np.int64),
        )

    @cached_property
    def weighted(self) -> sparse.csr_array:
        """The rarity of each word of a text."""
        weighted = self.counts.copy()
        weighted.data = self.rarity[weighted.indices]
        return weighted
