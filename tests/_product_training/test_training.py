"""From sessions to a trained network."""

from dataclasses import replace

import numpy as np
import pytest
from small import SESSIONS
from small_network import (
    CONFIG,
    ENCODER,
    N_CATEGORIES,
    PRODUCTS,
    parameters_of,
    run,
    small_data,
    small_learner,
)
from small_training import Quiet

from sklearn_prodemb import ProductEmbedder
from sklearn_prodemb._byol.checkpoint import Checkpoint
from sklearn_prodemb._product_training.module import NetworkModule
from sklearn_prodemb._product_training.training import make_data, train_network
from sklearn_prodemb._product_training.validation import Validation


def train_small(encoder=ENCODER, data=None, seed=0, **changed):
    return train_network(
        encoder,
        PRODUCTS,
        small_data() if data is None else data,
        N_CATEGORIES,
        replace(CONFIG, **changed),
        seed=seed,
        progress=Quiet(),
        attributes=vars,
    )


def test_data_are_the_sessions():
    data = small_data()
    assert data.with_mates
    titles = [" ".join(PRODUCTS.words[p]) for p in data.products]
    assert titles == SESSIONS.titles[SESSIONS.title_codes].tolist()
    n_summed = ENCODER.closed_form.n_summed_features
    expected = ENCODER.closed_form.encode(SESSIONS.titles.tolist())[:, n_summed:]
    np.testing.assert_array_equal(data.targets[PRODUCTS.of_title], expected)
    assert data.sessions.lengths.tolist() == [5] * 60


def test_products_that_are_not_known_are_left_out():
    sessions = SESSIONS.to_lists()[:1]
    embedder = ProductEmbedder(n_components=16, max_epochs=0, random_state=0)
    encoder = embedder.fit(sessions).encoder_
    data = small_data(encoder)
    known = {title for title, _ in sessions[0]}
    values = data.products[data.sessions.values]
    assert {" ".join(PRODUCTS.words[p]) for p in values} == known
    assert (data.sessions.lengths >= 2).all()
    unknown = [
        i for i, words in enumerate(PRODUCTS.words) if " ".join(words) not in known
    ]
    assert not data.targets[unknown].any()


def test_without_mates_a_product_is_a_session():
    catalogue = [[title] for title in SESSIONS.titles]
    embedder = ProductEmbedder(n_components=16, max_epochs=0, random_state=0)
    encoder = embedder.fit(catalogue).encoder_
    codes = SESSIONS.title_codes
    data = make_data(encoder, PRODUCTS, codes, SESSIONS.category_codes, None)
    assert not data.with_mates
    products = data.products[data.sessions.values].reshape(-1, 2)
    assert products.tolist() == [[p, p] for p in range(len(PRODUCTS.words))]
    features = encoder.sub_words.tf_idf(PRODUCTS.words) @ encoder.coefficients
    np.testing.assert_array_equal(data.targets, features)
    result, warning = train_small(encoder, data)
    assert len(result.losses) == 9
    assert warning is None


def test_equal_seeds_give_equal_bytes():
    a, b, other = (train_small(seed=seed)[0] for seed in (0, 0, 1))
    assert parameters_of(a.weights.network).tobytes() == (
        parameters_of(b.weights.network).tobytes()
    )
    np.testing.assert_array_equal(a.losses, b.losses)
    assert not np.array_equal(a.losses, other.losses)


def test_losses_fall():
    losses = train_small(max_epochs=30)[0].losses
    assert losses.shape == (90, 4)
    assert (losses[-5:].mean(axis=0) < losses[:5].mean(axis=0)).all()


def test_products_are_held_out():
    result, _ = train_small(early_stopping=True)
    assert result.weights.scores.shape == (4,)
    assert (np.abs(result.weights.scores) < 1).all()
    assert result.weights.best_iter in (0, 3, 6, 9)
    assert len(train_small()[0].weights.scores) == 0
    # Nothing to hold out.
    result, _ = train_small(early_stopping=True, validation_fraction=1e-6)
    assert len(result.weights.scores) == 0


def test_going_on_from_a_network():
    first = train_small()[0].weights.network
    encoder = ENCODER.with_network(first)
    result, _ = train_small(encoder, early_stopping=True)
    data, held = small_data().hold_out(0.2, np.random.default_rng((0, 3)))
    validation = Validation(data, held, ENCODER.coefficients, CONFIG, 0)
    module = NetworkModule.from_network(first)
    assert result.weights.scores[0] == pytest.approx(validation.score(module))
    assert result.weights.network is not None


def test_collapse_is_noticed():
    # BYOL alone, from a network that says the same of all products.
    network = small_learner().export().network
    state = {name: 0 * array for name, array in network.__getstate__().items()}
    state["output_biases"] = state["output_biases"] + 1
    same = ENCODER.with_network(type(network)(**state))
    changed = {"alpha": 1.0, "regression_weight": 0.0}
    _, warning = train_small(same, max_epochs=1, **changed)
    assert "collapsed" in str(warning)


@pytest.mark.parametrize("killed_after", [1, 3, 4])
def test_a_killed_training_goes_on(tmp_path, killed_after):
    def learner():
        data, held = small_data().hold_out(0.2, np.random.default_rng(0))
        validation = Validation(data, held, ENCODER.coefficients, CONFIG, 0)
        return small_learner(data=data, validation=validation)

    expected = run(learner())
    path = tmp_path / "state.pt"
    killed = Quiet(stop_after=killed_after, error=RuntimeError("killed"))
    with pytest.raises(RuntimeError, match="killed"):
        run(learner(), killed, checkpoint=Checkpoint(path, "key", interval=0))
    result = run(learner(), checkpoint=Checkpoint(path, "key", interval=0))
    np.testing.assert_array_equal(result.losses, expected.losses)
    np.testing.assert_array_equal(result.weights.scores, expected.weights.scores)
    assert result.weights.best_iter == expected.weights.best_iter
    if expected.weights.network is not None:
        ours, theirs = (parameters_of(r.weights.network) for r in (result, expected))
        np.testing.assert_array_equal(ours, theirs)
    assert not path.exists()
