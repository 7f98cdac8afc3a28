"""Counts of a log on disk, through their public names."""

import math
import os
import pickle
import shutil
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from small_logs import (
    assert_same_pairs,
    count,
    make_log,
    pairs_of,
    plain_pairs,
    sessions_of,
)

from sklearn_prodemb import SessionCounts, Sessions
from sklearn_prodemb._counts import counting, merging
from sklearn_prodemb.exceptions import InvalidFileError

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def counts(tmp_path):
    return count(make_log(), tmp_path / "counts")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("length", [None, 2, 5])
def test_pairs_are_those_of_the_sessions(tmp_path, seed, length):
    log = make_log(seed)
    found = count(log, tmp_path / "counts", max_session_length=length)
    sessions = sessions_of(log, length)
    assert found.n_sessions == len(sessions)
    assert found.n_pairs == sum(len(s) * (len(s) - 1) // 2 for s in sessions)
    assert found.max_session_length == length
    assert max(map(len, sessions)) == (length or max(map(len, sessions)))
    assert_same_pairs(pairs_of(found), plain_pairs(sessions))
    # A title that no session holds any more is a title still.
    assert sorted(found.titles) == sorted(set(log["what"]))
    in_pairs = Counter(t for s in sessions if len(s) > 1 for t in s)
    of_titles = dict(zip(found.titles, found.sessions_of_titles(), strict=True))
    assert of_titles == {title: in_pairs[title] for title in found.titles}
    most = found.most_frequent(3)
    assert [*most.values()] == sorted(in_pairs.values(), reverse=True)[:3]
    assert all(in_pairs[title] == n for title, n in most.items())


def test_parts_hold_the_pairs_of_some_titles(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 50)
    monkeypatch.setattr(counting, "_EVENTS_PER_BUCKET", 60)
    log = make_log()
    found = count(log, tmp_path / "counts")
    assert len(found.parts) > 5
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(log)))


def as_csv(log, folder):
    log.to_csv(folder / "log.csv", index=False)
    return str(folder / "log.csv")


def as_files(log, folder):
    for i in range(3):
        log.iloc[i * 200 : (i + 1) * 200].to_parquet(folder / f"day-{i}.parquet")
    return folder / "day-*.parquet"


WAYS = {
    "pandas": lambda log, _: log,
    "polars": lambda log, _: pl.from_pandas(log),
    "polars lazy": lambda log, _: pl.from_pandas(log).lazy(),
    "pyarrow": lambda log, _: pa.Table.from_pandas(log),
    "DuckDB": lambda log, _: duckdb.from_arrow(pa.Table.from_pandas(log)),
    "CSV": as_csv,
    "several Parquet files": as_files,
}


@pytest.mark.parametrize("way", WAYS)
def test_any_way_in_gives_the_same(tmp_path, way, counts):
    given = WAYS[way](make_log(), tmp_path)
    found = count(given, tmp_path / "other")
    assert (found.n_sessions, found.n_pairs) == (counts.n_sessions, counts.n_pairs)
    assert_same_pairs(pairs_of(found), pairs_of(counts))
    assert found.categories.tolist() == counts.categories.tolist()
    assert categories_of(found) == categories_of(counts)


def categories_of(found):
    names = [*found.categories.tolist(), None]
    codes = found.category_codes
    return {t: names[c] for t, c in zip(found.titles, codes, strict=True)}


def test_a_title_has_the_category_that_it_has_most_often(tmp_path):
    log = pd.DataFrame(
        {
            "who": [1] * 10,
            "when": range(10),
            "what": list("aaaabbbccd"),
            "kind": ["y", "x", None, None, "y", "x", "x", None, None, "y"],
        }
    )
    found = count(log, tmp_path / "counts", gap=100)
    assert found.categories.tolist() == ["x", "y"]
    # The smaller one of those that are equally often.
    assert categories_of(found) == {"a": "x", "b": "x", "c": None, "d": "y"}


@pytest.mark.parametrize("kinds", [[3, 1, 1], [2.5, np.nan, 2.5], [None] * 3])
def test_other_categories(tmp_path, kinds):
    log = pd.DataFrame(
        {"who": [1, 1, 1], "when": [1, 2, 3], "what": list("abc"), "kind": kinds}
    )
    found = count(log, tmp_path / "counts", gap=1)
    known = sorted({k for k in kinds if k == k and k is not None})
    assert found.categories.tolist() == known
    expected = {t: k if k in known else None for t, k in zip("abc", kinds, strict=True)}
    assert categories_of(found) == expected


@pytest.mark.parametrize(
    ("times", "gap"),
    [
        (pd.to_datetime([0, 10, 21, 22], unit="s"), "10s"),
        (pd.to_datetime([0, 10, 21, 22], unit="s").as_unit("s"), "10s"),
        (pd.to_datetime([0, 10, 21, 22], unit="ns"), pd.Timedelta(10, "ns")),
        (pd.to_datetime([0, 10, 21, 22], unit="s", utc=True), "10s"),
        (pd.to_datetime([0, 10, 21, 22], unit="s", utc=True).as_unit("ns"), "10s"),
        (pd.to_datetime([0, 10, 21, 22], unit="D").date, "10d"),
        ([0, 10, 21, 22], 10),
        (np.array([0, 10, 21, 22], np.uint8), 10.5),
        (np.array([-(2**63), 10 - 2**63, 2**62, 2**62 + 1]), 10),
        ([0.0, 1.0, 2.125, 2.25], 1.0),
    ],
)
def test_a_session_ends_where_the_user_pauses_for_longer(tmp_path, times, gap):
    log = pd.DataFrame({"who": 1, "when": times, "what": list("abcd")})
    found = count(log, tmp_path / "counts", gap=gap, category=None)
    assert found.n_sessions == 2
    assert {frozenset(p) for p in pairs_of(found)} == {
        frozenset("ab"),
        frozenset("cd"),
    }


def test_several_columns_of_users(tmp_path):
    log = pd.DataFrame(
        {"a": [1, 1, 2, 2], "b": [1, 2, 1, 1], "when": range(4), "what": list("abcd")}
    )
    found = count(log, tmp_path / "counts", user=["a", "b"], gap=9, category=None)
    assert {frozenset(p) for p in pairs_of(found)} == {frozenset("cd")}
    assert found.n_sessions == 3


def test_events_at_one_time_are_in_the_order_of_rows(tmp_path):
    log = pd.DataFrame({"who": 1, "when": 0, "what": [f"t{i}" for i in range(50)]})
    found = count(log, tmp_path / "counts", gap=0, category=None, max_session_length=10)
    titles = {t for pair in pairs_of(found) for t in pair}
    assert titles == {f"t{i}" for i in range(10)}


def test_names_with_quotes(tmp_path):
    log = pd.DataFrame({'wh"o': [1, 1], "wh'en": [1, 2], "what is it": ["a'b", 'a"b']})
    found = SessionCounts.from_events(
        log,
        user='wh"o',
        time="wh'en",
        title="what is it",
        gap=1,
        path=tmp_path / "it's a folder",
    )
    assert pairs_of(found) == {("a'b", 'a"b'): 1, ('a"b', "a'b"): 1}


# Bad input ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"user": "nobody"}, ValueError, "user='nobody' is no column of the frame"),
        ({"category": "x"}, ValueError, r"category='x' .*'who', 'when', 'what'"),
        (
            {"title": None},
            TypeError,
            "title must be the name of a column, got a missing",
        ),
        ({"user": []}, TypeError, "user must be the name of a column or a list"),
        ({"title": "who"}, TypeError, "Titles must be of type str"),
        ({"category": "when"}, TypeError, "Categories must be all str or all numbers"),
        ({"time": "what"}, TypeError, "'what' must hold datetimes or numbers"),
        ({"gap": 3}, TypeError, "gap"),
        ({"gap": "soon"}, ValueError, "gap must be a number and a unit"),
        ({"gap": -1}, ValueError, "not negative"),
        ({"gap": [1]}, TypeError, "gap"),
        ({"max_session_length": 1}, ValueError, "from 2 on or None, got 1"),
        ({"max_session_length": 2.5}, ValueError, "from 2 on or None, got 2.5"),
        ({"memory_limit": 3}, TypeError, "memory_limit must be a str such as '2GB'"),
        ({"memory_limit": "much"}, ValueError, "size such as '2GB', got 'much'"),
    ],
)
def test_bad_arguments(tmp_path, change, error, match):
    with pytest.raises(error, match=match):
        count(make_log(), tmp_path / "counts", **change)
    assert not (tmp_path / "counts" / "manifest.json").exists()
    # What was wrong is no hindrance to doing it right.
    count(make_log(), tmp_path / "counts")


@pytest.mark.parametrize(
    ("column", "match"),
    [
        ("who", r"2 of 400 events have no user \(column 'who'\), .* row 3: .*visitor"),
        ("when", r"2 of 400 events have no time \(column 'when'\), .* row 3: drop"),
        ("what", r"2 of 400 events have no title \(column 'what'\), .* row 3: drop"),
    ],
)
def test_missing_values(tmp_path, column, match):
    log = make_log()
    log[column] = log[column].astype(object)
    log.loc[[3, 8], column] = None
    if column == "when":
        log[column] = pd.to_datetime(log[column])
    with pytest.raises(ValueError, match=match):
        count(log, tmp_path / "counts")


def test_numbers_that_are_none(tmp_path):
    log = pl.DataFrame(
        {"who": [1.0, float("nan")], "when": [1.0, 2], "what": ["a"] * 2}
    )
    with pytest.raises(ValueError, match=r"1 of 2 events have no user .* row 1"):
        count(log, tmp_path / "counts", gap=1, category=None)
    log = pl.DataFrame({"who": [1, 1], "when": [1.0, math.inf], "what": ["a", "a"]})
    with pytest.raises(ValueError, match=r"1 of 2 events have no time .* row 1"):
        count(log, tmp_path / "counts", gap=1, category=None)


def test_logs_that_are_none(tmp_path):
    with pytest.raises(ValueError, match="no rows"):
        count(make_log()[:0], tmp_path / "counts")
    with pytest.raises(TypeError, match="data frame"):
        count([["a", "b"]], tmp_path / "counts")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        count(tmp_path / "nowhere.parquet", tmp_path / "counts")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(InvalidFileError, match=r"bad.parquet"):
        count(tmp_path / "bad.parquet", tmp_path / "counts")


def test_a_folder_that_holds_something_else(tmp_path, counts):
    with pytest.raises(FileExistsError, match="holds counts already"):
        count(make_log(), counts.path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty"):
        count(make_log(), tmp_path / "full")
    with pytest.raises(NotADirectoryError, match="is a file"):
        count(make_log(), tmp_path / "full" / "thesis.txt")
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine"


def test_the_constructor_says_what_to_call():
    with pytest.raises(TypeError, match=r"SessionCounts.from_events"):
        SessionCounts()


# On disk ------------------------------------------------------------------------------


def test_loading(counts):
    again = SessionCounts.load(str(counts.path))
    assert again.fingerprint == counts.fingerprint
    assert repr(again) == repr(counts)
    assert pairs_of(again) == pairs_of(counts)
    assert sorted(os.listdir(counts.path)) == [
        "counting.lock",
        "manifest.json",
        "pairs-0-0.parquet",
        "titles.parquet",
    ]


def test_there_is_nothing_to_load(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder of counts"):
        SessionCounts.load(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"no manifest.json"):
        SessionCounts.load(tmp_path)


def test_a_folder_of_sessions(tmp_path, counts):
    Sessions.from_lists([["a", "b"]]).save(tmp_path / "sessions")
    match = r"holds Sessions, not SessionCounts: open it with Sessions\.load\(path\)"
    with pytest.raises(InvalidFileError, match=match):
        SessionCounts.load(tmp_path / "sessions")
    with pytest.raises(FileExistsError, match="is not empty: name a folder"):
        count(make_log(), tmp_path / "sessions")
    match = r"holds SessionCounts, not Sessions: open it with SessionCounts\.load"
    with pytest.raises(InvalidFileError, match=match):
        Sessions.load(counts.path)
    with pytest.raises(FileExistsError, match="holds other files"):
        Sessions.from_lists([["a", "b"]]).save(counts.path)


def test_pickling(counts):
    again = pickle.loads(pickle.dumps(counts))
    assert again.fingerprint == counts.fingerprint
    data = pickle.dumps(counts)
    counts.update(make_log(1))
    with pytest.raises(InvalidFileError, match="others than those that were pickled"):
        pickle.loads(data)


# A further log ------------------------------------------------------------------------


def add(first, further, decay):
    pairs = {pair: weight * decay for pair, weight in first.items()}
    for pair, weight in further.items():
        pairs[pair] = pairs.get(pair, 0) + weight
    return {pair: weight for pair, weight in pairs.items() if weight > 1e-4}


@pytest.mark.parametrize("decay", [1.0, 0.5, 1e-5])
@pytest.mark.parametrize("pairs_per_part", [40, 10**6])
def test_updates_add_up(tmp_path, monkeypatch, decay, pairs_per_part):
    monkeypatch.setattr(
        "sklearn_prodemb._counts.merging.PAIRS_PER_PART", pairs_per_part
    )
    monkeypatch.setattr(counting, "PAIRS_PER_PART", pairs_per_part)
    logs = [make_log(seed, 200, first_day=10 * seed) for seed in (0, 1, 2)]
    found = count(logs[0], tmp_path / "counts")
    expected = plain_pairs(sessions_of(logs[0]))
    n_sessions = len(sessions_of(logs[0]))
    for log in logs[1:]:
        assert found.update(log, decay=decay) is found
        sessions = sessions_of(log)
        expected = add(expected, plain_pairs(sessions), decay)
        n_sessions += len(sessions)
        assert_same_pairs(pairs_of(found), expected, rtol=2e-6)
        assert found.n_sessions == n_sessions
    titles = {title for log in logs for title in log["what"]}
    assert sorted(found.titles) == sorted(titles)
    assert SessionCounts.load(found.path).fingerprint == found.fingerprint
    # Nothing is left of the files before.
    names = {part.file.name for part in found.parts}
    others = {"counting.lock", "manifest.json", found._manifest.titles.name}
    assert set(os.listdir(tmp_path / "counts")) == names | others


def test_an_update_is_one_count_of_both_logs(tmp_path):
    first, further = make_log(0), make_log(1)
    further["who"] += 100
    both = count(pd.concat([first, further]), tmp_path / "both")
    found = count(first, tmp_path / "counts").update(further)
    assert_same_pairs(pairs_of(found), pairs_of(both), rtol=2e-6)
    assert (found.n_sessions, found.n_pairs) == (both.n_sessions, both.n_pairs)
    of_titles = [
        dict(zip(c.titles, c.sessions_of_titles(), strict=True)) for c in (found, both)
    ]
    assert of_titles[0] == of_titles[1]


def test_the_newest_log_tells_the_category(tmp_path, monkeypatch):
    first = pd.DataFrame(
        {"who": 1, "when": range(3), "what": list("abc"), "kind": ["x", "x", "y"]}
    )
    further = pd.DataFrame(
        {"who": 1, "when": range(3), "what": list("bcd"), "kind": ["z", None, "x"]}
    )
    found = count(first, tmp_path / "counts", gap=9).update(further)
    assert categories_of(found) == {"a": "x", "b": "z", "c": "y", "d": "x"}
    match = "all str or all numbers: those of the earlier logs are str and .* numbers"
    with monkeypatch.context() as patch:
        # It is told before anything is counted.
        patch.delattr(counting.Counting, "run")
        with pytest.raises(TypeError, match=match):
            found.update(further.assign(kind=[1, 2, 3]))
    # An update that fails changes nothing, and is no hindrance to the next.
    assert categories_of(SessionCounts.load(found.path))["b"] == "z"
    found.update(further.assign(what=list("xyz")))


NO_CATEGORY = [pd.array([None] * 3, dtype=kind) for kind in ("string", "Int64")]


@pytest.mark.parametrize("kinds", [["x", "y", "z"], [3, 1, 2]])
@pytest.mark.parametrize("missing", NO_CATEGORY)
def test_a_day_without_categories_fits_any_type(tmp_path, kinds, missing):
    days = [
        pd.DataFrame({"who": n, "when": range(3), "what": list("abc"), "kind": column})
        for n, column in enumerate((missing, kinds, missing, kinds))
    ]
    found = count(days[0], tmp_path / "counts", gap=9)
    for day in days[1:]:
        found.update(day)
    assert categories_of(found) == dict(zip("abc", kinds, strict=True))


def test_a_log_is_added_once(tmp_path, counts):
    with pytest.raises(ValueError, match="was added before"):
        counts.update(make_log())
    counts.update(make_log(1))
    with pytest.raises(ValueError, match="was added before"):
        counts.update(make_log(1))


OTHER_TYPES = {
    "str": lambda log: log.astype({"who": str}),
    "float": lambda log: log.astype({"who": float, "kind": "Float32"}),
    "small int": lambda log: log.astype({"who": "uint8"}),
    "decimal": lambda log: log.assign(who=log["who"].map(lambda n: Decimal(n) / 1)),
    "category": lambda log: log.astype({"who": "category", "what": "category"}),
    "nanoseconds": lambda log: log.astype({"when": "datetime64[ns]"}),
    "UTC": lambda log: log.assign(when=log["when"].dt.tz_localize("UTC")),
    "another order": lambda log: log[::-1],
}


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_a_log_is_known_whatever_its_types(tmp_path, name):
    log = make_log().assign(kind=pd.array([1, None] * 200, dtype="Int64"))
    found = count(log, tmp_path / "counts")
    with pytest.raises(ValueError, match="was added before"):
        found.update(OTHER_TYPES[name](log))


def test_a_log_in_csv_is_known(tmp_path, counts):
    with pytest.raises(ValueError, match="was added before"):
        counts.update(as_csv(make_log(), tmp_path))


@pytest.mark.parametrize("change", [0.5, 10**16])
def test_other_ids_are_another_log(tmp_path, change):
    log = make_log().astype({"who": float})
    found = count(log, tmp_path / "counts")
    found.update(log.assign(who=log["who"] + change))


def in_another_thread(function):
    """Call a function that works on the same folder, and give its error."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).exception()


def test_one_at_a_time(tmp_path, monkeypatch, counts):
    errors = []
    merged = merging.merge

    def merge(*arguments):
        other = SessionCounts.load(counts.path)
        errors.append(in_another_thread(lambda: other.update(make_log(2))))
        return merged(*arguments)

    monkeypatch.setattr(merging, "merge", merge)
    counts.update(make_log(1))
    assert isinstance(errors[0], BlockingIOError)
    assert "Another process is counting here" in str(errors[0])
    counts.update(make_log(2))

    number = counting.Counting._number_titles

    def number_titles(self):
        other = make_log(3)
        path = tmp_path / "others"
        errors.append(in_another_thread(lambda: count(other, path)))
        number(self)

    monkeypatch.setattr(counting.Counting, "_number_titles", number_titles)
    found = count(make_log(4), tmp_path / "others")
    assert isinstance(errors[1], BlockingIOError)
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(make_log(4))))


def test_files_of_others_stay(tmp_path, counts):
    for name in ("today.parquet", "pairs-mine.parquet", "counting.parquet"):
        make_log(1).to_parquet(counts.path / name)
    counts.update(counts.path / "today.parquet")
    left = {"today.parquet", "pairs-mine.parquet", "counting.parquet"}
    assert left <= set(os.listdir(counts.path))


@pytest.mark.parametrize("name", ["what=a", "z[ab]", "z*", "a 'b' c", "weight=3"])
def test_odd_names_of_folders(tmp_path, name):
    (tmp_path / "za").mkdir()
    count(make_log(1), tmp_path / "za" / "counts")
    (tmp_path / name).mkdir()
    log = make_log()
    log.to_parquet(tmp_path / name / "log.parquet")
    found = count(tmp_path / name / "log.parquet", tmp_path / name / "counts")
    found.update(make_log(2))
    expected = add(
        plain_pairs(sessions_of(log)), plain_pairs(sessions_of(make_log(2))), 1
    )
    assert_same_pairs(pairs_of(found), expected, rtol=2e-6)


def test_a_column_of_the_name_of_our_own(tmp_path):
    log = make_log().rename(columns={"who": "row_hash", "kind": "title"})
    names = {"user": "row_hash", "category": "title"}
    found = count(log, tmp_path / "counts", **names)
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(make_log())))
    found.update(log.assign(row_hash=log["row_hash"] + 100))


def test_a_relative_path_stays_where_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    found = count(make_log(), "counts")
    at_home = count(make_log(), "~/others")
    monkeypatch.chdir("/")
    assert pairs_of(found) == pairs_of(at_home)
    assert found.path == tmp_path / "counts"
    assert at_home.path == tmp_path / "others"
    assert SessionCounts.load("~/others").n_pairs == found.n_pairs


def test_ctrl_c_while_duckdb_counts(tmp_path, monkeypatch):
    def interrupted(self):
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(counting.Counting, "_cut_sessions", interrupted)
    with pytest.raises(KeyboardInterrupt):
        count(make_log(), tmp_path / "counts")


@pytest.mark.parametrize("step", ["delete_others", "rmtree"])
def test_an_update_that_was_stopped_at_its_end(monkeypatch, counts, step):
    def stopped(*arguments, **parameters):
        raise KeyboardInterrupt

    before = pairs_of(counts)
    module = sys.modules["sklearn_prodemb._counts.session_counts"]
    with monkeypatch.context() as patch:
        owner = module if step == "delete_others" else module.shutil
        patch.setattr(owner, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            counts.update(make_log(1))
    counts.update(make_log(1))
    expected = add(before, plain_pairs(sessions_of(make_log(1))), 1)
    assert_same_pairs(pairs_of(counts), expected, rtol=2e-6)
    with pytest.raises(ValueError, match="was added before"):
        counts.update(make_log(1))


def test_columns_of_mixed_types(tmp_path):
    log = make_log()
    log["kind"] = log["kind"].astype(object)
    log.loc[0, "kind"] = 3
    with pytest.raises(ValueError, match="cannot be written to a Parquet file"):
        count(log, tmp_path / "counts")
    assert os.listdir(tmp_path / "counts") == ["counting.lock"]


@pytest.mark.parametrize("decay", [0, -1, 1.5, float("nan"), "x", True])
def test_bad_decay(counts, decay):
    with pytest.raises(ValueError, match="decay must be above 0 and at most 1"):
        counts.update(make_log(1), decay=decay)


@pytest.mark.parametrize("after", range(4))
def test_an_update_that_was_stopped_goes_on(tmp_path, monkeypatch, counts, after):
    log = make_log(1)
    before = pairs_of(counts)
    calls = []
    monkeypatch.setattr(merging, "PAIRS_PER_PART", 100)
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 100)
    write = merging.write_part

    def stopped(*arguments):
        calls.append(0)
        if len(calls) > after:
            raise KeyboardInterrupt
        return write(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(merging, "write_part", stopped)
        with pytest.raises(KeyboardInterrupt):
            counts.update(log)
    # The old counts are there still, for this object and for others.
    assert pairs_of(counts) == before
    assert pairs_of(SessionCounts.load(counts.path)) == before
    expected = add(before, plain_pairs(sessions_of(log)), 1)
    assert_same_pairs(pairs_of(counts.update(log)), expected, rtol=2e-6)


def test_another_update_after_one_that_was_stopped(monkeypatch, counts):
    before = pairs_of(counts)

    def stopped(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(merging, "write_part", stopped)
        with pytest.raises(KeyboardInterrupt):
            counts.update(make_log(1))
    log = make_log(2)
    counts.update(log, decay=0.5)
    expected = add(before, plain_pairs(sessions_of(log)), 0.5)
    assert_same_pairs(pairs_of(counts), expected, rtol=2e-6)


def test_counts_that_were_updated_by_others(counts):
    other = SessionCounts.load(counts.path)
    other.update(make_log(1))
    with pytest.raises(InvalidFileError, match="updated since"):
        pairs_of(counts)
    shutil.rmtree(counts.path)
    with pytest.raises(FileNotFoundError, match="no folder of counts"):
        counts.update(make_log(2))


STEPS = ["log", "titles", "events", "sessions", "pairs"]


def test_progress_is_told(tmp_path, capsys):
    count(make_log(), tmp_path / "counts", verbose=True)
    told = [line.split(",")[0] for line in capsys.readouterr().out.splitlines()]
    assert told == [f"[SessionCounts] {step}" for step in STEPS]
