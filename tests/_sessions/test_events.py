"""Events of sessions: every row, with kind, quantity and user."""

import datetime
import math
import pickle
import uuid
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone

from sklearn_prodemb import Sessions

ROWS = {
    "visit": [7, 3, 7, 3, 7, 9, 7],
    "who": ["ana", "leo", "ana", None, None, "ana", "ana"],
    "title": ["mesa", "termo", "silla", "mate", "mesa", "mate", "MESA"],
    "id": [10, 20, 30, 40, 10, 40, 10],
    "what": ["view", "cart", None, "view", "purchase", "view", "view"],
    "many": [1, 2, 3, None, -1, 5, 1],
}
COLUMNS = {"session": "visit", "title": "title", "product": "id"}
EVENTS = {"event": "what", "quantity": "many", "user": "who"}
LISTS = [
    [(10, "view", 1), (30, None, 3), (10, "purchase", -1), (10, "view", 1)],
    [(20, "cart", 2), (40, "view", None)],
    [(40, "view", 5)],
]
FRAMES = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
}


def read(rows=ROWS, make=pd.DataFrame, **columns):
    return Sessions.from_frame(make(rows), **COLUMNS, **(columns or EVENTS))


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_every_row_is_kept(make):
    sessions = read(make=make)
    events = sessions.events
    assert events.to_lists() == LISTS
    assert events.n_events == 7
    assert events.ids is sessions.by_id.ids
    assert events.kinds.tolist() == ["cart", "purchase", "view"]
    assert events.user_ids.tolist() == ["ana", "leo"]
    assert events.users.tolist() == [0, 1, 0]
    assert events == read().events
    types = [c.dtype for c in (events.codes, events.kind_codes, events.quantities)]
    assert types == [np.int32, np.int32, np.float64]
    assert events.offsets.dtype == events.users.dtype == np.int64


def plain(frame):
    """Give the events as loops would, and the users of sessions."""
    lists, users = {}, {}
    for row in frame.to_dict("records"):
        kind, many = (None if pd.isna(row[c]) else row[c] for c in ("what", "many"))
        lists.setdefault(row["visit"], []).append((row["id"], kind, many))
        if not pd.isna(row["who"]):
            users[row["visit"]] = row["who"]
    return list(lists.values()), [users.get(visit) for visit in lists]


def users_of(events):
    names = [*events.user_ids, None]
    return [names[user] for user in events.users]


def random_frame(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 200))
    visits = rng.integers(0, 12, n)
    visits = np.sort(visits) if seed % 2 else visits
    return pd.DataFrame(
        {
            "visit": visits,
            "who": [None if rng.random() < 0.3 else f"u{v % 4}" for v in visits],
            "id": [f"p{i}" for i in rng.integers(0, 15, n)],
            "title": [f"t{i}" for i in rng.integers(0, 9, n)],
            "what": [["cart", "view", None][i] for i in rng.integers(0, 3, n)],
            "many": rng.choice([-1.0, 0.0, 2.5, np.nan], n),
        }
    )


@pytest.mark.parametrize("seed", range(6))
def test_random_rows(seed):
    frame = random_frame(seed)
    sessions = read(frame)
    lists, users = plain(frame)
    assert sessions.events.to_lists() == lists
    assert users_of(sessions.events) == users
    # The same as without them.
    bare = Sessions.from_frame(frame, **COLUMNS)
    assert bare.events is None
    assert bare.by_id == sessions.by_id
    assert bare.fingerprint == sessions.fingerprint
    assert bare != sessions


@pytest.mark.parametrize("seed", range(6))
def test_some_sessions_are_as_if_read_alone(seed):
    frame = random_frame(seed + 20)
    sessions = read(frame)
    numbers = pd.factorize(frame["visit"])[0]
    mask = np.random.default_rng(seed).random(sessions.n_sessions) < 0.5
    mask[0] = True
    part = sessions._select(mask)
    alone = read(frame[mask[numbers]])
    assert part.events == alone.events
    assert part.events.fingerprint == alone.events.fingerprint
    assert part.events.ids is part.by_id.ids


def test_from_events_orders_by_user_and_time():
    log = pd.DataFrame(
        {
            "user": ["ana", "leo", "ana", "ana"],
            "time": [50, 10, 11, 10],
            "title": ["Mouse", "Teclado", "Carpa", "Carpa"],
            "id": ["m", "t", "c", "c"],
            "what": ["buy", "view", "buy", "view"],
        }
    )
    columns = {"user": "user", "time": "time", "title": "title", "product": "id"}
    sessions = Sessions.from_events(log, **columns, event="what", gap=5)
    assert sessions.events.to_lists() == [
        [("c", "view", None), ("c", "buy", None)],
        [("m", "buy", None)],
        [("t", "view", None)],
    ]
    assert users_of(sessions.events) == ["ana", "ana", "leo"]
    # Users alone are no events: they are needed to cut the log.
    assert Sessions.from_events(log, **columns, gap=5).events is None


def test_places_are_those_of_the_log():
    events = read().events
    assert events.places.tolist() == [0, 2, 4, 6, 1, 3, 5]
    assert events.places.dtype == np.int64
    assert pickle.loads(pickle.dumps(events)).places.tolist() == events.places.tolist()
    with pytest.raises(ValueError, match="read-only"):
        events.places[0] = 3
    # A part has places of its own, without gaps.
    part = read()._select(np.array([True, False, True])).events
    assert part.places.tolist() == [0, 1, 2, 4, 3]


def test_places_tell_overlapping_sessions_from_others():
    rows = {name: [values[i] for i in (0, 1, 2)] for name, values in ROWS.items()}
    swapped = {name: [values[i] for i in (0, 2, 1)] for name, values in ROWS.items()}
    one, other = read(rows), read(swapped)
    assert one.events.to_lists() == other.events.to_lists()
    assert one.events != other.events
    assert one.events.fingerprint != other.events.fingerprint
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("seed", range(3))
def test_places_of_a_log_are_by_user_and_time(seed):
    rng = np.random.default_rng(seed)
    n = 50
    log = pd.DataFrame(
        {
            "user": rng.integers(0, 4, n),
            "time": rng.integers(0, 99, n),
            "title": "t",
            "id": np.arange(n),
            "many": 1,
        }
    )
    sessions = Sessions.from_events(
        log,
        user="user",
        time="time",
        title="title",
        product="id",
        quantity="many",
        gap=5,
    )
    events = sessions.events
    in_order = np.empty(n, np.int64)
    in_order[events.places] = events.ids[events.codes].astype(int)
    first = log["user"].map({u: i for i, u in enumerate(log["user"].unique())})
    expected = log.assign(user=first).sort_values(["user", "time"], kind="stable")
    assert in_order.tolist() == expected["id"].tolist()


def test_one_column_is_enough():
    kinds = read(event="what").events
    assert np.isnan(kinds.quantities).all()
    assert kinds.user_ids.tolist() == []
    assert kinds.users.tolist() == [-1, -1, -1]
    quantities = read(quantity="many").events
    assert quantities.kinds.tolist() == []
    assert (quantities.kind_codes == -1).all()
    assert read(user="who").events.user_ids.tolist() == ["ana", "leo"]


def test_users_of_several_columns_and_other_types():
    rows = {**ROWS, "where": ["x", "x", "x", "y", "y", None, "x"]}
    events = read(rows, user=["who", "where"]).events
    assert events.user_ids.tolist() == [("ana", "x"), ("leo", "x")]
    assert users_of(events) == [("ana", "x"), ("leo", "x"), None]
    number = uuid.UUID(int=3)
    events = read({**ROWS, "who": [number] * 7}, user="who").events
    assert events.user_ids.tolist() == [str(number)]
    events = read({**ROWS, "who": np.arange(7) // 9}, user="who").events
    assert [type(user) for user in events.user_ids] == [int]


@pytest.mark.parametrize("role", EVENTS)
def test_ids_are_needed(role):
    with pytest.raises(ValueError, match=rf"{role}='.*' needs the ids.*product=\.\.\."):
        Sessions.from_frame(
            pd.DataFrame(ROWS),
            session="visit",
            title="title",
            **{role: EVENTS[role]},
        )
    if role != "user":
        with pytest.raises(ValueError, match=f"{role}='.*' needs the ids"):
            Sessions.from_events(
                pd.DataFrame(ROWS),
                user="visit",
                time="visit",
                title="title",
                gap=1,
                **{role: EVENTS[role]},
            )
    with pytest.raises(ValueError, match=f"{role}='nada' is no column"):
        read(**{role: "nada"})


@pytest.mark.parametrize(
    ("column", "row", "value", "error", "match"),
    [
        ("many", 2, "3", TypeError, "quantity must be a number, but row 2 of column"),
        ("many", 2, True, TypeError, "row 2 of column 'many' is True of type bool"),
        ("many", 1, math.inf, ValueError, "finite, but row 1 of column 'many' is inf"),
        ("many", 1, 10**400, ValueError, "finite, but row 1 of column 'many'"),
        ("many", 4, datetime.timedelta(1), TypeError, "row 4 of column 'many'"),
        ("what", 3, 4, TypeError, "Events must be all str or all numbers, but row 3"),
        ("what", 3, b"x", TypeError, "An event must be a str or a number, but row 3"),
        (
            "who",
            6,
            "leo",
            ValueError,
            "one user, but row 0 of column 'who' is 'ana' and row 6 of the same "
            "session has 'leo'",
        ),
        ("who", 6, ["leo"], TypeError, "A user must be"),
    ],
)
def test_bad_values(column, row, value, error, match):
    values = [*ROWS[column]]
    values[row] = value
    frame = pd.DataFrame({**ROWS, column: pd.Series(values, dtype=object)})
    with pytest.raises(error, match=match):
        read(frame)


@pytest.mark.parametrize(
    "values",
    [
        np.arange(7, dtype=np.int8),
        pd.array([0, 1, 2, 3, 4, 5, 6], dtype="Int64"),
        [Decimal(i) for i in range(7)],
        [0, 1.0, 2, 3, 4, 5, 6],
    ],
    ids=str,
)
def test_quantities_of_any_kind(values):
    events = read({**ROWS, "many": values}, quantity="many").events
    expected = read({**ROWS, "many": [float(i) for i in range(7)]}, quantity="many")
    assert events == expected.events


def test_kinds_that_are_numbers():
    events = read({**ROWS, "what": [3, 1, 2, None, 1, 1, 1]}, event="what").events
    assert events.kinds.tolist() == [1, 2, 3]
    assert [kind for _, kind, _ in events.to_lists()[1]] == [1, None]


def test_as_a_value():
    sessions = read()
    events = sessions.events
    with pytest.raises(AttributeError, match="SessionEvents is immutable: cannot set"):
        events.kinds = None
    with pytest.raises(ValueError, match="read-only"):
        events.quantities[0] = 3
    with pytest.raises(TypeError, match="use its attribute n_events"):
        len(events)
    assert clone(events, safe=False) is events
    again = pickle.loads(pickle.dumps(sessions))
    assert again == sessions
    assert again.events.to_lists() == LISTS
    assert again.events.ids is again.by_id.ids
    assert "n_events=7" in repr(sessions)
    assert "7 events" in sessions._repr_html_()
    assert repr(events) == (
        "SessionEvents(n_events=7, n_products=4, n_sessions=3, n_users=2, "
        "kinds=['cart', 'purchase', 'view'])"
    )


@pytest.mark.parametrize("column", ["id", "what", "many", "who"])
def test_other_content_is_not_equal(column):
    changed = {
        "id": [10, 20, 30, 40, 30, 40, 10],
        "what": ["cart", *ROWS["what"][1:]],
        "many": [9, *ROWS["many"][1:]],
        "who": ["eva" if who == "ana" else who for who in ROWS["who"]],
    }
    other = read({**ROWS, column: changed[column]})
    assert other != read()
    assert other.events != read().events
    assert other.fingerprint == read().fingerprint


def test_users_are_on_one_side():
    rng = np.random.default_rng(0)
    n = 200
    frame = pd.DataFrame(
        {
            "visit": np.arange(n),
            "who": [None if i % 10 == 0 else f"u{i}" for i in rng.integers(0, 30, n)],
            "title": "t",
            "id": 1,
        }
    )
    sessions = read(frame, user="who")
    train, held_out = sessions.split(0.3, by_user=True, random_state=0)
    users = [{*part.events.user_ids} for part in (train, held_out)]
    assert not users[0] & users[1]
    assert users[0] | users[1] == {*frame["who"].dropna()}
    assert train.n_sessions + held_out.n_sessions == n
    assert 0.2 * n < held_out.n_sessions < 0.4 * n
    # Those of unknown users are dealt out one by one.
    assert 0 < (held_out.events.users < 0).sum() < frame["who"].isna().sum()
    assert sessions.split(0.3, by_user=True, random_state=0)[0] == train
    for bare in (Sessions.from_lists([["a"], ["b"]]), read(event="what")):
        with pytest.raises(ValueError, match="by_user=True needs the users"):
            bare.split(0.3, by_user=True)
    with pytest.raises(ValueError, match=r"held_out=0\.01 of 2 users leaves"):
        read().split(0.01, by_user=True)
