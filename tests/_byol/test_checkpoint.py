"""A killed training goes on from where it stood."""

from dataclasses import replace

import numpy as np
import pytest
from small_training import CONFIG, Quiet, run

from sklearn_prodemb._byol.checkpoint import Checkpoint
from sklearn_prodemb.exceptions import InvalidFileError


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("alpha", [0, 0.7])
@pytest.mark.parametrize("killed_after", [1, 4, 9])
def test_resumed_training_gives_the_same_bytes(
    tmp_path, optimizer, alpha, killed_after
):
    config = replace(CONFIG, alpha=alpha, optimizer=optimizer, learning_rate=0.01)
    expected = run(config)
    path = tmp_path / "new folder" / "state.pt"
    with pytest.raises(RuntimeError, match="killed"):
        run(
            config,
            progress=Quiet(stop_after=killed_after, error=RuntimeError("killed")),
            checkpoint=Checkpoint(path, "key", interval=0),
        )
    assert path.exists()
    rest = Quiet()
    result = run(config, progress=rest, checkpoint=Checkpoint(path, "key", interval=0))
    assert rest.steps == len(expected.losses) - killed_after
    np.testing.assert_array_equal(result.losses, expected.losses)
    for name in ("token_embeddings", "filters", "biases"):
        ours = getattr(result.weights, name)
        assert ours.tobytes() == getattr(expected.weights, name).tobytes()
    assert list(path.parent.iterdir()) == []


def test_the_file_is_written_only_when_it_is_due(tmp_path):
    checkpoint = Checkpoint(tmp_path / "state.pt", "key", interval=1000)
    checkpoint.write_if_due(lambda: pytest.fail("too early"))
    assert checkpoint.read() is None


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    path = tmp_path / "state.pt"
    Checkpoint(path, "one", interval=0).write_if_due(lambda: {"step": 1})
    assert Checkpoint(path, "one").read() == {"key": "one", "step": 1}
    with pytest.raises(InvalidFileError, match="other sessions or parameters: delete"):
        Checkpoint(path, "two").read()


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 torn"])
def test_a_foreign_or_damaged_file_is_refused(tmp_path, content):
    path = tmp_path / "state.pt"
    path.write_bytes(content)
    with pytest.raises(InvalidFileError, match="no checkpoint of this package"):
        Checkpoint(path, "key").read()
