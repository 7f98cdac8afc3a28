"""Whatever is incomplete is not kept."""

from pathlib import Path

import joblib
import numpy as np
import pytest

from sklearn_prodemb._base.cache import cached


@pytest.mark.parametrize("kind", [str, Path, lambda p: joblib.Memory(p, verbose=0)])
def test_results_are_kept_by_key(tmp_path, kind):
    memory = kind(tmp_path)
    calls = []

    def compute():
        calls.append(1)
        return len(calls), True

    assert cached(memory, {"a": 1}, compute) == 1
    assert cached(memory, {"a": 1}, compute) == 1
    assert cached(memory, {"a": 2}, compute) == 2
    assert cached(memory, {"a": 1}, compute) == 1


def test_without_a_folder_nothing_is_kept():
    nowhere = joblib.Memory(None)
    assert [cached(nowhere, {}, lambda n=n: (n, True)) for n in range(3)] == [0, 1, 2]


def test_incomplete_results_are_not_kept(tmp_path):
    memory = str(tmp_path)
    assert cached(memory, {"a": 1}, lambda: ("half", False)) == "half"
    assert cached(memory, {"a": 1}, lambda: ("whole", True)) == "whole"
    assert cached(memory, {"a": 1}, lambda: pytest.fail("kept")) == "whole"


def test_an_error_is_not_kept(tmp_path):
    def fail():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        cached(str(tmp_path), {}, fail)
    assert cached(str(tmp_path), {}, lambda: (1, True)) == 1


@pytest.mark.parametrize("place", [60, 4000, -20])
def test_a_damaged_file_is_computed_anew(tmp_path, place):
    memory = joblib.Memory(tmp_path, verbose=0)
    calls = []

    def compute():
        calls.append(1)
        return {"vectors": np.arange(1000.0)}, True

    for _ in range(3):
        cached(memory, {"a": 1}, compute)
    assert len(calls) == 1
    (path,) = tmp_path.rglob("output.pkl")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.warns(UserWarning, match="is damaged: fit anew"):
        found = cached(memory, {"a": 1}, compute)
    np.testing.assert_array_equal(found["vectors"], np.arange(1000.0))
    cached(memory, {"a": 1}, compute)
    assert len(calls) == 2


def test_an_error_names_the_folder(tmp_path):
    def compute():
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as caught:
        cached(str(tmp_path), {}, compute)
    assert caught.value.filename.startswith(str(tmp_path))
