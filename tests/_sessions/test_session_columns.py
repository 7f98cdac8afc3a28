import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb import Sessions

rng = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "session": np.repeat(np.arange(40), 5),
        "product": rng.integers(0, 60, 200),
    }
)
FRAME["title"] = "title " + (FRAME["product"] // 2).astype(str)
FRAME["category"] = (FRAME["product"] % 9).where(FRAME["product"] % 9 < 7)
COLUMNS = {"session": "session", "title": "title", "category": "category"}
SESSIONS = Sessions.from_frame(FRAME, **COLUMNS, product="product")


def test_a_split_keeps_whole_sessions():
    parts = SESSIONS.split(0.25, random_state=0)
    assert [part.n_sessions for part in parts] == [30, 10]
    whole = SESSIONS.to_lists()
    numbers = [[whole.index(session) for session in part.to_lists()] for part in parts]
    assert sorted(numbers[0] + numbers[1]) == list(range(40))
    for part, chosen in zip(parts, numbers, strict=True):
        assert chosen == sorted(chosen)
        # As if the others had never been there, ids included.
        rows = FRAME[FRAME["session"].isin(FRAME["session"].unique()[chosen])]
        assert part == Sessions.from_frame(rows, **COLUMNS, product="product")
        assert part.by_id is not None


def test_a_split_without_ids_and_by_seed():
    sessions = Sessions.from_frame(FRAME, **COLUMNS)
    a, b = sessions.split(0.5, random_state=0), sessions.split(0.5, random_state=0)
    assert a == b != sessions.split(0.5, random_state=1)
    assert a[0].by_id is None
    assert Sessions.from_lists(a[0].to_lists()) == a[0]


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
        SESSIONS.split(held_out)
