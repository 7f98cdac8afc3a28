"""Titles in, words out: a vocabulary, and a key for each title as a whole."""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from .._public import public
from .._utils.bounded_cache import BoundedCache
from .._utils.description import Bytes, Wrong
from .._utils.plain_state import PlainStateMixin
from .._utils.ragged import Ragged, offsets_of
from .normalize import NORMALIZER, Normalizer, split_titles, stop_words
from .pretoken_records import PretokenRecords, join_records

# 16 bytes, which NumPy takes by number faster than 12.
_RECORD = np.dtype([("token", "<i4"), ("hash", "<u8")], align=True)
_FORMAT = struct.Struct("<i4xQ")
# Odd, so that each place of a word in a title has an odd factor of its own.
_STEP = np.uint64(0x9E3779B97F4A7C15 - 1)


class TitleWords(NamedTuple):
    """The words of titles.

    Parameters
    ----------
    tokens : Ragged of int32, of length n_titles
        The known words of each title, as numbers.
    keys : ndarray of uint64, shape (n_titles,)
        A hash: equal for titles that are equal once normalised, whether their words are
        known or not, and different for others, save one pair in 2 ** 60; 0 where
        nothing is left.
    n_unknown : ndarray of int64, shape (n_titles,)
        How many words of each title are not known; stop words do not count.
    """

    tokens: Ragged
    keys: np.ndarray
    n_unknown: np.ndarray


def _check_vocabulary(vocabulary: bytes) -> None:
    words = vocabulary.decode("utf-8", "surrogatepass").split(" ")
    if words.pop() or "" in words or words != sorted(set(words)):
        raise Wrong("must hold sorted words, with a space after each, but does not")


@public
class WordTokenizer(PlainStateMixin):
    """Normalise titles and split them into known words.

    Titles are split at spaces, and words that are not known are dropped. Text that is
    written without spaces, such as Chinese, is split into overlapping pairs of
    characters, unless `normalizer` is a callable or None.

    Parameters
    ----------
    normalizer : {"es", "pt", "en", "basic"}, callable or None
        As in `normalize_titles`.
    vocabulary : bytes
        The known words, UTF-8, with a space after each.

    Attributes
    ----------
    vocab_size : int
        Number of known words.
    """

    _state = {"normalizer": NORMALIZER, "vocabulary": Bytes(_check_vocabulary)}

    def __init__(self, normalizer: Normalizer, vocabulary: bytes) -> None:
        self.normalizer = normalizer
        self.vocabulary = bytes(vocabulary)
        self.vocab_size = len(self.words)
        self._records = _WordRecords(self.words, self.normalizer)
        self._pretokens = PretokenRecords(self._record_of_pretoken, _RECORD)

    @property
    def words(self) -> list[str]:
        """The known words, in the order of their numbers."""
        return self.vocabulary.decode("utf-8", "surrogatepass").split(" ")[:-1]

    @property
    def is_threaded(self) -> bool:
        """Whether several threads encode faster: not if Python does all the work."""
        return isinstance(self.normalizer, str)

    @classmethod
    def train(
        cls, titles: Iterable[str], *, normalizer: Normalizer, vocab_size: int
    ) -> WordTokenizer:
        """Take the words that are in most titles.

        Parameters
        ----------
        titles : iterable of str, of length n_titles
            Distinct titles.
        normalizer : {"es", "pt", "en", "basic"}, callable or None
            As in `normalize_titles`.
        vocab_size : int
            The largest number of words.

        Returns
        -------
        tokenizer : WordTokenizer
            The tokenizer; its words are sorted.

        Raises
        ------
        ValueError
            If no title has any word left.
        """
        titles = list(titles)
        counts: Counter[str] = Counter()
        for words in split_titles(titles, normalizer, bigrams=True):
            counts.update(set(words))
        for word in ("", *stop_words(normalizer)):
            counts.pop(word, None)
        if not counts:
            raise ValueError(
                f"None of the {len(titles)} titles has any text left after "
                f"normalisation (normalizer={normalizer!r})."
            )
        # Where counts are equal, the alphabet decides: one order on every machine.
        by_count = sorted(counts, key=lambda word: (-counts[word], word))
        text = "".join(word + " " for word in sorted(by_count[:vocab_size]))
        return cls(normalizer, text.encode("utf-8", "surrogatepass"))

    def encode(self, titles: Sequence[str]) -> TitleWords:
        """Split titles into known words.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        words : TitleWords
            Their words.
        """
        if not isinstance(self.normalizer, str):
            return self.encode_words(self.split(titles))
        # White space parts words, so what stands between it is normalised by itself,
        # once, and then looked up.
        if len(titles) == 1:
            return _add_up_one(self._pretokens.of_title(titles[0]))
        return _add_up(self._pretokens.of_titles(titles))

    def _record_of_pretoken(self, pretoken: str) -> bytes:
        (words,) = split_titles([pretoken], self.normalizer, bigrams=True)
        return b"".join(map(self._records.__getitem__, words))

    def split(self, titles: Sequence[str]) -> list[list[str]]:
        """Give the words of normalised titles, known or not, stop words included.

        Parameters
        ----------
        titles : sequence of str, of length n_titles
            The titles, not yet normalised.

        Returns
        -------
        words : list of list of str, of length n_titles
            The words of each title.
        """
        return list(split_titles(titles, self.normalizer, bigrams=True))

    def encode_words(self, titles: Sequence[list[str]]) -> TitleWords:
        """Look up words.

        Parameters
        ----------
        titles : sequence of list of str, of length n_titles
            The words of each title, as `split` gives them.

        Returns
        -------
        words : TitleWords
            The same as `encode` gives for the titles.
        """
        found = self._look_up(titles)
        if len(found) == 1:
            return _add_up_one(found[0])
        return _add_up(join_records(found, _RECORD))

    def is_unknown(self, word: str) -> bool:
        """Tell whether a normalised word counts and is not known.

        Parameters
        ----------
        word : str
            The word, as `split` gives it.

        Returns
        -------
        is_unknown : bool
            Whether it is so.
        """
        record = self._records[word]
        return bool(record) and _FORMAT.unpack(record)[0] < 0

    def keys_without_a_word(
        self, titles: Iterable[list[str]]
    ) -> tuple[Ragged, np.ndarray]:
        """Give the keys that titles would have with one of their words left out.

        Parameters
        ----------
        titles : iterable of list of str, of length n_titles
            The words of each title, as `split` gives them.

        Returns
        -------
        keys : Ragged of uint64, of length n_titles
            A key for each word of a title that counts.
        is_known : ndarray of bool, shape (n_keys,)
            Whether the word that is left out is known.
        """
        found = self._look_up(titles)
        if len(found) == 1:
            return _leave_out_one(found[0])
        titles_records = join_records(found, _RECORD)
        records, ends = titles_records.values, titles_records.offsets
        place = _places(titles_records)
        # The words before stay where they are; those behind move up by one.
        before = _sums(records["hash"] * _factors(place))
        behind = _sums(records["hash"] * _factors(place - 1))
        begin, end = (np.repeat(e, np.diff(ends)) for e in (ends[:-1], ends[1:]))
        left, right = before[:-1] - before[begin], behind[end] - behind[1:]
        return Ragged(left + right, ends), records["token"] >= 0

    def _look_up(self, titles: Iterable[list[str]]) -> list[bytes]:
        """Give the records of the words of each title."""
        record_of = self._records.__getitem__
        return [b"".join(map(record_of, words)) for words in titles]

    def key_terms(self, words: list[str]) -> list[int]:
        """Give the term of each word in a title's key.

        The key of `encode_words` is their sum, modulo 2 ** 64.

        Parameters
        ----------
        words : list of str
            The words of one title, as `split` gives them.

        Returns
        -------
        terms : list of int
            A number for each word; 0 if it is dropped.
        """
        counts = [bool(self._records[word]) for word in words]
        return list(map(self.key_term, words, accumulate(counts, initial=0)))

    def key_term(self, word: str, place: int) -> int:
        """Give what a word adds to a key.

        Parameters
        ----------
        word : str
            The word.
        place : int
            Number of the words before it that count.

        Returns
        -------
        term : int
            The number; 0 if the word is dropped.
        """
        record = self._records[word]
        return _FORMAT.unpack(record)[1] * _factor(place) if record else 0


def _add_up(titles: Ragged) -> TitleWords:
    """Make tokens and keys of the records of titles' words."""
    records, ends = titles.values, titles.offsets
    sums = _sums(records["hash"] * _factors(_places(titles)))
    # The tokens are the words that the vocabulary has.
    known = records["token"] >= 0
    n_known = offsets_of(known)
    tokens = Ragged(records["token"][known], n_known[ends])
    n_unknown = np.diff(ends) - tokens.lengths
    return TitleWords(tokens, np.diff(sums[ends]), n_unknown)


def _places(titles: Ragged) -> np.ndarray:
    """Give the place of each record in its title, from 0 on."""
    return np.arange(len(titles.values)) - np.repeat(
        titles.offsets[:-1], titles.lengths
    )


def _add_up_one(records: bytes) -> TitleWords:
    """Do the same for one title, in Python's ints: in a third of the time."""
    tokens, key, n_words = [], 0, 0
    for number, hashed in _FORMAT.iter_unpack(records):
        key += hashed * _factor(n_words)
        n_words += 1
        if number >= 0:
            tokens.append(number)
    return TitleWords(
        Ragged(np.array(tokens, np.int32), np.array([0, len(tokens)])),
        np.array([key % 2**64], np.uint64),
        np.array([n_words - len(tokens)]),
    )


def _leave_out_one(records: bytes) -> tuple[Ragged, np.ndarray]:
    """Do what `keys_without_a_word` does for one title, in Python's ints."""
    words = list(_FORMAT.iter_unpack(records))
    # The words before stay where they are; those behind move up by one.
    terms = [hashed * _factor(place) for place, (_, hashed) in enumerate(words)]
    moved = [hashed * _factor(place - 1) for place, (_, hashed) in enumerate(words)]
    key, keys = sum(moved), []
    for place in range(len(words)):
        key -= moved[place]
        keys.append(key % 2**64)
        key += terms[place]
    is_known = np.array([number >= 0 for number, _ in words], bool)
    return Ragged(np.array(keys, np.uint64), np.array([0, len(keys)])), is_known


# A title's key is the sum of its words' hashes, each times a factor that tells its
# place. Products and sums wrap around: they are taken modulo 2 ** 64.
def _factors(place: np.ndarray) -> np.ndarray:
    return place.astype(np.uint64) * _STEP | np.uint64(1)


def _factor(place: int) -> int:
    return place * int(_STEP) | 1


def _sums(terms: np.ndarray) -> np.ndarray:
    return np.append(np.uint64(0), np.cumsum(terms, dtype=np.uint64))


class _WordRecords(BoundedCache[str, bytes]):
    """The number and the hash of each word, worked out when it is first seen."""

    def __init__(self, words: list[str], normalizer: Normalizer) -> None:
        super().__init__()
        self._numbers = {word: number for number, word in enumerate(words)}
        self._dropped = stop_words(normalizer)

    def __missing__(self, word: str) -> bytes:
        return self.keep(word, self._record(word))

    def _record(self, word: str) -> bytes:
        if not word or word in self._dropped:
            return b""
        text = word.encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(text, digest_size=8).digest()
        number = self._numbers.get(word, -1)
        return _FORMAT.pack(number, int.from_bytes(digest, "little"))
