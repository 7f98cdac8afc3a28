import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb import Sessions
from sklearn_prodemb.evaluation import cart_lines

COLUMNS = {"session": "invoice", "title": "title", "product": "id"}
EVENTS = {"quantity": "pieces", "user": "who"}


def random_log(seed, n=300, *, overlap=False):
    rng = np.random.default_rng(seed)
    invoices = rng.integers(0, 60, n)
    invoices = invoices if overlap else np.sort(invoices)
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


def came_back(log):
    """Whether each row comes back, by a plain double loop over the log."""
    rows = log[["who", "id", "pieces"]].to_numpy().tolist()
    return [
        any(
            late_who == who and late_id == product and late_pieces < 0
            for late_who, late_id, late_pieces in rows[place + 1 :]
        )
        for place, (who, product, _) in enumerate(rows)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_sessions_that_overlap_are_compared_by_row(seed):
    log = random_log(seed, overlap=True)
    log = log.assign(returned=came_back(log))
    found = cart_lines(Sessions.from_frame(log, **COLUMNS, **EVENTS))
    # The lines of a session come together, in the order of its rows.
    log = log.assign(session=pd.factorize(log["invoice"])[0])
    log = log.sort_values("session", kind="stable")
    lines = log[(log["pieces"] > 0) & log["who"].notna()]
    assert found["session"].tolist() == lines["session"].tolist()
    assert found["product"].tolist() == lines["id"].tolist()
    assert found["returned"].tolist() == lines["returned"].tolist()


def test_a_return_amid_a_session_of_the_same_user():
    log = pd.DataFrame(
        {
            "invoice": ["B", "A", "B"],
            "who": "ana",
            "id": [1, 1, 2],
            "title": "mate",
            "pieces": [-1, 2, 1],
        }
    )
    sessions = Sessions.from_frame(log, **COLUMNS, **EVENTS)
    assert cart_lines(sessions)["returned"].tolist() == [False, False]
    log["pieces"] = [1, 2, -1]
    log["id"] = 1
    sessions = Sessions.from_frame(log, **COLUMNS, **EVENTS)
    # Session B comes first, its return after the line of session A.
    assert cart_lines(sessions)["returned"].tolist() == [True, True]


@pytest.mark.parametrize("seed", range(3))
def test_a_part_keeps_the_order_of_the_log(seed):
    log = random_log(seed, overlap=True)
    sessions = Sessions.from_frame(log, **COLUMNS, **EVENTS)
    parts = sessions.split(0.4, by_user=True, random_state=seed)
    lines = pd.concat([cart_lines(part) for part in parts])
    columns = ["user", "product", "quantity", "returned"]
    expected = cart_lines(sessions)[columns]
    assert lines[columns].value_counts().to_dict() == expected.value_counts().to_dict()


def test_as_many_users_as_products():
    # All pairs that could be would take 80 GB.
    n = 100_000
    log = pd.DataFrame(
        {
            "invoice": np.arange(n),
            "who": np.arange(n),
            "id": np.arange(n),
            "title": "mate",
            "pieces": 1,
        }
    )
    lines = cart_lines(Sessions.from_frame(log, **COLUMNS, **EVENTS))
    assert len(lines) == n
    assert not lines["returned"].any()


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
