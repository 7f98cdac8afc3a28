"""Rotations onto the axes of another fit."""

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes
from scipy.stats import ortho_group

from sklearn_prodemb._spectral import alignment
from sklearn_prodemb._spectral.alignment import Shared, find_rotations, turn

rng = np.random.default_rng(0)
KEYS, OTHER_KEYS = np.arange(0, 60, 2), np.arange(0, 60, 3)
TABLE = rng.standard_normal((30, 4)).astype(np.float32)
OTHERS = rng.standard_normal((20, 4)).astype(np.float32)
# The multiples of 6 are in both.
BOTH = TABLE[::3].astype(np.float64), OTHERS[::2].astype(np.float64)


def shared(table=TABLE, others=OTHERS, keys=KEYS, other_keys=OTHER_KEYS):
    return Shared.of("words", table, others, keys, other_keys)


@pytest.mark.parametrize("rows_at_once", [3, 1_000])
def test_the_rotation_is_that_of_scipy(monkeypatch, rows_at_once):
    monkeypatch.setattr(alignment, "_ROWS_AT_ONCE", rows_at_once)
    found = find_rotations({"words": shared()})["words"]
    np.testing.assert_allclose(found, orthogonal_procrustes(*BOTH)[0], atol=1e-12)
    np.testing.assert_allclose(found @ found.T, np.eye(4), atol=1e-12)


def test_rows_that_were_rotated_are_rotated_back():
    rotation = ortho_group.rvs(4, random_state=0)
    keys = np.array([f"word{i}" for i in range(30)])
    order = rng.permutation(30)
    rotated = (TABLE @ rotation).astype(np.float32)[order]
    rows = shared(rotated, TABLE, keys[order], keys)
    found = find_rotations({"words": rows})["words"]
    np.testing.assert_allclose(found, rotation.T, atol=1e-6)
    np.testing.assert_allclose(turn(rotated, found), TABLE[order], atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_table_is_turned_some_rows_at_a_time(monkeypatch, dtype):
    monkeypatch.setattr(alignment, "_ROWS_AT_ONCE", 7)
    rotation = ortho_group.rvs(4, random_state=0)
    table = TABLE.astype(dtype)
    turned = turn(table, rotation)
    assert turned.dtype == dtype
    expected = (table.astype(np.float64) @ rotation).astype(dtype)
    np.testing.assert_array_equal(turned, expected)


def test_blocks_of_no_columns():
    empty = np.zeros((30, 0), np.float32)
    rows = shared(empty, empty[:20])
    rotation = find_rotations({"words": rows})["words"]
    assert turn(empty, rotation).shape == (30, 0)


def test_columns_that_are_not_in_use_need_no_rows():
    used = np.array([1, 1, 0, 0], np.float32)
    keys, others = KEYS[:2], KEYS[:2]
    assert not shared(TABLE[:2], OTHERS[:2], keys, others).is_enough
    few = shared(TABLE[:2] * used, OTHERS[:2], keys, others)
    assert few.is_enough
    rotation = find_rotations({"words": few})["words"]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(4), atol=1e-12)


def test_too_few_rows():
    rows = shared(OTHERS, OTHERS[:5], OTHER_KEYS, np.array([0, 3, 100, 101, 102]))
    assert len(rows.places) == 2
    with pytest.raises(
        ValueError, match="share 2 words, and 4 are needed to align the contexts block"
    ):
        find_rotations({"words": shared(), "contexts": rows})
    # Tables of zeros are aligned to nothing as well.
    nothing = shared(TABLE * 0, OTHERS * 0, KEYS, KEYS[:20] + 1)
    with pytest.raises(ValueError, match="share 0 words, and 1 are needed"):
        find_rotations({"words": nothing})


def test_blocks_of_other_widths():
    # Said before anything else: too few words are shared as well.
    rows = {"words": shared(TABLE[:1], OTHERS[:1], KEYS[:1], KEYS[1:2])}
    rows["products"] = shared(TABLE[:, :3])
    with pytest.raises(ValueError, match="products block has 3 columns here and 4 in"):
        find_rotations(rows)
