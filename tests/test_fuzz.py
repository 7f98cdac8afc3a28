"""Much odd input, drawn anew by seed: files, titles and frames.

`studies/damaged_files.py` does the same to many more files, in another process, so that
what kills a process is counted.
"""

import random
import time
from collections import Counter
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from damage import FITTED, fitted, outcome, output, some_damage
from random_titles import random_titles

import sklearn_prodemb
from sklearn_prodemb import Sessions

FILES = 150
SECONDS = 5


@pytest.mark.parametrize("name", FITTED)
def test_a_damaged_file_is_refused_or_gives_vectors(name, tmp_path):
    path, outcomes = tmp_path / "file", Counter()
    _, data, expected = fitted(name)
    for kinds, damaged in some_damage(data, name, range(FILES)):
        path.write_bytes(damaged)
        start = time.perf_counter()
        try:
            found = outcome(path, sklearn_prodemb.load, expected)
        except Exception as error:
            raise AssertionError(f"{kinds}: {error!r}") from error
        assert time.perf_counter() - start < SECONDS, kinds
        outcomes[found] += 1
    assert outcomes["refused"] > FILES / 2, outcomes
    assert len(outcomes) > 1, outcomes


def test_damage_is_drawn_by_seed():
    _, data, _ = fitted("SpectralEmbedder")
    files = list(some_damage(data, 0, range(30)))
    assert len({kinds for kinds, _ in files}) > 10
    assert sum(damaged == data for _, damaged in files) < 5
    again = list(some_damage(data, 0, range(30)))
    assert [kinds for kinds, _ in files] == [kinds for kinds, _ in again]


@pytest.mark.parametrize("name", FITTED)
def test_any_titles_give_vectors(name):
    titles = list(random_titles(0))
    result = output(fitted(name)[0], titles)
    assert len(result) == len(titles)
    assert np.isfinite(result).all()


ODD = ["", " ", "?!", "\ud800", "x" * 10_000, None, np.nan, pd.NaT, pd.NA, -1, 0.5]
ODD += [2**63, -(2**70), np.inf, b"mesa", True, (1, "a"), [1], {}, 1j, np.int8(3)]
ODD += [pd.Timestamp("1700-01-01"), np.datetime64("2262-01-01"), np.timedelta64(1, "D")]
PLAIN = {
    "user": [1, 2, 3],
    "time": [0, 10, 10_000, 2**62],
    "title": ["mesa", "silla roja", "mesa"],
    "category": ["a", "b", None],
    "product": [1, 2, 3],
}


def odd_frame(rng):
    """A frame of sessions with a few odd values, and a few odd columns."""
    n = rng.randrange(12)
    columns = {}
    for name, values in PLAIN.items():
        column = [rng.choice(values) for _ in range(n)]
        for _ in range(rng.choice([0, 0, 0, 1, 3])):
            if n:
                column[rng.randrange(n)] = rng.choice(ODD)
        kind = rng.choice([None, None, object, "category", "string", "float32"])
        columns[name] = pd.Series(column, dtype=object)
        # Not every column can be of every type.
        with suppress(TypeError, ValueError, OverflowError, Warning):
            columns[name] = columns[name].astype(kind) if kind else pd.Series(column)
    return pd.DataFrame(columns)


@pytest.mark.parametrize("seed", range(10))
def test_a_frame_gives_sessions_or_a_clear_error(seed):
    rng, n_built, messages = random.Random(seed), 0, []
    for _ in range(40):
        frame = odd_frame(rng)
        columns = {"title": "title"}
        for name in ("category", "product"):
            if rng.random() < 0.5:
                columns[name] = name
        try:
            if rng.random() < 0.5:
                sessions = Sessions.from_frame(frame, session="user", **columns)
            else:
                sessions = Sessions.from_events(
                    frame, user="user", time="time", **columns
                )
        except (TypeError, ValueError) as error:
            messages.append(str(error))
            continue
        n_built += 1
        assert sum(map(len, sessions.to_lists())) <= len(frame)
        assert all(isinstance(title, str) for title in sessions.titles)
    assert 0 < n_built < 40
    assert min(map(len, messages)) > 20
