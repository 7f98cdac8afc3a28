"""From a log to counts: what `test_session_counts.py` does not see from outside."""

import numpy as np
import pytest

from sklearn_prodemb._counts import counting
from sklearn_prodemb._counts.counting import copy, cut_parts
from sklearn_prodemb._utils.database import connect

pytest.importorskip("duckdb")


@pytest.mark.parametrize("seed", range(5))
def test_parts_are_about_equally_large(monkeypatch, seed):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 100)
    n_pairs = np.random.default_rng(seed).integers(0, 60, 500)
    parts = cut_parts(n_pairs)
    ends = [0, *(end for _, end in parts)]
    assert [first for first, _ in parts] == ends[:-1]
    assert ends[-1] == 500
    sizes = [n_pairs[first:end].sum() for first, end in parts]
    assert max(sizes) <= 160
    assert len(parts) <= n_pairs.sum() / 100 + 1


def test_a_title_with_more_pairs_than_a_part_has_one_alone(monkeypatch):
    monkeypatch.setattr(counting, "PAIRS_PER_PART", 100)
    assert cut_parts(np.array([10, 1000, 10])) == [(0, 1), (1, 2), (2, 3)]
    assert cut_parts(np.array([0, 0, 0])) == [(0, 3)]


def test_a_file_is_whole_or_not_there(tmp_path):
    path = tmp_path / "a.parquet"
    with connect() as database:
        copy(database, "SELECT 1 AS x", path)
        before = path.read_bytes()
        with pytest.raises(Exception, match="Conversion Error"):
            copy(database, "SELECT 'a'::INTEGER AS x", path)
    assert path.read_bytes() == before
