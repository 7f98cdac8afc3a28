"""Callbacks and printed progress."""

import re

import numpy as np
from record import Record
from sklearn.callback import ProgressBar
from sklearn.pipeline import Pipeline
from small import SESSIONS, TITLES, small


def test_callbacks_see_every_step_and_epoch():
    record = Record()
    embedder = small(max_epochs=2).set_callbacks(record).fit(SESSIONS)
    assert sorted(record.begun) == sorted(record.ended)
    assert record.begun.count("epoch") == 2
    assert record.begun.count("fit") == 1
    assert len(record.begun) == 1 + 2 + 24
    losses = [name for name in record.begun if name.startswith("loss")]
    assert len(losses) >= 10
    first = re.fullmatch(r"loss (\S+) \(BYOL (\S+), category (\S+)\)", losses[0])
    curve = embedder.loss_curve_
    np.testing.assert_allclose(
        [float(value) for value in first.groups()],
        [curve[part][0] for part in ("loss", "byol", "category")],
        atol=5e-4,
    )
    # After each epoch and the whole fit, an estimator that can transform.
    assert len(record.fitted) == 3
    np.testing.assert_array_equal(record.fitted[-1], embedder.transform(TITLES))
    np.testing.assert_array_equal(record.fitted[-1], record.fitted[-2])
    assert not np.array_equal(record.fitted[0], record.fitted[1])


def test_a_callback_can_stop_training():
    embedder = small(max_epochs=3).set_callbacks(Record(stop_at=5)).fit(SESSIONS)
    assert embedder.n_iter_ == 5


def test_progress_bar_shows_steps_and_losses(capsys):
    small().set_callbacks(ProgressBar()).fit(SESSIONS)
    out = capsys.readouterr().out
    assert "TextCNNEmbedder - fit" in out
    assert "epoch #0" in out
    assert re.search(r"loss \d\.\d+ \(BYOL \d\.\d+, category \d\.\d+\)", out)


def test_progress_bar_on_a_pipeline(capsys):
    pipe = Pipeline([("emb", small(sessions=SESSIONS))])
    pipe.set_callbacks(ProgressBar()).fit(TITLES)
    assert "TextCNNEmbedder - fit" in capsys.readouterr().out


def test_verbose_prints_losses(capsys):
    small(verbose=1).fit(SESSIONS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) >= 10
    assert lines[-1].startswith("[TextCNNEmbedder] epoch 1, step 12 of 12: loss ")
    small().fit(SESSIONS)
    assert capsys.readouterr().out == ""


def test_losses_are_read_from_any_device(capsys):
    small(verbose=True, device="cpu:0").fit(SESSIONS)
    printed = capsys.readouterr().out
    assert "loss" in printed
    assert "nan" not in printed
