"""Words and their character n-grams, weighed."""

import zlib

import numpy as np
import pytest
from small_sub_words import IN_TITLES, SUB_WORDS, TITLES, WORDS

from sklearn_prodemb._product.sub_words import (
    SubWords,
    hash_ngrams,
    inverse_root,
    number_words,
)


def ngrams_of(word):
    """All n-grams of 3 to 5 characters, the plain way."""
    marked = f"<{word}>"
    pieces = {marked[a:b] for a in range(len(marked)) for b in range(a + 3, a + 6)}
    return {piece for piece in pieces if 3 <= len(piece) <= 5}


def plain_tf_idf(titles):
    """The weights of titles as dicts of sub-words, from the formula."""
    shared = {
        ngram
        for word in WORDS
        for ngram in ngrams_of(word)
        if sum(ngram in ngrams_of(other) for other in WORDS) > 1
    }

    def parts_of(word):
        own = [("word", word)] if word in WORDS else []
        return own + [("ngram", n) for n in ngrams_of(word) & shared]

    rows = []
    for title in titles:
        row, squares = {}, 0
        for part in (part for word in title for part in parts_of(word)):
            n = sum(any(part in parts_of(word) for word in t) for t in TITLES)
            weight = np.log((1 + len(TITLES)) / (1 + n)) + 1
            weight *= 1 if part[0] == "word" else 0.3
            row[part] = row.get(part, 0) + weight
            squares += weight**2
        rows.append({part: weight / np.sqrt(squares) for part, weight in row.items()})
    return rows


def column_of(kind, text):
    if kind == "word":
        return WORDS.index(text)
    hashed = zlib.crc32(text.encode())
    return len(WORDS) + SUB_WORDS.ngrams.tolist().index(hashed)


def test_only_shared_ngrams_have_a_column():
    words = [ngrams_of(word) for word in WORDS]
    shared = {n for a in words for n in a if sum(n in b for b in words) > 1}
    assert SUB_WORDS.ngrams.tolist() == sorted(zlib.crc32(n.encode()) for n in shared)
    assert SUB_WORDS.n_columns == len(WORDS) + len(shared)


@pytest.mark.parametrize("word", ["", "a", "té", "mesa", "\ud800x"])
def test_ngrams_of_a_word(word):
    expected = {zlib.crc32(n.encode("utf-8", "surrogatepass")) for n in ngrams_of(word)}
    assert hash_ngrams(word) == expected


def test_tf_idf_is_the_formula():
    titles = [*TITLES, ["mesa", "nueva"], ["zzzz"], [], ["mesita"]]
    matrix = SUB_WORDS.tf_idf(titles)
    assert matrix.dtype == np.float32
    expected = np.zeros(matrix.shape)
    for row, parts in enumerate(plain_tf_idf(titles)):
        for part, weight in parts.items():
            expected[row, column_of(*part)] = weight
    np.testing.assert_allclose(matrix.toarray(), expected, rtol=1e-6)


def test_titles_are_counted_once():
    assert IN_TITLES[: len(WORDS)].tolist() == [2, 1, 1, 1, 1]


def test_rows_of_words():
    rows = SUB_WORDS.rows_of(["mesa", "mesota", "zzzz"])
    assert rows[0][0] == 0
    assert (rows[1] >= len(WORDS)).all()
    assert len(rows[1]) > 0
    assert len(rows[2]) == 0
    assert rows.values.dtype == np.int64


def test_nothing_to_share():
    sub_words, _ = SubWords.learn(["mesa"], [["mesa"]])
    assert sub_words.n_columns == 1
    np.testing.assert_array_equal(
        sub_words.tf_idf([["mesa"], ["x"]]).toarray(), [[1], [0]]
    )
    assert SubWords.learn(["mesa"], [])[0].tf_idf([]).shape == (0, 1)


def test_number_words():
    numbers, words = number_words([["b", "a"], [], ["a"]])
    assert words == ["b", "a"]
    assert numbers.to_lists() == [[0, 1], [], [1]]
    numbers, words = number_words([])
    assert (len(numbers), words) == (0, [])


def test_inverse_root():
    np.testing.assert_array_equal(inverse_root(np.array([4.0, 0.0])), [0.5, 0])
