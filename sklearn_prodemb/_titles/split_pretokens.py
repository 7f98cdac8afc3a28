"""The pre-tokens of many titles, which white space parts, and a key for each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

# So many bytes are split at once; their powers take 2 MB.
MOST_BYTES = 1 << 17
# White space for `str.split`, so a space may stand for it in a title.
_END = "\x1e"
# Drawn anew in each process, so that nobody can write titles whose pre-tokens have the
# same key; no vector depends on it. It is odd, so it has an inverse modulo 2 ** 64, and
# 5 modulo 8, so it has as many powers as can be.
_BASE = int.from_bytes(os.urandom(8), "little") & ~7 | 5
_OF_LENGTH = 0xD1B54A32D192ED03


class Pretokens(NamedTuple):
    """The pre-tokens of titles.

    Parameters
    ----------
    text : bytes
        The titles, as `join_titles` gives them.
    starts, ends : ndarray of int64, shape (n_pretokens,)
        Pre-token i is `text[starts[i]:ends[i]]`, UTF-8.
    of_titles : ndarray of int64, shape (n_titles + 1,)
        Title i has the pre-tokens from `of_titles[i]` to `of_titles[i + 1]`.
    """

    text: bytes
    starts: np.ndarray
    ends: np.ndarray
    of_titles: np.ndarray

    def pretoken(self, i: int) -> str:
        """Give one pre-token."""
        return self.text[self.starts[i] : self.ends[i]].decode("utf-8", "surrogatepass")

    def keys(self) -> np.ndarray:
        """Give a key for each pre-token, by which equal pre-tokens are found.

        The key of n bytes b_i is the sum of b_i * base ** i, plus n times a constant,
        modulo 2 ** 64. Sums from the begin of the text to each of its bytes give it for
        all pre-tokens, since the base has an inverse.

        Returns
        -------
        keys : ndarray of uint64, shape (n_pretokens,)
            The keys. They differ for different pre-tokens, save one pair in 2 ** 64.
        """
        powers, inverses = _powers()
        n_bytes = len(self.text)
        sums = np.empty(n_bytes + 1, np.uint64)
        sums[0] = 0
        codes = np.frombuffer(self.text, np.uint8)
        np.multiply(codes, powers[:n_bytes], out=sums[1:])
        np.add.accumulate(sums, out=sums)
        # What a pre-token adds to the sums, divided by the power that it begins with.
        terms = sums.take(self.ends) - sums.take(self.starts)
        lengths = (self.ends - self.starts).astype(np.uint64)
        return terms * inverses.take(self.starts) + lengths * np.uint64(_OF_LENGTH)


@cache
def _powers() -> tuple[np.ndarray, np.ndarray]:
    """Give the powers of the base and of its inverse, modulo 2 ** 64."""
    inverse = pow(_BASE, -1, 1 << 64)
    powers, inverses = np.empty((2, MOST_BYTES), np.uint64)
    for array, factor in ((powers, _BASE), (inverses, inverse)):
        array[0], array[1:] = 1, factor
        np.multiply.accumulate(array, out=array)
    return powers, inverses


def join_titles(titles: Sequence[str]) -> bytes:
    """Put titles one after the other, UTF-8, with an end mark after each."""
    text = _END.join([*titles, ""])
    if text.count(_END) > len(titles):
        text = _END.join([*(title.replace(_END, " ") for title in titles), ""])
    return text.encode("utf-8", "surrogatepass")


def split_pretokens(text: bytes) -> Pretokens:
    """Split titles at the white space of ASCII.

    A pre-token may hold other white space, which takes several bytes.

    Parameters
    ----------
    text : bytes, at most `MOST_BYTES`
        One or more titles, as `join_titles` gives them.

    Returns
    -------
    pretokens : Pretokens
        Their pre-tokens.
    """
    codes = np.frombuffer(text, np.uint8)
    # Tab to carriage return, and the separators with the space; differences wrap.
    is_white = codes - np.uint8(9) < 5
    is_white |= codes - np.uint8(28) < 5
    # Edges are by turns the begin and the end of a pre-token. The end mark is the last.
    edges = np.flatnonzero(is_white[1:] != is_white[:-1]) + 1
    if not is_white[0]:
        edges = np.concatenate([[0], edges])
    starts, ends = edges[::2], edges[1::2]
    title_ends = np.flatnonzero(codes == ord(_END))
    of_titles = np.concatenate([[0], np.searchsorted(starts, title_ends)])
    return Pretokens(text, starts, ends, of_titles)
