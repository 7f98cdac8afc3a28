"""The closed form of vectors of ids against dense algebra."""

from contextlib import nullcontext

import numpy as np
import pytest
from plain import plain_mates, plain_ppmi, ragged

from sklearn_prodemb.multimodal._clicks.learning import (
    STAGES,
    ClickConfig,
    learn_vectors,
)

N_PRODUCTS = 20
rng = np.random.default_rng(0)
SESSIONS = [
    rng.choice(N_PRODUCTS, n, replace=False).tolist()
    for n in rng.integers(2, 9, 40).tolist()
]


def learn(n_components, seed=0, sessions=SESSIONS, **config):
    begun = []
    vectors = learn_vectors(
        ragged(sessions),
        N_PRODUCTS,
        ClickConfig(n_components, **config),
        np.random.RandomState(seed),
        lambda stage, n_blocks: nullcontext(begun.append(stage)),
    )
    assert tuple(begun) == STAGES
    assert vectors.dtype == np.float32
    return vectors


@pytest.mark.parametrize("n_components", [3, N_PRODUCTS, 30])
@pytest.mark.parametrize(("smoothing", "power"), [(0.75, 0.75), (1, 1), (0.5, 0)])
def test_it_is_a_truncated_svd_of_smoothed_ppmi(n_components, smoothing, power):
    ppmi = plain_ppmi(plain_mates(SESSIONS, N_PRODUCTS), smoothing)
    u, s, _ = np.linalg.svd(ppmi)
    rows = u[:, :n_components] * s[:n_components] ** power
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    vectors = learn(
        n_components,
        smoothing=smoothing,
        singular_value_power=power,
        n_power_iterations=20,
    )
    # Singular vectors are determined up to a rotation, which no angle tells.
    np.testing.assert_allclose(vectors @ vectors.T, rows @ rows.T, atol=1e-4)
    assert vectors.shape == (N_PRODUCTS, n_components)
    assert not vectors[:, N_PRODUCTS:].any()


def test_products_that_chance_explains_have_a_zero_vector():
    vectors = learn(4, sessions=[[0, 1], [0, 1]])
    assert np.isfinite(vectors).all()
    assert not vectors[2:].any()


def test_seeds_hardly_matter():
    vectors = [learn(8, seed) for seed in (0, 0, 1)]
    assert vectors[0].tobytes() == vectors[1].tobytes()
    grams = [v @ v.T for v in vectors]
    np.testing.assert_allclose(grams[0], grams[2], atol=0.05)
