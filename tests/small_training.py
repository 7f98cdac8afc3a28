"""A small training by BYOL, without an estimator."""

from contextlib import contextmanager

import numpy as np
from plain import ragged

from sklearn_prodemb._byol.batches import TrainingData
from sklearn_prodemb._byol.config import TrainingConfig
from sklearn_prodemb._byol.learner import Learner
from sklearn_prodemb._byol.training import train
from sklearn_prodemb._text_cnn.weights import init_weights
from sklearn_prodemb._utils.ragged import Ragged

CONFIG = TrainingConfig(
    alpha=0.7,
    hidden_dim=12,
    projection_dim=6,
    tau=0.9,
    optimizer="sgd",
    learning_rate=0.2,
    momentum=0.9,
    weight_decay=1e-2,
    warmup=0.3,
    max_epochs=2,
    batch_size=30,
    device="cpu",
    precision="float32",
)
N_CATEGORIES = 4


class Quiet:
    """A progress that can stop, or fail, after a number of steps."""

    def __init__(self, stop_after=None, error=None):
        self.stop_after, self.error, self.steps = stop_after, error, 0
        self.stopped = False
        self.epochs, self.lines = [], []

    def report(self, text):
        self.lines.append(text)

    @contextmanager
    def epoch(self, number, n_epochs, n_steps, attributes=None):
        self.epochs.append(number)
        yield self

    @contextmanager
    def step(self, number, describe):
        yield self
        self.steps += 1
        if self.steps == self.stop_after:
            if self.error is not None:
                raise self.error
            self.stopped = True


def make_problem(seed=0, n_sessions=24, n_products=20):
    rng = np.random.default_rng(seed)
    titles = [rng.integers(0, 30, n).tolist() for n in rng.integers(1, 9, n_products)]
    sessions = [
        rng.choice(n_products, n, replace=False) for n in rng.integers(2, 8, n_sessions)
    ]
    products = np.concatenate(sessions).astype(np.int32)
    data = TrainingData(
        ragged(titles),
        products,
        rng.integers(-1, N_CATEGORIES, len(products)).astype(np.int32),
        rows_of(sessions),
    )
    return data, init_weights(30, 16, 4, (2, 3, 4, 5), seed), titles


def rows_of(sessions):
    """The rows of sessions, one session after the other."""
    lengths = np.array([len(session) for session in sessions])
    return Ragged.from_lengths(np.arange(lengths.sum()), lengths)


def make_learner(config=CONFIG, seed=0, n_categories=N_CATEGORIES):
    data, weights, _ = make_problem()
    return Learner(data, weights, n_categories, config, seed)


def run(config=CONFIG, seed=0, **kwargs):
    kwargs.setdefault("progress", Quiet())
    learner = make_learner(config, seed)
    return train(learner, config.max_epochs, seed=seed, attributes=vars, **kwargs)
