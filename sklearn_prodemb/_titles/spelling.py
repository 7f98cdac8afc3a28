"""Words that are not known, read as known words one letter away."""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate, pairwise

import numpy as np

from .._utils.bounded_cache import BoundedCache
from .normalize import stop_words
from .words import WordTokenizer

# Shorter words have neighbours by chance, unless the whole title confirms the reading.
_SHORTEST = 4
_SHORTEST_IN_TITLE = 3
# Among words as long as this, even an added or a changed letter is seldom chance.
_LONG = 7
# With one letter left out at each place, a word takes the square of its length.
_LONGEST = 50


class Spelling:
    """Read a word that is not known as a known word one letter away.

    In this order; if several words fit, the most frequent one is taken:

    1. any word one letter away (dropped, added, changed, or swapped with its neighbour)
       that makes the title as a whole a known one, from three letters on;
    2. a word with one letter dropped, doubled or swapped, from four letters on;
    3. a word with one letter added or changed, from seven letters on.

    Only words of letters alone, 50 at the most, are read and found: so sizes and model
    numbers stay what they are, and bigrams of text without spaces.

    Parameters
    ----------
    tokenizer : WordTokenizer
        The known words.
    word_counts : ndarray of int, shape (n_words,)
        In how many titles each known word is.
    title_keys : ndarray of uint64, shape (n_known_titles,)
        Keys of the known titles, ascending.
    """

    def __init__(
        self, tokenizer: WordTokenizer, word_counts: np.ndarray, title_keys: np.ndarray
    ) -> None:
        self._tokenizer = tokenizer
        # Looked up one by one: as a view, its numbers are ints.
        self._title_keys = title_keys.data
        self._dropped = stop_words(tokenizer.normalizer)
        self._counts = dict(zip(tokenizer.words, word_counts.tolist(), strict=True))
        self._candidates = BoundedCache[str, list[tuple[str, bool]]]()
        # Each known word by itself with one letter left out.
        self._by_deletion: dict[str, list[str]] = {}
        for word in self._counts:
            if _is_read(word):
                for deletion in _deletions(word):
                    self._by_deletion.setdefault(deletion, []).append(word)

    def correct(self, words: list[str]) -> list[str]:
        """Read the words of a title that are not known.

        Parameters
        ----------
        words : list of str
            The words of a normalised title.

        Returns
        -------
        words : list of str
            As many words; those for which nothing was found are as they were.
        """
        words = list(words)
        title: _Title | None = None
        for place, word in enumerate(words):
            if word in self._counts or word in self._dropped:
                continue
            candidates = self._find(word)
            if not candidates:
                continue
            if title is None:
                title = _Title(self._tokenizer, words)
            reading = next(self._readings(word, candidates, title, place), word)
            title.key = title.key_with(reading, place)
            words[place] = reading
        return words

    def _readings(
        self, word: str, candidates: list[tuple[str, bool]], title: _Title, place: int
    ) -> Iterator[str]:
        for candidate, _ in candidates:
            if self._is_title(title.key_with(candidate, place)):
                yield candidate
        if len(word) >= _SHORTEST:
            for candidate, is_slip in candidates:
                if len(candidate) >= _SHORTEST and (is_slip or len(word) >= _LONG):
                    yield candidate

    def _is_title(self, key: int) -> bool:
        place = bisect_left(self._title_keys, key)
        return place < len(self._title_keys) and self._title_keys[place] == key

    def _find(self, word: str) -> list[tuple[str, bool]]:
        """Give the known words one letter away, frequent first, and which are slips."""
        if not _is_read(word):
            return []
        candidates = self._candidates.get(word)
        if candidates is None:
            found = self._neighbours(word)
            ranked = sorted(found, key=lambda known: (-self._counts[known], known))
            candidates = [(known, _is_slip(known, word)) for known in ranked]
            n_bytes = sum(map(sys.getsizeof, candidates))
            self._candidates.keep(word, candidates, n_bytes=n_bytes)
        return candidates

    def _neighbours(self, word: str) -> set[str]:
        # A letter was dropped.
        found = set(self._by_deletion.get(word, ()))
        for deletion in _deletions(word):
            # A letter was added.
            if len(deletion) >= _SHORTEST_IN_TITLE and deletion in self._counts:
                found.add(deletion)
            # A letter was changed, or two were swapped.
            for known in self._by_deletion.get(deletion, ()):
                if len(known) == len(word) and _is_change_or_swap(known, word):
                    found.add(known)
        return found


class _Title:
    """The key of a title of which one word after the other is replaced.

    To add up all words anew for each would take the square of their number.
    """

    def __init__(self, tokenizer: WordTokenizer, words: list[str]) -> None:
        self._key_term = tokenizer.key_term
        self._terms = tokenizer.key_terms(words)
        # A word that is dropped adds nothing, and takes no place.
        self._places = list(accumulate(map(bool, self._terms), initial=0))
        self.key = sum(self._terms) % 2**64

    def key_with(self, word: str, place: int) -> int:
        """Give the key with a word in place of what was there at first."""
        term = self._key_term(word, self._places[place])
        return (self.key - self._terms[place] + term) % 2**64


def _is_read(word: str) -> bool:
    return _SHORTEST_IN_TITLE <= len(word) <= _LONGEST and word.isalpha()


def _deletions(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def _differences(known: str, word: str) -> list[int]:
    return [i for i, (a, b) in enumerate(zip(known, word, strict=True)) if a != b]


def _is_swap(known: str, word: str) -> bool:
    places = _differences(known, word)
    if len(places) != 2:
        return False
    i, j = places
    return j == i + 1 and known[i] == word[j] and known[j] == word[i]


def _is_change_or_swap(known: str, word: str) -> bool:
    return len(_differences(known, word)) == 1 or _is_swap(known, word)


def _is_slip(known: str, word: str) -> bool:
    """Tell if `word` is `known` with a letter dropped, doubled or swapped."""
    if len(known) > len(word):
        return True
    if len(known) == len(word):
        return _is_swap(known, word)
    return any(
        a == b and word[:i] + word[i + 1 :] == known
        for i, (a, b) in enumerate(pairwise(word))
    )
