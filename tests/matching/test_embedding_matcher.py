"""EmbeddingMatcher through its public methods."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from sklearn_prodemb.matching import EmbeddingMatcher


def sellers_offers(products, seed):
    """Three offers a product: two words name it, among rarer ones of the seller."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(len(products)), 3)
    titles = []
    for group in groups:
        maker, kind = divmod(int(products[group]), 8)
        words = [f"maker{'abcdefgh'[maker]}", f"kind{'abcdefgh'[kind]}"]
        words += [f"seller{s:02d}" for s in rng.integers(60, size=2)]
        titles.append(" ".join(rng.permutation(words)))
    return titles, groups


PRODUCTS = np.random.default_rng(0).permutation(64)
TITLES, GROUPS = sellers_offers(PRODUCTS[:40], seed=0)
NEW, NEW_GROUPS = sellers_offers(PRODUCTS[40:], seed=1)


@pytest.fixture(scope="module")
def matcher():
    params = {"embedding_dim": 64, "max_iter": 40, "learning_rate": 3e-3}
    return EmbeddingMatcher(**params, random_state=0).fit(TITLES, GROUPS)


def test_training_finds_more_of_new_groups(matcher):
    untrained = clone(matcher).set_params(max_iter=0).fit(TITLES, GROUPS)
    assert untrained.n_iter_ == len(untrained.loss_curve_) == 0
    assert matcher.n_iter_ == len(matcher.loss_curve_) == 40
    assert untrained.score(NEW, NEW_GROUPS) + 0.1 < matcher.score(NEW, NEW_GROUPS)


def test_vectors_tell_the_similarity(matcher):
    vectors = matcher.transform(NEW)
    assert vectors.shape == (len(NEW), 64)
    assert vectors.dtype == np.float32
    graph = matcher.kneighbors_graph(NEW).tocoo()
    expected = (vectors[graph.row] * vectors[graph.col]).sum(axis=1)
    np.testing.assert_allclose(graph.data, expected.clip(0, 1), atol=1e-6)
    assert len(matcher.get_feature_names_out()) == 64
    assert matcher.get_feature_names_out()[0] == "embeddingmatcher0"


def test_offers_do_not_depend_on_others(matcher):
    np.testing.assert_allclose(
        matcher.transform(NEW)[3:5], matcher.transform(NEW[3:5]), atol=1e-6
    )


def test_match(matcher):
    reference = [i for i in range(len(NEW)) if i % 3]
    asked = [i for i in range(len(NEW)) if not i % 3]
    found = matcher.match(
        [NEW[i] for i in asked], [NEW[i] for i in reference], NEW_GROUPS[reference]
    )
    assert (found == NEW_GROUPS[asked]).mean() > 0.8
    assert matcher.match(["", "zzz"], NEW, NEW_GROUPS).tolist() == [-1, -1]


def test_pictures_as_vectors_and_hashes():
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((55, 12))
    image = [list(centres[g] + 0.3 * rng.standard_normal(12)) for g in GROUPS]
    image[4] = None
    frame = pd.DataFrame({"title": ["shoe"] * len(GROUPS), "image": image})
    matcher = EmbeddingMatcher(embedding_dim=32, max_iter=20, random_state=0)
    matcher.fit(frame, GROUPS)
    assert matcher.columns_ == {"title": "text", "image": "vector"}
    assert matcher.transform(frame).shape == (120, 64)
    # Equal titles say nothing, so the picture is what counts.
    assert matcher.encoder_.weights["image"] >= 1
    assert matcher.score(frame, GROUPS) > 0.7
    noise = frame.assign(title=TITLES, image=list(rng.standard_normal((120, 12))))
    assert matcher.fit(noise, GROUPS).encoder_.weights["image"] < 1


def test_the_threshold_is_cross_validated(matcher):
    fixed = clone(matcher).set_params(threshold=0.3).fit(TITLES, GROUPS)
    assert fixed.threshold_ == 0.3
    np.testing.assert_array_equal(
        fixed.encoder_.text_vectors, matcher.encoder_.text_vectors
    )
    for name, curve in matcher.threshold_curve_.items():
        np.testing.assert_array_equal(fixed.threshold_curve_[name], curve)
    # Groups that the encoder has learned are found better than those it has not.
    seen = matcher.score_thresholds(TITLES, GROUPS)
    assert seen["f1"].max() > matcher.threshold_curve_["f1"].max()


def test_unknown_groups_teach_nothing(matcher):
    unknown = np.where(np.arange(len(GROUPS)) < 60, -1, GROUPS)
    half = clone(matcher).fit(TITLES, unknown)
    alone = clone(matcher).fit(TITLES[60:], GROUPS[60:])
    assert half.n_iter_ == alone.n_iter_
    assert len(half.labels_) == 120


def test_empty_offers_are_alone(matcher):
    groups = matcher.predict(["", "makera kindb", "?", "makera kindb"])
    assert groups.tolist() == [0, 1, 2, 1]
