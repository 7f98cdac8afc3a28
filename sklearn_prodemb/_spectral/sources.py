"""What the closed form learns from: sessions in memory, or counts on disk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .._counts.session_counts import SessionCounts
from .._sessions.pairs import check_pairs, paired_rows, pairs_of
from .._sessions.sessions import Sessions
from .._utils.ragged import Ragged
from .count_mates import CountMates
from .mates import Mates, SessionMates


class Views(NamedTuple):
    """Rows of products seen, for training.

    Parameters
    ----------
    titles, categories : ndarray of int, shape (n_rows,)
        The title and the category of each row, as numbers; -1 if it is missing.
    sessions : Ragged of int64, of length n_sessions
        The rows of each session of two or more.
    """

    titles: np.ndarray
    categories: np.ndarray
    sessions: Ragged


class SessionSource:
    """Sessions, cut to their first products.

    Parameters
    ----------
    sessions : Sessions
        The sessions.
    max_session_length : int or None
        The largest number of products; None keeps all.

    Attributes
    ----------
    titles : list of str
        The distinct titles.
    categories : ndarray, shape (n_categories,)
        The distinct categories, sorted.
    title_categories : ndarray of int, shape (n_titles,)
        The category that each title has most often, as a number, -1 if it has none.
    n_pairs : int
        Number of unordered pairs, after cutting.
    by_id : SessionsById or None
        The sessions as lists of product ids; None if they have none.
    pairs_per_session : int or None
        How many pairs stand for a session in training; None if sessions are known.
    """

    pairs_per_session = None
    _mates = SessionMates

    def __init__(self, sessions: Sessions, max_session_length: int | None) -> None:
        rows = paired_rows(sessions.offsets, max_session_length)
        self._n_sessions = sessions.n_sessions
        self._views = Views(sessions.title_codes, sessions.category_codes, rows)
        self.titles: list[str] = sessions.titles.tolist()
        self.by_id = sessions.by_id
        self.categories = sessions.categories
        self.title_categories = _most_frequent(
            sessions.title_codes, sessions.category_codes, len(self.titles)
        )
        self.n_pairs = int(pairs_of(rows.lengths).sum())

    def check_pairs(self) -> None:
        """Raise a ValueError if there is no pair."""
        check_pairs(self._n_sessions, self._views.sessions)

    def has_pairs(self, of_title: np.ndarray) -> bool:
        """Tell whether two products were seen together, given that of each title."""
        rows = self._views.sessions
        products = of_title[self._views.titles[rows.values]]
        # A session has two if the largest number is no other's.
        kept = products >= 0
        session = rows.row_numbers[kept]
        largest = np.full(len(rows), -1)
        np.maximum.at(largest, session, products[kept])
        return bool((products[kept] != largest[session]).any())

    def mates(self, of_title: np.ndarray, n_products: int) -> Mates:
        """Count who was seen with whom; see `learn_encoder`."""
        rows = self._views.sessions
        titles = rows.replace(self._views.titles[rows.values])
        return self._mates(titles, of_title, n_products)

    def draw(self, n_sessions: int, seed: int) -> Views:
        """Give all sessions; training draws from them."""
        return self._views


class CountSource:
    """Counts of pairs; see `SessionSource` for the attributes.

    A title has one category here.

    Parameters
    ----------
    session_counts : SessionCounts
        The counts.
    max_session_length : int or None
        What they must have been cut to.
    """

    # As many products as a session of ten has.
    pairs_per_session = 5
    # Counts are of titles.
    by_id = None

    def __init__(
        self, session_counts: SessionCounts, max_session_length: int | None
    ) -> None:
        if session_counts.max_session_length != max_session_length:
            raise ValueError(
                f"max_session_length is {max_session_length}, but the sessions were "
                f"cut to {session_counts.max_session_length} when they were counted: "
                f"set it to that, or count anew."
            )
        self._session_counts = session_counts
        self.titles: list[str] = session_counts.titles.tolist()
        self.categories = session_counts.categories
        self.title_categories = session_counts.category_codes
        self.n_pairs = session_counts.n_pairs

    def check_pairs(self) -> None:
        """Raise a ValueError if there is no pair."""
        if not self._session_counts.n_pairs:
            raise ValueError(
                f"None of the {self._session_counts.n_sessions} sessions holds two "
                f"distinct products, so there is no pair to learn from. Check the "
                f"column that tells users apart, or count the log with a longer gap."
            )
        if not any(part.file.n_rows for part in self._session_counts.parts):
            raise ValueError(
                f"All {self._session_counts.n_pairs} pairs that were counted have "
                f"faded, so there is none to learn from: decay multiplied them at each "
                f"update until they weighed next to nothing. Add a log that has pairs, "
                f"or count anew with a larger decay."
            )

    def has_pairs(self, of_title: np.ndarray) -> bool:
        """Tell whether two products were seen together, given that of each title."""
        for part in self._session_counts.parts:
            left, right, _ = self._session_counts.read_part(part)
            products, mates = of_title[left], of_title[right]
            if ((products != mates) & (products >= 0) & (mates >= 0)).any():
                return True
        return False

    def mates(self, of_title: np.ndarray, n_products: int) -> Mates:
        """Read who was seen with whom; see `learn_encoder`."""
        return CountMates(self._session_counts, of_title, n_products)

    def draw(self, n_sessions: int, seed: int) -> Views:
        """Draw pairs by weight, as many as stand for so many sessions."""
        counts = self._session_counts
        n_sessions = min(n_sessions, counts.n_sessions)
        pairs = draw_pairs(
            counts, self.pairs_per_session * n_sessions, np.random.default_rng(seed)
        )
        if not len(pairs):
            # Without pairs, training looks at titles alone.
            pairs = np.arange(len(self.titles))
            sessions = Ragged(pairs[:0], np.zeros(1, np.int64))
            return Views(pairs, self.title_categories, sessions)
        titles = pairs.ravel()
        offsets = np.arange(0, len(titles) + 1, 2)
        sessions = Ragged(np.arange(len(titles)), offsets)
        return Views(titles, self.title_categories[titles], sessions)


def _most_frequent(
    titles: np.ndarray, categories: np.ndarray, n_titles: int
) -> np.ndarray:
    """Give the most frequent category of each title, the smallest of equal ones."""
    known = categories >= 0
    pairs, counts = np.unique(
        np.stack([titles[known], categories[known]]), axis=1, return_counts=True
    )
    found = np.full(n_titles, -1)
    # The last one that is written stays: the most frequent, then the smallest.
    order = np.lexsort((-pairs[1], counts))
    found[pairs[0][order]] = pairs[1][order]
    return found


Source = SessionSource | CountSource


def source_of(
    sessions: Sessions | SessionCounts, max_session_length: int | None
) -> Source:
    """Give what the closed form learns from.

    Raises
    ------
    ValueError
        If counts were cut to another length.
    """
    if isinstance(sessions, SessionCounts):
        return CountSource(sessions, max_session_length)
    return SessionSource(sessions, max_session_length)


def draw_pairs(
    session_counts: SessionCounts, n: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw pairs of titles by their weight, with replacement.

    Parameters
    ----------
    session_counts : SessionCounts
        The counts.
    n : int
        How many pairs.
    rng : numpy Generator
        The source of randomness.

    Returns
    -------
    pairs : ndarray of int, shape (n_drawn, 2)
        Titles, as numbers; `n` pairs, or none if there are none.
    """
    # A title's pairs weigh as much as the number of its sessions.
    weights = session_counts.sessions_of_titles()
    total = weights.sum()
    if not total:
        return np.empty((0, 2), np.int64)
    of_title = rng.multinomial(n, weights / total)
    drawn = []
    for part in session_counts.parts:
        left = np.repeat(
            np.arange(part.first, part.end), of_title[part.first : part.end]
        )
        titles, mates, weight = session_counts.read_part(part)
        # The place of a random share of each title's weight among its pairs.
        ends = np.append(0, np.cumsum(weight, dtype=np.float64))
        begin, end = (np.searchsorted(titles, left, side) for side in ("left", "right"))
        point = ends[begin] + rng.random(len(left)) * (ends[end] - ends[begin])
        place = np.minimum(np.searchsorted(ends, point, "right") - 1, end - 1)
        # Decay may have dropped all pairs of a title.
        kept = begin < end
        drawn.append(np.stack([left[kept], mates[place[kept]]], axis=1))
    return np.concatenate(drawn)
