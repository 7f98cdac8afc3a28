"""Draws follow the probabilities that they promise."""

import numpy as np
import pytest

from sklearn_prodemb.datasets._dice import Dice

N = 20_000


@pytest.fixture
def dice():
    return Dice(np.random.RandomState(0))


def shares(draws, n):
    """How often each of 0, ..., n - 1 was drawn."""
    return np.bincount(draws, minlength=n) / len(draws)


def test_units_are_the_numbers_of_the_random_state(dice):
    # Over the end of blocks, none is left out or given twice.
    drawn = [dice.unit() for _ in range(3 * 8192)]
    expected = np.random.RandomState(0).random_sample(3 * 8192)
    np.testing.assert_array_equal(np.sort(drawn), np.sort(expected))


def test_the_random_state_is_the_only_source(dice):
    other = Dice(np.random.RandomState(0))
    assert [dice.unit() for _ in range(9)] == [other.unit() for _ in range(9)]
    another = Dice(np.random.RandomState(1))
    assert [dice.unit() for _ in range(9)] != [another.unit() for _ in range(9)]


@pytest.mark.parametrize("probability", [0, 0.03, 0.7, 1])
def test_chance(dice, probability):
    share = np.mean([dice.chance(probability) for _ in range(N)])
    assert share == pytest.approx(probability, abs=0.015 if 0 < probability < 1 else 0)


def test_below_and_pick_are_even(dice):
    for draws in (
        [dice.below(4) for _ in range(N)],
        [dice.pick(range(4)) for _ in range(N)],
    ):
        np.testing.assert_allclose(shares(draws, 4), 0.25, atol=0.015)
    assert dice.below(1) == 0
    assert dice.pick("a") == "a"


def test_pick_early_draws_the_first_more_often(dice):
    found = shares([dice.pick_early(range(4)) for _ in range(N)], 4)
    # 4 u^1.7 lies below k where u lies below (k / 4)^(1 / 1.7).
    expected = np.diff((np.arange(5) / 4) ** (1 / 1.7))
    np.testing.assert_allclose(found, expected, atol=0.015)
    assert (np.diff(found) < 0).all()


def test_some_are_distinct_and_the_first_more_often(dice):
    choices = tuple("abcde")
    drawn = [dice.some(choices, 2) for _ in range(N)]
    assert all(len(set(pair)) == 2 for pair in drawn)
    counts = [sum(letter in pair for pair in drawn) for letter in choices]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] > 0.2 * N
    assert counts[0] < 0.7 * N


@pytest.mark.parametrize(("n", "length"), [(0, 0), (3, 3), (9, 3)])
def test_some_are_as_many_as_there_are(dice, n, length):
    choices = ["x", "y", "z"]
    drawn = dice.some(choices, n)
    assert len(drawn) == length
    assert set(drawn) <= set(choices)
    assert choices == ["x", "y", "z"]
