"""Product ids found by hashes: against a dict."""

import subprocess
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb._spectral.product_ids import hash_ids
from sklearn_prodemb.encoders import ProductIds


@pytest.mark.parametrize(
    "same",
    [
        [7, 7.0, "7", np.int32(7), np.float32(7), np.str_("7"), Decimal("7.0")],
        [1, True, "1", 1.0, np.bool_(True)],
        [0, -0.0, False, "0"],
        [0.5, "0.5", np.float64(0.5), Decimal("0.50")],
        [2**60, float(2**60), str(2**60)],
        [10**30, str(10**30)],
        [np.inf, "inf"],
    ],
)
def test_an_id_is_known_by_its_text(same):
    assert len(set(hash_ids(same).tolist())) == 1


@pytest.mark.parametrize(
    "others",
    [[7, "007", "7 ", " 7", "7.0", 7.5, "a", "A", "", "\ud800"], [2**60, 2**60 + 1]],
)
def test_other_ids_have_other_keys(others):
    keys = hash_ids(others)
    assert len(set(keys.tolist())) == len(others)
    assert (keys != 0).all()
    assert keys.dtype == np.uint64


def test_a_missing_id_has_no_key():
    missing = [None, np.nan, pd.NA, pd.NaT, Decimal("NaN")]
    assert not hash_ids(missing).any()
    assert hash_ids([]).tolist() == []


def test_keys_are_equal_in_every_process():
    code = "from sklearn_prodemb._spectral.product_ids import hash_ids\n"
    code += "print(hash_ids(['MLA1', 7]).tolist())"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    )
    assert out.stdout.strip() == str(hash_ids(["MLA1", 7]).tolist())


@pytest.mark.parametrize("n_known", [0, 1, 40])
def test_against_a_dict(n_known):
    known = {f"id {i}": 3 * i for i in range(n_known)}
    keys, places = hash_ids([*known]), np.array([*known.values()], np.int32)
    order = np.argsort(keys)
    ids = ProductIds(keys[order], places[order])
    asked = [f"id {i}" for i in np.random.default_rng(0).integers(0, 60, 300)]
    asked += [None, 7, np.nan]
    found = ids.find(hash_ids(asked))
    assert found.tolist() == [known.get(i, -1) for i in asked]
    assert found.dtype == np.int64
    assert ids.knows(asked).tolist() == [i in known for i in asked]
    assert ids.find(hash_ids([])).shape == (0,)
