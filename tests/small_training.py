"""A small training by BYOL, without an estimator."""

import numpy as np
import torch
from plain import flatten

from sklearn_prodemb._byol.batches import TrainingData
from sklearn_prodemb._byol.training import TrainingConfig, train
from sklearn_prodemb._text_cnn.encoder import init_weights

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
)
N_CATEGORIES = 4


class Quiet:
    """A monitor that can stop, or fail, after a number of steps."""

    def __init__(self, stop_after=None, error=None):
        self.stop_after, self.error, self.steps = stop_after, error, 0

    def begin_epoch(self, epoch, n_steps):
        pass

    def begin_step(self, step, losses):
        pass

    def end_step(self):
        self.steps += 1
        if self.steps == self.stop_after:
            if self.error is not None:
                raise self.error
            return True
        return False

    def end_epoch(self, result):
        return False


def make_problem(seed=0, n_sessions=24, n_products=20):
    rng = np.random.default_rng(seed)
    titles = [rng.integers(0, 30, n).tolist() for n in rng.integers(1, 9, n_products)]
    sessions = [
        rng.choice(n_products, n, replace=False) for n in rng.integers(2, 8, n_sessions)
    ]
    products = np.concatenate(sessions).astype(np.int32)
    data = TrainingData(
        *flatten(titles),
        products,
        rng.integers(-1, N_CATEGORIES, len(products)).astype(np.int32),
        np.append(0, np.cumsum([len(s) for s in sessions])),
    )
    generator = torch.Generator().manual_seed(seed)
    return data, init_weights(30, 16, 4, (2, 3, 4, 5), generator), titles


def run(config=CONFIG, seed=0, **kwargs):
    data, weights, _ = make_problem()
    kwargs.setdefault("monitor", Quiet())
    return train(data, weights, N_CATEGORIES, config, seed=seed, **kwargs)
