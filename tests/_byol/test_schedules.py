"""The schedules against their closed forms."""

import math

import pytest

from sklearn_prodemb._byol.schedules import learning_rate_factor, target_decay


@pytest.mark.parametrize("n_steps", [1, 2, 10, 1000])
def test_target_decay_goes_from_base_to_one(n_steps):
    for step in range(n_steps):
        expected = 1 - 0.004 * (math.cos(math.pi * step / n_steps) + 1) / 2
        assert target_decay(step, n_steps, 0.996) == pytest.approx(expected, rel=1e-15)
    assert target_decay(0, n_steps, 0.996) == 0.996
    assert target_decay(n_steps, n_steps, 0.996) == 1


def test_learning_rate_climbs_then_falls_on_a_cosine():
    factors = [learning_rate_factor(step, 100, 0.1) for step in range(100)]
    assert factors[:10] == pytest.approx([(i + 1) / 10 for i in range(10)])
    expected = [(1 + math.cos(math.pi * i / 90)) / 2 for i in range(90)]
    assert factors[10:] == pytest.approx(expected)


@pytest.mark.parametrize("n_steps", [1, 3, 50])
@pytest.mark.parametrize("warmup", [0.0, 0.01, 0.5, 1.0])
def test_every_step_learns(n_steps, warmup):
    factors = [learning_rate_factor(s, n_steps, warmup) for s in range(n_steps)]
    assert all(0 < factor <= 1 for factor in factors)
