"""Words of titles and keys of whole titles."""

import pickle

import numpy as np
import pytest
from random_titles import random_titles

from sklearn_prodemb import normalize_titles
from sklearn_prodemb._titles.words import WordTokenizer
from sklearn_prodemb._utils import bounded_cache

TITLES = ["Mate de Calabaza", "mate imperial, mate", "Bombilla p/ mate", "Termo"]


def words_of(tokenizer, titles):
    names = tokenizer.vocabulary.decode("utf-8", "surrogatepass").split(" ")
    tokens = tokenizer.encode(titles).tokens.to_lists()
    return [[names[t] for t in row] for row in tokens]


def train(titles=TITLES, normalizer="es", vocab_size=100):
    return WordTokenizer.train(titles, normalizer=normalizer, vocab_size=vocab_size)


@pytest.mark.parametrize("normalizer", ["es", "basic", None, str.lower])
def test_titles_are_cut_into_their_normalised_words(normalizer):
    tokenizer = train(normalizer=normalizer)
    expected = [t.split() for t in normalize_titles(TITLES, normalizer=normalizer)]
    assert words_of(tokenizer, TITLES) == expected
    assert tokenizer.vocab_size == len({word for title in expected for word in title})


def test_unknown_words_are_dropped():
    assert words_of(train(), ["Termo de acero", "lampara"]) == [["termo"], []]


def test_the_words_of_most_titles_are_kept():
    titles = ["b a", "b c", "a d", "b b e"]
    # "b" is in three titles, "a" in two; the alphabet decides between the others.
    tokenizer = train(titles, normalizer="basic", vocab_size=3)
    assert tokenizer.vocabulary == b"a b c "


def test_no_word_left():
    with pytest.raises(ValueError, match="None of the 2 titles has any text left"):
        train(["de la", "?!"])


def test_keys_are_those_of_normalised_titles():
    tokenizer = train()
    titles = ["Mate de calabaza", "MATE   calabaza!", "calabaza mate", "mate"]
    titles += ["mate mate", "algo nuevo", "Algo, nuevo", "nuevo algo", "", "de la"]
    keys = tokenizer.encode(titles).keys
    assert keys.dtype == np.uint64
    normalized = normalize_titles(titles, normalizer="es")
    for i in range(len(titles)):
        for j in range(len(titles)):
            assert (keys[i] == keys[j]) == (normalized[i] == normalized[j])
    assert keys[-2:].tolist() == [0, 0]
    # Whatever else is encoded, and whether words are known or not.
    other = train(["otra cosa"])
    np.testing.assert_array_equal(other.encode(titles[3:]).keys, keys[3:])


def test_keys_of_many_titles_differ():
    words = [f"{a}{b}" for a in "abcdefghij" for b in "klmnopqrst"]
    titles = [f"{a} {b} {c}" for a in words for b in words[:20] for c in words[:20]]
    keys = train(words, "basic").encode(titles).keys
    assert len(np.unique(keys)) == len(titles) == 40_000


@pytest.mark.parametrize("normalizer", ["es", "basic", None, str.lower])
def test_pieces_of_titles_give_the_words_of_titles(normalizer):
    # Two planes whole, and the begin of each other.
    codes = [*range(0x20000)]
    codes += [plane * 0x10000 + i for plane in range(2, 17) for i in range(0x400)]
    characters = "".join(map(chr, codes))
    titles = [characters[i : i + 61] for i in range(0, len(characters), 61)]
    titles += [*random_titles(0), "  mate\u0301  \x1etermo\x1f", "x" + "m\u05b0" * 400]
    tokenizer = train(titles[::3], normalizer, vocab_size=5_000)
    words = tokenizer.encode(titles)
    expected = tokenizer.encode_words(tokenizer.split(titles))
    assert words.tokens.to_lists() == expected.tokens.to_lists()
    np.testing.assert_array_equal(words.keys, expected.keys)
    np.testing.assert_array_equal(words.n_unknown, expected.n_unknown)
    assert len(words.tokens.values) > 1_000
    assert words.n_unknown.sum() > 1_000


def test_one_title_is_what_it_is_among_others():
    titles = [*random_titles(1), *TITLES, "", "zzz " * 50]
    tokenizer = train(titles[:150])
    words = tokenizer.encode(titles)
    alone = [tokenizer.encode([title]) for title in titles]
    assert [w.tokens.to_lists()[0] for w in alone] == words.tokens.to_lists()
    assert {w.tokens.values.dtype for w in alone} == {words.tokens.values.dtype}
    for i in (1, 2):
        one_by_one = np.concatenate([w[i] for w in alone])
        assert one_by_one.dtype == words[i].dtype
        np.testing.assert_array_equal(one_by_one, words[i])


def test_nothing_to_encode():
    words = train().encode([])
    assert (words.tokens.to_lists(), len(words.keys)) == ([], 0)


@pytest.mark.parametrize("normalizer", ["es", None])
def test_odd_characters(normalizer):
    odd = ["\ud800 x", "漢字", "a\nb", "\u200b", " ", "mate\x00"]
    tokenizer = train([*TITLES, *odd], normalizer)
    again = pickle.loads(pickle.dumps(tokenizer))
    assert again.vocab_size == tokenizer.vocab_size
    for titles in (odd, TITLES):
        one, other = tokenizer.encode(titles), again.encode(titles)
        assert one.tokens.to_lists() == other.tokens.to_lists()
        np.testing.assert_array_equal(one.keys, other.keys)
    assert len(tokenizer.encode(odd).tokens.values) > 0


def test_few_words_are_remembered(monkeypatch):
    monkeypatch.setattr(bounded_cache, "MAX_BYTES", 1_000)
    titles = [f"mate {i} termo" for i in range(50)]
    titles += [f"mate {i}{'x' * 1_000} termo" for i in range(50)]
    tokenizer = train()
    expected = [["mate", "termo"]] * 100
    assert words_of(tokenizer, titles) == expected
    assert 1 <= len(tokenizer._records) <= 5
    assert all(len(word) < 1_000 for word in tokenizer._records)
    assert 1 <= len(tokenizer._pretokens._known) <= 5


@pytest.mark.parametrize("normalizer", ["es", "pt", "en", "basic"])
def test_text_without_spaces_is_cut_into_bigrams(normalizer):
    titles = ["緑茶ティー x", "紅茶", "緑茶"]
    tokenizer = train(titles, normalizer)
    bigrams = ["緑茶", "茶テ", "ティ", "ィー", "x"]
    assert tokenizer.split(titles) == [bigrams, ["紅茶"], ["緑茶"]]
    assert words_of(tokenizer, titles) == tokenizer.split(titles)


@pytest.mark.parametrize("normalizer", [None, str.lower])
def test_who_normalises_himself_cuts_himself(normalizer):
    assert train(["緑茶 ティー"], normalizer).split(["緑茶ティー x"]) == [
        ["緑茶ティー", "x"]
    ]


def test_keys_without_a_word():
    titles = ["mesa de pino", "silla zzz silla", "", "la", "termo"]
    tokenizer = WordTokenizer.train(
        ["mesa pino silla termo"], normalizer="es", vocab_size=100
    )
    keys, is_known = tokenizer.keys_without_a_word(tokenizer.split(titles))
    shorter = ["pino", "mesa", "zzz silla", "silla silla", "silla zzz", ""]
    np.testing.assert_array_equal(keys.values, tokenizer.encode(shorter).keys)
    assert keys.lengths.tolist() == [2, 3, 0, 0, 1]
    assert is_known.tolist() == [True, True, True, False, True, True]
    for i, words in enumerate(tokenizer.split(titles)):
        alone, known = tokenizer.keys_without_a_word([words])
        assert alone.to_lists() == [keys[i].tolist()]
        assert alone.values.dtype == keys.values.dtype
        of_title = slice(*keys.offsets[i : i + 2].tolist())
        np.testing.assert_array_equal(known, is_known[of_title], strict=True)
    none, is_known = tokenizer.keys_without_a_word([])
    assert (len(none), len(is_known)) == (0, 0)
