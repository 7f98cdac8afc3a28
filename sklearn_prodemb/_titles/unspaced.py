"""Text that is written without spaces, cut into overlapping bigrams."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Scripts without spaces: Thai and Lao, Myanmar, Khmer, Tai Le, New Tai Lue, Tai Tham,
# kana, Han, Myanmar extended, Tai Viet, and what the other planes add to kana and Han.
# Hangul and Tibetan part their words.
_RUN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u19e0-\u19ff\u1a20-\u1aaf"
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaadf"
    "\U0001aff0-\U0001afff\U0001b000-\U0001b16f\U00020000-\U0003ffff]+"
)


def cut_unspaced(text: str) -> str:
    """Put overlapping bigrams in place of text without spaces.

    Without a dictionary, nobody knows where words begin. Two texts that share a run of
    characters share its bigrams, as in Lucene's CJKAnalyzer. A vowel sign or another
    mark belongs to the character before it.

    Parameters
    ----------
    text : str
        A normalised text.

    Returns
    -------
    text : str
        The text, with spaces between bigrams. A single character stays by itself, and
        all other scripts are as they were, but for spaces where they meet these.
    """
    return _RUN.sub(_bigrams, text)


def _bigrams(run: re.Match[str]) -> str:
    letters: list[str] = []
    for character in run[0]:
        if letters and unicodedata.category(character)[0] == "M":
            letters[-1] += character
        else:
            letters.append(character)
    if len(letters) > 1:
        letters = [a + b for a, b in pairwise(letters)]
    return f" {' '.join(letters)} "
