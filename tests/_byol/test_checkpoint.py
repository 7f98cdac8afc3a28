"""A killed training goes on from where it stood."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from full_disk import full_disk
from small_training import CONFIG, Quiet, run

from sklearn_prodemb._byol.checkpoint import Checkpoint
from sklearn_prodemb.exceptions import CheckpointWarning, InvalidFileError


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
    Checkpoint(path, "one", interval=0).write_if_due(lambda: {"seed": 1})
    assert Checkpoint(path, "one").read() == {"key": "one", "seed": 1}
    assert Checkpoint(path, "one").read_seed(2) == 1
    with pytest.raises(InvalidFileError, match="other sessions or parameters: delete"):
        Checkpoint(path, "two").read()


def test_without_a_file_there_is_nothing(tmp_path):
    checkpoint = Checkpoint(tmp_path / "state.pt", "key")
    assert checkpoint.read() is None
    assert checkpoint.read_seed(2) == 2
    checkpoint.remove()


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 torn"])
def test_a_foreign_or_damaged_file_is_refused(tmp_path, content):
    path = tmp_path / "state.pt"
    path.write_bytes(content)
    with pytest.raises(InvalidFileError, match="no checkpoint of this package"):
        Checkpoint(path, "key").read()


def test_every_damaged_byte_is_seen(tmp_path):
    path = tmp_path / "state.pt"
    checkpoint = Checkpoint(path, "key", interval=0)
    checkpoint.write_if_due(lambda: {"losses": torch.zeros(300)})
    whole = path.read_bytes()
    for i in range(0, len(whole), 7):
        for damaged in (whole[:i], whole[:i] + bytes([whole[i] ^ 4]) + whole[i + 1 :]):
            path.write_bytes(damaged)
            with pytest.raises(InvalidFileError, match=r"state\.pt is no checkpoint"):
                checkpoint.read()
    path.write_bytes(whole + b"x")
    with pytest.raises(InvalidFileError, match="checksum does not match"):
        checkpoint.read()


@pytest.mark.parametrize("state", [{}, {"seed": 1.5}, {"seed": None}])
def test_a_seed_is_needed(tmp_path, state):
    checkpoint = Checkpoint(tmp_path / "state.pt", "key", interval=0)
    checkpoint.write_if_due(lambda: state)
    with pytest.raises(InvalidFileError, match=r"state\.pt .*there is no seed"):
        checkpoint.read_seed(0)


def test_the_path_is_tried_first(tmp_path):
    with pytest.raises(IsADirectoryError) as caught:
        Checkpoint(tmp_path, "key")
    assert caught.value.filename == str(tmp_path)
    path = tmp_path / "state.pt"
    with pytest.raises(OSError, match="too large") as caught, full_disk(2000):
        Checkpoint(path, "key")
    assert caught.value.filename == str(path)
    assert list(tmp_path.iterdir()) == []


def test_training_goes_on_while_the_disk_is_full(tmp_path):
    expected = run()
    path = tmp_path / "state.pt"
    checkpoint = Checkpoint(path, "key", interval=0)
    match = r"cannot be written.*too large: '.*state\.pt'. Training goes on"
    with pytest.warns(CheckpointWarning, match=match), full_disk(10_000):
        result = run(checkpoint=checkpoint)
    np.testing.assert_array_equal(result.losses, expected.losses)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_state_before(tmp_path):
    path = tmp_path / "state.pt"
    checkpoint = Checkpoint(path, "key", interval=0)
    checkpoint.write_if_due(lambda: {"step": 1})
    with pytest.warns(CheckpointWarning), full_disk(10):
        checkpoint.write_if_due(lambda: {"step": 2})
    assert checkpoint.read()["step"] == 1
    checkpoint.write_if_due(lambda: {"step": 3})
    assert checkpoint.read()["step"] == 3


def test_a_file_that_cannot_be_deleted_is_a_warning(tmp_path):
    checkpoint = Checkpoint(tmp_path / "state.pt", "key")
    checkpoint.path.mkdir()
    with pytest.warns(CheckpointWarning, match=r"cannot be deleted: .*state\.pt"):
        checkpoint.remove()


def test_a_symbolic_link_outlives_the_training(tmp_path):
    link, path = tmp_path / "link", tmp_path / "state.pt"
    link.symlink_to(path)
    run(checkpoint=Checkpoint(link, "key", interval=0))
    assert link.is_symlink()
    assert not path.exists()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"step": 0}, r"step 0 is not one of epoch 1"),
        ({"step": 10**9}, "step 1000000000 is not one of epoch 1"),
        ({"step": 2.0}, "step is of type float"),
        ({"n_ended": -1}, "n_ended is -1 of 2 epochs"),
        ({"n_ended": 2}, "n_ended is 2 of 2 epochs"),
        ({"losses": torch.zeros(1, 3)}, "losses is a tensor of torch.float32"),
        ({"losses": None}, "losses is of type NoneType"),
        ({"online": {}}, r"online has \[\], not"),
        ({"optimizer": None}, "there is no state"),
        ({"target": None}, "target is of type NoneType"),
    ],
)
def test_a_right_key_with_wrong_content(tmp_path, change, match):
    path = tmp_path / "state.pt"
    with pytest.raises(RuntimeError, match="killed"):
        run(
            progress=Quiet(stop_after=2, error=RuntimeError("killed")),
            checkpoint=Checkpoint(path, "key", interval=0),
        )
    checkpoint = Checkpoint(path, "key", interval=0)
    state = checkpoint.read()
    checkpoint.write_if_due(lambda: state | change)
    with pytest.raises(InvalidFileError, match=rf"state\.pt .*damaged \({match}"):
        run(checkpoint=Checkpoint(path, "key"))
    for name in state.keys() - {"key"}:
        checkpoint.write_if_due(lambda name=name: state | {name: object})
        with pytest.raises(InvalidFileError):
            run(checkpoint=Checkpoint(path, "key"))


def test_ctrl_c_while_a_checkpoint_is_written(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "state.pt", "key", interval=0)
    checkpoint.write_if_due(lambda: {"step": 1})

    def press(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", press)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.write_if_due(lambda: {"step": 2})
    assert checkpoint.read()["step"] == 1
    assert list(tmp_path.iterdir()) == [checkpoint.path]
