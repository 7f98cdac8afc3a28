"""Sessions dealt out into batches."""

import numpy as np
import pytest

from sklearn_prodemb._sessions.batches import plan_batches


@pytest.mark.parametrize("batch_size", [1, 50, 300, 10**9])
def test_plan_deals_out_every_session_once(batch_size):
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 40, 500)
    pairs = lengths * (lengths - 1) // 2
    batches = plan_batches(pairs, batch_size, np.random.default_rng(1))
    assert sorted(np.concatenate(batches)) == list(range(500))
    sizes = np.array([pairs[b].sum() for b in batches])
    assert (sizes > 0).all()
    assert (sizes <= 1.5 * batch_size + pairs.max()).all()
    again = plan_batches(pairs, batch_size, np.random.default_rng(1))
    assert all((a == b).all() for a, b in zip(batches, again, strict=True))


def test_no_batch_is_left_over_small():
    pairs = np.full(1001, 45)
    batches = plan_batches(pairs, 4500, np.random.default_rng(0))
    assert len(batches) == 10
    assert {len(b) for b in batches} <= {100, 101}
