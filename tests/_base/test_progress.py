"""Callbacks and printed progress."""

import io
import re

import joblib
import numpy as np
import pytest
import skops.io
from record import Record
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from small import (
    ID_SESSIONS,
    LABELS,
    SESSIONS,
    TITLES,
    small,
    small_product,
    spectral,
)
from small_logs import count, make_log

from sklearn_prodemb import Sessions, load
from sklearn_prodemb._base.progress import Progress
from sklearn_prodemb._spectral import contexts, learning, mates
from sklearn_prodemb._utils.threads import blocks_in_threads, map_in_order
from sklearn_prodemb.multimodal import ClickEmbedder


def test_callbacks_see_every_step_and_epoch():
    record = Record()
    embedder = small(max_epochs=2).set_callbacks(record).fit(SESSIONS)
    assert sorted(record.begun) == sorted(record.ended)
    assert record.begun.count("epoch") == 2
    assert record.begun.count("fit") == 1
    assert record.begun[:2] == ["fit", "titles"]
    assert len(record.begun) == 2 + 2 + 24
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
    # The first task to end is the reading of titles, which nothing stops.
    embedder = small(max_epochs=3).set_callbacks(Record(stop_at=6)).fit(SESSIONS)
    assert embedder.n_iter_ == 5


def test_progress_bar_shows_steps_and_losses(capsys):
    small().set_callbacks(ProgressBar()).fit(SESSIONS)
    out = capsys.readouterr().out
    assert "TextCNNEmbedder - fit" in out
    assert "epoch #1" in out
    assert re.search(r"loss \d\.\d+ \(BYOL \d\.\d+, category \d\.\d+\)", out)


def test_progress_bar_on_a_pipeline(capsys):
    pipe = Pipeline([("emb", small(sessions=SESSIONS))])
    for _ in range(2):
        # The bar is the pipeline's, which keeps it.
        pipe.set_callbacks(ProgressBar()).fit(TITLES)
        assert "TextCNNEmbedder - fit" in capsys.readouterr().out


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks that are small enough for several of them."""
    monkeypatch.setattr(mates, "_ROWS_PER_BLOCK", 25)
    monkeypatch.setattr(contexts, "_CONTEXTS_PER_BLOCK", 10)
    monkeypatch.setattr(learning, "_TITLES_PER_BLOCK", 20)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    "embedder",
    [
        spectral(),
        small_product(max_epochs=0),
        ClickEmbedder(handle_unknown="ignore", random_state=0),
    ],
)
def test_a_stage_has_as_many_blocks_as_it_said(embedder):
    record = Record()
    embedder = clone(embedder).set_callbacks(record).fit(ID_SESSIONS)
    # All parts are done in blocks.
    assert [*record.n_blocks] == record.parts[1:]
    # The ridge regression may be done before its last step.
    if "sub-words" in record.n_blocks:
        assert 1 < record.n_blocks["sub-words"] <= record.n_tasks["sub-words"] == 11
        record.n_tasks["sub-words"] = record.n_blocks["sub-words"]
    assert record.n_blocks == record.n_tasks
    assert min(record.n_blocks.values()) > 1


def test_blocks_of_counts_on_disk(small_blocks, tmp_path):
    record = Record()
    counts = count(make_log(n_events=1500), tmp_path / "counts")
    spectral().set_callbacks(record).fit(counts)
    assert [*record.n_blocks] == ["titles", "words", "contexts", "products"]
    assert record.n_blocks == record.n_tasks


def test_blocks_of_a_catalogue():
    record = Record()
    embedder = small_product(max_epochs=0).set_callbacks(record)
    embedder.fit(Sessions.from_lists([[(title, title[0])] for title in TITLES]))
    assert [*record.n_blocks] == ["titles", "contexts", "sub-words"]
    assert record.n_blocks == record.n_tasks


def test_being_told_of_changes_no_vector():
    expected = spectral().fit(SESSIONS).transform(TITLES)
    found = spectral().set_callbacks(Record()).fit(SESSIONS).transform(TITLES)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("n_said", "n_told"), [(0, 0), (3, 3), (9, 5)])
def test_blocks_beyond_those_that_were_said_are_not_told_of(n_said, n_told):
    record, embedder = Record(), spectral()
    context = embedder.set_callbacks(record)._init_callback_context(max_subtasks=1)
    with (
        Progress(embedder, context) as progress,
        progress.stage("stage", n_said),
        blocks_in_threads(),
    ):
        list(map_in_order(lambda item: item, range(5)))
    assert record.begun == ["fit", "stage", *["block"] * n_told]
    assert sorted(record.ended) == sorted(record.begun)


def test_a_bar_is_for_one_fit(tmp_path, capsys):
    embedder = spectral().set_callbacks(ProgressBar()).fit(SESSIONS)
    assert "SpectralEmbedder - fit" in capsys.readouterr().out
    # What becomes of a fitted embedder needs no bar to be taken off before.
    pipe = make_pipeline(FrozenEstimator(embedder), LogisticRegression())
    assert pipe.fit(TITLES, LABELS).score(TITLES, LABELS) > 0.5
    made = make_pipeline(clone(embedder).set_params(sessions=SESSIONS))
    made.fit(TITLES)
    vectors = embedder.transform(TITLES)
    embedder.save(tmp_path / "embedder")
    file = io.BytesIO()
    joblib.dump(embedder, file)
    file.seek(0)
    for again in (load(tmp_path / "embedder"), joblib.load(file), made):
        np.testing.assert_array_equal(again.transform(TITLES), vectors)
    types = skops.io.get_untrusted_types(data=skops.io.dumps(embedder))
    assert not any("ProgressBar" in name for name in types)
    capsys.readouterr()
    embedder.fit(SESSIONS)
    assert capsys.readouterr().out == ""
    embedder.set_callbacks(ProgressBar()).fit(SESSIONS)
    assert "SpectralEmbedder - fit" in capsys.readouterr().out


def test_a_bar_is_taken_off_after_partial_fit():
    embedder = small().set_callbacks(ProgressBar()).partial_fit(SESSIONS)
    pipe = make_pipeline(FrozenEstimator(embedder), LogisticRegression())
    assert pipe.fit(TITLES, LABELS).score(TITLES, LABELS) >= 0.5


def test_other_callbacks_stay():
    record = Record()
    embedder = spectral().set_callbacks(ProgressBar(), record).fit(SESSIONS)
    record.begun = None
    embedder.fit(SESSIONS)
    assert record.parts[0] == "fit"


def test_a_bar_stays_after_a_fit_that_failed(capsys):
    embedder = spectral().set_callbacks(ProgressBar())
    with pytest.raises(ValueError, match="no pair"):
        embedder.fit([["mesa"]])
    embedder.fit(SESSIONS)
    assert "contexts" in capsys.readouterr().out


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
