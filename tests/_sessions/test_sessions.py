"""Sessions as a value, and parts of them."""

import pickle
from collections import Counter

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline

from sklearn_prodemb import Sessions

ROWS = {
    "visit": [7, 3, 7, 3, 7, 9],
    "title": ["mesa", "termo", "silla", "mate", "mesa", "mate"],
    "kind": ["b", None, "a", None, "c", "c"],
}
# The second "mesa" of visit 7 is dropped, and so is its category.
LISTS = [[("mesa", "b"), ("silla", "a")], [("termo", None), ("mate", None)]]
LISTS += [[("mate", "c")]]


@pytest.fixture
def sessions():
    return Sessions.from_lists(LISTS)


def test_columns_and_counts(sessions):
    assert sessions.titles.tolist() == ["mesa", "silla", "termo", "mate"]
    assert sessions.categories.tolist() == ["a", "b", "c"]
    assert sessions.title_codes.tolist() == [0, 1, 2, 3, 3]
    assert sessions.category_codes.tolist() == [1, 0, -1, -1, 2]
    assert sessions.offsets.tolist() == [0, 2, 4, 5]
    dtypes = {n: str(getattr(sessions, n).dtype) for n in ("title_codes", "offsets")}
    assert dtypes == {"title_codes": "int32", "offsets": "int64"}
    counts = ("n_sessions", "n_products", "n_views", "n_pairs", "n_categories")
    assert [getattr(sessions, name) for name in counts] == [3, 4, 5, 2, 3]


def test_lengths(sessions):
    assert sessions.lengths.tolist() == [2, 2, 1]
    assert sessions.lengths.dtype == np.int64


def test_to_lists(sessions):
    assert sessions.to_lists(1) == LISTS[:1]
    assert sessions.to_lists(0) == []
    assert sessions.to_lists(99) == LISTS


def test_the_constructor_names_the_ways_in():
    with pytest.raises(TypeError, match=r"from_frame.*from_events.*from_lists"):
        Sessions([["mesa"]])


# As a value -------------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(sessions, protocol):
    odd = Sessions.from_lists([[("\ud800\0", 1), ("ñ", 2)], [("", None)]])
    for original in (sessions, odd):
        original.fingerprint
        again = pickle.loads(pickle.dumps(original, protocol))
        assert again == original
        assert hash(again) == hash(original)
        assert again.to_lists() == original.to_lists()
        assert again.categories.dtype == original.categories.dtype


def test_joblib_memory_map(sessions, tmp_path):
    joblib.dump(sessions, tmp_path / "s")
    mapped = joblib.load(tmp_path / "s", mmap_mode="r")
    assert mapped == sessions
    assert pickle.loads(pickle.dumps(mapped)).to_lists() == LISTS


def test_equal_sessions_are_equal_wherever_they_come_from(sessions):
    # In the frame the sessions are interleaved, and a category occurs only on a row
    # that is dropped.
    frame = pd.DataFrame(ROWS).replace({"kind": {"c": "d"}}).replace("mate", "silla")
    columns = {"session": "visit", "title": "title", "category": "kind"}
    interleaved = Sessions.from_frame(frame, **columns)
    again = Sessions.from_lists(interleaved.to_lists())
    assert again.to_lists() == interleaved.to_lists()
    assert again == interleaved


def test_a_fingerprint_is_told_by_content_alone(sessions):
    array = np.array(["a", "b", "c"])
    names = dict(zip("abc", array, strict=True))
    lists = [[(np.str_(t), names.get(c)) for t, c in session] for session in LISTS]
    assert Sessions.from_lists(lists) == sessions


def test_repr(sessions):
    expected = "Sessions(n_sessions=3, n_products=4, n_pairs=2, n_categories=3)"
    assert repr(sessions) == expected


# Split in two -----------------------------------------------------------------

rng = np.random.default_rng(0)
VIEWS = pd.DataFrame(
    {
        "session": np.repeat(np.arange(40), 5),
        "product": rng.integers(0, 60, 200),
    }
)
VIEWS["title"] = "title " + (VIEWS["product"] // 2).astype(str)
VIEWS["category"] = (VIEWS["product"] % 9).where(VIEWS["product"] % 9 < 7)
ROLES = {"session": "session", "title": "title", "category": "category"}
WHOLE = Sessions.from_frame(VIEWS, **ROLES, product="product")


def test_a_split_keeps_whole_sessions():
    parts = WHOLE.split(0.25, random_state=0)
    assert [part.n_sessions for part in parts] == [30, 10]
    whole = WHOLE.to_lists()
    numbers = [[whole.index(session) for session in part.to_lists()] for part in parts]
    assert sorted(numbers[0] + numbers[1]) == list(range(40))
    for part, chosen in zip(parts, numbers, strict=True):
        assert chosen == sorted(chosen)
        # As if the others had never been there, ids included.
        rows = VIEWS[VIEWS["session"].isin(VIEWS["session"].unique()[chosen])]
        assert part == Sessions.from_frame(rows, **ROLES, product="product")
        assert part.by_id is not None


def test_a_split_without_ids_and_by_seed():
    sessions = Sessions.from_frame(VIEWS, **ROLES)
    a, b = sessions.split(0.5, random_state=0), sessions.split(0.5, random_state=0)
    assert a == b != sessions.split(0.5, random_state=1)
    assert a[0].by_id is None
    assert Sessions.from_lists(a[0].to_lists()) == a[0]


def test_most_frequent_titles():
    counts = Counter(title for s in WHOLE.to_lists() for title, _ in s)
    found = WHOLE.most_frequent(WHOLE.n_products)
    assert found == counts
    assert [*found.values()] == sorted(counts.values(), reverse=True)
    assert [*WHOLE.most_frequent().items()] == [*found.items()][:10]
    # A title that a session shows twice counts once.
    repeated = Sessions.from_lists([["a", "b", "b"], ["c", "a"]])
    assert [*repeated.most_frequent(5).items()] == [("a", 2), ("b", 1), ("c", 1)]
    with pytest.raises(ValueError, match="n must be 1 or more"):
        WHOLE.most_frequent(0)


def test_a_sample_is_in_the_order_it_was_in():
    sample = WHOLE.sample(12, random_state=0)
    assert sample.n_sessions == 12
    assert sample == WHOLE.sample(np.int64(12), random_state=np.random.RandomState(0))
    assert sample != WHOLE.sample(12, random_state=1)
    whole = WHOLE.to_lists()
    numbers = [whole.index(session) for session in sample.to_lists()]
    assert numbers == sorted(set(numbers))
    rows = VIEWS[VIEWS["session"].isin(VIEWS["session"].unique()[numbers])]
    assert sample == Sessions.from_frame(rows, **ROLES, product="product")
    assert WHOLE.sample(40) == WHOLE
    draws = [WHOLE.sample(1, random_state=s).to_lists()[0] for s in range(200)]
    assert {whole.index(session) for session in draws} == set(range(40))


@pytest.mark.parametrize("make", [np.array, list, pd.Series])
def test_filter(make):
    keep = np.random.default_rng(0).random(40) < 0.5
    rows = VIEWS[keep[np.repeat(np.arange(40), 5)]]
    expected = Sessions.from_frame(rows, **ROLES, product="product")
    assert WHOLE.filter(make(keep.tolist())) == expected
    longest = WHOLE.filter(WHOLE.lengths == WHOLE.lengths.max())
    assert set(longest.lengths.tolist()) == {WHOLE.lengths.max()}
    assert WHOLE.filter([True] * 40) == WHOLE


# Inside cross-validation ------------------------------------------------------


class Recorder(TransformerMixin, BaseEstimator):
    """A transformer that keeps what it was given."""

    __metadata_request__fit = {"sessions": True}
    given = []

    def __init__(self, sessions=None, length=1):
        self.sessions = sessions
        self.length = length

    def fit(self, X, y=None, sessions=None):
        given = sessions if sessions is not None else self.sessions
        self.given.append((len(X), given))
        self.fitted_ = True
        return self

    def transform(self, X):
        return np.array([[len(title) * self.length] for title in X])


def _cross_val_score(pipe, titles, labels, params):
    cross_val_score(pipe, titles, labels, cv=2, params=params)


def _grid_search(pipe, titles, labels, params):
    grid = {"recorder__length": [1, 2]}
    GridSearchCV(pipe, grid, cv=2, refit=False).fit(titles, labels, **params)


@pytest.mark.parametrize("validate", [_cross_val_score, _grid_search])
@pytest.mark.parametrize("route", ["plain", "routing", "parameter"])
def test_sessions_pass_through_cross_validation_whole(validate, route):
    titles, labels = [f"mesa {i}" for i in range(12)], [0, 1] * 6
    lists = [[title, "mate"] for title in titles]
    assert Sessions.from_lists(lists).n_sessions == len(titles)

    def given(sessions):
        Recorder.given.clear()
        recorder = Recorder(sessions if route == "parameter" else None)
        steps = [("recorder", recorder), ("head", LogisticRegression())]
        params = {"plain": "recorder__sessions", "routing": "sessions"}
        params = {params[route]: sessions} if route in params else {}
        with sklearn.config_context(enable_metadata_routing=route == "routing"):
            validate(Pipeline(steps), titles, labels, params)
        assert {n for n, _ in Recorder.given} == {6}
        return [whole for _, whole in Recorder.given]

    sessions = Sessions.from_lists(lists)
    assert all(whole is sessions for whole in given(sessions))
    if route != "parameter":
        # What Sessions is there to prevent.
        assert {len(cut) for cut in given(lists)} == {6}
