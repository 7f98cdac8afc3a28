"""A count that was stopped goes on."""

import signal
import subprocess
import sys

import pytest
from full_disk import full_disk
from small_logs import (
    assert_same_pairs,
    count,
    make_log,
    pairs_of,
    plain_pairs,
    sessions_of,
)

from sklearn_prodemb import SessionCounts
from sklearn_prodemb._counts import counting
from sklearn_prodemb.exceptions import InvalidFileError

pytest.importorskip("duckdb")


def stop_before(monkeypatch, method, after=0):
    """Let a step fail when it is called for the `after`-th time."""
    calls = []
    owner = counting if method in ("copy", "write_part") else counting.Counting
    original = getattr(owner, method)

    def stopped(*arguments, **parameters):
        calls.append(arguments)
        if len(calls) > after:
            raise KeyboardInterrupt
        return original(*arguments, **parameters)

    monkeypatch.setattr(owner, method, stopped)
    return calls


@pytest.mark.parametrize(
    ("method", "after"),
    [
        ("_number_titles", 0),
        ("_read_events", 0),
        ("_cut_sessions", 0),
        ("_count_pairs", 0),
        ("write_part", 3),
        ("_write_titles", 0),
        ("copy", 2),
    ],
)
def test_a_count_that_was_stopped_goes_on(tmp_path, monkeypatch, method, after):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 100)
    log = make_log()
    with monkeypatch.context() as patch:
        stop_before(patch, method, after)
        with pytest.raises(KeyboardInterrupt):
            count(log, tmp_path / "counts")
    with pytest.raises(FileNotFoundError, match="call from_events again"):
        SessionCounts.load(tmp_path / "counts")
    made = {}
    original = counting.Counting._make

    def make(self, table, query):
        made[table] = table not in self._tables()
        original(self, table, query)

    monkeypatch.setattr(counting.Counting, "_make", make)
    found = count(log, tmp_path / "counts")
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(log)))
    # What was done is not done again.
    done = ["_number_titles", "_read_events", "_cut_sessions"]
    place = done.index(method) if method in done else len(done)
    assert made == {"titles": place < 1, "events": place < 2}


def test_another_log_begins_anew(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_before(patch, "_write_titles")
        with pytest.raises(KeyboardInterrupt):
            count(make_log(0), tmp_path / "counts")
    log = make_log(1)
    with pytest.warns(UserWarning, match="held a stopped count of another log"):
        found = count(log, tmp_path / "counts")
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(log)))


def test_times_in_another_unit_begin_anew(tmp_path, monkeypatch):
    log = make_log()
    with monkeypatch.context() as patch:
        stop_before(patch, "_cut_sessions")
        with pytest.raises(KeyboardInterrupt):
            count(log, tmp_path / "counts")
    with pytest.warns(UserWarning, match="held a stopped count"):
        found = count(log.astype({"when": "datetime64[ns]"}), tmp_path / "counts")
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(log)))


_KILLED = """
import os, signal, sys
import pandas as pd
from sklearn_prodemb import SessionCounts
from sklearn_prodemb._counts import counting, merging

counting.PAIRS_PER_PART = 100
write = counting.write_part
calls = []

def killed(*arguments):
    calls.append(0)
    if len(calls) > 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return write(*arguments)

counting.write_part = killed
SessionCounts.from_events(
    sys.argv[1], user="who", time="when", title="what", category="kind", gap="6h",
    path=sys.argv[2],
)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_count_that_was_killed_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 100)
    log = make_log()
    log.to_parquet(tmp_path / "log.parquet")
    arguments = [str(tmp_path / "log.parquet"), str(tmp_path / "counts")]
    done = subprocess.run([sys.executable, "-c", _KILLED, *arguments], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list((tmp_path / "counts").glob("pairs-*.parquet"))) == 3
    found = count(tmp_path / "log.parquet", tmp_path / "counts")
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(log)))


@pytest.mark.parametrize("n_bytes", [0, 5_000, 100_000, 300_000, 400_000])
def test_a_full_disk(tmp_path, n_bytes):
    log = make_log(n_events=20_000, n_users=300)
    path = tmp_path / "log.parquet"
    log.to_parquet(path)
    with full_disk(n_bytes), pytest.raises(OSError, match="counts") as caught:
        count(path, tmp_path / "counts")
    assert not isinstance(caught.value, InvalidFileError)
    found = count(path, tmp_path / "counts")
    assert_same_pairs(pairs_of(found), plain_pairs(sessions_of(log)), rtol=1e-5)
