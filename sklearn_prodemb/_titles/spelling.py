"""Words that are not known, read as known words one letter away."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from .normalize import MAX_WORDS, stop_words
from .words import WordTokenizer

# Shorter words have neighbours by chance, unless the whole title confirms the reading.
_SHORTEST = 4
_SHORTEST_IN_TITLE = 3
# Among words as long as this, even an added or a changed letter is seldom chance.
_LONG = 7


class Spelling:
    """Read a word that is not known as a known word one letter away.

    In this order; if several words fit, the most frequent one is taken:

    1. any word one letter away (dropped, added, changed, or swapped with its neighbour)
       that makes the title as a whole a known one, from three letters on;
    2. a word with one letter dropped, doubled or swapped, from four letters on;
    3. a word with one letter added or changed, from seven letters on.

    Only words of letters alone are read and found, so that sizes and model numbers stay
    what they are.

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
        self._candidates: dict[str, list[tuple[str, bool]]] = {}
        # Each known word by itself with one letter left out.
        self._by_deletion: dict[str, list[str]] = {}
        for word in self._counts:
            if len(word) >= _SHORTEST_IN_TITLE and word.isalpha():
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
        for place, word in enumerate(words):
            if word not in self._counts and word not in self._dropped:
                words[place] = next(self._readings(words, place), word)
        return words

    def _readings(self, words: list[str], place: int) -> Iterator[str]:
        word = words[place]
        candidates = self._find(word)
        for candidate, _ in candidates:
            if self._is_title([*words[:place], candidate, *words[place + 1 :]]):
                yield candidate
        if len(word) >= _SHORTEST:
            for candidate, is_slip in candidates:
                if len(candidate) >= _SHORTEST and (is_slip or len(word) >= _LONG):
                    yield candidate

    def _is_title(self, words: list[str]) -> bool:
        key = self._tokenizer.key(words)
        place = bisect_left(self._title_keys, key)
        return place < len(self._title_keys) and self._title_keys[place] == key

    def _find(self, word: str) -> list[tuple[str, bool]]:
        """Give the known words one letter away, frequent first, and which are slips."""
        candidates = self._candidates.get(word)
        if candidates is None:
            found: set[str] = set()
            if len(word) >= _SHORTEST_IN_TITLE and word.isalpha():
                found = self._neighbours(word)
            ranked = sorted(found, key=lambda known: (-self._counts[known], known))
            candidates = [(known, _is_slip(known, word)) for known in ranked]
            if len(self._candidates) >= MAX_WORDS:
                self._candidates.clear()
            self._candidates[word] = candidates
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
