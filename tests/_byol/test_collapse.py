"""The spread of vectors."""

import re

import numpy as np
import pytest

from sklearn_prodemb._byol.collapse import collapse_warning, spread
from sklearn_prodemb.exceptions import CollapseWarning


def test_spread_of_equal_vectors_is_zero():
    assert spread(np.ones((5, 3), np.float32)) == 0
    assert spread(np.zeros((5, 3), np.float32)) == 0


def test_spread_of_opposite_vectors_is_one():
    assert spread(np.array([[1.0, 2.0], [-1.0, -2.0]])) == pytest.approx(1)


def test_spread_does_not_depend_on_length():
    vectors = np.random.default_rng(0).normal(1, 1, (100, 8)).astype(np.float32)
    assert spread(vectors) == pytest.approx(2**-0.5, abs=0.05)
    assert spread(vectors * 1000) == pytest.approx(spread(vectors))


def test_warning_names_what_to_change():
    assert collapse_warning(0.4, 0.9) is None
    for alpha, match in ((0.9, r"only 0\.01 .* Lower alpha"), (1, "alpha=1 drops")):
        warning = collapse_warning(0.01, alpha)
        assert isinstance(warning, CollapseWarning)
        assert re.search(match, str(warning))
