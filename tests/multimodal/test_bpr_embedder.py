"""BPREmbedder: what it learns, and how its training goes."""

import numpy as np
import pytest
from record import Record
from sklearn.base import clone
from small import ID_SESSIONS, TITLES, sessions_of_ids

from sklearn_prodemb.multimodal import BPREmbedder
from sklearn_prodemb.multimodal._bpr import training

FEW = {"max_epochs": 3, "handle_unknown": "ignore", "random_state": 0}


@pytest.fixture
def trainings(monkeypatch):
    """Count the trainings in this process."""
    calls = []
    train = training.train_bpr

    def counting(*args, **kwargs):
        calls.append(1)
        return train(*args, **kwargs)

    monkeypatch.setattr(training, "train_bpr", counting)
    return calls


def test_what_users_take_together_is_near():
    rng = np.random.default_rng(0)
    lists = [rng.permutation(10)[:4] + 10 * (n % 2) for n in range(200)]
    fitted = BPREmbedder(
        embedding_dim=8, batch_size=50, max_epochs=50, random_state=0
    ).fit(sessions_of_ids(lists))
    X = fitted.transform(range(20))
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    same = np.equal.outer(np.arange(20) < 10, np.arange(20) < 10)
    cosines = X @ X.T
    assert cosines[same].mean() > cosines[~same].mean() + 0.3
    assert fitted.n_pairs_ == 200 * 6
    assert fitted.loss_curve_.shape == (50,)
    assert fitted.loss_curve_[-1] < fitted.loss_curve_[0]


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.filterwarnings("ignore:invalid")
def test_a_failed_fit_leaves_the_estimator_as_it_was():
    fitted = BPREmbedder(**FEW).fit(ID_SESSIONS)
    expected = fitted.transform(TITLES)
    fitted.set_params(learning_rate=1e39)
    with pytest.raises(
        ValueError, match=r"not finite. Lower learning_rate \(now 1e\+39\)"
    ):
        fitted.fit(ID_SESSIONS)
    np.testing.assert_array_equal(fitted.transform(TITLES), expected)


def test_verbose(capsys):
    BPREmbedder(max_epochs=2, verbose=True).fit(ID_SESSIONS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("[BPREmbedder] epoch 2 of 2: loss ")


def test_callbacks_are_told_of_epochs():
    record = Record()
    fitted = BPREmbedder(**FEW).set_callbacks(record).fit(ID_SESSIONS)
    assert record.begun == ["fit", "epoch", "epoch", "epoch"]
    assert record.ended == ["epoch", "epoch", "epoch", "fit"]
    np.testing.assert_array_equal(record.fitted[-1], fitted.transform(TITLES))


def test_a_training_that_was_stopped_is_not_cached(tmp_path, trainings):
    whole = BPREmbedder(**FEW, memory=str(tmp_path))
    stopped = clone(whole).set_callbacks(Record(stop_at=2)).fit(ID_SESSIONS)
    assert len(stopped.loss_curve_) == 2
    assert len(whole.fit(ID_SESSIONS).loss_curve_) == 3
    np.testing.assert_array_equal(stopped.loss_curve_, whole.loss_curve_[:2])
    assert len(trainings) == 2
    # The whole one is, and is then found whoever asks.
    again = clone(whole).set_callbacks(Record(stop_at=2)).fit(ID_SESSIONS)
    assert len(again.loss_curve_) == 3
    assert len(trainings) == 2
