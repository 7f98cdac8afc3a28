"""Vectors of ids that serve as targets, and the rows that they belong to."""

from contextlib import nullcontext
from decimal import Decimal

import numpy as np
import pytest
from small_pictures import SESSIONS, sessions_of

from sklearn_prodemb.multimodal._mates.session_vectors import (
    learn_session_vectors,
    link_products,
)


def learned(sessions, n_components=3, max_session_length=100):
    rng = np.random.RandomState(0)
    return learn_session_vectors(
        sessions.by_id,
        n_components,
        max_session_length,
        rng,
        lambda name, n_blocks: nullcontext(),
    )


def test_what_is_seen_together_is_near():
    found = learned(SESSIONS, n_components=2)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    is_red = SESSIONS.by_id.ids.astype(int) % 2 == 0
    same = np.equal.outer(is_red, is_red)
    cosines = found @ found.T
    assert cosines[same].mean() > cosines[~same].mean() + 0.5


def test_an_id_without_a_mate_has_zeros():
    found = learned(sessions_of([[1, 2], [3], [1, 2, 4]]), max_session_length=2)
    assert found.any(axis=1).tolist() == [True, True, False, False]
    with pytest.raises(ValueError, match="two distinct product ids"):
        learned(sessions_of([[1], [2]]))


def test_links():
    by_id = sessions_of([[7, 5], [9, 7]]).by_id
    ids = [9, 4, 7.0, np.int8(5), Decimal(7), "7", True]
    assert link_products(by_id, ids, "id").tolist() == [2, -1, 0, 1, 0, -1, -1]
    with pytest.raises(ValueError, match=r"None of the 2 .*'id'.*type str.*type int"):
        link_products(by_id, ["7", "5"], "id")
    with pytest.raises(TypeError, match=r"An id of 'id' must be.*row 1 is \[7\]"):
        link_products(by_id, [7, [7]], "id")
