"""One step of the network's training, against a plain one."""

import copy

import numpy as np
import pytest
import torch
from small_network import CONFIG, N_CATEGORIES, parameters_of, small_data, small_learner
from torch.nn import functional as F

from sklearn_prodemb._byol.schedules import target_decay
from sklearn_prodemb._product_training.batches import make_batch

SESSIONS = np.arange(15)


@pytest.mark.parametrize(
    ("alpha", "n_categories", "built"),
    [
        (1, N_CATEGORIES, {"network", "projector", "predictor"}),
        (0, N_CATEGORIES, {"network", "category"}),
        (0.5, 0, {"network", "projector", "predictor"}),
        (0.5, N_CATEGORIES, {"network", "projector", "predictor", "category"}),
    ],
)
def test_what_is_not_needed_is_not_built(alpha, n_categories, built):
    learner = small_learner(alpha=alpha, n_categories=n_categories)
    assert set(learner.online) == built
    assert (learner.target is not None) == (alpha > 0)


def plain_losses(learner, step):
    """The terms of a step, one ordered pair after the other."""
    config, data = learner.config, learner.data
    rng = np.random.default_rng((0, 1, step))
    batch = make_batch(data, SESSIONS, config.session_length, rng)
    n = len(batch.products)
    further = rng.choice(np.unique(data.products), config.further_products)
    everything = np.concatenate([batch.products, further])
    dropout = (config.word_dropout, config.ngram_dropout)
    features, hidden = learner.network(data.views.draw(everything, rng, *dropout))
    closed_form = torch.tensor(data.targets[everything])
    weights = batch.rows.weights(n, torch.float32)
    online = learner.online
    q = online["predictor"](online["projector"](features[:n], weights), weights)
    share = learner.closed_form_share
    own, _ = learner.target["network"](data.views.draw(batch.products, rng, *dropout))
    z = learner.target["projector"](
        share * closed_form[:n] + ((1 - share) * own if share < 1 else 0), weights
    )
    logits = online["category"](hidden[:n], weights)
    byol = category = 0
    rows = batch.rows
    for i, s in zip(rows.product, rows.session, strict=True):
        here = rows.session == s
        for j, c in zip(rows.product[here], rows.category[here], strict=True):
            if i != j:
                byol = byol + 2 - 2 * F.cosine_similarity(q[i], z[j], dim=0)
                category = category - F.log_softmax(logits[i], 0)[c]
    regression = (features - closed_form).square().sum(1).mean()
    parts = [x / batch.n_pairs for x in (byol, category)]
    weights = [config.alpha, 1 - config.alpha, 8.0]
    loss = sum(w * x for w, x in zip(weights, [*parts, regression], strict=True))
    return torch.stack([loss, *parts, regression])


def test_a_step_is_the_formula():
    learner = small_learner()
    # The second step: projector, predictor and target network have begun to move.
    learner.step(SESSIONS, 0, 10)
    twin = copy.deepcopy(learner)
    expected = plain_losses(twin, 1)
    ours = learner.step(SESSIONS, 1, 10)
    torch.testing.assert_close(ours, expected.detach(), rtol=1e-4, atol=1e-5)
    twin.optimizer.zero_grad()
    expected[0].backward()
    gradients = {n: p.grad for n, p in learner.online.named_parameters()}
    for name, parameter in twin.online.named_parameters():
        torch.testing.assert_close(
            gradients[name], parameter.grad, rtol=1e-3, atol=1e-5, msg=name
        )


def test_the_target_begins_as_the_closed_form_and_follows():
    learner = small_learner()
    before = copy.deepcopy(learner.target.state_dict())
    assert learner.closed_form_share == 1
    learner.step(SESSIONS, 0, 10)
    tau = target_decay(0, 10, CONFIG.tau)
    assert learner.closed_form_share == pytest.approx(tau)
    for name, old in before.items():
        moved = tau * old + (1 - tau) * learner.online.state_dict()[name]
        torch.testing.assert_close(learner.target.state_dict()[name], moved)
    assert not any(p.requires_grad for p in learner.target.parameters())


def test_heads_begin_as_the_identity():
    learner = small_learner()
    x = torch.randn(7, 4, generator=torch.Generator().manual_seed(0))
    weights = torch.full((7,), 1 / 7)
    for name in ("projector", "predictor"):
        torch.testing.assert_close(learner.online[name](x, weights), x)


@pytest.mark.parametrize(
    ("changed", "zero"),
    [
        ({"alpha": 0}, 1),
        ({"alpha": 1}, 2),
        ({"regression_weight": 0.0}, 3),
    ],
)
def test_a_part_without_weight_is_not_computed(changed, zero):
    losses = small_learner(**changed).step(SESSIONS, 0, 10)
    assert losses[zero] == 0
    assert (losses[[i for i in range(4) if i != zero]] > 0).all()


def test_an_epoch_is_some_of_the_sessions():
    learner = small_learner(sessions_per_epoch=30, sessions_per_batch=8)
    plan, again, other = (learner.plan(epoch) for epoch in (0, 0, 1))
    assert [len(batch) for batch in plan] == [8, 8, 7, 7]
    assert len(set(np.concatenate(plan))) == 30
    np.testing.assert_array_equal(np.concatenate(plan), np.concatenate(again))
    assert not np.array_equal(np.concatenate(plan), np.concatenate(other))
    assert len(np.concatenate(small_learner().plan(0))) == len(small_data().sessions)


def test_state_and_restore():
    a, b = small_learner(seed=0), small_learner(seed=1)
    b._seed = 0
    a.step(SESSIONS, 0, 10)
    b.restore(copy.deepcopy(a.state()))
    losses = [learner.step(SESSIONS, 1, 10) for learner in (a, b)]
    torch.testing.assert_close(*losses, rtol=0, atol=0)
    np.testing.assert_array_equal(
        parameters_of(a.export().network), parameters_of(b.export().network)
    )
    assert a.export().best_iter == b.export().best_iter == 2


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"closed_form_share": 1}, "closed_form_share is of type int"),
        ({"scores": []}, "scores is a list of length 0, not a list of length 1"),
        ({"scores": ["best"]}, r"scores\[0\] is of type str"),
        ({"scores": 0.5}, "scores is of type float"),
        ({"best": {}}, r"best has \[\], not"),
        ({"best": 3}, "best is of type int"),
        ({"best_iter": None}, "best_iter is of type NoneType"),
        ({"online": None}, "online is of type NoneType"),
    ],
)
def test_a_state_of_another_form_is_refused(change, match):
    a, b = (small_learner(validation=Scores(0.1, 0.2)) for _ in "ab")
    a.step(SESSIONS, 0, 10)
    a.end_epoch()
    b.restore(copy.deepcopy(a.state()))
    before = parameters_of(b.network.export())
    with pytest.raises(ValueError, match=match):
        b.restore(a.state() | change)
    np.testing.assert_array_equal(parameters_of(b.network.export()), before)
    assert b._scores == a._scores
    for name in change:
        state = a.state()
        del state[name]
        with pytest.raises(ValueError, match=f"no {name}|{name} is of type NoneType"):
            b.restore(state)


class Scores:
    """A validation whose scores are known."""

    def __init__(self, *scores):
        self.scores, self.networks = list(scores), []

    def score(self, network):
        self.networks.append(network)
        return self.scores.pop(0)


def trained(*scores, is_trained=False):
    learner = small_learner(validation=Scores(*scores), is_trained=is_trained)
    exported = []
    for epoch in range(len(scores) - 1):
        learner.step(SESSIONS, epoch, 10)
        exported.append(learner.network.export())
        learner.end_epoch()
    return learner.export(), exported


def test_the_best_epoch_is_kept():
    result, exported = trained(-3.0, -1.0, -0.5, -0.7)
    assert result.scores.tolist() == [-3, -1, -0.5, -0.7]
    assert result.best_iter == 2
    np.testing.assert_array_equal(
        parameters_of(result.network), parameters_of(exported[1])
    )


def test_the_start_may_be_the_best():
    result, _ = trained(-0.5, -1.0)
    assert result.network is None
    assert result.best_iter == 0
    assert result.are_finite()
    # If training went on from a network, that one is kept.
    result, exported = trained(-0.5, -1.0, is_trained=True)
    first = small_learner().export().network
    np.testing.assert_array_equal(parameters_of(result.network), parameters_of(first))
    assert not np.array_equal(parameters_of(exported[0]), parameters_of(first))
