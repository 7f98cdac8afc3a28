"""Sessions one after the other: against those that are read at once."""

import numpy as np
import pandas as pd
import pytest

from sklearn_prodemb import Sessions

COLUMNS = {"session": "visit", "title": "title"}
BY_ID = {**COLUMNS, "category": "kind", "product": "id"}
EVENTS = {**BY_ID, "event": "what", "quantity": "many", "user": ["who", "where"]}


def random_frame(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(30, 200))
    visits = np.sort(rng.integers(0, 20, n))

    def some(values, p=0.3):
        return [None if rng.random() < p else v for v in values]

    return pd.DataFrame(
        {
            "visit": visits,
            "who": [f"u{v % 4}" for v in visits],
            "where": visits % 3,
            "id": [f"p{i}" for i in rng.integers(0, 15, n)],
            "title": [f"t{i}" for i in rng.integers(0, 9, n)],
            "kind": some([f"k{i}" for i in rng.integers(0, 7, n)]),
            "what": some([("cart", "view")[i] for i in rng.integers(0, 2, n)]),
            "many": some(rng.integers(-1, 3, n)),
        }
    )


@pytest.mark.parametrize("columns", [COLUMNS, BY_ID, EVENTS], ids=["", "ids", "events"])
@pytest.mark.parametrize("seed", range(5))
def test_parts_are_as_if_read_at_once(seed, columns):
    frame = random_frame(seed)
    rng = np.random.default_rng(seed)
    cuts = np.sort(rng.choice(np.unique(frame["visit"])[1:], 2, replace=False))
    numbers = np.searchsorted(cuts, frame["visit"], side="right")
    parts = [
        Sessions.from_frame(frame[numbers == number], **columns) for number in range(3)
    ]
    whole = Sessions.from_frame(frame, **columns)
    joined = Sessions.concatenate(iter(parts))
    assert joined == whole
    assert joined.fingerprint == whole.fingerprint
    for record in ("by_id", "events"):
        assert getattr(joined, record) == getattr(whole, record)
    for name in ("title_codes", "category_codes", "offsets", "categories"):
        assert getattr(joined, name).dtype == getattr(whole, name).dtype
    if whole.events is not None:
        assert joined.events.ids is joined.by_id.ids
        assert joined.events.places.tolist() == whole.events.places.tolist()
    assert Sessions.concatenate(parts[:1]) == parts[0]


@pytest.mark.parametrize(
    "lists",
    [
        [[["a", "b"], ["b"]], [["c", "a"]], [["b", "c"]]],
        [[[("a", 3), ("b", 1)]], [["a"]], [[("c", 2), ("b", 3)]]],
        [[[("a", 3)]], [[("b", 0.5)]], [[("c", 3.0)]]],
        [[[("a", True)]], [[("b", 1), ("c", 2)]]],
        [[[("a", 2**63 + 1)]], [[("b", 2**63 + 3), ("c", 2)]]],
        [[[("a", "ñ")]], [["b"]]],
        [[["\ud800"]], [["\udc00", "\ud800\udc00"]]],
    ],
)
def test_lists_one_after_another(lists):
    joined = Sessions.concatenate([Sessions.from_lists(part) for part in lists])
    expected = Sessions.from_lists([session for part in lists for session in part])
    assert joined == expected
    assert joined.to_lists() == expected.to_lists()
    assert joined.categories.dtype == expected.categories.dtype


def test_the_first_known_category_of_an_id_stays():
    frame = pd.DataFrame(
        {
            "visit": [1, 2, 3],
            "title": ["mesa", "silla", "mate"],
            "id": [7, 7, 7],
            "kind": [None, "a", "b"],
        }
    )
    parts = [Sessions.from_frame(frame[i : i + 1], **BY_ID) for i in range(3)]
    by_id = Sessions.concatenate(parts).by_id
    assert (by_id.titles.tolist(), by_id.categories.tolist()) == (["mesa"], ["a"])


def test_categories_of_two_kinds():
    lists = [["a"]], [["b", "c"], [("d", "x")]], [["a"], ["e", ("f", 3)]]
    parts = [Sessions.from_lists(part) for part in lists]
    match = (
        "Categories must be all str or all numbers, but session 1 of element 2 has 3"
    )
    with pytest.raises(TypeError, match=match):
        Sessions.concatenate(parts)
    frames = [random_frame(0), random_frame(1).assign(what=7)]
    parts = [Sessions.from_frame(frame, **EVENTS) for frame in frames]
    with pytest.raises(TypeError, match=r"Events must .* session 0 of element 1 has 7"):
        Sessions.concatenate(parts)


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ((BY_ID, COLUMNS), "product ids or none, but element 0 has them and element 1"),
        ((COLUMNS, BY_ID), r"element 1 has them and element 0 .* with product=\.\.\."),
        ((EVENTS, EVENTS, BY_ID), "have events or none, but element 0 .* element 2"),
    ],
)
def test_only_some_have_ids_or_events(columns, match):
    parts = [Sessions.from_frame(random_frame(0), **names) for names in columns]
    with pytest.raises(ValueError, match=match):
        Sessions.concatenate(parts)


@pytest.mark.parametrize(
    ("parts", "error", "match"),
    [
        ([], ValueError, "There is no session: the list of Sessions is empty"),
        (Sessions.from_lists([["a"]]), TypeError, "Expected a list of Sessions, got"),
        (None, TypeError, "Expected a list of Sessions, got a missing value"),
        ([[["a"]]], TypeError, r"but element 0 is \[\['a'\]\] of type list"),
    ],
)
def test_what_cannot_be_joined(parts, error, match):
    with pytest.raises(error, match=match):
        Sessions.concatenate(parts)
