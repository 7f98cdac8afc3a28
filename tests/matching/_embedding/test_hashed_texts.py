"""Hashed TF-IDF against the plain formula on words and n-grams themselves."""

import math
from collections import Counter

import numpy as np
import pytest

from sklearn_prodemb.matching._embedding.hashed_texts import (
    N_COLUMNS,
    hash_texts,
    learn_rarity,
)

TEXTS = ["canon ixus 185", "canon ixus ixus black", "nikon d750", ""]
NEW = ["canon d750 185 185", "leica q2", "", "nikon ixus"]


def ngrams(text):
    for word in text.split():
        padded = f" {word} "
        for n in (3, 4, 5):
            if n >= len(padded):
                yield padded
                break
            yield from (padded[i : i + n] for i in range(len(padded) - n + 1))


def plain(texts, learned, split, weigh):
    n_with = Counter(part for text in learned for part in set(split(text)))
    rows = []
    for text in texts:
        row = {
            part: weigh(n) * (math.log((1 + len(learned)) / (1 + n_with[part])) + 1)
            for part, n in Counter(split(text)).items()
        }
        length = math.sqrt(sum(v * v for v in row.values())) or 1
        rows.append({part: v / length for part, v in row.items()})
    return rows


def dot(a, b):
    return sum(value * b.get(part, 0) for part, value in a.items())


def test_dot_products_are_those_of_words_and_ngrams():
    rows = hash_texts(NEW, learn_rarity(TEXTS))
    words = plain(NEW, TEXTS, str.split, float)
    grams = plain(NEW, TEXTS, lambda t: list(ngrams(t)), lambda n: 1 + math.log(n))
    expected = [
        [(dot(words[i], words[j]) + dot(grams[i], grams[j])) / 2 for j in range(4)]
        for i in range(4)
    ]
    np.testing.assert_allclose((rows @ rows.T).toarray(), expected, atol=1e-6)
    assert rows.dtype == np.float32
    assert rows.shape == (4, N_COLUMNS)


def test_an_empty_text_has_no_columns():
    rows = hash_texts(["", "a"], learn_rarity(["a"]))
    assert np.diff(rows.indptr).tolist()[0] == 0
    assert (rows @ rows.T)[1, 1] == pytest.approx(1)
    assert hash_texts([], learn_rarity(["a"])).shape == (0, N_COLUMNS)
