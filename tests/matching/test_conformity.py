"""The matchers against the conformity checks."""

import inspect

import numpy as np
from estimator_checks import MatcherCase, PairCase, parametrize_with_checks
from small_offers import random_offers

from sklearn_prodemb.matching import (
    EmbeddingMatcher,
    NetworkPairMatcher,
    PairMatcher,
    ProductMatcher,
)

TITLES, GROUPS = random_offers(10, seed=0)
PAIRS = np.array([TITLES, [*TITLES[1:], TITLES[0]]], object).T
IS_SAME = np.roll(GROUPS, -1) == GROUPS

CASES = {
    "features": MatcherCase(
        ProductMatcher(method="features", random_state=0), TITLES, GROUPS
    ),
    "similarity": MatcherCase(
        ProductMatcher(method="similarity", random_state=0), TITLES, GROUPS
    ),
    "embedding": MatcherCase(
        EmbeddingMatcher(embedding_dim=16, max_iter=5, batch_size=8, random_state=0),
        TITLES,
        GROUPS,
    ),
    "network of pairs": PairCase(
        NetworkPairMatcher(embedding_dim=16, hidden_layer_sizes=(8,), random_state=0),
        PAIRS,
        IS_SAME,
    ),
    "pairs": PairCase(PairMatcher(random_state=0), PAIRS, IS_SAME),
}


@parametrize_with_checks(CASES)
def test_conformity(case, check, tmp_path):
    name = type(case.estimator).__name__
    if "tmp_path" in inspect.signature(check).parameters:
        check(name, case, tmp_path)
    else:
        check(name, case)
