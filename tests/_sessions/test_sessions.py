"""Sessions from frames, logs and lists, and how they behave as a value."""

import datetime
import pickle
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline

from sklearn_prodemb import Sessions

EVENTS = Path(__file__).parents[3] / "shared/data/online_retail/events.parquet"
FRAMES = {
    "pandas": pd.DataFrame,
    "pandas arrow": lambda d: pd.DataFrame(d).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame,
    "polars lazy": pl.LazyFrame,
    "pyarrow": pa.table,
}
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


# Ways in ----------------------------------------------------------------------


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_from_frame(make):
    columns = {"session": "visit", "title": "title"}
    with_kind = Sessions.from_frame(make(ROWS), **columns, category="kind")
    assert with_kind.to_lists() == LISTS
    without = Sessions.from_frame(make(ROWS), **columns)
    assert without.to_lists() == [[(t, None) for t, _ in s] for s in LISTS]
    assert without.n_categories == 0


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


def test_to_lists(sessions):
    assert sessions.to_lists(1) == LISTS[:1]
    assert sessions.to_lists(0) == []
    assert sessions.to_lists(99) == LISTS


# Errors -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"session": "visita"}, ValueError, r"session='visita' is no column .*'visit'"),
        ({"title": "name"}, ValueError, "title='name' is no column"),
        ({"category": "c"}, ValueError, "category='c' is no column"),
        ({"category": ""}, ValueError, "category='' is no column"),
        ({"title": "visit"}, TypeError, "row 0 of column 'visit' is 7 of type int"),
        (
            {"session": "kind"},
            ValueError,
            r"2 of 6 rows have no session \(column 'kind'\), the first of them row 1",
        ),
        (
            {"title": "kind"},
            TypeError,
            r"row 1 of column 'kind' is a missing.*2 titles are missing in all",
        ),
    ],
)
@pytest.mark.parametrize("make", [pd.DataFrame, pl.LazyFrame, pa.table])
def test_from_frame_errors(make, change, error, match):
    columns = {"session": "visit", "title": "title", **change}
    with pytest.raises(error, match=match):
        Sessions.from_frame(make(ROWS), **columns)


def test_no_rows():
    empty = pd.DataFrame(ROWS)[:0]
    with pytest.raises(ValueError, match="There is no session"):
        Sessions.from_frame(empty, session="visit", title="title")


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
        WHOLE.split(held_out)


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


# Real data --------------------------------------------------------------------


@pytest.mark.skipif(not EVENTS.exists(), reason="needs ../shared/data/online_retail")
def test_real_log():
    names = ["customer_id", "timestamp", "title", "invoice", "country"]
    log = pl.read_parquet(EVENTS, columns=names).drop_nulls()
    columns = {"user": "customer_id", "time": "timestamp", "title": "title"}
    sessions = Sessions.from_events(log, **columns, category="country", gap="30min")
    assert sessions.n_products == log["title"].n_unique()
    assert sessions.n_categories == log["country"].n_unique()
    begins = log.sort("timestamp", maintain_order=True).select(
        (pl.col("timestamp").diff() > datetime.timedelta(minutes=30))
        .fill_null(True)
        .over("customer_id")
    )
    assert sessions.n_sessions == begins.sum().item()
    invoices = Sessions.from_frame(log, session="invoice", title="title")
    assert invoices.n_sessions == log["invoice"].n_unique()
    assert invoices.n_views == log.select("invoice", "title").n_unique()
