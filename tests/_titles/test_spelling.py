"""Words that are not known, read as known ones."""

import numpy as np
import pytest

from sklearn_prodemb._titles.spelling import Spelling, _is_slip
from sklearn_prodemb._titles.words import WordTokenizer
from sklearn_prodemb._utils import bounded_cache

COUNTS = {"dress": 5, "shirt": 9, "skirt": 3, "lantern": 4, "red": 9, "bag": 2}
COUNTS |= {"lanterns": 4, "a52s": 7, "the": 1, "address": 1, "dregs": 1}


def spelling(titles=("red dress", "red bag"), counts=COUNTS, normalizer="basic"):
    """Know the words of `counts`, and these titles."""
    text = "".join(f"{word} " for word in sorted(counts))
    tokenizer = WordTokenizer(normalizer, text.encode())
    keys = np.sort(tokenizer.encode(titles).keys)
    return Spelling(tokenizer, np.array([counts[w] for w in sorted(counts)]), keys)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        # A letter dropped, doubled or swapped.
        ("blue dres", "blue dress"),
        ("blue drress", "blue dress"),
        ("sihrt", "shirt"),
        # Changed or added: only if the word is long, or the title is known with it.
        ("blue drxss", "blue drxss"),
        ("red drxss", "red dress"),
        ("red drexss", "red dress"),
        ("lamtern", "lantern"),
        ("lanternx", "lantern"),
        # Short words: only if the title is known.
        ("rde bag", "red bag"),
        ("rde", "rde"),
        ("red bagg", "red bag"),
        ("red bg", "red bg"),
        # Digits and other signs stay.
        ("x1ress", "x1ress"),
        ("a52", "a52"),
        ("2dress", "2dress"),
        # Two words.
        ("blue dres sihrt", "blue dress shirt"),
        ("", ""),
    ],
)
def test_readings(title, expected):
    assert spelling().correct(title.split()) == expected.split()


def test_the_known_title_goes_before_the_more_frequent_word():
    # "sirt" is "shirt" or "skirt" with a letter dropped.
    assert spelling().correct(["sirt"]) == ["shirt"]
    assert spelling(["sirt skirt", "red skirt"]).correct(["red", "sirt"]) == [
        "red",
        "skirt",
    ]


def test_equal_counts_go_by_the_alphabet():
    counts = {"bolso": 1, "bolsa": 1}
    assert spelling([], counts).correct(["bols"]) == ["bolsa"]


def test_known_words_and_stop_words_stay():
    counts = {"para": 1, "sobres": 1}
    corrector = spelling([], counts, "es")
    # "sobre" is a stop word of Spanish.
    assert corrector.correct(["sobre", "para"]) == ["sobre", "para"]


def test_the_list_is_not_changed():
    words = ["blue", "dres"]
    spelling().correct(words)
    assert words == ["blue", "dres"]


def test_keys_of_single_titles_are_those_of_all():
    tokenizer = WordTokenizer("es", b"mesa pino ")
    titles = ["mesa de pino", "pino mesa", "otra cosa más", "", "de la", "mesa " * 50]
    terms = [tokenizer.key_terms(words) for words in tokenizer.split(titles)]
    keys = [sum(row) % 2**64 for row in terms]
    assert keys == tokenizer.encode(titles).keys.tolist()
    assert terms[0][1] == 0  # a stop word


def test_several_misspelt_words_are_read_one_after_the_other():
    counts = {"rad": 9, "red": 1, "bag": 1, "bug": 9}
    corrector = spelling(["red bxg", "red bag"], counts, "en")
    # The first word makes a known title as it stands, then the second another.
    assert corrector.correct(["the", "rxd", "bxg"]) == ["the", "red", "bag"]
    assert corrector.correct(["rxd", "the", "of", "bxg"]) == ["red", "the", "of", "bag"]
    assert corrector.correct(["rxd", "bxxg"]) == ["rxd", "bxxg"]


def test_very_long_words_stay():
    rng = np.random.default_rng(0)
    word = "".join(rng.choice(list("abcdefgh"), 60))
    corrector = spelling([], {word[:50]: 1, word[5:]: 1})
    assert corrector.correct([word[1:50]]) == [word[:50]]
    assert corrector.correct([word[6:]]) == [word[6:]]
    # One letter left out at each place would take gigabytes.
    huge = "".join(rng.choice(list("abcdefgh"), 100_000))
    assert corrector.correct([huge]) == [huge]
    assert huge not in corrector._candidates


def test_a_title_of_very_many_misspelt_words():
    words = ["dres", "sihrt"] * 20_000
    assert spelling().correct(words) == ["dress", "shirt"] * 20_000


@pytest.mark.parametrize(
    "title", ["緑茶ティー", "เสื้อยืดสีแดง", "ミルク", "ខោអាវ", "အင်္ကျီ"]
)
def test_bigrams_are_left_alone(title):
    tokenizer = WordTokenizer.train([title], normalizer="basic", vocab_size=100)
    corrector = Spelling(
        tokenizer, np.ones(tokenizer.vocab_size, int), np.zeros(0, "u8")
    )
    assert corrector._by_deletion == {}
    (words,) = tokenizer.split([title[1:] + title])
    assert corrector.correct(words) == words


def test_few_words_are_remembered(monkeypatch):
    monkeypatch.setattr(bounded_cache, "MAX_BYTES", 1_000)
    corrector = spelling()
    for c in "abcdefghij":
        assert corrector.correct([f"qwer{c}", "dres"]) == [f"qwer{c}", "dress"]
    assert 1 <= len(corrector._candidates) < 6


def neighbours(word, letters):
    """Give all strings one letter away, the plain way."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    changed = {a + c + b[1:] for a, b in cuts if b for c in letters}
    added = {a + c + b for a, b in cuts for c in letters}
    dropped = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return (changed | added | dropped | swapped) - {word}


def test_all_words_one_letter_away_are_found():
    rng = np.random.default_rng(0)
    drawn = {"".join(rng.choice(list("abc"), rng.integers(3, 7))) for _ in range(300)}
    known = sorted(drawn)[::2]
    corrector = spelling([], dict.fromkeys(known, 1))
    for word in drawn - set(known):
        found = {candidate for candidate, _ in corrector._find(word)}
        assert found == neighbours(word, "abc") & set(known), word


def test_slips_are_what_they_are():
    rng = np.random.default_rng(0)
    for _ in range(300):
        known = "".join(rng.choice(list("abc"), rng.integers(4, 7)))
        n = len(known)
        dropped = {known[:i] + known[i + 1 :] for i in range(n)}
        doubled = {known[: i + 1] + known[i:] for i in range(n)}
        swapped = {
            known[:i] + known[i + 1] + known[i] + known[i + 2 :] for i in range(n - 1)
        }
        for word in neighbours(known, "abc"):
            expected = word in dropped | doubled | swapped
            assert _is_slip(known, word) == expected, (known, word)
