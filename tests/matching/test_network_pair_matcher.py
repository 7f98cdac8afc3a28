"""NetworkPairMatcher through its public methods."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from small_offers import random_offers

from sklearn_prodemb.matching import NetworkPairMatcher


def pairs_of(seed):
    """Pairs of offers of one product, and as many of two."""
    titles, _ = random_offers(40, seed, n_offers=2)
    left, right = titles[::2], titles[1::2]
    others = right[1:] + right[:1]
    return (left * 2, right + others), np.repeat([True, False], 40)


X, Y = pairs_of(0)


@pytest.fixture(scope="module")
def matcher():
    params = {"embedding_dim": 32, "hidden_layer_sizes": (32,)}
    return NetworkPairMatcher(**params, random_state=0).fit(X, Y)


def test_pairs_are_told_apart(matcher):
    assert matcher.score(X, Y) > 0.95
    new, truth = pairs_of(1)
    assert matcher.score(new, truth) > 0.6
    probabilities = matcher.predict_proba(new)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(
        matcher.predict(new), probabilities[:, 1] >= matcher.threshold_
    )


def test_the_sides_are_alike(matcher):
    left, right = X
    np.testing.assert_allclose(
        matcher.predict_proba((right, left)), matcher.predict_proba(X), atol=1e-6
    )


def test_vectors_and_hashes_are_told_apart():
    rng = np.random.default_rng(0)
    image = rng.standard_normal((80, 6))
    noisy = image + 0.1 * rng.standard_normal((80, 6))
    noisy[40:] = rng.standard_normal((40, 6))
    left, right = (
        pd.DataFrame({"title": ["shoe"] * 80, "image": list(vectors)})
        for vectors in (image, noisy)
    )
    matcher = NetworkPairMatcher(embedding_dim=32, random_state=0)
    matcher.fit((left, right), Y)
    assert matcher.columns_ == {"title": "text", "image": "vector"}
    # The texts are equal: only pictures tell.
    assert matcher.score((left, right), Y) > 0.95
    with pytest.raises(ValueError, match="as in fit"):
        matcher.predict(X)


def test_a_vector_of_another_width():
    frame = pd.DataFrame({"title": ["a", "b", "c", "d"], "image": [[1.0, 2.0]] * 4})
    matcher = clone(NetworkPairMatcher(embedding_dim=4, random_state=0))
    matcher.fit((frame, frame[::-1]), [0, 1, 0, 1])
    wide = frame.assign(image=[[1.0, 2.0, 3.0]] * 4)
    with pytest.raises(ValueError, match="'image' must hold 2 numbers"):
        matcher.predict((wide, wide))
    missing = frame.assign(image=[None] * 4)
    assert matcher.predict((missing, missing)).shape == (4,)
    # What fit had no value of is not known, and does not matter.
    offers = (missing.astype({"image": object}), missing[::-1])
    columns = {"title": "text", "image": "text"}
    assert matcher.fit(offers, [0, 1, 0, 1]).columns_ == columns


@pytest.mark.parametrize("sizes", [(0,), (3, -1), ("a",), (2.5,)])
def test_layers_are_positive(sizes):
    with pytest.raises(ValueError, match="hidden_layer_sizes"):
        NetworkPairMatcher(hidden_layer_sizes=sizes).fit(X, Y)
