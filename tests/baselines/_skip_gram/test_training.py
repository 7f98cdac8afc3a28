"""Skip-gram over whole sessions, against the formula written pair by pair."""

import numpy as np
import pytest
import torch
from small_training import Quiet
from torch.nn import functional as F

from sklearn_prodemb._utils.ragged import Ragged
from sklearn_prodemb.baselines._skip_gram import training
from sklearn_prodemb.baselines._skip_gram.config import SkipGramConfig
from sklearn_prodemb.baselines._skip_gram.training import (
    SkipGram,
    pair_weights,
    train_skip_gram,
)

CONFIG = SkipGramConfig(
    embedding_dim=5,
    metadata_weight=0.3,
    n_negatives=4,
    subsample=None,
    learning_rate=0.1,
    max_epochs=2,
    batch_size=8,
)
# Six products: id, title, category; two titles are one, and some are missing.
TOKENS = np.array(
    [[0, 6, 9], [1, 6, -1], [2, 7, 10], [3, -1, -1], [4, 8, 9], [5, -1, 10]]
)
SESSIONS = [[0, 1], [3, 5], [2, 0, 4], [1, 2, 4], [5, 4, 3, 0]]
PRODUCTS = np.concatenate(SESSIONS)
LENGTHS = np.array([len(session) for session in SESSIONS])
OFFSETS = np.append(0, np.cumsum(LENGTHS))


def small_model(tokens=TOKENS, **params):
    config = SkipGramConfig(**(vars(CONFIG) | params))
    counts = np.bincount(PRODUCTS)
    model = SkipGram(tokens, counts, config, np.random.default_rng(0))
    generator = torch.Generator().manual_seed(1)
    for table in (model.inputs, model.outputs):
        table.copy_(torch.randn(table.shape, generator=generator))
    return model


def pairs_by_term(session, tokens):
    """The ordered pairs of tokens (given, predicted), term by term."""
    terms = {"X|I": [], "I|M": [], "X|M": [], "M'|I": [], "M'|M": []}
    for i in session:
        product, metadata = tokens[i][0], [t for t in tokens[i][1:] if t >= 0]
        terms["I|M"] += [(m, product) for m in metadata]
        for j in session:
            if j == i:
                continue
            other, of_other = tokens[j][0], [t for t in tokens[j][1:] if t >= 0]
            terms["X|I"].append((product, other))
            terms["X|M"] += [(m, other) for m in metadata]
            terms["M'|I"] += [(product, m) for m in of_other]
            terms["M'|M"] += [(m, n) for m in metadata for n in of_other]
    return terms


def plain_loss(u, v, tokens, config, negatives):
    """J, one pair after the other, and the sum of the weights."""
    loss, total = 0.0, 0.0
    for session in SESSIONS:
        for term, pairs in pairs_by_term(session, tokens.tolist()).items():
            weight = 1 if term == "X|I" else config.metadata_weight
            for a, b in pairs:
                of_negatives = F.logsigmoid(-(v[negatives] @ u[a])).mean()
                positive = F.logsigmoid(u[a] @ v[b])
                loss -= weight * (positive + config.n_negatives * of_negatives)
                total += weight
    return loss, total


@pytest.mark.parametrize("metadata_weight", [0, 0.3, 2])
@pytest.mark.parametrize("n_kinds", [1, 2, 3])
def test_loss_and_gradients_are_those_of_the_formula(metadata_weight, n_kinds):
    tokens = TOKENS[:, :n_kinds]
    model = small_model(tokens, metadata_weight=metadata_weight)
    n_tokens = len(model.inputs)
    negatives = np.random.default_rng(2).integers(0, n_tokens, 20)
    totals, *gradients = model.gradients(PRODUCTS, LENGTHS, negatives)
    u, v = (t.double().requires_grad_() for t in (model.inputs, model.outputs))
    loss, total = plain_loss(u, v, tokens, model.config, negatives)
    loss.backward()
    np.testing.assert_allclose(totals, [loss.item(), total], rtol=1e-5)
    for expected, (rows, gradient) in zip((u.grad, v.grad), gradients, strict=True):
        assert len(set(rows.tolist())) == len(rows)
        dense = torch.zeros(n_tokens, model.config.embedding_dim)
        dense[rows] = gradient
        np.testing.assert_allclose(dense, expected, atol=1e-4)


def test_which_pairs_are_trained():
    # Rows: the token given; columns: the token predicted. Two products with one
    # metadata token each, I M X M': no product predicts its own metadata.
    lam = 0.25
    expected = [
        [0, 0, 1, lam],
        [lam, 0, lam, lam],
        [1, lam, 0, 0],
        [lam, lam, lam, 0],
    ]
    assert pair_weights(2, 2, lam).tolist() == expected
    assert pair_weights(3, 1, lam).tolist() == (1 - np.eye(3)).tolist()
    weights = pair_weights(3, 3, lam)
    terms = pairs_by_term(range(3), np.arange(9).reshape(3, 3).tolist())
    plain = np.zeros((9, 9))
    for term, pairs in terms.items():
        for pair in pairs:
            plain[pair] += 1 if term == "X|I" else lam
    np.testing.assert_array_equal(weights, plain)


def test_steps_are_those_of_torch_adagrad():
    model = small_model()
    tables = [t.clone().requires_grad_() for t in (model.inputs, model.outputs)]
    adagrad = torch.optim.Adagrad(tables, lr=0.1)
    for step in range(3):
        negatives = np.random.default_rng(step).integers(0, len(tables[0]), 256)
        model.rng = _Fixed(model._noise, negatives)
        for group in adagrad.param_groups:
            group["lr"] = 0.1 * (1 - step / 4)
        adagrad.zero_grad()
        plain_loss(*tables, TOKENS, model.config, negatives)[0].backward()
        adagrad.step()
        model.step(PRODUCTS, LENGTHS, 1 - step / 4)
    for ours, theirs in zip((model.inputs, model.outputs), tables, strict=True):
        np.testing.assert_allclose(ours, theirs.detach(), atol=1e-4)


class _Fixed:
    """Random numbers that make given negatives come out."""

    def __init__(self, noise, negatives):
        self.numbers = (np.append(0, noise)[negatives] + noise[negatives]) / 2

    def random(self, n):
        assert n == len(self.numbers)
        return self.numbers


def test_negatives_come_by_counts_to_the_power_of_three_quarters():
    model = small_model()
    counts = np.zeros(len(model.inputs))
    for product in PRODUCTS:
        for token in TOKENS[product]:
            counts[token] += token >= 0
    noise = counts**0.75 / (counts**0.75).sum()
    np.testing.assert_allclose(np.diff(model._noise, prepend=0), noise)


def recorded(monkeypatch, **params):
    """What reaches the steps of a training: (products, lengths, share) of each."""
    steps = []

    def step(self, products, lengths, share):
        steps.append((products, lengths, share))
        return torch.ones(2)

    monkeypatch.setattr(training.SkipGram, "step", step)
    config = SkipGramConfig(**(vars(CONFIG) | params))
    progress = Quiet()
    train_skip_gram(
        TOKENS, Ragged(PRODUCTS, OFFSETS), config, seed=0, progress=progress
    )
    assert progress.epochs == list(range(config.max_epochs))
    assert len(progress.lines) == config.max_epochs
    return steps


def test_each_epoch_passes_over_all_sessions(monkeypatch):
    steps = recorded(monkeypatch, max_epochs=2)
    assert len(steps) == 4  # 16 pairs in batches of 8, twice
    for epoch in (steps[:2], steps[2:]):
        sessions = []
        for products, lengths, _ in epoch:
            assert (np.diff(lengths) >= 0).all()
            parts = np.split(products, np.cumsum(lengths)[:-1])
            sessions += [part.tolist() for part in parts]
        assert sorted(sessions) == sorted(SESSIONS)
    assert [share for _, _, share in steps] == [1, 0.75, 0.5, 0.25]


def test_subsampling_keeps_rare_products(monkeypatch):
    monkeypatch.setitem(globals(), "PRODUCTS", np.repeat([0, 1, 2, 3], [2, 2, 4, 92]))
    monkeypatch.setitem(globals(), "OFFSETS", np.array([0, 100]))
    steps = recorded(monkeypatch, subsample=0.04, max_epochs=200)
    counts = np.bincount(np.concatenate([products for products, *_ in steps]))
    np.testing.assert_array_equal(counts[:3], [400, 400, 800])
    expected = 200 * 92 * np.sqrt(0.04 / 0.92)
    np.testing.assert_allclose(counts[3], expected, rtol=0.05)


def test_an_epoch_that_subsampling_leaves_empty_has_no_loss():
    config = SkipGramConfig(**(vars(CONFIG) | {"subsample": 1e-12}))
    vectors, losses = train_skip_gram(
        TOKENS, Ragged(PRODUCTS, OFFSETS), config, seed=0, progress=Quiet()
    )
    assert np.isnan(losses).all()
    assert np.isfinite(vectors).all()


def test_the_same_bytes_whatever_the_threads():
    rng = np.random.default_rng(0)
    products = np.concatenate([rng.permutation(500)[:10] for _ in range(400)])
    tokens = np.stack([np.arange(500), 500 + np.arange(500) % 30], axis=1)
    config = SkipGramConfig(
        **(vars(CONFIG) | {"embedding_dim": 64, "batch_size": 4096})
    )

    def train(n_threads, seed=0):
        torch.set_num_threads(n_threads)
        sessions = Ragged(products, np.arange(0, 4001, 10))
        return train_skip_gram(tokens, sessions, config, seed=seed, progress=Quiet())[
            0
        ].tobytes()

    before = torch.get_num_threads()
    try:
        assert train(1) == train(1) == train(2)
        assert train(1) != train(1, seed=1)
    finally:
        torch.set_num_threads(before)
