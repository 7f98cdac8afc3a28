"""A value that nothing changes, told by its content."""

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Container, Iterable
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import clone
from sklearn.utils.validation import _check_method_params, _num_samples, indexable
from small import ID_SESSIONS

from sklearn_prodemb import Sessions
from sklearn_prodemb._sessions.immutable import Record

LISTS = [[("mesa", "b"), ("silla", "a")], [("termo", None), ("mate", None)]]
LISTS += [[("mate", "c")]]


@pytest.fixture
def sessions():
    return Sessions.from_lists(LISTS)


def test_immutable(sessions):
    with pytest.raises(AttributeError, match="immutable: cannot set 'titles'"):
        sessions.titles = None
    with pytest.raises(AttributeError, match="immutable: cannot set 'other'"):
        sessions.other = 1
    with pytest.raises(AttributeError, match="immutable: cannot delete 'titles'"):
        del sessions.titles
    for again in (sessions, pickle.loads(pickle.dumps(sessions))):
        for name in ("titles", "categories", "title_codes", "category_codes"):
            with pytest.raises(ValueError, match="read-only"):
                getattr(again, name)[0] = 0


def test_nothing_makes_it_look_like_an_array(sessions):
    looks = ("__len__", "shape", "__array__", "__getitem__", "__iter__", "iloc")
    assert not [name for name in looks if getattr(sessions, name, None) is not None]
    assert not isinstance(sessions, (Iterable, Container))
    assert not np.iterable(sessions)
    assert bool(sessions) is True


def test_what_it_lacks_is_named_with_what_to_use(sessions):
    by_id = ID_SESSIONS.by_id
    for call, record, match in (
        (
            len,
            sessions,
            "^Sessions has no length on purpose: use n_sessions, n_products",
        ),
        (
            lambda s: s[0],
            sessions,
            r"^Sessions cannot be indexed: use to_lists\(\)\[i\]",
        ),
        (lambda s: s[:2], sessions, "Sessions cannot be indexed"),
        (len, by_id, "^SessionsById has no length on purpose: use .* n_products"),
        (lambda s: s[0], by_id, "^SessionsById cannot be indexed"),
        (iter, sessions, "object is not iterable"),
        (list, by_id, "object is not iterable"),
        (lambda s: "mesa" in s, sessions, "is not iterable"),
    ):
        with pytest.raises(TypeError, match=match):
            call(record)


def test_libraries_take_it_for_a_scalar(sessions):
    with pytest.raises(TypeError, match="Expected sequence or array-like"):
        _num_samples(sessions)
    with pytest.raises(TypeError, match="at least 1 dimension"):
        indexable(sessions)
    given = {"sessions": sessions}
    assert _check_method_params([1] * sessions.n_sessions, given) == given
    assert np.asarray(sessions).shape == ()
    assert np.array([sessions, sessions]).shape == (2,)
    assert pd.Series([sessions, sessions]).shape == (2,)
    column = np.ma.masked_all(2, object)
    column[0] = sessions
    assert column[0] is sessions
    assert joblib.hash(sessions) == joblib.hash(pickle.loads(pickle.dumps(sessions)))


@pytest.mark.parametrize("duplicate", [clone, copy.copy, copy.deepcopy])
def test_a_copy_is_the_same_object(sessions, duplicate):
    assert duplicate(sessions) is sessions
    assert duplicate({"a": sessions} if duplicate is copy.deepcopy else sessions)


@pytest.mark.parametrize(
    "other",
    [
        LISTS[:2],
        LISTS[::-1],
        [LISTS[0][::-1], *LISTS[1:]],
        [[t for t, _ in session] for session in LISTS],
        [[(t, c and c.upper()) for t, c in session] for session in LISTS],
        [[(t + "s", c) for t, c in session] for session in LISTS],
        [LISTS[0] + LISTS[1], LISTS[2]],
    ],
)
def test_other_content_is_not_equal(sessions, other):
    other = Sessions.from_lists(other)
    assert other != sessions
    assert other.fingerprint != sessions.fingerprint
    assert sessions != LISTS


def test_a_pickle_forgets_memory_maps(tmp_path):
    sessions = Sessions.from_frame(
        pd.DataFrame({"s": range(50), "t": [f"mesa {i}" for i in range(50)]}),
        session="s",
        title="t",
        product="s",
    )
    joblib.dump(sessions, tmp_path / "file")
    mapped = joblib.load(tmp_path / "file", mmap_mode="r")
    assert isinstance(mapped.offsets, np.memmap)
    assert isinstance(mapped.by_id.codes, np.memmap)
    assert joblib.hash(mapped) == joblib.hash(sessions)
    again = pickle.loads(pickle.dumps(mapped))
    assert again == sessions
    assert type(again.offsets) is type(again.by_id.codes) is np.ndarray


def test_skops_reads_what_it_wrote(sessions):
    ids = Sessions.from_frame(
        pd.DataFrame(
            {"s": [1, 1, 2], "t": ["mesa", "\ud800", ""], "p": [2**70, "x", 0]},
            dtype=object,
        ),
        session="s",
        title="t",
        product="p",
    )
    for record in (sessions, ids, ids.by_id):
        data = skops.io.dumps(record)
        types = skops.io.get_untrusted_types(data=data)
        assert all(name.startswith("sklearn_prodemb.Sessions") for name in types)
        again = skops.io.loads(data, trusted=types)
        assert again == record
        assert again.fingerprint == record.fingerprint
        with pytest.raises(ValueError, match="read-only"):
            again.titles[0] = "silla"
        with pytest.raises(AttributeError, match="immutable"):
            again.titles = None


class Texts(Record):
    """The smallest record."""

    __slots__ = ("numbers", "texts")

    def __init__(self, texts, numbers=()):
        self._fill(texts=texts, numbers=np.asarray(numbers))

    def _hashed(self):
        return self.texts, [self.numbers]


class OtherTexts(Texts):
    __slots__ = ()


def test_equal_content_is_equal():
    a, b = Texts(["ab", "c"], [1, 2]), Texts(("ab", "c"), np.arange(1, 3))
    assert a is not b
    assert a == b
    assert len({a, b}) == 1
    # A column is what it holds, however it lies in memory.
    assert Texts([], np.arange(6)[::2]) == Texts([], [0, 2, 4])


@pytest.mark.parametrize(
    "other",
    [
        Texts(["a", "bc"], [1, 2]),
        Texts(["abc"], [1, 2]),
        Texts(["ab", "c", ""], [1, 2]),
        Texts(["c", "ab"], [1, 2]),
        Texts(["ab", "C"], [1, 2]),
        Texts(["ab", "\ud800"], [1, 2]),
        Texts(["ab", "c"], [2, 1]),
        Texts(["ab", "c"], [1]),
        Sessions.from_lists([["ab", "c"]]),
        ["ab", "c"],
        None,
    ],
)
def test_all_else_is_not_equal(other):
    texts = Texts(["ab", "c"], [1, 2])
    assert texts != other
    if isinstance(other, Texts):
        assert texts.fingerprint != other.fingerprint


def test_errors_name_the_class():
    with pytest.raises(AttributeError, match="OtherTexts is immutable: cannot set"):
        OtherTexts([]).texts = ["a"]


def test_a_fingerprint_is_equal_in_every_process(sessions):
    code = (
        "import joblib\n"
        "from sklearn_prodemb import Sessions\n"
        f"sessions = Sessions.from_lists({LISTS!r})\n"
        "print(sessions.fingerprint, joblib.hash(sessions))"
    )
    for seed in ("1", "2"):
        out = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert out.stdout.split() == [sessions.fingerprint, joblib.hash(sessions)]
