"""Normalisation."""

import unicodedata

import pandas as pd
import pytest
from random_titles import random_titles

from sklearn_prodemb import normalize_titles
from sklearn_prodemb._titles.stop_words import STOP_WORDS

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


@pytest.mark.parametrize("normalizer", STOP_WORDS)
def test_random_unicode(normalizer):
    titles = list(random_titles(0))
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
