"""Steps of a fit that are done once."""

import numpy as np
import pytest
from small import SESSIONS, TITLES, small_product, spectral

from sklearn_prodemb import Sessions
from sklearn_prodemb._base.progress import Progress
from sklearn_prodemb._base.steps import Steps
from sklearn_prodemb._product import learning as product_learning
from sklearn_prodemb._spectral import learning


class Draws:
    """Three steps, each of which draws numbers; `done` says which were done."""

    def __init__(self, memory, key=None, stop_at=None):
        self.done = []
        rng = np.random.RandomState(0)
        step = Steps(Progress(spectral()), rng, memory, key)
        for name in "abc":

            def draw(name=name):
                if name == stop_at:
                    raise KeyboardInterrupt
                self.done.append(name)
                return rng.standard_normal(3)

            setattr(self, name, step(name, draw))
        self.after = rng.standard_normal(3)


def test_steps_that_are_done_again_give_the_same(tmp_path):
    expected = Draws(None)
    for done in ("abc", ""):
        found = Draws(tmp_path, {"seed": 0})
        assert "".join(found.done) == done
        for name in ("a", "b", "c", "after"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    assert Draws(tmp_path, {"seed": 1}).done == [*"abc"]
    assert Draws(None).done == [*"abc"]


def test_steps_go_on_behind_the_last_one_that_was_done(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        Draws(tmp_path, {"seed": 0}, stop_at="c")
    found = Draws(tmp_path, {"seed": 0})
    assert found.done == ["c"]
    np.testing.assert_array_equal(found.c, Draws(None).c)


LEARNERS = [
    (learning, "learn_words"),
    (learning, "learn_contexts"),
    (learning, "learn_products"),
    (product_learning, "fit_product_features"),
]


@pytest.mark.parametrize(
    ("make", "n_done"),
    [(spectral, 1), (spectral, 2), (small_product, 2), (small_product, 3)],
)
def test_a_fit_that_was_killed_goes_on(make, n_done, tmp_path, monkeypatch):
    calls = []

    def watch(module, name, stops):
        learn = getattr(module, name)

        def watched(*args, **params):
            if stops:
                raise KeyboardInterrupt
            calls.append(name)
            return learn(*args, **params)

        return watched

    learners = LEARNERS[: 3 if make is spectral else 4]
    expected = make().fit(SESSIONS)
    with monkeypatch.context() as patch:
        for i, (module, name) in enumerate(learners):
            patch.setattr(module, name, watch(module, name, stops=i == n_done))
        with pytest.raises(KeyboardInterrupt):
            make(memory=tmp_path).fit(SESSIONS)
    assert calls == [name for _, name in learners[:n_done]]
    calls.clear()
    with monkeypatch.context() as patch:
        for module, name in learners:
            patch.setattr(module, name, watch(module, name, stops=False))
        again = make(memory=tmp_path).fit(SESSIONS)
        assert calls == [name for _, name in learners[n_done:]]
        # Others do all of it.
        for params in ({"vocab_size": 7}, {"random_state": 1}, {"normalizer": "en"}):
            calls.clear()
            make(memory=tmp_path, **params).fit(SESSIONS)
            assert len(calls) == len(learners)
        calls.clear()
        make(memory=tmp_path).fit(Sessions.from_lists(SESSIONS.to_lists()[1:]))
        assert len(calls) == len(learners)
    titles = [*TITLES, "zapatilla nueva"]
    np.testing.assert_array_equal(again.transform(titles), expected.transform(titles))


def test_a_fit_by_chance_that_was_killed_goes_on(tmp_path, monkeypatch):
    params = {"memory": tmp_path, "random_state": None}
    with monkeypatch.context() as patch:
        patch.delattr(learning, "learn_products")
        with pytest.raises(NameError):
            spectral(**params).fit(SESSIONS)
    monkeypatch.delattr(learning, "learn_words")
    again = spectral(**params).fit(SESSIONS)
    assert np.isfinite(again.transform(TITLES)).all()


def test_settings_that_differ_in_training_share_the_closed_form(tmp_path, monkeypatch):
    small_product(memory=tmp_path, max_epochs=0).fit(SESSIONS)
    for module, name in LEARNERS:
        monkeypatch.delattr(module, name)
    trained = small_product(memory=tmp_path, max_epochs=1).fit(SESSIONS)
    assert trained.n_iter_ == 1
