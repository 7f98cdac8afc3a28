"""Offers, their texts weighed against each other, and their pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from ._candidates import distinct_pairs, find_pairs
from ._offers import Offers
from ._pair_features import pair_features, similarities
from ._text_table import TextTable


@dataclass(frozen=True)
class Catalogue:
    """Offers that compete, and the pairs of them that are worth a look.

    Parameters
    ----------
    offers : Offers
        The offers.
    table : TextTable
        Their joined texts.
    left, right : ndarray of int64, shape (n_pairs,)
        Distinct pairs of offers, the lower number left.
    """

    offers: Offers
    table: TextTable
    left: np.ndarray
    right: np.ndarray

    @classmethod
    def of(cls, offers: Offers) -> Self:
        """Weigh the texts of offers; there are no pairs yet.

        Raises
        ------
        ValueError
            If no text is left after normalisation.
        """
        table = TextTable.of(offers.joined)
        if table is None:
            raise ValueError(
                f"None of the {len(offers)} offers has any text left after "
                f"normalisation."
            )
        nothing = np.zeros(0, np.int64)
        return cls(offers, table, nothing, nothing)

    def with_neighbors(
        self, n_neighbors: int, queries: np.ndarray, targets: np.ndarray
    ) -> Self:
        """Add the pairs of some offers with those most like them among others."""
        left, right = find_pairs(self.table, n_neighbors, queries, targets)
        return self.with_pairs(left, right)

    def with_pairs(self, left: np.ndarray, right: np.ndarray) -> Self:
        """Add pairs of offers."""
        a = np.concatenate([self.left, left])
        b = np.concatenate([self.right, right])
        left, right = distinct_pairs(a, b, len(self.offers))
        return replace(self, left=left, right=right)

    def find(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Give the places of pairs that are in the catalogue, lower number left."""
        n_offers = np.int64(len(self.offers))
        return np.searchsorted(
            self.left * n_offers + self.right, left * n_offers + right
        )

    def features(self, asked: np.ndarray | None = None) -> tuple[np.ndarray, list[str]]:
        """Compare the offers of pairs, see `pair_features`."""
        return pair_features(self.offers, self.table, self.left, self.right, asked)

    def similarities(self, asked: np.ndarray) -> np.ndarray:
        """Give how similar the texts of pairs are, float32 (n_asked,)."""
        return similarities(self.table, self.left[asked], self.right[asked])


def judge(estimator: Any, features: np.ndarray) -> np.ndarray:
    """Give the probability that a pair is one product, float64 (n_pairs,)."""
    if not len(features):
        return np.zeros(0)
    return estimator.predict_proba(features)[:, 1]
