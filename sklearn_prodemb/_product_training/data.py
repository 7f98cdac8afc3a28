"""The sessions that the network is trained on, and those that it is validated on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from .._utils.ragged import Ragged
from .views import Views


@dataclass(frozen=True)
class NetworkData:
    """Products, and sessions of them.

    Parameters
    ----------
    views : Views
        What the network sees of the products.
    targets : ndarray of float32, shape (n_products, n_outputs)
        Their product features in the closed form.
    products : ndarray of int64, shape (n_rows,)
        The product of each row; a row is a product in a session.
    categories : ndarray of int64, shape (n_rows,)
        The category of each row, -1 if it is missing.
    sessions : Ragged of int64, of length n_sessions
        The rows of each session, two or more, each of another product. If there are no
        session mates, each product is a session of twice its row: two views of a
        product are a pair then.
    with_mates : bool
        False if sessions are products with themselves.
    """

    views: Views
    targets: np.ndarray
    products: np.ndarray
    categories: np.ndarray
    sessions: Ragged
    with_mates: bool

    def hold_out(
        self, fraction: float, rng: np.random.Generator
    ) -> tuple[NetworkData, np.ndarray]:
        """Take products out, to see what is predicted for new ones.

        Parameters
        ----------
        fraction : float
            The share of the products.
        rng : numpy Generator
            The source of randomness.

        Returns
        -------
        training : NetworkData
            The sessions without the products held out.
        held : ndarray of int64, shape (n_held,)
            The products held out. There are none if too few would be left.
        """
        everything = np.unique(self.products[self.sessions.values])
        n_held = round(fraction * len(everything))
        held = rng.choice(everything, n_held, replace=False)
        kept = ~np.isin(self.products[self.sessions.values], held)
        training = keep_rows(self.sessions, kept)
        if not len(training):
            return self, held[:0]
        return dataclasses.replace(self, sessions=training), held


def keep_rows(sessions: Ragged, kept: np.ndarray) -> Ragged:
    """Keep some rows, and the sessions that have two left."""
    lengths = np.bincount(sessions.row_numbers[kept], minlength=len(sessions))
    rows = Ragged.from_lengths(sessions.values[kept], lengths)
    return rows.take(rows.lengths >= 2)


def draw_rows(sessions: Ragged, max_length: int, rng: np.random.Generator) -> Ragged:
    """Draw rows of sessions that have more than `max_length`, and shuffle all."""
    order = np.lexsort((rng.random(len(sessions.values)), sessions.row_numbers))
    return sessions.replace(sessions.values[order]).cut(max_length)
