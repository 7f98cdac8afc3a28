"""Titles are misspelled by one slip a word, and keep all else."""

import numpy as np
import pytest

from sklearn_prodemb.datasets._dice import Dice
from sklearn_prodemb.datasets._spelling import misspell, type_title


@pytest.fixture
def dice():
    return Dice(np.random.RandomState(0))


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("queso", {"quezo", "keso"}),
        ("Hervir", {"herbir", "ervir"}),
        ("cena", {"sena"}),
        ("gallo", {"jallo", "gayo"}),
        ("mudo", set()),
        ("luz", {"lus"}),
    ],
)
def test_a_word_has_one_slip_of_the_ear_or_of_the_finger(dice, word, heard):
    inner = range(1, len(word) - 1)
    lost = {word[:i] + word[i + 1 :] for i in inner}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in inner}
    twice = {word[:i] + word[i] + word[i:] for i in inner}
    found = {misspell(word, dice) for _ in range(2000)}
    assert found == heard | lost | swapped | twice


def test_half_of_the_slips_are_of_the_ear(dice):
    found = [misspell("queso", dice) in {"quezo", "keso"} for _ in range(4000)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.03)


def test_a_title_is_written_in_one_of_four_ways(dice):
    # Words of three letters, and those with a number, are never misspelled.
    title = "luz LED x10 cm2"
    found = [type_title(title, dice) for _ in range(4000)]
    ways = {
        "Luz LED X10 Cm2": 0.45,
        "luz led x10 cm2": 0.2,
        "LUZ LED X10 CM2": 0.13,
        "Luz LED x10 cm2": 0.22,
    }
    assert set(found) == set(ways)
    for way, share in ways.items():
        assert found.count(way) / len(found) == pytest.approx(share, abs=0.03)


def test_accents_are_left_out_of_most_titles(dice):
    found = [type_title("té ñu güe", dice).lower() for _ in range(4000)]
    assert set(found) == {"té ñu güe", "te ñu gue"}
    assert found.count("te ñu gue") / 4000 == pytest.approx(0.65, abs=0.03)


def test_some_sellers_are_careless(dice):
    title = " ".join(["mesa"] * 20)
    typed = [type_title(title, dice).lower().split() for _ in range(4000)]
    slips = np.array([20 - words.count("mesa") for words in typed])
    # A careful seller makes 0.24 slips in twenty words, a careless one 4.4.
    assert slips.mean() == pytest.approx(20 * (0.18 * 0.22 + 0.82 * 0.012), rel=0.1)
    assert np.mean(slips >= 2) == pytest.approx(0.18 * 0.95 + 0.82 * 0.024, abs=0.03)
