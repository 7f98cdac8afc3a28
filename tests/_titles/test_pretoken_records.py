"""What pre-tokens stand for, looked up at once: against title by title."""

import os
import threading

import numpy as np
import pytest
from random_titles import random_titles

from sklearn_prodemb._titles import pretoken_records
from sklearn_prodemb._titles.pretoken_records import PretokenRecords
from sklearn_prodemb._utils import bounded_cache

DTYPE = np.dtype(np.int32)


def letters(pretoken):
    """Give the code of each character; white space stands for nothing."""
    codes = [ord(c) for c in pretoken if not c.isspace() and c != "q"]
    return np.array(codes, DTYPE).tobytes()


def plain(titles):
    return [[ord(c) for c in title if not c.isspace() and c != "q"] for title in titles]


@pytest.fixture(params=["few", "many"])
def at_once(request, monkeypatch):
    if request.param == "many":
        monkeypatch.setattr(pretoken_records, "_FEW", 1)


@pytest.mark.parametrize("n", [0, 1, 2, 63, 64, 65, 300])
@pytest.mark.usefixtures("at_once")
def test_titles_give_what_their_pretokens_stand_for(n):
    titles = ["qq mesa q", "", " ", *random_titles(5), "m\x1eé sa\u3000x"][:n]
    records = PretokenRecords(letters, DTYPE)
    for some in (titles, titles[::-1], titles):
        found = records.of_titles(some)
        assert found.to_lists() == plain(some)
        assert found.values.dtype == DTYPE
    of_title = [np.frombuffer(records.of_title(t), DTYPE).tolist() for t in titles]
    assert of_title == plain(titles)


def count_calls(monkeypatch):
    calls = []

    def one_by_one(self, titles, original=PretokenRecords._one_by_one):
        calls.append(len(titles))
        return original(self, titles)

    monkeypatch.setattr(PretokenRecords, "_one_by_one", one_by_one)
    return calls


TITLES = [f"mesa {i} pino {i % 7}" for i in range(3_000)]


def test_each_pretoken_is_worked_out_once(monkeypatch):
    slow = count_calls(monkeypatch)
    asked = []

    def record_of(pretoken):
        asked.append(pretoken)
        return letters(pretoken)

    records = PretokenRecords(record_of, DTYPE)
    for _ in range(2):
        assert records.of_titles(TITLES).to_lists() == plain(TITLES)
    assert len(asked) == len(set(asked)) == 3_002
    assert slow == []


@pytest.mark.parametrize("most_bytes", [10, 40, 1_000])
def test_long_texts_are_halved(monkeypatch, most_bytes):
    monkeypatch.setattr(pretoken_records, "MOST_BYTES", most_bytes)
    titles = [*TITLES[:200], "x" * 50 + " y", "x y " * 30]
    assert PretokenRecords(letters, DTYPE).of_titles(titles).to_lists() == plain(titles)


@pytest.mark.parametrize("n", [500, 501])
def test_a_long_pretoken_is_looked_up_by_itself(monkeypatch, n):
    slow = count_calls(monkeypatch)
    titles = [*TITLES[:99], "é" * (n // 2) + "e" * (n % 2)]
    records = PretokenRecords(letters, DTYPE)
    assert records.of_titles(titles).to_lists() == plain(titles)
    assert slow == ([] if n == 500 else [100])


def test_a_pretoken_without_a_key(monkeypatch):
    # One key in 2 ** 64 stands for an empty slot.
    keys = pretoken_records.Pretokens.keys
    monkeypatch.setattr(
        pretoken_records.Pretokens,
        "keys",
        lambda self: keys(self) * (keys(self) % 5 > 0),
    )
    assert PretokenRecords(letters, DTYPE).of_titles(TITLES).to_lists() == plain(TITLES)


def test_few_pretokens_are_remembered(monkeypatch):
    monkeypatch.setattr(bounded_cache, "MAX_BYTES", 100_000)
    records = PretokenRecords(letters, DTYPE)
    for _ in range(2):
        assert records.of_titles(TITLES).to_lists() == plain(TITLES)
        assert len(records._known) < 600
        assert records._table.n_pretokens <= 2_100
    # A later title does not find the table full of what the dict forgot.
    records._known.clear()
    few = ["silla " * 3] * 70
    assert records.of_titles(few).to_lists() == plain(few)
    assert records._table.n_pretokens == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="This system has no fork.")
def test_a_process_that_is_forked_while_another_thread_adds(monkeypatch):
    slow = count_calls(monkeypatch)
    records = PretokenRecords(letters, DTYPE)
    with records._adding:
        child = os.fork()
        if child == 0:
            found = records.of_titles(TITLES[:100]).to_lists()
            is_right = found == plain(TITLES[:100]) and slow == []
            os._exit(0 if is_right else 1)
        assert os.waitpid(child, 0)[1] == 0


def test_an_error_leaves_what_was_known():
    def record_of(pretoken):
        if pretoken == "1234":
            raise ValueError("1234")
        return letters(pretoken)

    records = PretokenRecords(record_of, DTYPE)
    with pytest.raises(ValueError, match="1234"):
        records.of_titles(TITLES)
    titles = [title for title in TITLES if "1234" not in title]
    assert records.of_titles(titles).to_lists() == plain(titles)


def test_several_threads():
    records = PretokenRecords(letters, DTYPE)
    start = threading.Barrier(4, timeout=20)
    found = {}

    def look_up(i):
        start.wait()
        found[i] = [
            records.of_titles(TITLES[j::4]).to_lists()
            for j in range(i, i + 4)
            for _ in range(3)
        ]

    threads = [threading.Thread(target=look_up, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in range(4):
        assert found[i] == [
            plain(TITLES[j::4]) for j in range(i, i + 4) for _ in range(3)
        ]
