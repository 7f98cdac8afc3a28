"""Which sessions are chosen, and choices that cannot be."""

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb._sessions.choice import (
    as_mask,
    draw_sessions,
    draw_share,
    groups_by_user,
)


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_drawn_whole(seed):
    groups = np.random.default_rng(seed).permutation(np.arange(60) % 20)
    mask = draw_share(0.25, groups, "users", seed)
    drawn = set(groups[mask].tolist())
    assert len(drawn) == 5
    assert not drawn & set(groups[~mask].tolist())
    np.testing.assert_array_equal(mask, draw_share(0.25, groups, "users", seed))


@pytest.mark.parametrize("n", [1, 7, np.int64(40)])
def test_so_many_are_drawn(n):
    mask = draw_sessions(n, 40, 0)
    assert (mask.dtype, mask.shape, mask.sum()) == (bool, (40,), n)


def test_a_session_without_a_user_is_a_group_of_its_own():
    rows = {"visit": [1, 2, 3, 4], "title": list("abcd"), "id": [1, 2, 3, 4]}
    frame = pd.DataFrame({**rows, "who": ["ana", None, "ana", None]})
    columns = {"session": "visit", "title": "title", "product": "id"}
    sessions = Sessions.from_frame(frame, **columns, user="who")
    assert groups_by_user(sessions.events).tolist() == [0, 1, 0, 2]
    # The column of the sessions is as it was.
    assert sessions.events.users.tolist() == [0, -1, 0, -1]
    with pytest.raises(ValueError, match="by_user=True needs the users"):
        groups_by_user(None)


@pytest.mark.parametrize(
    ("held_out", "match"),
    [
        (0, "between 0 and 1, got 0"),
        (1.0, "between 0 and 1, got 1.0"),
        ("half", "between 0 and 1, got 'half'"),
        (0.001, "held_out=0.001 of 40 sessions leaves a part without any"),
        (0.999, "leaves a part without any"),
    ],
)
def test_splits_that_cannot_be(held_out, match):
    with pytest.raises(ValueError, match=match):
        draw_share(held_out, np.arange(40), "sessions", 0)


@pytest.mark.parametrize(
    ("n", "error", "match"),
    [
        (0, ValueError, "from 1 to the number of sessions, 40, got 0"),
        (41, ValueError, "got 41"),
        (0.5, TypeError, "n must be an int, got 0.5 of type float"),
        (True, TypeError, "n must be an int, got True"),
        ("3", TypeError, "n must be an int, got '3'"),
    ],
)
def test_samples_that_cannot_be(n, error, match):
    with pytest.raises(error, match=match):
        draw_sessions(n, 40, 0)


@pytest.mark.parametrize("make", [np.array, list, pd.Series])
def test_a_mask_is_an_array(make):
    mask = as_mask(make([True, False]), 2)
    assert (type(mask), mask.tolist()) == (np.ndarray, [True, False])


@pytest.mark.parametrize(
    ("keep", "error", "match"),
    [
        ([True] * 39, ValueError, r"shape \(n_sessions,\) = \(40,\), got \(39,\)"),
        ([[True]] * 40, ValueError, r"got \(40, 1\)"),
        (True, ValueError, r"got \(\)"),
        ([[True], [True, False]], ValueError, "got lists of different lengths"),
        ([1] * 40, TypeError, "must hold bool, one a session, got an array of int64"),
        ([None] * 40, TypeError, "got an array of object"),
        ([False] * 40, ValueError, "There is no session left"),
    ],
)
def test_filters_that_cannot_be(keep, error, match):
    with pytest.raises(error, match=match):
        as_mask(keep, 40)
