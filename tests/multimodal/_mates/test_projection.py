"""The projection of features, against plain numpy."""

import numpy as np
import pytest
from scipy import sparse

from sklearn_prodemb.multimodal._mates.projection import learn_projection

RNG = np.random.default_rng(0)
FEATURES = (RNG.random((60, 12)) < 0.3).astype(np.float32)
LINKED = np.arange(0, 60, 2)
TARGETS = RNG.normal(size=(30, 5))
LENGTHS = (0.3, 0.65)
CONTAINERS = [np.asarray, sparse.csr_array]


def learned(features, linked=LINKED, targets=TARGETS, n_components=4, alpha=0.5):
    return learn_projection(
        features,
        linked,
        targets,
        n_components=n_components,
        alpha=alpha,
        lengths=LENGTHS,
        seed=0,
    )


def plain(features, linked, targets, n_components, alpha):
    """Ridge regression by its normal equations, PCA by the SVD of everything."""
    X = features[linked].astype(float)
    mean = X.mean(axis=0)
    centred = X - mean
    penalty = alpha * len(X) * centred.var(axis=0).mean()
    gram = centred.T @ centred + penalty * np.eye(X.shape[1])
    coefficients = np.linalg.solve(gram, centred.T @ (targets - targets.mean(axis=0)))
    _, _, rows = np.linalg.svd(features - features.mean(axis=0, dtype=float))
    components = rows[:n_components].T
    parts = []
    for table, length in zip((components, coefficients), LENGTHS, strict=True):
        part = (features - mean) @ table
        parts.append(length * part / np.linalg.norm(part, axis=1, keepdims=True))
    return coefficients, components, parts


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("alpha", [0.5, 1e-3])
@pytest.mark.parametrize("offset", [0, 1000])
def test_the_plain_form(container, alpha, offset):
    if offset and container is sparse.csr_array:
        pytest.skip("a sparse array has no offset")
    features = FEATURES + np.float32(offset)
    found = learned(container(features), alpha=alpha)
    coefficients, components, parts = plain(features, LINKED, TARGETS, 4, alpha)
    np.testing.assert_allclose(found.coefficients, coefficients, atol=2e-5)
    # A component may point either way.
    signs = np.sign(np.sum(found.components * components, axis=0))
    np.testing.assert_allclose(found.components, components * signs, atol=1e-4)
    vectors = found.project(container(features))
    assert vectors.dtype == np.float32
    assert found.n_features == vectors.shape[1] == 9
    np.testing.assert_allclose(vectors[:, :4], parts[0] * signs, atol=1e-4)
    np.testing.assert_allclose(vectors[:, 4:], parts[1], atol=1e-4)


def test_sparse_is_dense():
    dense, thin = learned(FEATURES), learned(sparse.csr_array(FEATURES))
    np.testing.assert_allclose(thin.mean, dense.mean, atol=1e-7)
    np.testing.assert_allclose(thin.coefficients, dense.coefficients, atol=1e-5)
    np.testing.assert_allclose(abs(thin.components), abs(dense.components), atol=1e-4)


@pytest.mark.parametrize("container", CONTAINERS)
def test_components_past_the_rank_are_zero(container):
    found = learned(container(FEATURES), n_components=20)
    assert found.components.shape == (12, 20)
    rank = 12 if container is np.asarray else 11
    assert found.components[:, :rank].any(axis=0).all()
    assert not found.components[:, rank:].any()
    few = learned(container(FEATURES[:3]), np.array([1]), TARGETS[:1], 20)
    assert np.flatnonzero(few.components.any(axis=0)).tolist() == [0, 1]
    assert np.isfinite(few.project(container(FEATURES))).all()


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("shape", [(1, 3), (1, 1), (6, 1), (6, 2), (6, 3)])
@pytest.mark.parametrize("value", [1.0, 127.3])
def test_features_that_are_all_equal_give_zeros(container, shape, value):
    features = container(np.full(shape, value, np.float32))
    linked = np.arange(shape[0])
    found = learned(features, linked, RNG.normal(size=(shape[0], 5)))
    vectors = found.project(features)
    assert vectors.shape == (shape[0], 9)
    # A sparse product is not exact.
    assert (vectors == 0).all() or container is sparse.csr_array
    assert np.isfinite(vectors).all()


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_row_does_not_depend_on_the_others(container):
    features = container(FEATURES)
    found = learned(features)
    one_by_one = [found.project(features[[row]]) for row in range(60)]
    np.testing.assert_allclose(
        np.concatenate(one_by_one), found.project(features), atol=1e-6
    )


def test_few_attributes_of_one_value_beside_others():
    # One column is always 1: fewer directions than columns.
    features = np.ones((8, 3), np.float32)
    features[:, 0], features[:, 1] = np.arange(8) % 2, np.arange(8) % 2 == 0
    for container in CONTAINERS:
        found = learned(container(features), np.arange(8), RNG.normal(size=(8, 5)))
        vectors = found.project(container(features))
        assert np.isfinite(vectors).all()
        np.testing.assert_allclose(vectors[0], vectors[2], atol=1e-6)
        assert np.linalg.norm(vectors[0] - vectors[1]) > 0.1
