"""Titles in, normalised titles or their words out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice
from typing import Any

from .._public import public
from .._utils.bounded_cache import BoundedCache
from .._utils.description import OneOf
from .._utils.validation import describe
from .check import check_titles
from .stop_words import STOP_WORDS
from .unspaced import cut_unspaced

Normalizer = str | Callable[[str], str] | None
NORMALIZER = OneOf((*STOP_WORDS, None), or_callable=True)

REPLACEMENTS = str.maketrans({chr(c): " " for c in range(0xD800, 0xE000)})

# Characters that Unicode's classes tell too little of. Those that separate, and show
# as a blank or nothing: zero width space, fillers, annotation, the end of a keycap.
_SPECIAL = dict.fromkeys("\u200b\u115f\u1160\u3164\uffa0\ufff9\ufffa\ufffb\u20e3", " ")
# Marks that only change how the character before them looks, as in emoji, or nothing.
_SPECIAL |= dict.fromkeys("\u180b\u180c\u180d\u180f\u17b4\u17b5", "")
_SPECIAL |= dict.fromkeys(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))), ""
)
# Voiced marks that are typed behind their kana.
_SPECIAL |= {"\u309b": "\u3099", "\u309c": "\u309a"}

# The ends of a raised character. White space for `str.split`, and no title has them.
_BEGIN, _END = "\x1e", "\x1f"
# Sorting marks takes the square of their number: Unicode's stream-safe format allows
# so many in a row, no language needs three. Shorter words sort in no time.
_MOST_MARKS, _LONG = 30, 500


class _Characters(BoundedCache[int, str]):
    """What becomes of each character, worked out when it is first seen."""

    def __missing__(self, code: int) -> str:
        return self.keep(code, self._normalize(chr(code)))

    def _normalize(self, character: str) -> str:
        special = _SPECIAL.get(character)
        if special is not None:
            return special
        form, *parts = unicodedata.decomposition(character).split() or [""]
        if form.startswith("<"):
            text = "".join(self[int(part, 16)] for part in parts)
            return _set_apart(character, form, text)
        # Only the Latin, Greek and Cyrillic accents go: other scripts write their
        # vowels as combining marks.
        decomposed = unicodedata.normalize("NFKD", character)
        bare = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
        text = unicodedata.normalize("NFC", bare).lower()
        text = text.replace("ς", "σ")  # capital sigma lower-cases to σ everywhere
        return "".join(map(_keep, text))


def _keep(c: str) -> str:
    kind = unicodedata.category(c)
    if kind in ("Cf", "Me") or "\u0300" <= c <= "\u036f":
        return ""
    return " " if kind[0] in "CPSZ" else c


def _set_apart(character: str, form: str, text: str) -> str:
    """Keep what stands for other characters from its neighbours, unless it is a letter.

    Letters and digits in another form, as full-width ones and ligatures, are parts of a
    word. Fractions, units and circled or Roman numbers are words of their own. Raised
    and lowered characters side by side are one word. A raised symbol is none, nor is
    the ordinal indicator, which is mostly typed for a degree sign.
    """
    kind = unicodedata.category(character)
    if form in ("<super>", "<sub>"):
        return _BEGIN + text + _END if kind in ("Lm", "No") else " "
    # An ideograph, but a symbol by its class.
    is_radical = "\u2e80" <= character <= "\u2fdf"
    return text if kind[0] in "LM" or kind == "Nd" or is_radical else f" {text} "


_CHARACTERS = _Characters()


@public
def normalize_titles(titles: Any, *, normalizer: Normalizer = "basic") -> list[str]:
    """Normalise titles: remove accents, punctuation and the stop words of a language.

    Accents are removed, letters become lower case, punctuation and symbols become
    spaces, stop words are dropped, and white space becomes single spaces. Letters in
    another form become plain letters. Fractions, units and raised numbers become words
    of their own.

    Parameters
    ----------
    titles : list, ndarray, Series or one-column frame of str, of length n_titles
        The titles.
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="basic"
        The language of the stop words that are dropped: Spanish, Portuguese or English.
        "basic" drops none and suits any language. A callable takes a title (str) and
        gives the normalised title. None leaves the titles as they are.

    Returns
    -------
    normalized : list of str, of length n_titles
        The normalised titles; the empty str if nothing is left.

    Raises
    ------
    TypeError
        If a title is no str, or the callable does not give one.
    ValueError
        If `normalizer` is no known language.

    Examples
    --------
    >>> from sklearn_prodemb import normalize_titles
    >>> normalize_titles(["¡Cámara Réflex p/ Niños, CON Trípode!"], normalizer="es")
    ['camara reflex p ninos tripode']
    """
    return normalize_checked(check_titles(titles, name="titles"), normalizer)


def normalize_checked(titles: Sequence[str], normalizer: Normalizer) -> list[str]:
    """Normalise titles that are known to be str, see `normalize_titles`."""
    if normalizer is None:
        return list(titles)
    if callable(normalizer):
        return [_checked_call(normalizer, title) for title in titles]
    dropped = stop_words(normalizer)
    return [
        " ".join([w for w in words if w not in dropped])
        for words in split_titles(titles, normalizer)
    ]


def stop_words(normalizer: Normalizer) -> frozenset[str]:
    """Give the words that a normalizer drops; raise a ValueError if it is unknown."""
    if normalizer is None or callable(normalizer):
        return frozenset()
    if not isinstance(normalizer, str) or normalizer not in STOP_WORDS:
        raise ValueError(
            f"normalizer must be one of {sorted(STOP_WORDS)}, a callable or None, got "
            f"{normalizer!r}."
        )
    return STOP_WORDS[normalizer]


def split_titles(
    titles: Sequence[str], normalizer: Normalizer, *, bigrams: bool = False
) -> Iterator[list[str]]:
    """Give the words of each title, stop words included.

    sentencepiece knows no other white space than the space.

    Parameters
    ----------
    titles : sequence of str, of length n_titles
        The titles.
    normalizer : {"es", "pt", "en", "basic"}, callable or None
        As in `normalize_titles`.
    bigrams : bool, default=False
        Whether text without spaces is cut, see `cut_unspaced`. A callable does that
        itself.

    Returns
    -------
    words : iterator of list of str, of length n_titles
        The words.
    """
    if normalizer is None:
        return (title.split(" ") for title in titles)
    if callable(normalizer):
        return (_checked_call(normalizer, title).split(" ") for title in titles)
    split = _split_and_cut if bigrams else _split
    return (
        title.translate(_CHARACTERS).split() if title.isascii() else split(title)
        for title in titles
    )


def _split(title: str) -> list[str]:
    return _clean(title).split()


def _split_and_cut(title: str) -> list[str]:
    text = _clean(title)
    return text.split() if text.isascii() else cut_unspaced(text).split()


def _clean(title: str) -> str:
    """Normalise a title but for its white space."""
    text = title.translate(_CHARACTERS)
    if not text.isascii():
        if len(text) > _LONG:
            text = " ".join(map(_thinned, text.split(" ")))
        # What was looked up one by one may compose, as half-width kana do.
        text = unicodedata.normalize("NFC", text)
    return text.replace(_END + _BEGIN, "")


def _thinned(word: str) -> str:
    """Drop marks past the thirtieth in a row of a long word."""
    if len(word) <= _LONG:
        return word
    return "".join(
        "".join(islice(group, _MOST_MARKS) if are_marks else group)
        for are_marks, group in groupby(word, lambda c: unicodedata.combining(c) > 0)
    )


def _checked_call(normalizer: Callable[[str], str], title: str) -> str:
    result = normalizer(title)
    if not isinstance(result, str):
        raise TypeError(
            f"The normalizer must give a str for each title, but gave "
            f"{describe(result)} for {title!r}."
        )
    return result
