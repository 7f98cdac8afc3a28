"""The training loop against a plain one: Conv1d, one row a pair, no shortcuts."""

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from plain import PlainTextCNN, plain_head
from small_training import (
    CONFIG,
    N_CATEGORIES,
    Quiet,
    make_learner,
    make_problem,
    run,
)
from torch import nn
from torch.nn import functional as F

from sklearn_prodemb._byol.learner import Learner
from sklearn_prodemb._byol.schedules import learning_rate_factor, target_decay
from sklearn_prodemb._byol.training import train


class Interrupted(Quiet):
    """A progress that is interrupted as a step begins."""

    def step(self, number, describe):
        raise KeyboardInterrupt


def interrupt(*args):
    raise KeyboardInterrupt


def plain_training(data, weights, titles, config, seed):
    """One row an ordered pair, `nn.Conv1d`, `nn.BatchNorm1d`; losses and encoder."""
    learner = Learner(data, weights, N_CATEGORIES, config, seed)
    encoder = PlainTextCNN(weights, torch.float64).double()
    heads = nn.ModuleDict(
        {n: plain_head(h.double()) for n, h in learner.online.items() if n != "encoder"}
    )
    target = copy.deepcopy((encoder, heads["projector"]))
    sgd = torch.optim.SGD(
        [*encoder.parameters(), *heads.parameters()],
        lr=config.learning_rate,
        momentum=config.momentum,
        weight_decay=config.weight_decay,
    )
    plans = [
        sessions
        for epoch in range(config.max_epochs)
        for sessions in learner.plan(epoch)
    ]
    losses = []
    for step, sessions in enumerate(plans):
        keys, queries, categories = [], [], []
        for s in sessions:
            rows = data.rows[s].tolist()
            for i in rows:
                for j in rows:
                    if i != j:
                        keys.append(titles[data.products[i]])
                        queries.append(titles[data.products[j]])
                        categories.append(int(data.categories[j]))
        y = encoder(keys)
        with torch.no_grad():
            z = target[1](target[0](queries))
        q = heads["predictor"](heads["projector"](y))
        n_pairs = len(keys) / 2
        byol = (2 - 2 * F.cosine_similarity(q, z, dim=1)).sum() / n_pairs
        category = F.cross_entropy(
            heads["category"](y),
            torch.tensor(categories),
            ignore_index=-1,
            reduction="sum",
        )
        category = category / n_pairs
        loss = config.alpha * byol + (1 - config.alpha) * category
        sgd.zero_grad()
        loss.backward()
        factor = learning_rate_factor(step, len(plans), config.warmup)
        sgd.param_groups[0]["lr"] = config.learning_rate * factor
        sgd.step()
        tau = target_decay(step, len(plans), config.tau)
        with torch.no_grad():
            for ours, theirs in zip(target, (encoder, heads["projector"]), strict=True):
                for xi, theta in zip(
                    ours.parameters(), theirs.parameters(), strict=True
                ):
                    xi.copy_(tau * xi + (1 - tau) * theta)
        losses.append([loss.item(), byol.item(), category.item()])
    return np.array(losses), encoder


def test_training_equals_the_plain_loop():
    data, weights, titles = make_problem()
    result = run()
    losses, encoder = plain_training(data, weights, titles, CONFIG, seed=0)
    assert len(losses) > 8
    np.testing.assert_allclose(result.losses, losses, rtol=1e-4)
    np.testing.assert_allclose(
        result.weights.token_embeddings,
        encoder.embedding.weight.detach(),
        atol=2e-4,
    )
    biases = torch.cat([c.bias for c in encoder.convolutions]).detach()
    np.testing.assert_allclose(result.weights.biases, biases, atol=2e-4)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_equal_seeds_give_equal_bytes(optimizer):
    config = replace(CONFIG, optimizer=optimizer, learning_rate=0.01)
    a, b, other = run(config), run(config), run(config, seed=1)
    assert a.weights.token_embeddings.tobytes() == b.weights.token_embeddings.tobytes()
    assert a.weights.filters.tobytes() == b.weights.filters.tobytes()
    np.testing.assert_array_equal(a.losses, b.losses)
    assert not np.array_equal(a.losses, other.losses)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_losses_fall(optimizer):
    config = replace(
        CONFIG, optimizer=optimizer, learning_rate=0.02, max_epochs=30, weight_decay=0
    )
    losses = run(config).losses[:, 0]
    assert losses[-5:].mean() < 0.9 * losses[:5].mean()


def test_the_losses_add_up():
    losses = run().losses
    np.testing.assert_allclose(losses[:, 0], losses[:, 1:] @ [0.7, 0.3], rtol=1e-5)


@pytest.mark.parametrize(("alpha", "zero"), [(1, 2), (0, 1)])
def test_a_part_without_weight_is_not_computed(alpha, zero):
    losses = run(replace(CONFIG, alpha=alpha)).losses
    assert (losses[:, zero] == 0).all()
    assert (losses[:, 3 - zero] > 0).all()


def test_a_loss_that_is_not_finite_names_the_step():
    with pytest.raises(
        ValueError, match=r"not finite at step \d+.*Lower learning_rate"
    ):
        run(replace(CONFIG, learning_rate=1e30, warmup=0))


def test_weights_that_are_not_finite_are_found_after_the_last_step():
    config = replace(CONFIG, learning_rate=1e40, warmup=0, max_epochs=1, batch_size=999)
    with pytest.raises(ValueError, match="weights are not finite after step 1"):
        run(config)


def test_a_callback_can_stop_training():
    result = run(progress=Quiet(stop_after=3))
    assert len(result.losses) == 3
    assert not result.interrupted
    np.testing.assert_array_equal(result.losses, run().losses[:3])


def test_ctrl_c_keeps_what_was_trained():
    result = run(progress=Quiet(stop_after=4, error=KeyboardInterrupt()))
    assert result.interrupted
    assert len(result.losses) == 4
    np.testing.assert_array_equal(result.losses, run().losses[:4])
    _, start, _ = make_problem()
    assert not np.array_equal(result.weights.filters, start.filters)


def test_ctrl_c_before_the_first_step_is_done_keeps_nothing():
    with pytest.raises(KeyboardInterrupt):
        run(progress=Interrupted())
    learner = make_learner()
    learner.step = interrupt
    with pytest.raises(KeyboardInterrupt):
        train(learner, 1, seed=0, progress=Quiet(), attributes=vars)


def test_ctrl_c_while_losses_are_read_loses_none(monkeypatch):
    expected = run().losses
    learner = make_learner()
    learner.device = "meta"  # losses are read many at a time
    cpu, reads = torch.Tensor.cpu, []

    def press(tensor):
        reads.append(tensor)
        return interrupt() if len(reads) == 2 else cpu(tensor)

    monkeypatch.setattr(torch.Tensor, "cpu", press)
    result = train(learner, 2, seed=0, progress=Quiet(), attributes=vars)
    assert result.interrupted
    np.testing.assert_array_equal(result.losses, expected[: len(result.losses)])


def test_the_start_is_not_changed():
    data, weights, _ = make_problem()
    before = copy.deepcopy(weights)
    learner = Learner(data, weights, N_CATEGORIES, CONFIG, 0)
    train(learner, 1, seed=0, progress=Quiet(), attributes=vars)
    np.testing.assert_array_equal(weights.filters, before.filters)
    np.testing.assert_array_equal(weights.token_embeddings, before.token_embeddings)


def test_training_inside_no_grad():
    expected = run()
    with torch.no_grad():
        result = run()
    np.testing.assert_array_equal(result.losses, expected.losses)
