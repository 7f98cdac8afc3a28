"""Rows of words in one table: against the words' own rows."""

import threading

import numpy as np
import pytest

from sklearn_prodemb._product import word_rows
from sklearn_prodemb._product.word_rows import WordRows
from sklearn_prodemb._utils import bounded_cache

TITLES = [["mesa", "roja"], [], ["mesa", "mesa"], ["silla"]]


def row_of(word):
    return [len(word), sum(map(ord, word)), 1]


def make(words):
    assert len(words) == len(set(words)) > 0
    return np.array([row_of(word) for word in words], np.float32)


def check(rows, titles):
    numbers, table = rows.look_up(titles)
    assert table.dtype == np.float32
    found = [
        table[some].tolist() for some in map(numbers.__getitem__, range(len(numbers)))
    ]
    assert found == [[row_of(word) for word in title] for title in titles]


def many(begin, end):
    return [[f"w{i}", f"v{i % 10}"] for i in range(begin, end)]


def test_each_word_has_its_row():
    rows = WordRows(make)
    for titles in (TITLES, TITLES[::-1], [*TITLES, ["nueva"]]):
        check(rows, titles)


@pytest.mark.parametrize("titles", [[], [[]], [[], []]])
def test_no_words(titles):
    numbers, _ = WordRows(make).look_up(titles)
    assert numbers.to_lists() == titles


def test_the_table_grows():
    rows = WordRows(make)
    numbers, table = rows.look_up(many(0, 5))
    for begin in range(0, 3_000, 100):
        check(rows, many(begin, begin + 150))
    again, larger = rows.look_up(many(0, 5))
    assert len(larger) > len(table)
    assert again.to_lists() == numbers.to_lists()
    np.testing.assert_array_equal(larger[again.values], table[numbers.values])


def test_a_word_is_worked_out_once():
    asked = []

    def counted(words):
        asked.extend(words)
        return make(words)

    rows = WordRows(counted)
    for _ in range(3):
        check(rows, TITLES)
    assert sorted(asked) == ["mesa", "roja", "silla"]


def test_words_are_forgotten_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(bounded_cache, "MAX_BYTES", 10_000)
    monkeypatch.setattr(word_rows, "_LEAST_ROWS", 1)
    rows = WordRows(make)
    for _ in range(2):
        for begin in range(0, 1_000, 20):
            check(rows, many(begin, begin + 20))
            assert rows._known.n_bytes <= 10_000
            assert rows._known.rows.nbytes <= 5_000
    # What comes at once is there at once.
    check(rows, many(0, 1_000))


def test_an_error_leaves_what_was_known():
    def failing(words):
        if "zzz" in words:
            raise ValueError("zzz")
        return make(words)

    rows = WordRows(failing)
    check(rows, TITLES)
    with pytest.raises(ValueError, match="zzz"):
        rows.look_up([["zzz", "nueva"]])
    check(rows, [*TITLES, ["nueva"]])


def test_several_threads():
    rows = WordRows(make)
    start = threading.Barrier(4, timeout=20)
    errors = []

    def work(i):
        start.wait()
        try:
            for begin in range(0, 2_000, 100):
                check(rows, many(begin + 30 * i, begin + 100 + 30 * i))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
