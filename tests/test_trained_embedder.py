"""What all trained embedders can do: go on, be stopped, be killed."""

import joblib
import numpy as np
import pytest
import torch
from full_disk import full_disk
from sklearn.base import clone
from sklearn.utils._param_validation import InvalidParameterError
from small import SESSIONS, TITLES, small, small_product

from sklearn_prodemb._byol.checkpoint import Checkpoint
from sklearn_prodemb._byol.learner import Learner
from sklearn_prodemb._product_training.learner import NetworkLearner
from sklearn_prodemb.exceptions import (
    CheckpointWarning,
    InterruptedTrainingWarning,
    InvalidFileError,
)


def text_cnn_weights(embedder):
    return embedder.encoder_.filters


def network_weights(embedder):
    return embedder.encoder_.network.output_weights


@pytest.fixture(params=[(small, text_cnn_weights), (small_product, network_weights)])
def kind(request):
    """A function that makes an embedder, and one that gives trained weights."""
    return request.param


@pytest.fixture
def make(kind):
    return kind[0]


class Interrupt:
    """A callback that presses Ctrl-C, or fails, after a number of steps."""

    def __init__(self, after, error=KeyboardInterrupt):
        self.after, self.error = after, error

    def setup(self, estimator, context):
        self.steps = 0

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "step" or context.task_name.startswith("loss"):
            self.steps += 1
            if self.steps == self.after:
                raise self.error


def test_max_epochs_zero_trains_nothing(make):
    untrained = make(max_epochs=0).fit(SESSIONS)
    assert untrained.n_iter_ == 0
    assert {len(curve) for curve in untrained.loss_curve_.values()} == {0}
    assert (
        untrained.transform(TITLES).shape
        == make().fit(SESSIONS).transform(TITLES).shape
    )


def test_ctrl_c_leaves_a_usable_estimator(make):
    embedder = make().set_callbacks(Interrupt(3))
    with pytest.warns(InterruptedTrainingWarning, match="after 3 steps"):
        embedder.fit(SESSIONS)
    assert embedder.n_iter_ == 3
    assert len(embedder.transform(TITLES)) == 60
    np.testing.assert_array_equal(
        embedder.loss_curve_["loss"], make().fit(SESSIONS).loss_curve_["loss"][:3]
    )


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("warm_start", [False, True])
def test_ctrl_c_in_the_first_step_leaves_the_estimator(
    make, method, warm_start, monkeypatch
):
    embedder = make(warm_start=warm_start).fit(SESSIONS)
    before, state = dict(vars(embedder)), joblib.hash(vars(embedder))

    def press(*args):
        raise KeyboardInterrupt

    for learner in (Learner, NetworkLearner):
        monkeypatch.setattr(learner, "_project", press)
    with pytest.raises(KeyboardInterrupt):
        getattr(embedder, method)(SESSIONS)
    assert vars(embedder) == before
    assert joblib.hash(vars(embedder)) == state


def test_an_interrupted_training_is_not_cached(make, tmp_path):
    n_iter = make().fit(SESSIONS).n_iter_
    embedder = make(memory=str(tmp_path)).set_callbacks(Interrupt(3))
    with pytest.warns(InterruptedTrainingWarning):
        embedder.fit(SESSIONS)
    assert embedder.set_callbacks().fit(SESSIONS).n_iter_ == n_iter


def test_a_training_that_a_callback_stopped_is_not_cached(make, tmp_path):
    class Stop(Interrupt):
        def on_fit_task_end(self, estimator, context):
            return context.task_name == "epoch"

    one = make(max_epochs=1).fit(SESSIONS).n_iter_
    embedder = make(memory=str(tmp_path), max_epochs=2).set_callbacks(Stop(0))
    assert embedder.fit(SESSIONS).n_iter_ == one
    assert embedder.set_callbacks().fit(SESSIONS).n_iter_ == 2 * one
    assert embedder.set_callbacks(Stop(0)).fit(SESSIONS).n_iter_ == 2 * one


def test_partial_fit_goes_on(kind):
    make, weights = kind
    embedder = make()
    half = SESSIONS.to_lists()
    assert embedder.partial_fit(half[:30]) is embedder
    first = weights(embedder)
    tokenizer = embedder.encoder_.tokenizer
    steps, curve = embedder.n_iter_, embedder.loss_curve_["loss"]
    embedder.partial_fit([*half[30:], [("nuevo", 77), ("producto", 78)]])
    assert embedder.encoder_.tokenizer is tokenizer
    assert not np.array_equal(weights(embedder), first)
    # Not drawn anew: the weights have moved by much less than they are long.
    assert np.linalg.norm(weights(embedder) - first) < np.linalg.norm(first)
    assert embedder.n_iter_ > steps
    np.testing.assert_array_equal(embedder.loss_curve_["loss"][:steps], curve)
    assert embedder.categories_.tolist() == [*range(10), 77, 78]
    assert embedder.n_pairs_ == 601


@pytest.mark.parametrize(
    ("embedder", "name", "value"),
    [
        (small(), "optimizer", "nope"),
        (small(), "tau", 3),
        (small_product(), "alpha", 2),
        (small_product(), "max_epochs", -1),
    ],
)
def test_parameters_set_after_fit_are_validated(embedder, name, value):
    embedder.fit(SESSIONS).set_params(**{name: value})
    before = dict(vars(embedder))
    with pytest.raises(InvalidParameterError, match=f"'{name}' parameter"):
        embedder.partial_fit(SESSIONS)
    assert vars(embedder) == before


def test_further_sessions_must_have_categories_of_one_kind(make):
    embedder = make().partial_fit(SESSIONS)
    before = dict(vars(embedder))
    titles = TITLES[:2]
    with pytest.raises(TypeError, match=r"fitted on 0 and others.*have 'x'"):
        embedder.partial_fit([[(title, "x") for title in titles]])
    assert vars(embedder) == before
    embedder.partial_fit([titles])
    assert embedder.categories_.tolist() == list(range(10))


def test_first_partial_fit_is_fit(kind):
    make, weights = kind
    fitted, partial = make().fit(SESSIONS), make().partial_fit(SESSIONS)
    np.testing.assert_array_equal(weights(fitted), weights(partial))


def test_warm_start_begins_from_the_previous_fit(kind):
    make, weights = kind
    warm = make(warm_start=True).fit(SESSIONS)
    vectors, before = warm.transform(TITLES), weights(warm)
    warm.set_params(max_epochs=0).fit(SESSIONS)
    np.testing.assert_array_equal(weights(warm), before)
    np.testing.assert_array_equal(warm.transform(TITLES), vectors)
    warm.set_params(max_epochs=1).fit(SESSIONS)
    assert not np.array_equal(weights(warm), before)
    assert np.linalg.norm(weights(warm) - before) < np.linalg.norm(before)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_an_encoder_cannot_change_its_normalizer(make, method):
    embedder = make(warm_start=True).fit(SESSIONS).set_params(normalizer="pt")
    with pytest.raises(ValueError, match="cannot be trained further with another"):
        getattr(embedder, method)(SESSIONS)


def test_categories_alone_need_categories(make):
    titles = [[title for title, _ in session] for session in SESSIONS.to_lists()]
    with pytest.raises(ValueError, match="alpha=0 learns from categories alone"):
        make(alpha=0).fit(titles)
    assert make(alpha=0).fit(SESSIONS).loss_curve_["byol"].sum() == 0


def test_random_state(kind):
    make, weights = kind
    fits = [weights(make(random_state=s).fit(SESSIONS)) for s in (0, 0, 1)]
    assert fits[0].tobytes() == fits[1].tobytes() != fits[2].tobytes()
    state = np.random.RandomState(3)
    a = weights(make(random_state=state).fit(SESSIONS))
    b = weights(make(random_state=np.random.RandomState(3)).fit(SESSIONS))
    assert a.tobytes() == b.tobytes()


def test_fit_leaves_global_state_alone(make):
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002
    before = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    threads = torch.get_num_threads()
    make().fit(SESSIONS).transform(TITLES)
    assert torch.equal(torch.get_rng_state(), before[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize("random_state", [0, None])
def test_a_killed_fit_goes_on(kind, tmp_path, monkeypatch, random_state):
    make, weights = kind
    monkeypatch.setattr(Checkpoint.__init__, "__defaults__", (0,))
    path = tmp_path / "state.pt"
    n_iter = make().fit(SESSIONS).n_iter_
    embedder = make(checkpoint=path, random_state=random_state)
    embedder.set_callbacks(Interrupt(5, MemoryError))
    with pytest.raises(MemoryError):
        embedder.fit(SESSIONS)
    assert path.exists()
    counter = Interrupt(None)
    resumed = clone(embedder).set_callbacks(counter).fit(SESSIONS)
    assert counter.steps == n_iter - 5
    assert resumed.n_iter_ == n_iter
    assert not path.exists()
    if random_state is not None:
        expected = make().fit(SESSIONS)
        np.testing.assert_array_equal(weights(resumed), weights(expected))
        for name, curve in expected.loss_curve_.items():
            np.testing.assert_array_equal(resumed.loss_curve_[name], curve)


@pytest.mark.parametrize("number", [np.float64, np.float32])
def test_a_checkpoint_of_parameters_from_numpy(tmp_path, monkeypatch, number):
    monkeypatch.setattr(Checkpoint.__init__, "__defaults__", (0,))
    embedder = small(checkpoint=tmp_path / "state.pt", learning_rate=number(1e-3))
    embedder.set_callbacks(Interrupt(5, MemoryError))
    with pytest.raises(MemoryError):
        embedder.fit(SESSIONS)
    assert embedder.set_callbacks().fit(SESSIONS).n_iter_ > 5


def test_the_checkpoint_is_tried_before_training(make, tmp_path):
    counter = Interrupt(None)
    embedder = make(checkpoint=tmp_path).set_callbacks(counter)
    with pytest.raises(IsADirectoryError, match="is a folder"):
        embedder.fit(SESSIONS)
    path = tmp_path / "state.pt"
    embedder.set_params(checkpoint=str(path))
    with pytest.raises(OSError, match=r"too large: .*state\.pt"), full_disk():
        embedder.fit(SESSIONS)
    path.write_bytes(b"mine")
    with pytest.raises(InvalidFileError, match=r"state\.pt is no checkpoint"):
        embedder.fit(SESSIONS)
    assert path.read_bytes() == b"mine"
    assert counter.steps == 0
    assert not hasattr(embedder, "encoder_")


def test_a_disk_that_fills_up_does_not_end_training(make, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint.__init__, "__defaults__", (0,))
    expected = make().fit(SESSIONS).loss_curve_["loss"]
    embedder = make(checkpoint=tmp_path / "state.pt")
    with pytest.warns(CheckpointWarning, match="Training goes on"), full_disk(5000):
        embedder.fit(SESSIONS)
    np.testing.assert_array_equal(embedder.loss_curve_["loss"], expected)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_another_fit_is_refused(make, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint.__init__, "__defaults__", (0,))
    embedder = make(checkpoint=tmp_path / "state.pt")
    embedder.set_callbacks(Interrupt(5, MemoryError))
    with pytest.raises(MemoryError):
        embedder.fit(SESSIONS)
    with pytest.raises(InvalidFileError, match="other sessions or parameters"):
        embedder.set_callbacks().set_params(alpha=0.8).fit(SESSIONS)
