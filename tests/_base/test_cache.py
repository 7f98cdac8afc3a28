"""Whatever is incomplete is not kept."""

import joblib
import pytest

from sklearn_prodemb._base.cache import cached


@pytest.mark.parametrize("kind", [str, lambda p: joblib.Memory(p, verbose=0)])
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
