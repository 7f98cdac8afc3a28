"""Titles of any characters."""

import random
import sys

from sklearn_prodemb._titles.stop_words import STOP_WORDS


def random_titles(seed, n=300):
    """Give titles of characters from all of Unicode, and stop words."""
    rng = random.Random(seed)
    ranges = [(0, 0x250), (0x300, 0x3000), (0xD7F0, 0xE010), (0xF900, 0x10000)]
    ranges += [(0, sys.maxunicode + 1), (0x1F300, 0x1FB00)]
    words = [*STOP_WORDS["es"]]
    for _ in range(n):
        parts = [
            chr(rng.randrange(*rng.choice(ranges)))
            if rng.random() < 0.8
            else f" {rng.choice(words)} "
            for _ in range(rng.randrange(40))
        ]
        yield "".join(parts)
