"""What an encoder of offers takes: texts and other kinds of data as rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from .._offers import Offers
from .._unit_rows import unit_rows
from .hashed_texts import hash_texts


class Inputs(NamedTuple):
    """Rows of length 1, or of zeros if an offer has none of a kind.

    Parameters
    ----------
    texts : sparse array of float32, shape (n_offers, N_COLUMNS)
        The TF-IDF of hashed words and n-grams.
    others : dict of str to ndarray of float32, each of shape (n_offers, n_values)
        Hashes and vectors by column.
    """

    texts: sparse.csr_array
    others: dict[str, np.ndarray]

    @classmethod
    def of(cls, offers: Offers, rarity: np.ndarray) -> Inputs:
        """Read offers, with the inverse document frequency (N_COLUMNS,)."""
        return cls(hash_texts(offers.joined, rarity), modalities(offers))


def modalities(offers: Offers) -> dict[str, np.ndarray]:
    """Give the hashes and vectors of offers by column.

    Parameters
    ----------
    offers : Offers
        The offers.

    Returns
    -------
    rows : dict of str to ndarray of float32, each of shape (n_offers, n_values)
        Rows of length 1; of zeros if the offer has no value. The dot product of two
        hashes is 1 minus twice the share of bits that differ.
    """
    columns = {name: 2 * bits - 1 for name, bits in offers.bits.items()}
    columns |= offers.vectors
    return {
        name: unit_rows(np.nan_to_num(values, nan=0.0))
        for name, values in columns.items()
    }
