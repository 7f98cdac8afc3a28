"""Titles in, normalised titles or their words out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .._public import public
from .._utils.validation import describe
from .check import check_titles
from .stop_words import STOP_WORDS

Normalizer = str | Callable[[str], str] | None

# Bounds the memory of the words met, a few tens of MB, in a process that lives long.
MAX_WORDS = 1 << 18
REPLACEMENTS = str.maketrans({chr(c): " " for c in range(0xD800, 0xE000)})


class _Characters(dict[int, str]):
    """What becomes of each character, worked out when it is first seen."""

    def __missing__(self, code: int) -> str:
        self[code] = result = self._normalize(chr(code))
        return result

    @staticmethod
    def _normalize(character: str) -> str:
        # Only the Latin, Greek and Cyrillic accents go: other scripts write their
        # vowels as combining marks.
        parts = unicodedata.normalize("NFKD", character)
        bare = "".join(c for c in parts if not "\u0300" <= c <= "\u036f")
        text = unicodedata.normalize("NFC", bare).lower()
        text = text.replace("ς", "σ")  # capital sigma lower-cases to σ everywhere
        return "".join(_Characters._keep(c) for c in text)

    @staticmethod
    def _keep(c: str) -> str:
        kind = unicodedata.category(c)
        # Marks that only change how the character before them looks, as in emoji.
        selector = "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"
        if kind in ("Cf", "Me") or selector or "\u0300" <= c <= "\u036f":
            return ""
        return " " if kind[0] in "CPSZ" else c


_CHARACTERS = _Characters()


@public
def normalize_titles(titles: Any, *, normalizer: Normalizer = "es") -> list[str]:
    """Normalise titles as published: no accents, punctuation or stop words.

    Accents are stripped and letters lower-cased, punctuation and symbols become
    spaces, stop words are dropped and white space is reduced to single spaces.

    Parameters
    ----------
    titles : list, ndarray, Series or one-column frame of str, of length n_titles
        The titles.
    normalizer : {"es", "pt", "en", "basic"}, callable or None, default="es"
        The language whose stop words are dropped: Spanish, Portuguese or English.
        "basic" drops none and suits any language; a callable takes a title (str) and
        gives the normalised one; None leaves the titles as they are.

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
    >>> normalize_titles(["¡Cámara Réflex p/ Niños, CON Trípode!"])
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


def split_titles(titles: Sequence[str], normalizer: Normalizer) -> Iterator[list[str]]:
    """Give the words of each title, stop words included.

    sentencepiece knows no other white space than the space.
    """
    if normalizer is None:
        return (title.split(" ") for title in titles)
    if callable(normalizer):
        return (_checked_call(normalizer, title).split(" ") for title in titles)
    return (_composed(title).translate(_CHARACTERS).split() for title in titles)


def _composed(title: str) -> str:
    # Characters are looked up one by one, so they must be whole.
    return title if title.isascii() else unicodedata.normalize("NFC", title)


def _checked_call(normalizer: Callable[[str], str], title: str) -> str:
    result = normalizer(title)
    if not isinstance(result, str):
        raise TypeError(
            f"The normalizer must give a str for each title, but gave "
            f"{describe(result)} for {title!r}."
        )
    return result
