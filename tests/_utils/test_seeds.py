"""One seed a fit."""

import numpy as np
import pytest

from sklearn_prodemb._utils.seeds import draw_seed, seed_key


def test_equal_ints_give_equal_seeds():
    seeds = [draw_seed(number) for number in range(100)]
    assert seeds == [draw_seed(np.int64(number)) for number in range(100)]
    assert len(set(seeds)) == 100
    for seed in seeds:
        assert type(seed) is int
        assert 0 <= seed < 2**31


def test_a_generator_gives_another_seed_each_time():
    a, b = np.random.RandomState(0), np.random.RandomState(0)
    seeds = [draw_seed(a) for _ in range(5)]
    assert len(set(seeds)) == 5
    assert seeds == [draw_seed(b) for _ in range(5)]
    assert seeds[0] == draw_seed(0)


def test_ints_leave_the_global_state_alone():
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    draw_seed(0)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


@pytest.mark.parametrize("random_state", ["zero", 1.5])
def test_no_random_state(random_state):
    with pytest.raises(ValueError, match="cannot be used to seed"):
        draw_seed(random_state)


@pytest.mark.parametrize("chance", [None, np.random.RandomState(0)])
def test_a_seed_that_chance_chose_is_no_key(chance):
    assert seed_key(chance, 5) is None
    assert seed_key(0, 5) == seed_key(np.int32(7), 5) == 5
