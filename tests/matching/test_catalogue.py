"""Catalogues keep each pair once, in order."""

import numpy as np
import pytest

from sklearn_prodemb.matching._catalogue import Catalogue
from sklearn_prodemb.matching._offers import read_offers


def test_pairs_are_added_and_found():
    catalogue = Catalogue.of(read_offers(["a b", "b c", "c a", "d"]))
    assert len(catalogue.left) == 0
    catalogue = catalogue.with_pairs(np.array([2, 0]), np.array([1, 3]))
    catalogue = catalogue.with_pairs(np.array([1, 0]), np.array([2, 1]))
    assert catalogue.left.tolist() == [0, 0, 1]
    assert catalogue.right.tolist() == [1, 3, 2]
    assert catalogue.find(np.array([1, 0]), np.array([2, 1])).tolist() == [2, 0]
    similar = catalogue.similarities(np.arange(3))
    assert similar[1] == 0 < similar[0]


def test_offers_without_text():
    with pytest.raises(ValueError, match="None of the 2 offers has any text"):
        Catalogue.of(read_offers(["", "?"]))
