"""Titles in, tokens out: normalisation and the sentencepiece model."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import sentencepiece

from .._utils.validation import check_titles, describe
from .stop_words import STOP_WORDS

Normalizer = str | Callable[[str], str] | None

# sentencepiece splits its sums by thread, so the model depends on their number: a
# constant keeps it the same on every machine.
_TRAINING_THREADS = 4
# Beyond this many occurrences titles count for less each, but none for nothing: rare
# words keep their tokens. Real baskets gave as many tokens a title at half of it.
_MAX_TRAINING_TITLES = 1_000_000
# Bounds the memory of the words met, a few tens of MB, in a process that lives long.
MAX_WORDS = 1 << 18
_TOKEN_BYTES = np.dtype(np.int32).itemsize
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
        The normalised titles; the empty str where nothing is left.

    Raises
    ------
    TypeError
        Where a title is no str, or the callable does not give one.
    ValueError
        Where `normalizer` is no known language.

    Examples
    --------
    >>> from sklearn_prodemb import normalize_titles
    >>> normalize_titles(["¡Cámara Réflex p/ Niños, CON Trípode!"])
    ['camara reflex p ninos tripode']
    """
    return normalize_checked(check_titles(titles, name="titles"), normalizer)


def normalize_checked(titles: Sequence[str], normalizer: Normalizer) -> list[str]:
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


class TitleTokenizer:
    """Normalisation followed by a sentencepiece unigram model, held as bytes.

    Parameters
    ----------
    normalizer : {"es", "pt", "en", "basic"}, callable or None
        As in `normalize_titles`.
    model : bytes
        A serialised sentencepiece model.

    Attributes
    ----------
    vocab_size : int
        Number of tokens, the unknown token included.
    """

    def __init__(self, normalizer: Normalizer, model: bytes) -> None:
        self.normalizer = normalizer
        self.model = model
        self._load()

    def _load(self) -> None:
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=self.model)
        self.vocab_size = self._processor.get_piece_size()
        self._words = _WordTokens(self._processor, self.normalizer)

    def __getstate__(self) -> dict[str, Any]:
        return {"normalizer": self.normalizer, "model": self.model}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.normalizer, self.model = state["normalizer"], bytes(state["model"])
        self._load()

    @classmethod
    def train(
        cls,
        titles: Iterable[str],
        counts: np.ndarray,
        *,
        normalizer: Normalizer,
        vocab_size: int,
    ) -> TitleTokenizer:
        """Learn the tokens on titles as they occur.

        Parameters
        ----------
        titles : iterable of str, of length n_titles
            Distinct titles.
        counts : ndarray of int, shape (n_titles,)
            How often each title occurs; scaled down where the sum is above a million.
        normalizer : {"es", "pt", "en", "basic"}, callable or None
            As in `normalize_titles`.
        vocab_size : int
            The largest number of tokens; a small corpus gives fewer.

        Returns
        -------
        tokenizer : TitleTokenizer
            The tokenizer.

        Raises
        ------
        ValueError
            Where no title has any text left, or `vocab_size` is below the number of
            characters.
        """
        normalized = normalize_checked(list(titles), normalizer)
        counts = np.where([bool(t.strip()) for t in normalized], counts, 0)
        if not counts.any():
            raise ValueError(
                f"None of the {len(normalized)} titles has any text left after "
                f"normalisation (normalizer={normalizer!r})."
            )
        if counts.sum() > _MAX_TRAINING_TITLES:
            share = _MAX_TRAINING_TITLES / counts.sum()
            counts = np.ceil(counts * share).astype(np.int64)
        occurrences = chain.from_iterable(
            [text.translate(REPLACEMENTS)] * n
            for text, n in zip(normalized, counts.tolist(), strict=True)
        )
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=occurrences,
                model_writer=model,
                vocab_size=vocab_size,
                hard_vocab_limit=False,
                normalization_rule_name="identity",
                num_threads=_TRAINING_THREADS,
                max_sentence_length=1 << 24,
                bos_id=-1,
                eos_id=-1,
                minloglevel=2,
            )
        except RuntimeError as error:
            raise ValueError(
                f"sentencepiece could not learn vocab_size={vocab_size} tokens: "
                f"{error}. Try a larger vocab_size."
            ) from error
        return cls(normalizer, model.getvalue())

    def encode(self, titles: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Tokenise titles.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        tokens : ndarray of int32, shape (n_tokens,)
            The tokens of all titles, one after the other.
        offsets : ndarray of int64, shape (n_titles + 1,)
            Title i has `tokens[offsets[i]:offsets[i + 1]]`; none where normalisation
            leaves nothing.
        """
        tokens_of = self._words.__getitem__
        parts = [
            b"".join(map(tokens_of, words))
            for words in split_titles(titles, self.normalizer)
        ]
        offsets = np.zeros(len(parts) + 1, np.int64)
        np.cumsum([len(part) for part in parts], out=offsets[1:])
        return np.frombuffer(b"".join(parts), np.int32), offsets // _TOKEN_BYTES


class _WordTokens(dict[str, bytes]):
    """The tokens of each word, int32 after int32, worked out when it is first seen.

    No piece of the model spans two words, so a title's best pieces are those of its
    words, and titles share most of their words.
    """

    def __init__(
        self, processor: sentencepiece.SentencePieceProcessor, normalizer: Normalizer
    ) -> None:
        super().__init__()
        self._encode = processor.encode
        self._dropped = stop_words(normalizer)

    def __missing__(self, word: str) -> bytes:
        # sentencepiece takes no lone surrogates, which cannot be written as UTF-8.
        dropped = word in self._dropped
        pieces = [] if dropped else self._encode(word.translate(REPLACEMENTS))
        if len(self) >= MAX_WORDS:
            self.clear()
        self[word] = tokens = np.array(pieces, np.int32).tobytes()
        return tokens
