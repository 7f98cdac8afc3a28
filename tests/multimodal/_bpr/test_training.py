"""Bayesian personalised ranking against its formula written triple by triple."""

import numpy as np
import pytest
import torch
from plain import ragged
from small_training import Quiet
from torch.nn import functional as F

from sklearn_prodemb.multimodal._bpr import training
from sklearn_prodemb.multimodal._bpr.config import BPRConfig
from sklearn_prodemb.multimodal._bpr.training import BPR, Taken, train_bpr

CONFIG = BPRConfig(
    embedding_dim=4,
    regularization=0.03,
    learning_rate=0.1,
    max_epochs=3,
    batch_size=5,
)
N_PRODUCTS = 6
SESSIONS = [[0, 1], [5, 3], [2, 0, 4], [1, 2, 4], [5, 4, 3, 0]]
PAIRS = sorted((u, i) for u, session in enumerate(SESSIONS) for i in session)
# Users in ascending order; some meet a product twice.
USERS = np.array([0, 0, 1, 2, 2, 2, 4])
POSITIVES = np.array([0, 1, 5, 2, 0, 0, 5])
NEGATIVES = np.array([2, 2, 0, 1, 5, 1, 2])


def model(**params):
    config = BPRConfig(**(vars(CONFIG) | params))
    found = BPR(len(SESSIONS), N_PRODUCTS, config, np.random.default_rng(0))
    # The first vectors are so small that wrong gradients would look right.
    found.users[:, :-1] = torch.randn(found.users[:, :-1].shape)
    found.products[:] = torch.randn(found.products.shape)
    return found


def plain_loss(users, vectors, biases, regularization):
    """The loss, a triple at a time, and the penalty on its parameters."""
    loss, penalty = 0.0, 0.0
    for u, i, j in zip(USERS, POSITIVES, NEGATIVES, strict=True):
        x_ui = biases[i] + users[u] @ vectors[i]
        x_uj = biases[j] + users[u] @ vectors[j]
        loss = loss - F.logsigmoid(x_ui - x_uj)
        for parameter in (users[u], vectors[i], vectors[j], biases[i], biases[j]):
            penalty = penalty + (parameter**2).sum()
    return loss, regularization * penalty


@pytest.mark.parametrize("regularization", [0, 0.03, 1])
def test_loss_and_gradients(regularization):
    bpr = model(regularization=regularization)
    users, vectors, biases = (
        table.clone().requires_grad_()
        for table in (bpr.users[:, :-1], bpr.products[:, :-1], bpr.products[:, -1])
    )
    with torch.enable_grad():
        expected, penalty = plain_loss(users, vectors, biases, regularization)
        (expected + penalty).backward()
    loss, of_users, of_products = bpr.gradients(USERS, POSITIVES, NEGATIVES)
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    plain = torch.cat([vectors.grad, biases.grad[:, None]], dim=1)
    for (rows, gradient), whole in ((of_users, users.grad), (of_products, plain)):
        found = torch.zeros(len(whole), gradient.shape[1])
        found[rows] = gradient
        torch.testing.assert_close(found[:, : whole.shape[1]], whole)
        # Nothing moves the 1 that meets the biases.
        assert not found[:, whole.shape[1] :].any()


def test_a_step_goes_down_the_gradient():
    bpr = model()
    before = bpr.users.clone(), bpr.products.clone()
    loss, *gradients = bpr.gradients(USERS, POSITIVES, NEGATIVES)
    assert bpr.step(USERS, POSITIVES, NEGATIVES) == loss
    for old, new, (rows, gradient) in zip(
        before, (bpr.users, bpr.products), gradients, strict=True
    ):
        old[rows] -= CONFIG.learning_rate * gradient
        torch.testing.assert_close(new, old)
    assert bpr.gradients(USERS, POSITIVES, NEGATIVES)[0] < loss


def test_users_have_what_their_sessions_hold():
    taken = Taken(ragged(SESSIONS), N_PRODUCTS)
    found = list(zip(taken.users.tolist(), taken.products.tolist(), strict=True))
    assert found == PAIRS
    users, products = np.divmod(np.arange(len(SESSIONS) * N_PRODUCTS), N_PRODUCTS)
    has = taken.has(users, products)
    asked = zip(users.tolist(), products.tolist(), strict=True)
    assert has.tolist() == [pair in PAIRS for pair in asked]


def test_what_is_drawn():
    taken = Taken(ragged(SESSIONS), N_PRODUCTS)
    rng = np.random.default_rng(0)
    counts = np.zeros((len(SESSIONS), N_PRODUCTS))
    for _ in range(3000):
        users, positives, negatives = taken.draw(np.arange(len(PAIRS)), rng)
        assert set(zip(users.tolist(), positives.tolist(), strict=True)) <= {*PAIRS}
        np.add.at(counts, (users, negatives), 1)
    occurrences = np.bincount([i for _, i in PAIRS], minlength=N_PRODUCTS)
    for of_user, session in zip(counts, SESSIONS, strict=True):
        shares = np.where(np.isin(range(N_PRODUCTS), session), 0, occurrences)
        expected = shares / shares.sum()
        np.testing.assert_allclose(of_user / of_user.sum(), expected, atol=0.03)


def train(seed=0, sessions=SESSIONS, **params):
    progress = Quiet()
    config = BPRConfig(**(vars(CONFIG) | params))
    vectors, losses = train_bpr(
        ragged(sessions), N_PRODUCTS, config, seed=seed, progress=progress
    )
    assert progress.epochs == list(range(config.max_epochs))
    assert len(progress.lines) == config.max_epochs
    return vectors, losses


def test_each_epoch_passes_over_all_pairs(monkeypatch):
    seen = []

    def draw(self, pairs, rng):
        seen.append(pairs)
        return (pairs[:0],) * 3

    monkeypatch.setattr(training.Taken, "draw", draw)
    _, losses = train(max_epochs=2)
    assert np.isnan(losses).all()  # no triple was left
    assert [len(pairs) for pairs in seen] == [5, 5, 4] * 2
    for epoch in (seen[:3], seen[3:]):
        assert sorted(np.concatenate(epoch)) == list(range(len(PAIRS)))
        assert all((np.diff(pairs) > 0).all() for pairs in epoch)
    assert not np.array_equal(seen[0], seen[3])


def test_seeds():
    assert train()[0].tobytes() == train()[0].tobytes()
    assert train()[0].tobytes() != train(1)[0].tobytes()


def test_it_learns():
    vectors, losses = train(max_epochs=200, regularization=0)
    assert (vectors.shape, vectors.dtype) == ((N_PRODUCTS, 4), np.float32)
    assert losses[0] == pytest.approx(np.log(2), abs=0.02)
    assert losses[-1] < 0.5


def test_sessions_that_hold_all_products():
    with pytest.raises(ValueError, match="Each of the 2 sessions holds all 6 products"):
        train(sessions=[list(range(6))] * 2)
