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

# Each by itself, and what it is between two words.
APART = {
    # Symbols that say nothing.
    **dict.fromkeys("™℠®©°ºª🅪", ""),
    **dict.fromkeys("\u200b\u3164\uffa0\ufffa\u2800", ""),
    # Numbers.
    **{"½": "1 2", "¼": "1 4", "↉": "0 3", "²": "2", "₃": "3", "¹²": "12", "⁻¹": "1"},
    **{"①": "1", "⑳": "20", "⒈": "1", "⑴": "1", "Ⅷ": "viii", "ⅹ": "x", "①②": "1 2"},
    # Units and other abbreviations.
    **{"㎏": "kg", "㎡": "m 2", "㏄": "cc", "№": "no", "℃": "c", "₨": "rs", "℡": "tel"},
    # Letters in circles, raised and lowered.
    **{"Ⓡ": "r", "🄰": "a", "ᵀᴹ": "tm", "ˢᵗ": "st", "ₐ": "a", "1️⃣"[1:]: ""},
}


@pytest.mark.parametrize(("sign", "expected"), APART.items())
def test_signs_do_not_join_their_neighbours(sign, expected):
    text = f"lego {expected}".strip()
    assert normalized(f"Lego{sign}") == text
    assert normalized(f"Lego{sign}Set") == f"{text} set"
    assert normalized(f"1{sign}2") == f"1 {expected} 2".replace("  ", " ")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("oﬃce ĳs ŉ ſet", "office ijs ʼn set"),
        ("Ｌｅｇｏ１０ 𝐋𝐞𝐠𝐨𝟏𝟎 ℓ5µm", "lego10 lego10 l5μm"),
        ("ﻣﺤﻤﺪ ﻻ", "محمد لا"),
        ("⼤阪 豈", "大阪 豈"),
        ("me\u200dsa\ufe0f me\u00adsa\u180b me\u2060sa\u200e", "mesa mesa mesa"),
    ],
)
def test_letters_in_another_form_are_parts_of_a_word(title, expected):
    assert normalized(title) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ｶﾞﾗｽ ﾊﾟﾝ ｺｰﾋｰ", "ガラス パン コーヒー"),
        ("カ\u3099ラス ガ゛", "ガラス ガ\u3099"),
        ("か゛ハ゜", "がパ"),
        ("\u1112\u1161\u11ab", "한"),
        ("ﾡￂ", "가"),
        ("\u0627\u0653 \u0627\u200d\u0653", "آ آ"),
        ("\u09c7 ক\u09c7\u09be", "\u09c7 কো"),
    ],
)
def test_what_is_looked_up_one_by_one_composes(one, other):
    assert normalized(one) == unicodedata.normalize("NFC", other)


def test_all_of_unicode_comes_out_composed_and_bare():
    characters = "".join(map(chr, range(0x80, 0x20000)))
    titles = [characters[i : i + 64] for i in range(0, len(characters), 64)]
    for text in normalize_titles(titles, normalizer="basic"):
        assert unicodedata.is_normalized("NFC", text)
        kinds = {unicodedata.category(c) for c in text if c != " "}
        assert not kinds & {"Cf", "Me", "So"}


@pytest.mark.parametrize("marks", ["\u0301", "\u0323\u0301", "\u05b0\u0591", "\u0653"])
def test_marks_without_end_are_cut(marks):
    title = normalized("ab" + marks * 20_000 + " c")
    assert len(title) < 40
    assert title.startswith("ab")
    assert title.endswith(" c")
    assert normalized(title) == title
    short = normalized("שָ\u0591 " + "mesa " * 300)
    assert short.startswith(unicodedata.normalize("NFC", "שָ\u0591 mesa"))


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
        ("m² Nº½ ﬁn ＡＢＣ", "m 2 n 1 2 fin abc"),
        ("Straße İstanbul Ærø", "straße istanbul ærø"),
        ("Йод Ёлка ΆΛΦΑ", "иод елка αλφα"),
        ("हिन्दी ไทย 漢字 한국", "हिन्दी ไทย 漢字 한국"),
        (
            "so\u00adfa zapa\u200ctilla me\u200d\u2060sa \ufefftermo",
            "sofa zapatilla mesa termo",
        ),
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
    titles = pd.Series(["Mesa", "LA silla"])
    assert normalize_titles(titles) == ["mesa", "la silla"]
    assert normalize_titles(titles, normalizer="es") == ["mesa", "silla"]
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
