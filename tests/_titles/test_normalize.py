"""Normalisation and tokens."""

import pickle
import random
import sys
import unicodedata

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb import normalize_titles
from sklearn_prodemb._titles import normalize
from sklearn_prodemb._titles.normalize import TitleTokenizer
from sklearn_prodemb._titles.stop_words import STOP_WORDS
from sklearn_prodemb.datasets import make_sessions

CORPUS = [f"{a} {b} {i}" for a in ("mesa", "silla") for b in "xyz" for i in range(9)]


def normalized(title, normalizer="basic"):
    return normalize_titles([title], normalizer=normalizer)[0]


# Normalisation ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("¡Cámara RÉFLEX!", "camara reflex"),
        ("  mesa \t\n silla\u00a0\u3000", "mesa silla"),
        ("Piñón pingüino Ação", "pinon pinguino acao"),
        ("Pin\u0303o\u0301n", "pinon"),
        ('TV 50" 4K+HDR (2x)', "tv 50 4k hdr 2x"),
        ("a_b-c/d.e,f", "a b c d e f"),
        ("1.5kg €20 50%", "1 5kg 20 50"),
        ("m² Nº½ ﬁn ＡＢＣ", "m2 no1 2 fin abc"),
        ("Straße İstanbul Ærø", "straße istanbul ærø"),
        ("Йод Ёлка ΆΛΦΑ", "иод елка αλφα"),
        ("हिन्दी ไทย 漢字 한국", "हिन्दी ไทย 漢字 한국"),
        ("so\u00adfa zapa\u200btilla \ufeffmesa", "sofa zapatilla mesa"),
        ("mesa 🪑 silla❤️", "mesa silla"),
        ("mesa\0silla\ud800termo\x7f", "mesa silla termo"),
        ("", ""),
        ("¿¡…!?", ""),
    ],
)
def test_basic(title, expected):
    assert normalized(title) == expected


@pytest.mark.parametrize(
    ("normalizer", "expected"),
    [
        ("es", "carpa familia sin piso nao sem the without"),
        ("pt", "el carpa y la familia sin piso con nao sem the without"),
        ("en", "el carpa y la familia sin piso con nao sem de without"),
        ("basic", "el carpa de y la familia sin piso con nao sem de the without"),
        (None, "El  Carpa, de y la FAMILIA sin piso con não sem de the without"),
    ],
)
def test_stop_words_of_each_language(normalizer, expected):
    title = "El  Carpa, de y la FAMILIA sin piso con não sem de the without"
    got = normalized(title, normalizer)
    if normalizer == "en":
        expected = expected.replace("carpa", "carpa de")
    assert got == expected


@pytest.mark.parametrize("language", STOP_WORDS)
def test_stop_words_are_normalised_themselves(language):
    words = sorted(STOP_WORDS[language])
    assert normalize_titles(words, normalizer="basic") == words
    assert set(normalize_titles(words, normalizer=language)) <= {""}
    title = " Mesa ".join(words).upper() + " Mesa"
    assert set(normalized(title, language).split()) == {"mesa"}


def test_a_callable_gets_each_title():
    seen = []

    def shout(title):
        seen.append(title)
        return title.upper() + "!"

    assert normalize_titles(["a b", ""], normalizer=shout) == ["A B!", "!"]
    assert seen == ["a b", ""]


@pytest.mark.parametrize(
    ("result", "what"), [(None, "missing"), (b"x", "bytes"), (["x"], "list")]
)
def test_a_callable_must_give_str(result, what):
    with pytest.raises(TypeError, match=f"must give a str .* {what}.* for 'mesa'"):
        normalized("mesa", lambda title: result)


@pytest.mark.parametrize("normalizer", ["klingon", "ES", "", 3, ["es"]])
def test_unknown_normalizer(normalizer):
    with pytest.raises(ValueError, match=r"one of .*'basic', 'en', 'es', 'pt'"):
        normalized("mesa", normalizer)


def test_titles_are_checked():
    assert normalize_titles(pd.Series(["Mesa", "LA silla"])) == ["mesa", "silla"]
    assert normalize_titles([]) == []
    with pytest.raises(TypeError, match=r"titles must hold .* position 1 of 2"):
        normalize_titles(["mesa", None])
    with pytest.raises(ValueError, match=r"titles must be a list .* one bare str"):
        normalize_titles("mesa")


def _random_titles(seed, n=300):
    rng = random.Random(seed)
    ranges = [(0, 0x250), (0x300, 0x3000), (0xD7F0, 0xE010), (0xF900, 0x10000)]
    ranges += [(0, sys.maxunicode + 1), (0x1F300, 0x1FB00)]
    words = [*STOP_WORDS["es"]]
    for _ in range(n):
        parts = [
            chr(rng.randrange(*rng.choice(ranges)))
            if rng.random() < 0.8
            else f" {rng.choice(words)} "
            for _ in range(rng.randrange(40))
        ]
        yield "".join(parts)


@pytest.mark.parametrize("normalizer", STOP_WORDS)
def test_random_unicode(normalizer):
    titles = list(_random_titles(0))
    once = normalize_titles(titles, normalizer=normalizer)
    assert normalize_titles(once, normalizer=normalizer) == once
    for text in once:
        assert text == " ".join(text.split())
        kinds = {unicodedata.category(c) for c in text if c != " "}
        assert not {kind for kind in kinds if kind[0] in "CPSZ"}
        text.encode()
    assert normalize_titles(titles[::-1], normalizer=normalizer) == once[::-1]


def test_every_character_is_done_at_once():
    characters = [*map(chr, range(0x3400)), *map(chr, range(0xF900, 0x10000))]
    once = normalize_titles(characters, normalizer="basic")
    assert normalize_titles(once, normalizer="basic") == once


# Tokens -----------------------------------------------------------------------


def train(titles=CORPUS, counts=None, vocab_size=100, normalizer="basic"):
    return TitleTokenizer.train(
        titles,
        np.ones(len(titles), np.int64) if counts is None else np.array(counts),
        normalizer=normalizer,
        vocab_size=vocab_size,
    )


def pieces(tokenizer, title):
    tokens, _ = tokenizer.encode([title])
    return [tokenizer._processor.id_to_piece(int(t)) for t in tokens]


@pytest.mark.parametrize("normalizer", [*STOP_WORDS, str.swapcase, None])
def test_tokens_are_those_of_the_whole_title(normalizer):
    market = make_sessions(300, random_state=0)
    tokenizer = TitleTokenizer.train(
        market.titles,
        np.ones(len(market.titles), np.int64),
        normalizer=normalizer,
        vocab_size=2_000,
    )
    titles = [*market.titles, *_random_titles(1), "", " ", "  a\t b\u2581c  d "]
    texts = [
        text.translate(normalize.REPLACEMENTS)
        for text in normalize.normalize_checked(titles, normalizer)
    ]
    expected = tokenizer._processor.encode(texts)
    for _ in range(2):
        tokens, offsets = tokenizer.encode(titles)
        assert tokens.dtype == np.int32
        parts = np.split(tokens, offsets[1:-1])
        assert [part.tolist() for part in parts] == expected


def test_few_words_are_kept(monkeypatch):
    monkeypatch.setattr(normalize, "MAX_WORDS", 20)
    tokenizer = train()
    titles = [f"{title} {i}" for i, title in enumerate(CORPUS)]
    for title in titles:
        tokenizer.encode([title])
        assert len(tokenizer._words) <= 20
    tokens, offsets = tokenizer.encode(titles)
    assert len(tokenizer._words) <= 20
    other, other_offsets = train().encode(titles)
    np.testing.assert_array_equal(tokens, other)
    np.testing.assert_array_equal(offsets, other_offsets)


def test_a_small_corpus_gives_fewer_tokens():
    tokenizer = train(vocab_size=30_000)
    most = tokenizer.vocab_size
    assert 15 < most < 100
    assert train(vocab_size=most - 1).vocab_size == most - 1
    assert train(["mesa", "silla"], vocab_size=30_000).vocab_size < 30
    assert type(tokenizer.model) is bytes


def test_equal_input_gives_equal_bytes():
    assert train().model == train().model == train(counts=[1] * 54).model
    assert train().model != train(CORPUS[::2]).model


def test_titles_count_as_often_as_they_occur():
    counts = [1 + 3 * (i % 5) for i in range(len(CORPUS))]
    expanded = [t for t, n in zip(CORPUS, counts, strict=True) for _ in range(n)]
    assert train(counts=counts).model == train(expanded).model != train().model


def test_titles_that_do_not_occur_teach_nothing():
    counts = np.append(np.ones(len(CORPUS), int), 0)
    tokenizer = train([*CORPUS, "漢"], counts)
    assert tokenizer.model == train().model
    assert train([*CORPUS, "漢"]).model != tokenizer.model


def test_many_occurrences_count_for_less_but_none_for_nothing(monkeypatch):
    counts = [10_000 if t.startswith("mesa") else 1 for t in CORPUS]
    monkeypatch.setattr(normalize, "_MAX_TRAINING_TITLES", 500)
    seen = []
    trainer = normalize.sentencepiece.SentencePieceTrainer.train

    def spy(sentence_iterator, **kwargs):
        titles = list(sentence_iterator)
        seen.append(titles)
        return trainer(sentence_iterator=iter(titles), **kwargs)

    monkeypatch.setattr(normalize.sentencepiece.SentencePieceTrainer, "train", spy)
    train(counts=counts)
    assert 500 <= len(seen[0]) <= 500 + len(CORPUS)
    assert set(seen[0]) == set(CORPUS)
    assert sum(t.startswith("mesa") for t in seen[0]) > 490
    train(counts=[1] * len(CORPUS))
    assert seen[1] == CORPUS


def test_encode():
    tokenizer = train()
    titles = ["mesa x 1", "", "¡!", "silla y 2 mesa", "mesa x 1"]
    tokens, offsets = tokenizer.encode(titles)
    assert (tokens.dtype, offsets.dtype) == (np.int32, np.int64)
    assert len(offsets) == len(titles) + 1
    assert (offsets[0], offsets[-1]) == (0, len(tokens))
    lengths = np.diff(offsets)
    assert lengths[[1, 2]].tolist() == [0, 0]
    assert (lengths[[0, 3, 4]] > 0).all()
    for i, title in enumerate(titles):
        alone, _ = tokenizer.encode([title])
        assert tokens[offsets[i] : offsets[i + 1]].tolist() == alone.tolist()
        text = "".join(pieces(tokenizer, title)).replace("▁", " ").strip()
        assert text == normalized(title)
    assert tokens.min() >= 0
    assert tokens.max() < tokenizer.vocab_size


def test_encode_normalises():
    tokenizer = train(normalizer="es")
    assert pieces(tokenizer, "¡LA Mesa, de x!") == pieces(tokenizer, "mesa x")
    assert pieces(train(normalizer=str.lower), "MESA x") == pieces(tokenizer, "mesa x")


def test_encode_nothing():
    tokens, offsets = train().encode([])
    assert tokens.shape == (0,)
    assert offsets.tolist() == [0]


def test_many_titles_are_encoded_as_a_few():
    tokenizer = train()
    titles = [f"mesa {i} \ud800" if i == 7 else f"mesa {i}" for i in range(1500)]
    tokens, offsets = tokenizer.encode(titles)
    few = [tokenizer.encode(titles[i : i + 500]) for i in range(0, 1500, 500)]
    np.testing.assert_array_equal(tokens, np.concatenate([t for t, _ in few]))
    np.testing.assert_array_equal(
        np.diff(offsets), np.concatenate([np.diff(o) for _, o in few])
    )


@pytest.mark.parametrize("normalizer", [None, "basic", "es"])
def test_odd_characters(normalizer):
    tokenizer = train(normalizer=normalizer)
    odd = ["漢字", "mesa\ud800silla", "mesa\0silla", "▁", "<unk>", "\n", "🪑" * 50]
    tokens, offsets = tokenizer.encode([*odd, "mesa"])
    assert offsets[-1] == len(tokens)
    assert tokens.max() < tokenizer.vocab_size
    last = tokens[offsets[-2] :].tolist()
    assert last == tokenizer.encode(["mesa"])[0].tolist()
    assert pieces(tokenizer, "漢字")[-1] == "<unk>"
    separated = "mesa silla"
    assert pieces(tokenizer, "mesa\ud800silla") == pieces(tokenizer, separated)


@pytest.mark.parametrize("title", [f"{c} mesa" for c in ("\0", "\ud800", "▁", "\n")])
def test_training_takes_any_character(title):
    tokenizer = train([*CORPUS, title], normalizer=None)
    assert len(tokenizer.encode([title])[0])


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(protocol):
    tokenizer = train(normalizer="es")
    again = pickle.loads(pickle.dumps(tokenizer, protocol))
    assert (again.model, again.normalizer) == (tokenizer.model, "es")
    assert again.vocab_size == tokenizer.vocab_size
    np.testing.assert_array_equal(again.encode(CORPUS)[0], tokenizer.encode(CORPUS)[0])


@pytest.mark.parametrize("vocab_size", [2, 10])
def test_vocab_size_below_the_number_of_characters(vocab_size):
    match = rf"could not learn vocab_size={vocab_size} tokens.*Try a larger vocab_size"
    with pytest.raises(ValueError, match=f"(?s){match}"):
        train(vocab_size=vocab_size)


@pytest.mark.parametrize(
    ("titles", "counts", "normalizer"),
    [
        (["de la", "¡!"], [1, 1], "es"),
        (["  ", ""], [1, 1], None),
        (["mesa", ""], [0, 1], "es"),
    ],
)
def test_no_text_left(titles, counts, normalizer):
    with pytest.raises(ValueError, match="None of the 2 titles has any text left"):
        train(titles, counts, normalizer=normalizer)
