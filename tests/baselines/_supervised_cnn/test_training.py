"""Training on the folded network against nn.Embedding, nn.Conv1d and nn.Linear."""

import copy

import numpy as np
import pytest
import torch
from plain import PlainTextCNN, ragged
from torch import nn
from torch.nn import functional as F

from sklearn_prodemb._text_cnn.batches import make_title_batch
from sklearn_prodemb._text_cnn.weights import init_weights
from sklearn_prodemb.baselines._supervised_cnn import training
from sklearn_prodemb.baselines._supervised_cnn.config import TextCNNConfig
from sklearn_prodemb.baselines._supervised_cnn.training import (
    LabelledTitles,
    TextCNNNetwork,
    loss_of,
    score,
    train_text_cnn,
)

VOCABULARY = 40
CONFIG = TextCNNConfig(
    learning_rate=0.01,
    weight_decay=0.01,
    dropout=0.0,
    batch_size=8,
    max_epochs=4,
    n_iter_no_change=4,
    device="cpu",
)


def random_titles(seed, n_titles, n_classes):
    """Titles as lists of tokens, and as `LabelledTitles`; no classes for numbers."""
    rng = np.random.default_rng(seed)
    titles = [
        rng.integers(0, VOCABULARY, rng.integers(0, 9)).tolist()
        for _ in range(n_titles)
    ]
    targets = rng.standard_normal(n_titles).astype(np.float32)
    if n_classes:
        targets = rng.integers(0, n_classes, n_titles)
    return titles, LabelledTitles(ragged(titles), targets)


def make_network(n_outputs, dropout=0.0):
    generator = torch.Generator().manual_seed(0)
    weights = init_weights(VOCABULARY, 12, 6, (2, 3, 4, 5), generator)
    return weights, TextCNNNetwork(weights, n_outputs, dropout, generator)


class PlainNetwork(nn.Module):
    def __init__(self, weights, out):
        super().__init__()
        self.encoder = PlainTextCNN(weights)
        self.out = copy.deepcopy(out)

    def loss(self, titles, targets):
        outputs = self.out(self.encoder(titles))
        targets = torch.from_numpy(targets)
        if targets.is_floating_point():
            return ((outputs[:, 0] - targets) ** 2).mean()
        return -outputs.log_softmax(1)[range(len(titles)), targets].mean()


def close(ours, theirs):
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("n_classes", [0, 2, 5])
def test_loss_and_gradients_equal_conv1d(n_classes):
    titles, data = random_titles(0, 20, n_classes)
    weights, network = make_network(max(1, n_classes))
    plain = PlainNetwork(weights, network.out)
    batch = make_title_batch(data.tokens, np.arange(20), 5)
    targets = torch.from_numpy(data.targets[batch.order])
    loss, expected = loss_of(network(batch), targets), plain.loss(titles, data.targets)
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-6)
    loss.backward()
    expected.backward()
    encoder = network.encoder
    close(encoder.embeddings.grad, plain.encoder.embedding.weight.grad)
    close(encoder.filters.grad, plain.encoder.filter_gradients())
    close(encoder.biases.grad, plain.encoder.bias_gradients())
    close(network.out.weight.grad, plain.out.weight.grad)
    close(network.out.bias.grad, plain.out.bias.grad)


@pytest.mark.parametrize("n_classes", [0, 3])
def test_training_equals_a_plain_loop(n_classes):
    titles, data = random_titles(1, 30, n_classes)
    others, validation = random_titles(2, 10, n_classes)
    weights, network = make_network(max(1, n_classes))
    # The output layer is drawn first of all in training.
    plain = PlainNetwork(weights, network.out)
    generator = torch.Generator().manual_seed(0)
    init_weights(VOCABULARY, 12, 6, (2, 3, 4, 5), generator)
    result = train_text_cnn(
        data,
        validation,
        weights,
        max(1, n_classes),
        CONFIG,
        seed=7,
        generator=generator,
    )
    optimizer = torch.optim.AdamW(plain.parameters(), lr=0.01, weight_decay=0.01)
    losses, validation_losses, outputs = [], [], []
    for epoch in range(4):
        order = np.random.default_rng((7, epoch)).permutation(30)
        total = 0.0
        for rows in np.array_split(order, 4):
            optimizer.zero_grad()
            loss = plain.loss([titles[i] for i in rows], data.targets[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / 30)
        validation_losses.append(plain.loss(others, validation.targets).item())
        outputs.append(plain.out.weight.detach().numpy().copy())
    np.testing.assert_allclose(result.losses, losses, rtol=1e-4)
    expected = -np.array(validation_losses)
    np.testing.assert_allclose(result.validation_scores, expected, rtol=1e-4)
    best = outputs[int(np.argmin(validation_losses))]
    np.testing.assert_allclose(result.output_weights, best, rtol=1e-3, atol=1e-4)


def train(validation_losses, monkeypatch, **params):
    """Train with these losses in place of those of the validation part."""
    states = []

    def validate(network, titles, device):
        states.append(network.out.weight.detach().numpy().copy())
        return np.zeros((16, 3)), validation_losses[len(states) - 1]

    monkeypatch.setattr(training, "_validate", validate)
    _, data = random_titles(3, 16, 2)
    weights, _ = make_network(2)
    config = TextCNNConfig(**(vars(CONFIG) | {"max_epochs": 9} | params))
    generator = torch.Generator().manual_seed(0)
    args = (data, data, weights, 2, config)
    return train_text_cnn(*args, seed=0, generator=generator), states


@pytest.mark.parametrize(
    ("losses", "patience", "n_epochs", "best"),
    [
        ([3, 2, 1, 1, 2, 1, 0, 0, 0], 3, 6, 2),
        ([3, 2, 1, 1, 2, 1, 0, 0, 0], 4, 9, 6),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9], 1, 2, 0),
        ([9, 8, 7, 6, 5, 4, 3, 2, 1], 1, 9, 8),
    ],
)
def test_early_stopping_keeps_the_best_epoch(
    losses, patience, n_epochs, best, monkeypatch
):
    result, states = train(losses, monkeypatch, n_iter_no_change=patience)
    assert len(result.losses) == len(states) == n_epochs
    np.testing.assert_array_equal(-result.validation_scores, losses[:n_epochs])
    np.testing.assert_array_equal(result.output_weights, states[best])
    assert not np.array_equal(states[0], states[-1])


def test_a_loss_that_is_not_finite_is_an_error(monkeypatch):
    with pytest.raises(ValueError, match=r"not finite in epoch 2: .* nan in valid"):
        train([1, np.nan], monkeypatch)


def test_dropout():
    _, data = random_titles(4, 200, 2)
    batch = make_title_batch(data.tokens, np.arange(200), 5)
    _, network = make_network(2, dropout=0.25)
    network.out = nn.Identity()
    network.eval()
    whole = network(batch).detach().numpy()
    network.train()
    dropped = network(batch).detach().numpy()
    kept = dropped != 0
    np.testing.assert_allclose(dropped[kept], whole[kept] / 0.75, rtol=1e-6)
    assert 0.2 < 1 - kept[whole != 0].mean() < 0.3
    assert not np.array_equal(network(batch).detach().numpy(), dropped)


def test_the_global_generator_is_left_alone(monkeypatch):
    state = torch.get_rng_state()
    train([1] * 9, monkeypatch, dropout=0.5)
    assert torch.equal(torch.get_rng_state(), state)


def test_validation_in_parts(monkeypatch):
    titles, data = random_titles(5, 23, 3)
    weights, network = make_network(3, dropout=0.5)
    plain = PlainNetwork(weights, network.out)
    logits = plain.out(plain.encoder(titles))
    expected = F.cross_entropy(logits, torch.from_numpy(data.targets))
    for size in (5, 23, 100):
        monkeypatch.setattr(training, "_TITLES_PER_BATCH", size)
        outputs, loss = training._validate(network, data, "cpu")
        assert loss == pytest.approx(expected.item(), rel=1e-5)
        close(torch.from_numpy(outputs), logits.detach())
    assert network.training


def test_score():
    outputs = np.array([[0.0, 3.0], [0.0, 1.0], [2.0, 2.0], [0.0, 2.0]])
    assert score(outputs, np.array([1, 0, 0, 1]), 0.7) == 1
    # Of the four pairs of a negative and a positive title, one is the wrong way round.
    assert score(outputs, np.array([1, 1, 0, 0]), 0.7) == 0.75
    assert score(outputs, np.array([1, 1, 1, 1]), 0.7) == -0.7
    assert score(np.eye(3), np.array([0, 1, 2]), 0.7) == -0.7
    assert score(np.ones((3, 1)), np.array([0.5, 1, 2], np.float32), 0.7) == -0.7


def test_of_equal_scores_the_least_loss_is_best(monkeypatch):
    def validate(network, titles, device):
        states.append(network.out.weight.detach().numpy().copy())
        return outputs, [3.0, 2.0, 2.5][len(states) - 1]

    states = []
    monkeypatch.setattr(training, "_validate", validate)
    _, data = random_titles(6, 16, 2)
    outputs = np.column_stack([np.zeros(16), data.targets])
    weights, _ = make_network(2)
    config = TextCNNConfig(**(vars(CONFIG) | {"max_epochs": 3}))
    generator = torch.Generator().manual_seed(0)
    args = (data, data, weights, 2, config)
    result = train_text_cnn(*args, seed=0, generator=generator)
    np.testing.assert_array_equal(result.validation_scores, [1, 1, 1])
    np.testing.assert_array_equal(result.output_weights, states[1])
