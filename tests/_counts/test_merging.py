"""Counts of two logs in one: what `test_session_counts.py` does not see."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from small_logs import count, make_log

from sklearn_prodemb._counts import counting, merging

pytest.importorskip("duckdb")


def test_old_titles_keep_their_numbers(tmp_path):
    found = count(make_log(), tmp_path / "counts")
    before = found.titles.tolist()
    found.update(make_log(1))
    assert found.titles[: len(before)].tolist() == before
    assert len(found.titles) > len(before)


def test_parts_that_grow_too_large_are_cut(tmp_path, monkeypatch):
    found = count(make_log(), tmp_path / "counts")
    assert len(found.parts) == 1
    for module in (counting, merging):
        monkeypatch.setattr(module, "PAIRS_PER_PART", 100)
    found.update(make_log(1))
    sizes = [len(found.read_part(part)[0]) for part in found.parts]
    assert len(sizes) > 3
    assert max(sizes) < 200
    bounds = [(part.first, part.end) for part in found.parts]
    assert all(a[1] == b[0] for a, b in pairwise(bounds))


def test_a_log_without_pairs(tmp_path):
    log = make_log()
    alone = log.assign(who=np.arange(len(log)))
    found = count(alone, tmp_path / "counts")
    assert found.n_pairs == 0
    found.update(log)
    assert found.n_pairs > 0
    further = pd.DataFrame(
        {"who": [1], "when": log["when"][:1], "what": ["nuevo"], "kind": [None]}
    )
    n_pairs = found.n_pairs
    found.update(further)
    assert found.n_pairs == n_pairs
    assert found.titles[-1] == "nuevo"
