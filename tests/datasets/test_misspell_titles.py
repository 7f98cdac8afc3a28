"""Misspelt titles."""

import re
from collections import Counter

import pytest

from sklearn_prodemb.datasets import misspell_titles


def kind_of(word, typo):
    """Tell how a word was misspelt; None if it was not by one slip."""
    n = len(word)
    if typo in {word[:i] + word[i + 1 :] for i in range(n)}:
        return "dropped"
    if typo in {word[:i] + word[i] + word[i:] for i in range(n)}:
        return "doubled"
    swaps = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(n - 1)}
    return "swapped" if typo in swaps - {word} else None


def test_one_slip_in_one_word():
    titles = ["mesa de pino 4 patas"] * 3000
    kinds, places = Counter(), Counter()
    for title, typo in zip(
        titles, misspell_titles(titles, random_state=0), strict=True
    ):
        words, typos = title.split(), typo.split()
        (place,) = [i for i in range(5) if words[i] != typos[i]]
        kinds[kind_of(words[place], typos[place])] += 1
        places[place] += 1
    # Three kinds, and three words of more than three letters, alike.
    assert set(kinds) == {"dropped", "doubled", "swapped"}
    assert set(places) == {0, 2, 4}
    assert all(900 < n < 1100 for n in (*kinds.values(), *places.values()))


def test_short_words_and_digits_stay():
    titles = ["TV 42 pul x9y8z7w", "", "abc_def 12345", "a1b2c3d4"]
    assert misspell_titles(titles, random_state=0) == titles


def test_equal_letters_cannot_be_swapped():
    for typo in misspell_titles(["aaaa"] * 100, random_state=0):
        assert re.fullmatch("a{3}|a{5}", typo)


def test_seed():
    titles = ["Mesa plegable de pino"] * 50
    typos = misspell_titles(titles, random_state=1)
    assert typos == misspell_titles(titles, random_state=1)
    assert typos != misspell_titles(titles, random_state=2)
    # A title's typo does not depend on the titles behind it.
    assert misspell_titles(titles[:7], random_state=1) == typos[:7]


def test_wrong_titles():
    with pytest.raises(TypeError, match=r"titles.*1"):
        misspell_titles(["mesa", 3])
