"""The network in numpy."""

import pickle

import numpy as np
import torch
from scipy.stats import ortho_group
from small_sub_words import draw_network

from sklearn_prodemb.encoders import SubWordNetwork

rng = np.random.default_rng(0)
NETWORK = draw_network()


def test_forward_is_the_formula():
    bag, inputs = (rng.standard_normal((5, n)).astype(np.float32) for n in (6, 4))
    hidden = torch.relu(
        torch.tensor(bag)
        + torch.tensor(inputs) @ torch.tensor(NETWORK.input_weights)
        + torch.tensor(NETWORK.hidden_biases)
    )
    expected = (
        hidden @ torch.tensor(NETWORK.output_weights)
        + torch.tensor(inputs) @ torch.tensor(NETWORK.skip_weights)
        + torch.tensor(NETWORK.output_biases)
    )
    ours = NETWORK.forward(bag.copy(), inputs)
    np.testing.assert_allclose(ours, expected, rtol=1e-5)
    assert ours.dtype == np.float32


def test_a_rotated_network_rotates_outputs():
    bag, inputs = (rng.standard_normal((5, n)).astype(np.float32) for n in (6, 4))
    of_inputs, of_outputs = (ortho_group.rvs(n, random_state=0) for n in (4, 3))
    rotated = NETWORK.rotate(of_inputs, of_outputs)
    ours = rotated.forward(bag, (inputs @ of_inputs).astype(np.float32))
    expected = NETWORK.forward(bag, inputs) @ of_outputs
    np.testing.assert_allclose(ours, expected, atol=1e-4)


def test_a_truncated_network_gives_some_outputs_of_some_inputs():
    bag, inputs = (rng.standard_normal((5, n)).astype(np.float32) for n in (6, 4))
    kept = np.array([0, 3])
    truncated = NETWORK.truncate(kept, 2, 1.5)
    ours = truncated.forward(bag, inputs[:, kept])
    # Inputs that are left out count as zeros.
    inputs[:, [1, 2]] = 0
    expected = 1.5 * NETWORK.forward(bag, inputs)[:, :2]
    np.testing.assert_allclose(ours, expected, atol=1e-5)


def test_the_state_is_what_the_constructor_takes():
    again = pickle.loads(pickle.dumps(NETWORK))
    assert again.__getstate__().keys() == NETWORK.__getstate__().keys()
    np.testing.assert_array_equal(again.skip_weights, NETWORK.skip_weights)


def test_are_finite():
    assert NETWORK.are_finite()
    state = NETWORK.__getstate__()
    assert not SubWordNetwork(
        **{**state, "output_biases": np.full(3, np.nan)}
    ).are_finite()
