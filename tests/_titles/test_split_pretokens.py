"""The pre-tokens of many titles: against `str.split`, and the formula of keys."""

import re
from itertools import pairwise

import numpy as np
import pytest
from random_titles import random_titles

from sklearn_prodemb._titles import split_pretokens as split_pretokens_module
from sklearn_prodemb._titles.split_pretokens import join_titles, split_pretokens

WHITE = "[\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f ]+"
TITLES = {
    "plain": ["mesa de pino", "silla"],
    "spaces": ["  mesa \t\n de\x0bpino\x0c\r ", "x", " "],
    "empty": ["", "", "mesa", ""],
    "nothing": [""],
    "separators": ["a\x1cb\x1dc\x1ed\x1fe", "\x1e\x1e", "\x1emesa\x1e"],
    "accents": ["cámara réflex", "ñandú", "漢字 緑茶"],
    "other white space": ["mesa\u00a0de\u3000pino\u2028x\x85y"],
    "surrogates": ["\ud800 x\udfff", "\U0001f600 \U0010ffff"],
    "controls": ["\x00 a\x00 \x00a\x7f\x08 \x0e \x1b \x21"],
    "random": list(random_titles(3)),
}


def plain(titles):
    """Split by a regular expression, title by title."""
    return [[p for p in re.split(WHITE, title) if p] for title in titles]


@pytest.mark.parametrize("titles", TITLES.values(), ids=TITLES)
def test_pretokens_stand_between_white_space_of_ascii(titles):
    pretokens = split_pretokens(join_titles(titles))
    texts = [pretokens.pretoken(i) for i in range(len(pretokens.starts))]
    ends = pretokens.of_titles.tolist()
    assert len(ends) == len(titles) + 1
    found = [texts[a:b] for a, b in pairwise(ends)]
    assert found == plain(titles)
    assert sum(map(len, found)) == len(texts)


def plain_key(pretoken):
    """The formula of `Pretokens.keys`, in Python's ints."""
    codes = pretoken.encode("utf-8", "surrogatepass")
    base, constant = split_pretokens_module._BASE, split_pretokens_module._OF_LENGTH
    key = sum(code * base**i for i, code in enumerate(codes)) + constant * len(codes)
    return key % 2**64


@pytest.mark.parametrize("titles", TITLES.values(), ids=TITLES)
def test_keys_are_those_of_the_formula(titles):
    keys = split_pretokens(join_titles(titles)).keys()
    assert keys.dtype == np.uint64
    expected = [
        plain_key(pretoken) for pretokens in plain(titles) for pretoken in pretokens
    ]
    assert keys.tolist() == expected


def test_keys_up_to_the_last_byte():
    n_bytes = split_pretokens_module.MOST_BYTES
    title = "x" * (n_bytes - 4) + " yz"
    pretokens = split_pretokens(join_titles([title]))
    assert len(pretokens.text) == n_bytes
    assert pretokens.keys().tolist()[1] == plain_key("yz")


def test_keys_of_different_pretokens_differ():
    letters = "abcdefghij\x00"
    words = {"", *letters}
    for _ in range(3):
        words |= {word + letter for word in words for letter in letters}
    words.discard("")
    keys = {plain_key(word) for word in words}
    assert len(keys) == len(words) > 15_000
