import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb.evaluation import cart_lines

COLUMNS = {"session": "invoice", "title": "title", "product": "id"}
EVENTS = {"quantity": "pieces", "user": "who"}


def random_log(seed, n=300):
    rng = np.random.default_rng(seed)
    invoices = np.sort(rng.integers(0, 60, n))
    products = rng.integers(0, 12, n)
    return pd.DataFrame(
        {
            "invoice": invoices,
            "who": [None if i % 7 == 0 else f"u{i % 5}" for i in invoices],
            "id": products,
            "title": [f"title {p % 9}" for p in products],
            "pieces": rng.choice([1.0, 2.0, 0.0, -1.0, np.nan], n),
        }
    )


@pytest.mark.parametrize("seed", range(5))
def test_lines_are_those_of_the_plain_loop(seed):
    log = random_log(seed)
    found = cart_lines(Sessions.from_frame(log, **COLUMNS, **EVENTS))
    numbers = dict(zip(log["invoice"].unique(), range(60), strict=False))
    titles = log.drop_duplicates("id").set_index("id")["title"]
    expected = []
    for place, line in log.iterrows():
        if not line.pieces > 0 or pd.isna(line.who):
            continue
        later = log[place + 1 :]
        same = (later["who"] == line.who) & (later["id"] == line.id)
        cart = log[(log["invoice"] == line.invoice) & (log["pieces"] > 0)]
        expected.append(
            {
                "session": numbers[line.invoice],
                "user": line.who,
                "product": line.id,
                "title": titles[line.id],
                "quantity": line.pieces,
                "cart_size": cart["id"].nunique(),
                "returned": bool((later["pieces"][same] < 0).any()),
            }
        )
    expected = pd.DataFrame(expected)
    assert 0.1 < expected["returned"].mean() < 0.9
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_a_log_of_events_is_in_the_order_of_time():
    log = pd.DataFrame(
        {
            "who": ["ana", "ana", "leo", "ana"],
            "time": [100, 5, 7, 6],
            "title": ["mate"] * 4,
            "id": [1, 1, 1, 1],
            "pieces": [-1, 2, 3, 1],
        }
    )
    sessions = Sessions.from_events(
        log,
        user="who",
        time="time",
        title="title",
        product="id",
        quantity="pieces",
        gap=2,
    )
    lines = cart_lines(sessions)
    assert lines["returned"].tolist() == [True, True, False]
    assert lines["user"].tolist() == ["ana", "ana", "leo"]
    assert lines["cart_size"].tolist() == [1, 1, 1]


def test_no_line_at_all_and_users_of_two_columns():
    log = random_log(0).assign(where="x")
    none = Sessions.from_frame(log.assign(pieces=-1), **COLUMNS, **EVENTS)
    assert len(cart_lines(none)) == 0
    users = {**EVENTS, "user": ["who", "where"]}
    lines = cart_lines(Sessions.from_frame(log, **COLUMNS, **users))
    assert lines["user"][0] in [(f"u{i}", "x") for i in range(5)]


def test_bad_input():
    log = random_log(0)
    with pytest.raises(ValueError, match="no users and no quantities: name their"):
        cart_lines(Sessions.from_lists([["a"]]))
    with pytest.raises(ValueError, match="have no users: name"):
        cart_lines(Sessions.from_frame(log, **COLUMNS, quantity="pieces"))
    with pytest.raises(ValueError, match="have no quantities: name"):
        cart_lines(Sessions.from_frame(log, **COLUMNS, user="who"))
    with pytest.raises(ValueError, match="The 'sessions' parameter"):
        cart_lines(log)
