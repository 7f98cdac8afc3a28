"""How titles get typed: accents left out, letters lost, capitals or none."""

from __future__ import annotations

from ._dice import Dice

_NO_ACCENTS = str.maketrans("áéíóúüÁÉÍÓÚÜ", "aeiouuAEIOUU")
# What sounds the same in Argentina, or sits side by side in the head.
_SOUNDS = (
    ("b", "v"),
    ("v", "b"),
    ("s", "z"),
    ("z", "s"),
    ("ce", "se"),
    ("ci", "si"),
    ("h", ""),
    ("ll", "y"),
    ("qu", "k"),
    ("g", "j"),
    ("rr", "r"),
    ("ñ", "n"),
    ("cc", "c"),
    ("x", "cs"),
)


def type_title(title: str, dice: Dice) -> str:
    """Spell a title the way a seller would.

    Parameters
    ----------
    title : str
        The title, rightly spelled.
    dice : Dice
        The source of randomness.

    Returns
    -------
    title : str
        The title with this seller's accents, misspellings and capitals.
    """
    if dice.chance(0.65):
        title = title.translate(_NO_ACCENTS)
    careless = 0.22 if dice.chance(0.18) else 0.012
    words = [
        misspell(word, dice)
        if len(word) > 3 and word.isalpha() and dice.chance(careless)
        else word
        for word in title.split()
    ]
    style = dice.unit()
    if style < 0.45:
        words = [word[0].upper() + word[1:] for word in words]
    elif style < 0.65:
        words = [word.lower() for word in words]
    elif style < 0.78:
        words = [word.upper() for word in words]
    else:
        words[0] = words[0][0].upper() + words[0][1:]
    return " ".join(words)


def misspell(word: str, dice: Dice) -> str:
    """Change a word by one slip of the ear or of the finger.

    Parameters
    ----------
    word : str of at least 3 letters
        The word.
    dice : Dice
        The source of randomness.

    Returns
    -------
    word : str
        The word with at most one change; its first letter may be lost only if mute.
    """
    if dice.chance(0.5):
        lower = word.lower()
        heard = [(old, new) for old, new in _SOUNDS if old in lower]
        if heard:
            old, new = dice.pick(heard)
            return lower.replace(old, new, 1)
    at = 1 + dice.below(len(word) - 2)
    slip = (drop, swap, double)[dice.below(3)]
    return slip(word, at)


def drop(word: str, at: int) -> str:
    """Leave out a letter of a word, given by its place."""
    return word[:at] + word[at + 1 :]


def swap(word: str, at: int) -> str:
    """Swap a letter of a word, not the last one, with the next."""
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def double(word: str, at: int) -> str:
    """Write a letter of a word twice."""
    return word[:at] + word[at] + word[at:]
