"""Hashes and vectors as rows of length 1."""

import numpy as np
import pandas as pd

from sklearn_prodemb.matching._embedding.hashed_texts import hash_texts, learn_rarity
from sklearn_prodemb.matching._embedding.inputs import Inputs, modalities
from sklearn_prodemb.matching._offers import read_offers


def test_hashes_and_vectors():
    frame = pd.DataFrame(
        {
            "title": ["a", "b", "c", "d"],
            "price": [1.0, 2.0, 3.0, 4.0],
            "image_hash": ["ff00", "ff01", None, "00ff"],
            "image": [[3.0, 4.0], None, [0.0, 0.0], np.array([-1.0, 0.0])],
        }
    )
    rows = modalities(read_offers(frame))
    assert list(rows) == ["image_hash", "image"]
    # Dot products of hashes are 1 minus twice the share of bits that differ.
    expected = [[1, 1 - 2 / 16, 0, -1]]
    np.testing.assert_allclose(
        rows["image_hash"][:1] @ rows["image_hash"].T, expected, atol=1e-6
    )
    np.testing.assert_allclose(
        rows["image"], [[0.6, 0.8], [0, 0], [0, 0], [-1, 0]], atol=1e-6
    )
    assert all(values.dtype == np.float32 for values in rows.values())


def test_titles_alone_have_none():
    offers = read_offers(["canon ixus", ""])
    rarity = learn_rarity(offers.joined)
    inputs = Inputs.of(offers, rarity)
    assert inputs.others == {}
    assert (inputs.texts != hash_texts(offers.joined, rarity)).nnz == 0
